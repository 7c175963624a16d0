"""Where a body stands, which way it faces and how large it is: removed before a network sees it."""

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray
from engine.skeleton import Axis

SMALLEST_BODY = 1e-6
"""Bodies smaller than this, in units of the recording, are points."""
PARALLEL = 1e-9
"""Lines whose angle has a smaller sine have one direction, or opposite ones."""

_UP_ROTATION = {
    Axis.PLUS_Y: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    Axis.MINUS_Y: ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    Axis.PLUS_Z: ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    Axis.MINUS_Z: ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    Axis.PLUS_X: ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    Axis.MINUS_X: ((0, 1, 0), (-1, 0, 0), (0, 0, 1)),
}
"""Proper rotations that bring each up axis to +y: row i gives the new axis i in the old frame."""


def rotation_to_y_up(up: Axis) -> DoubleArray:
    """``(3, 3)`` float64 matrix that turns a recording's coordinates so that +y points up."""
    return np.array(_UP_ROTATION[up], dtype=np.float64)


def to_y_up(positions: FloatArray, up: Axis) -> FloatArray:
    """Turn a recording so that up is +y.

    Args:
        positions: ``(..., 3)`` float32, or ``(..., 2)`` of which only the second axis can be up.
        up: The recording's up axis.

    Returns:
        The same shape, a new array.
    """
    channels = positions.shape[-1]
    rotation = rotation_to_y_up(up).astype(np.float32)[:channels, :channels]
    result: FloatArray = positions @ rotation.T
    return result


def from_y_up(positions: FloatArray, up: Axis) -> FloatArray:
    """Undo ``to_y_up``: ``(..., C)`` with +y up -> the recording's own frame of reference."""
    channels = positions.shape[-1]
    rotation = rotation_to_y_up(up).astype(np.float32)[:channels, :channels]
    result: FloatArray = positions @ rotation
    return result


def no_rotation(positions: FloatArray) -> FloatArray:
    """``(N, ..., C)`` -> ``(N, C, C)`` rotations that leave everything as it is."""
    channels = positions.shape[-1]
    return np.tile(np.eye(channels, dtype=np.float32), (len(positions), 1, 1))


def facing_rotation(
    bodies: FloatArray, upright: tuple[int, int] | None, sideways: tuple[int, int] | None
) -> FloatArray:
    """Rotations that stand bodies upright along z and turn them to face alike (2s-AGCN).

    Args:
        bodies: ``(N, V, 3)`` one body of each clip.
        upright: The line between these joints becomes the z axis; None to leave it.
        sideways: The part of the line between these joints that is level after that becomes the x
            axis; None to leave it.

    Returns:
        ``(N, 3, 3)`` float32. Lines without extent turn nothing, as do pictures of two coordinates.
    """
    rotation = no_rotation(bodies).astype(np.float64)
    if bodies.shape[-1] != 3:  # noqa: PLR2004
        return rotation.astype(np.float32)
    if upright is not None:
        line = _line(bodies, upright)
        rotation = turning_matrices(line, np.array([0.0, 0.0, 1.0]))
    if sideways is not None:
        line = np.einsum("ncd,nd->nc", rotation, _line(bodies, sideways))
        line[:, 2] = 0.0
        rotation = turning_matrices(line, np.array([1.0, 0.0, 0.0])) @ rotation
    return rotation.astype(np.float32)


def _line(bodies: FloatArray, joints: tuple[int, int]) -> DoubleArray:
    start, end = joints
    return (bodies[:, end] - bodies[:, start]).astype(np.float64)


def turning_matrices(lines: DoubleArray, target: DoubleArray) -> DoubleArray:
    """The smallest rotation that brings each line to a direction (Rodrigues' formula).

    Args:
        lines: ``(N, 3)`` of any length; those without length are left as they are.
        target: ``(3,)`` of length one.

    Returns:
        ``(N, 3, 3)``. A line that points the other way is turned about an axis across it.
    """
    length = np.linalg.norm(lines, axis=1, keepdims=True)
    known = length > SMALLEST_BODY
    unit = np.where(known, lines / np.where(known, length, 1), target)
    axis = np.cross(unit, target)
    sine = np.linalg.norm(axis, axis=1)[:, None]
    across = np.cross(target, np.eye(3)[np.abs(target).argmin()])
    axis = np.where(sine > PARALLEL, axis, across)
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    about = _cross_matrices(axis)
    cosine = (unit @ target)[:, None, None]
    turned: DoubleArray = np.eye(3) + sine[:, :, None] * about + (1 - cosine) * (about @ about)
    return turned


def _cross_matrices(axes: DoubleArray) -> DoubleArray:
    """``(N, 3)`` -> ``(N, 3, 3)`` that multiply a vector as the cross product does."""
    x, y, z = axes.T
    zero = np.zeros_like(x)
    rows = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=1)
    return rows.reshape(-1, 3, 3)


def axes_extent(positions: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
    """What stretches each axis of each clip to -1..1 (CTR-GCN's NW-UCLA feeder).

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        present: ``(N, M)`` people who count; the others are not looked at.

    Returns:
        Middle ``(N, C)`` and scale ``(N, C)``; an axis without extent has scale 0.
    """
    nobody = ~present.any(axis=1, keepdims=True)
    counted = (present | nobody)[:, None, :, None, None]
    low = np.where(counted, positions, np.inf).min(axis=(1, 2, 3))
    high = np.where(counted, positions, -np.inf).max(axis=(1, 2, 3))
    extent = high - low
    scale = np.where(extent > 0, 2 / np.where(extent > 0, extent, 1), 0)
    return (low + extent / 2).astype(np.float32), scale.astype(np.float32)


def body_size(bodies: FloatArray) -> FloatArray:
    """What brings bodies to the size 1, keeping their proportions and their path.

    The size is the root mean square distance of the joints from their centre, median over frames.

    Args:
        bodies: ``(N, T, V, C)`` float32.

    Returns:
        ``(N,)`` factors; 1 for a body without extent.
    """
    joints = bodies.shape[2]
    spread = bodies - (np.einsum("ntvc->ntc", bodies) / joints)[:, :, None]
    squares = np.einsum("ntvc,ntvc->nt", spread, spread) / joints
    return _inverse(np.median(np.sqrt(squares), axis=1))


def measured_length(bodies: FloatArray, pairs: tuple[tuple[int, int], ...]) -> FloatArray:
    """What brings the summed distances between pairs of joints to 1, median over frames.

    Args:
        bodies: ``(N, T, V, C)`` float32.
        pairs: Of joints.

    Returns:
        ``(N,)`` factors; 1 where there is no distance.
    """
    starts, ends = np.array(pairs).T
    lengths = np.linalg.norm(bodies[:, :, ends] - bodies[:, :, starts], axis=-1)
    return _inverse(np.median(lengths.sum(axis=-1), axis=1))


def _inverse(size: FloatArray | DoubleArray) -> FloatArray:
    result: FloatArray = (1 / np.where(size > SMALLEST_BODY, size, 1)).astype(np.float32)
    return result
