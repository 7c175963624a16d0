import numpy as np
import pytest

from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.augment import (
    Augmentation,
    between,
    crop_times,
    displace,
    joints_from_root,
    lose_joints,
    mirror_sides,
    reshape_limbs,
    shake,
    slow_down,
    turn,
)
from engine.preprocess.temporal import fill_gaps


def clips() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(6, 10, 1, 20, 3)).astype(np.float32)


def bone_lengths(positions: np.ndarray) -> np.ndarray:
    child, parent = np.array(KINECT_V1.bones).T
    return np.linalg.norm(positions[:, :, :, child] - positions[:, :, :, parent], axis=-1)


def test_turning_keeps_every_bone_length():
    turned = turn(clips(), Augmentation(yaw=180, pitch=90, roll=90), np.random.default_rng(0))

    np.testing.assert_allclose(bone_lengths(turned), bone_lengths(clips()), atol=1e-4)
    assert np.abs(turned - clips()).max() > 0.1


def test_a_turn_about_the_vertical_keeps_heights():
    turned = turn(clips(), Augmentation(yaw=180, pitch=0, roll=0), np.random.default_rng(0))
    centred = clips() - clips().mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(turned[..., 1], centred[..., 1], atol=1e-4)


def test_limbs_change_by_one_factor_a_clip_alike_on_both_sides():
    changed = bone_lengths(reshape_limbs(clips(), KINECT_V1, 0.2, np.random.default_rng(0)))
    factors = changed / bone_lengths(clips())

    np.testing.assert_allclose(factors, np.broadcast_to(factors[:, :1], factors.shape), rtol=1e-3)
    assert np.abs(factors - 1).max() <= 0.2 + 1e-3
    children = [child for child, _ in KINECT_V1.bones]
    left, right = children.index(5), children.index(9)
    np.testing.assert_allclose(factors[..., left], factors[..., right], rtol=1e-3)


def test_mirroring_exchanges_sides_in_some_clips_only():
    mirrored = mirror_sides(clips(), KINECT_V1, np.array([False, True] * 3))
    same = [np.array_equal(a, b) for a, b in zip(mirrored, clips(), strict=True)]

    assert any(same)
    assert not all(same)
    changed = same.index(False)
    np.testing.assert_allclose(mirrored[changed, :, :, 7, 0], -clips()[changed, :, :, 11, 0])


def test_cropped_times_ascend_inside_each_clip():
    lengths = np.array([1, 2, 40, 200])
    at = crop_times(lengths, 16, 0.5, np.random.default_rng(0))

    assert at.shape == (4, 16)
    assert (np.diff(at) >= 0).all()
    assert (at >= 0).all()
    assert (at <= (lengths - 1)[:, None] + 1e-9).all()


def test_every_joint_comes_after_its_parent():
    order = joints_from_root(KINECT_V1)
    assert sorted(order) == list(range(20))
    assert all(order.index(parent) < order.index(child) for child, parent in KINECT_V1.bones)


@pytest.mark.parametrize("sway", [0.0, 0.05])
def test_noise_has_the_size_asked_for(sway):
    plan = Augmentation(jitter=0.01, sway=sway)
    noise = shake(np.zeros((50, 32, 1, 20, 3), np.float32), plan, np.random.default_rng(0))
    assert noise.std() == pytest.approx(np.hypot(0.01, sway * 0.8), rel=0.15)


def walking_clips() -> np.ndarray:
    positions = np.zeros((3, 24, 2, 20, 3), dtype=np.float32)
    positions += np.arange(24, dtype=np.float32)[None, :, None, None, None]
    return positions


def test_another_pose_source_puts_each_joint_elsewhere_but_moves_it_alike():
    moved = displace(walking_clips(), 0.05, np.random.default_rng(0)) - walking_clips()
    assert np.ptp(moved, axis=1).max() < 1e-5
    assert moved[:, 0].std() == pytest.approx(0.05, rel=0.2)


def test_a_lower_rate_keeps_straight_lines_and_cuts_corners():
    random = np.random.default_rng(0)
    straight = slow_down(walking_clips(), 4.0, random)
    np.testing.assert_allclose(straight[:, 1:-5], walking_clips()[:, 1:-5], atol=1.01)
    peaks = np.zeros((40, 24, 1, 20, 3), dtype=np.float32)
    peaks[:, 12] = 1.0
    assert (slow_down(peaks, 4.0, random)[:, :, 0, 0, 0].max(axis=1) < 1).any()
    np.testing.assert_array_equal(slow_down(peaks, 1.0, random), peaks)


def test_joints_out_of_sight_are_filled_in_as_gaps_are():
    positions = np.random.default_rng(1).normal(size=(60, 12, 1, 20, 3)).astype(np.float32)
    lost = lose_joints(positions, 0.5, np.random.default_rng(0))
    touched = (lost != positions).any(axis=(1, 2, 4))  # (N, V)
    assert 15 <= touched.any(axis=1).sum() <= 45
    assert touched.sum(axis=1).max() <= 5
    clip = int(np.flatnonzero(touched.any(axis=1))[0])
    joint = int(np.flatnonzero(touched[clip])[0])
    gap = (lost[clip, :, 0, joint] != positions[clip, :, 0, joint]).all(axis=-1)
    holed = positions[clip].copy()
    holed[gap, 0, joint] = np.nan
    filled = fill_gaps(holed)[:, 0, joint]
    np.testing.assert_allclose(lost[clip, :, 0, joint], filled, atol=1e-5)


def test_clips_turn_about_their_own_middle():
    far = clips() + np.arange(6, dtype=np.float32).reshape(-1, 1, 1, 1, 1)
    turned = turn(far, Augmentation(yaw=90), np.random.default_rng(0))
    np.testing.assert_allclose(turned.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    near = turn(clips(), Augmentation(yaw=90), np.random.default_rng(0))
    np.testing.assert_allclose(turned, near, atol=1e-5)


def test_slow_noise_goes_in_straight_lines_between_knots():
    plan = Augmentation(jitter=0, sway=1)
    noise = shake(np.zeros((2, 25, 1, 20, 3), np.float32), plan, np.random.default_rng(0))
    knots = noise[:, ::12]  # three knots in 25 frames
    for start in (0, 1):
        half = noise[:, 12 * start : 12 * start + 13]
        way = np.linspace(0, 1, 13, dtype=np.float32).reshape(1, -1, 1, 1, 1)
        straight = knots[:, [start]] * (1 - way) + knots[:, [start + 1]] * way
        np.testing.assert_allclose(half, straight, atol=1e-5)


def test_frames_between_two_others_lie_on_the_line():
    rows = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    below, above = np.array([[0, 2]]), np.array([[1, 4]])
    found = between(rows, below, above, np.array([[0.0, 0.25]]))
    expected = [[rows[0], 0.75 * rows[2] + 0.25 * rows[4]]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_what_is_varied_stays_as_it_was():
    positions = walking_clips()
    before, random = positions.copy(), np.random.default_rng(0)
    for varied in (
        turn(positions, Augmentation(), random),
        mirror_sides(positions, KINECT_V1, np.ones(len(positions), dtype=np.bool_)),
        shake(positions, Augmentation(), random),
        displace(positions, 0.1, random),
        slow_down(positions, 3.0, random),
        lose_joints(positions, 1.0, random),
    ):
        np.testing.assert_array_equal(positions, before)
        assert not np.shares_memory(varied, positions)
        assert varied.dtype == np.float32
