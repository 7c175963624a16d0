"""Hiding joints: what is missing then, and what stands in for it."""

import numpy as np
import pytest

from engine.arrays import missing_joints
from engine.errors import EngineError
from engine.inspection.masks import Mask, hidden_in, masked_recording, part_mask, stand_ins
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Clip
from tests.tiny_training import recording_of, standing, waving

ROOT = KINECT_V1.root
ELBOW, WRIST, HAND = (KINECT_V1.index(f"right {name}") for name in ("elbow", "wrist", "hand"))
SHOULDER = KINECT_V1.index("right shoulder")


def walking(frames: int) -> np.ndarray:
    """Somebody who walks along x and whose right hand waves meanwhile."""
    positions = waving(frames, HAND)
    positions[..., 0] += np.arange(frames, dtype=np.float32)[:, None, None] * 0.1
    return positions


def hiding(frames: int, *joints: int, span: slice = slice(None)) -> np.ndarray:
    hidden = np.zeros((frames, 1, 20), dtype=bool)
    hidden[span, :, list(joints)] = True
    return hidden


def test_a_mask_hides_its_joints_of_its_people_in_its_frames_only():
    clip = Clip(recording=recording_of(standing(20, people=2)), start=5, stop=15)
    hidden = hidden_in([Mask(joints=(3, 7), people=(1,), start=8, stop=12)], clip)
    expected = np.zeros((10, 2, 20), dtype=bool)
    expected[3:7, 1, 3] = expected[3:7, 1, 7] = True
    np.testing.assert_array_equal(hidden, expected)


def test_masks_add_up_and_one_outside_the_clip_hides_nothing():
    clip = Clip(recording=recording_of(standing(20)), start=5, stop=15)
    both = hidden_in([Mask(joints=(3,)), Mask(start=0, stop=6), Mask(joints=(9,), stop=5)], clip)
    assert both[:, 0, 3].all()
    assert both[0].all()
    assert both.sum() == 10 + 19


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (Mask(joints=(20,)), "number 20 of 20 joints"),
        (Mask(joints=(-1,)), "number -1 of 20 joints"),
        (Mask(people=(1,)), "number 1 of 1 people"),
    ],
)
def test_a_mask_of_what_is_not_there_is_said_in_words(mask, words):
    with pytest.raises(EngineError, match=words):
        hidden_in([mask], Clip.whole(recording_of(standing(3))))


def test_a_mask_without_frames_is_refused():
    with pytest.raises(EngineError, match=r"needs frames, got 5\.\.5"):
        Mask(start=5, stop=5)


def test_parts_are_masked_by_name():
    mask = part_mask(KINECT_V1, "right hand", "right arm")
    assert mask.joints == (SHOULDER, ELBOW, WRIST, HAND)
    with pytest.raises(EngineError, match="no part 'tail'; it has"):
        part_mask(KINECT_V1, "tail")


def test_a_masked_recording_lacks_what_is_hidden_and_nothing_else():
    recording = recording_of(walking(20))
    masked = masked_recording(recording, [Mask(joints=(HAND,), start=4, stop=9)])
    hidden = hiding(20, HAND, span=slice(4, 9))
    np.testing.assert_array_equal(missing_joints(masked.positions), hidden)
    np.testing.assert_array_equal(masked.confidence == 0, hidden)
    np.testing.assert_array_equal(masked.positions[~hidden], recording.positions[~hidden])
    assert not np.isnan(recording.positions).any()


def test_a_hidden_hand_goes_along_with_the_wrist_and_no_longer_waves():
    positions = walking(30)
    filled = stand_ins(positions, hiding(30, HAND), KINECT_V1)
    beside = filled[:, 0, HAND] - filled[:, 0, WRIST]
    np.testing.assert_allclose(beside, np.tile(beside[0], (30, 1)), atol=1e-5)
    np.testing.assert_array_equal(filled[0], positions[0])
    others = np.arange(20) != HAND
    np.testing.assert_array_equal(filled[:, :, others], positions[:, :, others])


def test_a_hidden_arm_keeps_the_shape_it_had_in_the_first_frame():
    positions = walking(30)
    positions[:, 0, ELBOW, 1] += np.linspace(0, 0.3, 30, dtype=np.float32)
    filled = stand_ins(positions, hiding(30, ELBOW, WRIST, HAND), KINECT_V1)
    arm = filled[:, 0, [ELBOW, WRIST, HAND]] - filled[:, 0, [SHOULDER]]
    np.testing.assert_allclose(arm, np.broadcast_to(arm[0], arm.shape), atol=1e-5)
    np.testing.assert_allclose(filled[0], positions[0], atol=1e-6)


def test_a_joint_hidden_for_a_while_comes_from_where_it_was_and_goes_to_where_it_will_be():
    positions = walking(30)
    hidden = hiding(30, HAND, span=slice(10, 20))
    filled = stand_ins(positions, hidden, KINECT_V1)
    np.testing.assert_array_equal(filled[~hidden], positions[~hidden])
    beside = (filled[:, 0, HAND] - filled[:, 0, WRIST])[9:21]
    np.testing.assert_allclose(beside, np.linspace(beside[0], beside[-1], 12), atol=1e-5)


def test_where_everything_is_hidden_the_body_stands_still():
    positions = walking(30)
    filled = stand_ins(positions, np.ones((30, 1, 20), dtype=bool), KINECT_V1)
    np.testing.assert_allclose(filled, np.tile(positions[:1], (30, 1, 1, 1)), atol=1e-5)


def test_a_whole_body_hidden_for_a_while_moves_evenly_from_where_it_was():
    positions = walking(30)
    hidden = np.zeros((30, 1, 20), dtype=bool)
    hidden[10:20] = True
    filled = stand_ins(positions, hidden, KINECT_V1)
    # the body walks at one speed anyway: only the waving hand is not where it was
    others = np.arange(20) != HAND
    np.testing.assert_allclose(filled[:, :, others], positions[:, :, others], atol=1e-5)
    assert np.abs(filled - positions)[:, :, HAND].max() > 0.05


def test_a_hidden_root_keeps_its_place_in_the_middle_of_the_others():
    positions = walking(30)
    positions[:, 0, ROOT, 1] += np.float32(0.2) * np.sin(np.arange(30)).astype(np.float32)
    filled = stand_ins(positions, hiding(30, ROOT), KINECT_V1)
    others = np.arange(20) != ROOT
    beside = filled[:, 0, ROOT] - positions[:, 0, others].mean(axis=1)
    np.testing.assert_allclose(beside, np.tile(beside[0], (30, 1)), atol=1e-5)


def test_gaps_that_nobody_hid_stay_gaps_and_do_not_spread():
    positions = walking(30)
    positions[:, 0, ELBOW] = np.nan  # never seen
    positions[5:8, 0, WRIST] = np.nan
    filled = stand_ins(positions, hiding(30, ELBOW, HAND), KINECT_V1)
    expected = np.zeros((30, 20), dtype=bool)
    expected[:, ELBOW] = True
    expected[5:8, [WRIST, HAND]] = True
    np.testing.assert_array_equal(missing_joints(filled)[:, 0], expected)


def test_other_people_are_left_alone():
    positions = np.concatenate([walking(20), walking(20) + np.float32(1)], axis=1)
    hidden = np.zeros((20, 2, 20), dtype=bool)
    hidden[:, 0] = True
    filled = stand_ins(positions, hidden, KINECT_V1)
    np.testing.assert_array_equal(filled[:, 1], positions[:, 1])
