from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings, PreparedExplanation, prepared
from app.overlays.focal import FOCAL, top_joints
from app.overlays.lines import part_centroids
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Recording
from tests.app.figures import (
    HEAD,
    RIGHT_HAND,
    RIGHT_WRIST,
    STANDING,
    explanation_of,
    recording_of,
    standing,
)

PARTS = len(KINECT_V1.parts)
RIGHT_ARM = 4


def settings(joints: int = 3, threshold: float = 0.5, opacity: float = 1.0) -> OverlaySettings:
    return OverlaySettings(focal_joints=joints, link_threshold=threshold, opacity=opacity)


@pytest.fixture
def recording() -> Recording:
    return recording_of(standing(20))


@pytest.fixture
def explanation() -> PreparedExplanation:
    """Frames 5..15; scores grow with the joint's index; three links to the right hand and wrist."""
    weights = np.tile(np.linspace(0.0, 0.95, 20), (10, 1, 1))
    weights[:, 0, HEAD] = 1.0
    links = np.zeros((10, 1, PARTS, 20))
    links[:, 0, RIGHT_ARM, RIGHT_HAND] = 0.8
    links[:, 0, 0, HEAD] = 0.6
    links[:, 0, 1, HEAD] = 0.3
    return prepared(explanation_of(weights, start=5, links=links))


def test_the_joints_with_the_highest_scores_are_focal(
    recording: Recording, explanation: PreparedExplanation
) -> None:
    frame = FOCAL.draw(explanation, recording, 7, settings(joints=3))

    assert np.flatnonzero(frame.focal[0]).tolist() == [HEAD, 18, 19]
    assert (frame.joint_colours[0, :, 3] > 0).nonzero()[0].tolist() == [HEAD, 18, 19]
    assert (frame.dimming[0] == 0).nonzero()[0].tolist() == [HEAD, 18, 19]
    assert (frame.joint_scale[0] > 1).nonzero()[0].tolist() == [HEAD, 18, 19]


@pytest.mark.parametrize(("frame", "is_drawn"), [(4, False), (5, True), (14, True), (15, False)])
def test_outside_its_span_an_explanation_draws_nothing(
    recording: Recording, explanation: PreparedExplanation, frame: int, is_drawn: bool
) -> None:
    drawn = FOCAL.draw(explanation, recording, frame, settings())

    assert drawn.is_empty != is_drawn


def test_links_below_the_threshold_or_to_joints_out_of_focus_are_not_drawn(
    recording: Recording, explanation: PreparedExplanation
) -> None:
    few = FOCAL.draw(explanation, recording, 7, settings(joints=1, threshold=0.5)).links
    more = FOCAL.draw(explanation, recording, 7, settings(joints=20, threshold=0.5)).links
    every = FOCAL.draw(explanation, recording, 7, settings(joints=20, threshold=0.1)).links

    assert [asking for asking, _ in few.names] == ["head"]
    # the strongest last: on top
    assert more.names == (("head", "head"), ("right hand", "right arm"))
    assert [asking for asking, _ in every.names] == ["head", "head", "right hand"]
    assert every.weights.tolist() == pytest.approx([0.3, 0.6, 0.8])


def test_stronger_links_are_wider_and_less_transparent(
    recording: Recording, explanation: PreparedExplanation
) -> None:
    links = FOCAL.draw(explanation, recording, 7, settings(joints=20, threshold=0.1)).links

    assert (np.diff(links.width_px) > 0).all()
    assert (np.diff(links.rgba[:, 3]) > 0).all()


def test_links_start_in_the_middle_of_the_part_s_visible_joints(
    explanation: PreparedExplanation,
) -> None:
    positions = standing(20)
    positions[:, 0, KINECT_V1.parts[RIGHT_ARM].joints[0]] = np.nan
    recording = recording_of(positions)

    links = FOCAL.draw(explanation, recording, 7, settings(joints=20, threshold=0.7)).links

    remaining = STANDING[list(KINECT_V1.parts[RIGHT_ARM].joints[1:])].mean(axis=0)
    remaining[2] += 3
    assert links.start[0] == pytest.approx(remaining, abs=1e-5)


