from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings, prepared
from app.overlays.attention import ATTENTION
from engine.prediction import Explanation, Node
from tests.app.figures import HEAD, RIGHT_HAND, recording_of, standing
from tests.app.overlays.made import FRAMES, JOINTS, focus_only, link_map, with_links

WISH = OverlaySettings(focal_joints=5, link_threshold=0.5)


@pytest.fixture
def random_weights() -> np.ndarray:
    """Two steps, one person, three heads."""
    made = np.random.default_rng(7).random((2, 1, 3, JOINTS, JOINTS), dtype=np.float32)
    return made + np.float32(0.01)


def lines(explanation: Explanation, frame: int, wish: OverlaySettings = WISH, people: int = 1):
    places = tuple((float(place), 0.0, 3.0) for place in range(people))
    recording = recording_of(standing(FRAMES, places))
    return ATTENTION.draw(prepared(explanation), recording, frame, wish).links


def strongest_of(weights: np.ndarray, count: int) -> np.ndarray:
    """The largest weights between two different joints, by sorting everything."""
    apart = ~np.eye(JOINTS, dtype=bool)
    return np.sort(weights[..., apart])[-count:]


@pytest.mark.parametrize(("frame", "step"), [(0, 0), (5, 0), (6, 1), (11, 1)])
def test_the_strongest_links_of_the_nearest_step_are_drawn_the_strongest_last(
    random_weights: np.ndarray, frame: int, step: int
) -> None:
    drawn = lines(with_links(link_map(random_weights)), frame)

    every_head = random_weights[step, 0].max(axis=0)
    assert drawn.weights.tolist() == strongest_of(every_head, 50).tolist()


def test_a_head_that_was_picked_is_drawn_alone(random_weights: np.ndarray) -> None:
    drawn = lines(with_links(link_map(random_weights)), 0, replace(WISH, head=2, link_count=7))

    assert drawn.weights.tolist() == strongest_of(random_weights[0, 0, 2], 7).tolist()


def test_a_head_that_a_map_does_not_have_is_all_of_them(random_weights: np.ndarray) -> None:
    explanation = with_links(link_map(random_weights))

    every, beyond = lines(explanation, 0), lines(explanation, 0, replace(WISH, head=9))

    assert beyond.weights.tolist() == every.weights.tolist()


def test_a_line_leads_from_who_is_looked_at_to_who_looks_and_knows_their_names() -> None:
    weights = np.zeros((1, 1, 1, JOINTS, JOINTS), dtype=np.float32)
    weights[0, 0, 0, HEAD, RIGHT_HAND] = 0.75

    drawn = lines(with_links(link_map(weights)), 3)

    places = standing(1)[0, 0]
    assert drawn.names == (("head", "right hand"),)
    assert drawn.weights.tolist() == [0.75]
    assert drawn.end[0] == pytest.approx(places[HEAD])
    assert drawn.start[0] == pytest.approx(places[RIGHT_HAND])
    assert not drawn.is_pinned.any()


def test_what_a_joint_pays_to_itself_is_no_line_and_does_not_set_the_scale() -> None:
    weights = np.zeros((1, 1, 1, JOINTS, JOINTS), dtype=np.float32)
    weights[0, 0, 0, HEAD, HEAD] = 0.9
    weights[0, 0, 0, HEAD, 0] = 0.25
    explanation = prepared(with_links(link_map(weights)))

    (legend,) = ATTENTION.legends(explanation, WISH)

    assert lines(explanation.explanation, 0).weights.tolist() == [0.25]
    assert (legend.low, legend.high, legend.strongest) == (0.0, 0.25, 0.25)


