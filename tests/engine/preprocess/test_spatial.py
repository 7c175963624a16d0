"""Where bodies stand, which way they face, how large they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.preprocess.spatial import (
    axes_extent,
    body_size,
    facing_rotation,
    from_y_up,
    measured_length,
    no_rotation,
    rotation_to_y_up,
    to_y_up,
    turning_matrices,
)
from engine.skeleton import Axis

UP = {
    Axis.PLUS_X: (1, 0, 0),
    Axis.MINUS_X: (-1, 0, 0),
    Axis.PLUS_Y: (0, 1, 0),
    Axis.MINUS_Y: (0, -1, 0),
    Axis.PLUS_Z: (0, 0, 1),
    Axis.MINUS_Z: (0, 0, -1),
}
TARGETS = ((0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.6, 0.0, -0.8), (3**-0.5,) * 3)


@pytest.mark.parametrize("axis", Axis)
def test_every_up_axis_becomes_plus_y_without_mirroring(axis):
    turned = to_y_up(np.array(UP[axis], dtype=np.float32), axis)
    np.testing.assert_array_equal(turned, [0, 1, 0])
    assert np.linalg.det(rotation_to_y_up(axis)) == 1

    frame = to_y_up(np.eye(3, dtype=np.float32), axis)
    assert np.linalg.det(frame) == pytest.approx(1)


@pytest.mark.parametrize("axis", Axis)
def test_what_was_turned_upright_is_turned_back(axis):
    points = np.random.default_rng(0).normal(size=(4, 2, 5, 3)).astype(np.float32)
    np.testing.assert_array_equal(from_y_up(to_y_up(points, axis), axis), points)


def test_flat_recordings_with_y_down_are_turned_over_and_back():
    picture = np.array([[2.0, 5.0]], dtype=np.float32)
    turned = to_y_up(picture, Axis.MINUS_Y)
    np.testing.assert_array_equal(turned, [[2, -5]])
    np.testing.assert_array_equal(from_y_up(turned, Axis.MINUS_Y), picture)


def assert_proper(rotations):
    np.testing.assert_allclose(
        rotations @ rotations.swapaxes(1, 2), np.tile(np.eye(3), (len(rotations), 1, 1)), atol=1e-9
    )
    np.testing.assert_allclose(np.linalg.det(rotations), 1, atol=1e-9)


@given(
    lines=arrays(np.float64, (4, 3), elements=st.floats(-10, 10)), target=st.sampled_from(TARGETS)
)
def test_lines_are_turned_to_their_target_by_proper_rotations(lines, target):
    towards = np.array(target)
    rotations = turning_matrices(lines, towards)

    assert_proper(rotations)
    length = np.linalg.norm(lines, axis=1)
    turned = np.einsum("ncd,nd->nc", rotations, lines)
    for line, size in zip(turned, length, strict=True):
        if size > 1e-5:
            np.testing.assert_allclose(line / size, towards, atol=1e-6)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("size", [1e-3, 1.0, 500.0])
def test_parallel_lines_stay_and_opposite_ones_are_turned_round(target, size):
    towards = np.array(target)
    same, opposite, nearly = turning_matrices(
        np.array([towards, -towards, -towards + np.roll(towards, 1) * 1e-8]) * size, towards
    )
    np.testing.assert_allclose(same, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(opposite @ towards, -towards, atol=1e-9)
    np.testing.assert_allclose(nearly @ towards, -towards, atol=1e-6)
    assert_proper(np.stack([same, opposite, nearly]))


def test_lines_without_length_turn_nothing():
    np.testing.assert_array_equal(
        turning_matrices(np.zeros((2, 3)), np.array([0.0, 0.0, 1.0])), np.tile(np.eye(3), (2, 1, 1))
    )


@given(bodies=arrays(np.float32, (3, 4, 3), elements=st.floats(-3, 3, width=32)))
def test_facing_puts_one_line_on_z_and_the_level_part_of_another_on_x(bodies):
    rotations = facing_rotation(bodies, (0, 1), (2, 3))

    turned = np.einsum("ncd,nvd->nvc", rotations, bodies).astype(np.float64)
    spine, across = turned[:, 1] - turned[:, 0], turned[:, 3] - turned[:, 2]
    for up, side in zip(spine, across, strict=True):
        if np.linalg.norm(up) > 1e-2:
            np.testing.assert_allclose(up[:2], 0, atol=1e-4)
            assert up[2] > 0
        if np.linalg.norm(side[:2]) > 1e-2:
            assert abs(side[1]) < 1e-4
            assert side[0] > 0
    np.testing.assert_allclose(np.linalg.det(rotations), 1, atol=1e-5)


def test_facing_leaves_pictures_and_what_nobody_asked_for():
    random = np.random.default_rng(0)
    flat = random.normal(size=(2, 4, 2)).astype(np.float32)
    solid = random.normal(size=(2, 4, 3)).astype(np.float32)
    np.testing.assert_array_equal(facing_rotation(flat, (0, 1), (2, 3)), no_rotation(flat))
    np.testing.assert_array_equal(facing_rotation(solid, None, None), no_rotation(solid))


def clips() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, 8, 2, 5, 3)).astype(np.float32)


def test_scaled_axes_span_minus_one_to_one_and_flat_ones_are_zero():
    flat = clips()
    flat[..., 2] = 7

    middle, scale = axes_extent(flat, np.ones((3, 2), dtype=bool))
    scaled = (flat - middle[:, None, None, None]) * scale[:, None, None, None]

    np.testing.assert_allclose(scaled[..., :2].min(axis=(1, 2, 3)), -1, atol=1e-5)
    np.testing.assert_allclose(scaled[..., :2].max(axis=(1, 2, 3)), 1, atol=1e-5)
    assert not scaled[..., 2].any()


def test_people_who_are_not_there_do_not_stretch_the_axes():
    here = clips() + np.float32(10)
    here[1:, :, 1] = 0
    present = np.array([[True, True], [True, False], [True, False]])

    middle, scale = axes_extent(here, present)
    alone_middle, alone_scale = axes_extent(here[1:, :, :1], present[1:, :1])

    np.testing.assert_array_equal(middle[1:], alone_middle)
    np.testing.assert_array_equal(scale[1:], alone_scale)
    assert (np.abs(axes_extent(here, np.ones((3, 2), bool))[0][1:] - middle[1:]) > 1).all()


def test_body_size_follows_the_body_and_leaves_points_alone():
    bodies = clips()[:, :, 0]
    np.testing.assert_allclose(body_size(bodies * 4) * 4, body_size(bodies), rtol=1e-5)
    np.testing.assert_array_equal(body_size(np.ones((2, 3, 4, 3), np.float32)), 1)


def test_lengths_are_summed_and_their_median_over_frames_becomes_one():
    bodies = np.zeros((1, 3, 3, 3), dtype=np.float32)
    bodies[0, :, 1, 1] = [2, 2, 50]
    bodies[0, :, 2, 0] = [3, 4, 3]
    pairs = ((0, 1), (0, 2))
    np.testing.assert_allclose(measured_length(bodies, pairs), [1 / 6])
    np.testing.assert_array_equal(measured_length(bodies * 0, pairs), [1])
