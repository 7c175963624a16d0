import numpy as np
import pytest

from engine.datasets.everyday import EVERYDAY_ACTIONS
from engine.preprocess.sides import NO_NAME, mirrored_actions


def test_most_actions_are_themselves_in_a_mirror():
    np.testing.assert_array_equal(mirrored_actions(("wave", "sit down", "upright")), [0, 1, 2])


@pytest.mark.parametrize(
    "names",
    [
        ("swipe left", "swipe right"),
        ("SWIPE_LEFT", "Swipe-Right"),
        ("rotate clockwise (one finger)", "rotate counter-clockwise (one finger)"),
        ("draw circle clockwise", "draw circle counterclockwise"),
        ("Rotation CW", "Rotation CCW"),
        ("circle anticlockwise", "circle clockwise"),
    ],
)
def test_sides_are_exchanged_however_they_are_written(names):
    np.testing.assert_array_equal(mirrored_actions((*names, "wave")), [1, 0, 2])


def test_a_side_without_its_counterpart_has_no_mirror_image_with_a_name():
    found = mirrored_actions(("raise left arm", "wave", "swipe right (one finger)", "swipe left"))

    np.testing.assert_array_equal(found, [NO_NAME, 1, NO_NAME, NO_NAME])


def test_a_mirror_of_a_mirror_is_what_was_there():
    mirrored = mirrored_actions(EVERYDAY_ACTIONS)

    np.testing.assert_array_equal(mirrored[mirrored], np.arange(len(EVERYDAY_ACTIONS)))
    changed = {EVERYDAY_ACTIONS[n] for n in np.flatnonzero(mirrored != np.arange(len(mirrored)))}
    assert changed == {
        "swipe left",
        "swipe right",
        "draw circle clockwise",
        "draw circle counter-clockwise",
    }