def test_a_part_without_visible_joints_has_no_middle_and_no_links(
    explanation: PreparedExplanation,
) -> None:
    positions = standing(20)
    positions[:, 0, list(KINECT_V1.parts[RIGHT_ARM].joints)] = np.nan
    recording = recording_of(positions)

    centroids = part_centroids(recording.positions[0], KINECT_V1)
    links = FOCAL.draw(explanation, recording, 7, settings(joints=20, threshold=0.5)).links

    assert np.isnan(centroids[0]).any(axis=1).nonzero()[0].tolist() == [RIGHT_ARM]
    assert links.names == (("head", "head"),)


def test_joints_without_a_score_are_never_focal() -> None:
    weights = np.full((1, 20), np.nan, dtype=np.float32)
    weights[0, 4] = 0.0

    assert np.flatnonzero(top_joints(weights, 5)).tolist() == [4]


def test_of_equal_scores_the_first_joints_win() -> None:
    assert np.flatnonzero(top_joints(np.ones((1, 20), dtype=np.float32), 2)).tolist() == [0, 1]


def test_people_that_the_explanation_does_not_speak_of_are_dimmed_only() -> None:
    two = recording_of(standing(5, ((-1, 0, 3), (1, 0, 3))))
    about_one = prepared(explanation_of(np.full((5, 1, 20), 0.5)))

    frame = FOCAL.draw(about_one, two, 2, settings())

    assert frame.focal[0].sum() == 3
    assert not frame.focal[1].any()
    assert (frame.dimming[1] == 1).all()


def test_opacity_fades_colours_dimming_and_links_alike(
    recording: Recording, explanation: PreparedExplanation
) -> None:
    full = FOCAL.draw(explanation, recording, 7, settings(opacity=1.0))
    half = FOCAL.draw(explanation, recording, 7, settings(opacity=0.5))
    none = FOCAL.draw(explanation, recording, 7, settings(opacity=0.0))

    assert half.joint_colours[..., 3] == pytest.approx(0.5 * full.joint_colours[..., 3])
    assert half.dimming == pytest.approx(0.5 * full.dimming)
    assert half.links.rgba[:, 3] == pytest.approx(0.5 * full.links.rgba[:, 3])
    assert none.is_empty


def test_the_scale_runs_the_other_way_on_bright_backgrounds(
    recording: Recording, explanation: PreparedExplanation
) -> None:
    wish = settings(joints=20)
    dark = FOCAL.draw(explanation, recording, 7, wish)
    bright_wish = OverlaySettings(focal_joints=20, link_threshold=0.5, on_dark=False)
    bright = FOCAL.draw(explanation, recording, 7, bright_wish)

    def luminance(colours: np.ndarray) -> float:
        return float(colours[0, HEAD, :3] @ (0.2126, 0.7152, 0.0722))

    assert luminance(dark.joint_colours) > 0.6
    assert luminance(bright.joint_colours) < 0.3


def test_the_light_moves_with_the_joint_that_the_network_looked_at() -> None:
    weights = np.full((20, 1, 20), 0.1)
    weights[8:12, 0, RIGHT_WRIST] = 0.9
    recording, explanation = recording_of(standing(20)), prepared(explanation_of(weights))

    lit = [
        bool(FOCAL.draw(explanation, recording, frame, settings(joints=1)).focal[0, RIGHT_WRIST])
        for frame in range(20)
    ]

    assert [frame for frame, is_lit in enumerate(lit) if is_lit] == [8, 9, 10, 11]


def test_only_the_person_spoken_of_is_lit_and_everybody_else_steps_back() -> None:
    recording = recording_of(standing(20, ((-1, 0, 3), (1, 0, 3))))
    links = np.full((20, 2, PARTS, 20), 0.8)
    explanation = prepared(
        explanation_of(np.tile(np.linspace(0.0, 0.95, 20), (20, 2, 1)), links=links)
    )

    both = FOCAL.draw(explanation, recording, 7, settings(joints=3))
    second = FOCAL.draw(explanation, recording, 7, replace(settings(joints=3), person=1))

    assert both.focal.sum(axis=1).tolist() == [3, 3]
    assert second.focal.sum(axis=1).tolist() == [0, 3]
    assert (second.dimming[0] == 1).all()
    assert set(second.links.person.tolist()) == {1}
    assert np.isfinite(second.joint_weights).all(), "scores can be read at everybody's joints"
