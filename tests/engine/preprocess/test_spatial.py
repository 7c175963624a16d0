import numpy as np
import pytest

from engine.preprocess.spatial import centre_on, scale_axes, scale_body, to_y_up
from engine.skeleton import Axis

UP = {
    Axis.PLUS_X: (1, 0, 0),
    Axis.MINUS_X: (-1, 0, 0),
    Axis.PLUS_Y: (0, 1, 0),
    Axis.MINUS_Y: (0, -1, 0),
    Axis.PLUS_Z: (0, 0, 1),
    Axis.MINUS_Z: (0, 0, -1),
}


@pytest.mark.parametrize("axis", Axis)
def test_every_up_axis_becomes_plus_y_without_mirroring(axis):
    turned = to_y_up(np.array(UP[axis], dtype=np.float32), axis)
    np.testing.assert_array_equal(turned, [0, 1, 0])

    frame = to_y_up(np.eye(3, dtype=np.float32), axis)
    assert np.linalg.det(frame) == pytest.approx(1)


def test_flat_recordings_with_y_down_are_turned_over():
    np.testing.assert_array_equal(
        to_y_up(np.array([[2.0, 5.0]], dtype=np.float32), Axis.MINUS_Y), [[2, -5]]
    )


def clips() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, 8, 1, 5, 3)).astype(np.float32)


def test_centring_puts_the_joint_of_the_first_frame_at_the_origin():
    centred = centre_on(clips(), 2)
    assert (centred[:, 0, 0, 2] == 0).all()


def test_scaled_axes_span_minus_one_to_one_and_flat_ones_are_zero():
    flat = clips()
    flat[..., 2] = 7

    scaled = scale_axes(flat)

    np.testing.assert_allclose(scaled[..., :2].min(axis=(1, 2, 3)), -1, atol=1e-5)
    np.testing.assert_allclose(scaled[..., :2].max(axis=(1, 2, 3)), 1, atol=1e-5)
    assert not scaled[..., 2].any()


def test_body_scaling_forgets_size_and_keeps_proportions():
    np.testing.assert_allclose(scale_body(clips() * 3), scale_body(clips()), atol=1e-5)
