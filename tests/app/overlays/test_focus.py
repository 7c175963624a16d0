from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings, prepared
from app.overlays.colour_scale import scale_rgba
from app.overlays.focus import FOCUS
from tests.app.figures import recording_of, standing
from tests.app.overlays.made import FRAMES, JOINTS, focus_only

WISH = OverlaySettings(focal_joints=5, link_threshold=0.5)
PAIR = ((-1.0, 0.0, 3.0), (1.0, 0.0, 3.0))


@pytest.mark.parametrize(
    ("number", "name", "strongest"), [(0, "Focus on wave", 19), (1, "Focus on clap", 0)]
)
def test_joints_are_coloured_and_grown_by_the_map_that_was_picked(
    number: int, name: str, strongest: int
) -> None:
    explanation, wish = prepared(focus_only()), replace(WISH, joint_map=number)

    frame = FOCUS.draw(explanation, recording_of(standing(FRAMES)), 4, wish)
    (legend,) = FOCUS.legends(explanation, wish)

    weights = explanation.explanation.joint_maps[number].weights[4]
    assert frame.joint_colours == pytest.approx(scale_rgba(weights))
    assert int(frame.joint_scale[0].argmax()) == strongest
    assert frame.joint_scale.min() == 1.0
    assert frame.readings[0].name == legend.title == name
    assert frame.readings[0].weights.tolist() == weights.tolist()
    assert legend.strongest == explanation.explanation.joint_maps[number].strongest


def test_a_map_that_there_is_not_is_the_first() -> None:
    frame = FOCUS.draw(
        prepared(focus_only()), recording_of(standing(FRAMES)), 0, replace(WISH, joint_map=8)
    )

    assert frame.readings[0].name == "Focus on wave"


def test_only_strong_joints_shine() -> None:
    frame = FOCUS.draw(prepared(focus_only()), recording_of(standing(FRAMES)), 0, WISH)

    assert np.flatnonzero(frame.focal[0]).tolist() == list(range(13, JOINTS))


def test_everybody_else_keeps_no_heat_but_can_be_read() -> None:
    recording = recording_of(standing(FRAMES, PAIR))

    frame = FOCUS.draw(prepared(focus_only(2)), recording, 0, replace(WISH, person=1))

    assert not frame.joint_colours[0, :, 3].any()
    assert frame.joint_colours[1, :, 3].all()
    assert np.isfinite(frame.readings[0].weights).all()
    assert (frame.dimming == 1).all()


def test_people_and_frames_that_it_does_not_speak_of_have_no_heat() -> None:
    recording = recording_of(standing(FRAMES + 5, PAIR))

    inside = FOCUS.draw(prepared(focus_only()), recording, 0, WISH)
    outside = FOCUS.draw(prepared(focus_only()), recording, FRAMES, WISH)

    assert not inside.joint_colours[1, :, 3].any()
    assert outside.is_empty


def test_opacity_fades_colour_and_growth() -> None:
    recording = recording_of(standing(FRAMES))

    half = FOCUS.draw(prepared(focus_only()), recording, 0, replace(WISH, opacity=0.5))
    none = FOCUS.draw(prepared(focus_only()), recording, 0, replace(WISH, opacity=0.0))

    assert half.joint_colours[..., 3] == pytest.approx(0.5)
    assert half.joint_scale.max() == pytest.approx(1 + 0.45 * 0.5)
    assert none.is_empty