def test_lines_run_from_the_thinnest_to_the_thickest_between_the_legend_s_numbers(
    random_weights: np.ndarray,
) -> None:
    one_step = random_weights[:1]
    explanation = with_links(link_map(one_step))

    drawn = lines(explanation, 0)
    (legend,) = ATTENTION.legends(prepared(explanation), WISH)

    assert legend.low == pytest.approx(float(drawn.weights[0]))
    assert legend.high == pytest.approx(float(drawn.weights[-1]))
    assert (drawn.width_px[0], drawn.width_px[-1]) == (1.0, 4.5)
    assert (np.diff(drawn.width_px) >= 0).all()


def test_negative_weights_count_by_their_magnitude_and_have_a_colour_of_their_own() -> None:
    weights = np.zeros((1, 1, 2, JOINTS, JOINTS), dtype=np.float32)
    weights[0, 0, 0, HEAD, 0] = 0.5
    weights[0, 0, 1, 0, HEAD] = -0.75
    explanation = with_links(link_map(weights))

    drawn = lines(explanation, 0)
    (legend,) = ATTENTION.legends(prepared(explanation), WISH)

    assert drawn.weights.tolist() == [0.5, -0.75]
    assert drawn.rgba[0, :3] == pytest.approx(WISH.attention_colour)
    assert drawn.rgba[1, :3] == pytest.approx(WISH.against_colour)
    assert (legend.low, legend.high) == (-0.75, 0.75)


def test_links_that_do_not_exist_are_not_drawn() -> None:
    weights = np.full((1, 1, 1, JOINTS, JOINTS), np.nan, dtype=np.float32)
    weights[0, 0, 0, 3, 4] = 0.5

    assert len(lines(with_links(link_map(weights)), 0)) == 1


def test_lines_between_parts_end_in_the_middle_of_the_part_and_are_pinned_there() -> None:
    parts = np.zeros((1, 1, 1, 10, 10), dtype=np.float32)
    parts[0, 0, 0, 4, 6] = 0.5  # right arm, left leg
    explanation = with_links(replace(link_map(parts), asking=Node.PART, asked=Node.PART))

    drawn = lines(explanation, 0)

    assert drawn.names == (("right arm", "left leg"),)
    assert drawn.is_pinned.all()


def test_only_the_person_spoken_of_has_lines() -> None:
    weights = np.full((1, 2, 1, JOINTS, JOINTS), 0.5, dtype=np.float32)
    explanation = with_links(link_map(weights), people=2)

    both = lines(explanation, 0, people=2)
    second = lines(explanation, 0, replace(WISH, person=1), people=2)

    assert np.bincount(both.person).tolist() == [50, 50]
    assert set(second.person.tolist()) == {1}


def test_lines_to_a_missing_joint_are_left_out() -> None:
    weights = np.zeros((1, 1, 1, JOINTS, JOINTS), dtype=np.float32)
    weights[0, 0, 0, HEAD, RIGHT_HAND] = weights[0, 0, 0, 0, HEAD] = 0.5
    positions = standing(FRAMES)
    positions[:, 0, RIGHT_HAND] = np.nan

    frame = ATTENTION.draw(
        prepared(with_links(link_map(weights))), recording_of(positions), 0, WISH
    )

    assert frame.links.names == (("hip centre", "head"),)


def test_opacity_fades_lines_and_dimming_and_nought_is_nothing() -> None:
    weights = np.full((1, 1, 1, JOINTS, JOINTS), 0.5, dtype=np.float32)
    explanation, recording = prepared(with_links(link_map(weights))), recording_of(standing(FRAMES))

    full, half, none = (
        ATTENTION.draw(explanation, recording, 0, replace(WISH, opacity=opacity))
        for opacity in (1.0, 0.5, 0.0)
    )

    assert half.links.rgba[:, 3] == pytest.approx(0.5 * full.links.rgba[:, 3])
    assert half.dimming == pytest.approx(0.5 * full.dimming)
    assert none.is_empty


def test_a_network_without_links_says_which_ones_have_some() -> None:
    assert "SEM-Net" in ATTENTION.lacking(focus_only())
    assert ATTENTION.legends(prepared(focus_only()), WISH) == ()
