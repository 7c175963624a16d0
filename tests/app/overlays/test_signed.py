"""What speaks for and against, on the joints."""

from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings
from app.overlays.diverging import diverging_rgba, diverging_table
from app.overlays.signed import DrawnContrast, draw_signed
from engine.inspection.signed import SignedJointMap
from tests.app.figures import HEAD, LEFT_FOOT, RIGHT_HAND, recording_of, standing

SETTINGS = OverlaySettings(focal_joints=1, link_threshold=0.0)
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def contrast(people: int = 1) -> DrawnContrast:
    """From frame 5 on: the right hand speaks for waving, the left foot against it."""
    weights = np.zeros((10, people, 20), dtype=np.float32)
    weights[..., RIGHT_HAND], weights[..., LEFT_FOOT] = 1.0, -0.5
    weights[..., HEAD] = np.nan
    found = SignedJointMap(
        name="Focus", first="wave", second="clap", weights=weights, strongest=0.25, unit="focus"
    )
    return DrawnContrast(joint_map=found, start=5)


def test_orange_is_for_and_blue_against() -> None:
    frame = draw_signed(contrast(), recording_of(standing(20)), 7, SETTINGS)
    red, _, blue, opacity = frame.joint_colours[0, RIGHT_HAND]
    assert opacity == 1
    assert red > blue + 0.3
    red, _, blue, _ = frame.joint_colours[0, LEFT_FOOT]
    assert blue > red + 0.2
    assert frame.joint_colours[0, HEAD, 3] == 0
    assert frame.joint_scale[0, RIGHT_HAND] > frame.joint_scale[0, LEFT_FOOT] > 1
    assert frame.focal[0, RIGHT_HAND]
    assert not frame.focal[0, 0]


def test_the_exact_weight_is_read_with_its_sign() -> None:
    (reading,) = draw_signed(contrast(), recording_of(standing(20)), 7, SETTINGS).readings
    assert reading.name == "for wave"
    assert reading.weights[0, LEFT_FOOT] == pytest.approx(-0.125)
    assert reading.weights[0, LEFT_FOOT] / reading.full == pytest.approx(-0.5)
    assert reading.is_signed


@pytest.mark.parametrize("frame", [4, 15])
def test_outside_the_clip_nothing_is_drawn(frame: int) -> None:
    assert draw_signed(contrast(), recording_of(standing(20)), frame, SETTINGS).is_empty


def test_only_the_person_picked_has_colours() -> None:
    pair = recording_of(standing(20, ((0, 0, 3), (1, 0, 3))))
    drawn = draw_signed(contrast(2), pair, 7, replace(SETTINGS, person=1))
    assert not drawn.joint_colours[0, :, 3].any()
    assert drawn.joint_colours[1, RIGHT_HAND, 3] == 1


@pytest.mark.parametrize("on_dark", [True, False])
def test_both_ends_differ_from_nought_in_lightness_alone(on_dark: bool) -> None:
    light = diverging_table(on_dark=on_dark) @ LUMINANCE
    away = np.abs(light - light[127])
    assert away[0] > 0.2
    assert away[-1] > 0.2
    assert (np.diff(away[:128]) < 0.01).all(), "it does not turn back on its way to nought"
    assert (np.diff(away[128:]) > -0.01).all()


def test_beyond_the_ends_is_the_end_and_nothing_is_clear() -> None:
    rgba = diverging_rgba(np.array([-3.0, -1.0, np.nan]), on_dark=True)
    np.testing.assert_array_equal(rgba[0], rgba[1])
    assert rgba[2, 3] == 0
