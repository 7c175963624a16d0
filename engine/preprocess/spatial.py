"""Where a body stands, which way it faces and how large it is: removed before a network sees it."""

import numpy as np

from engine.arrays import FloatArray
from engine.skeleton import Axis

SMALLEST_BODY = 1e-6
"""Bodies smaller than this, in units of the recording, are points."""

_UP_ROTATION = {
    Axis.PLUS_Y: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    Axis.MINUS_Y: ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    Axis.PLUS_Z: ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    Axis.MINUS_Z: ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    Axis.PLUS_X: ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    Axis.MINUS_X: ((0, 1, 0), (-1, 0, 0), (0, 0, 1)),
}
"""Proper rotations that bring each up axis to +y: row i gives the new axis i in the old frame."""


def to_y_up(positions: FloatArray, up: Axis) -> FloatArray:
    """Turn a recording so that up is +y.

    Args:
        positions: ``(..., 3)`` float32, or ``(..., 2)`` of which only the second axis can be up.
        up: The recording's up axis.

    Returns:
        The same shape, a new array.
    """
    channels = positions.shape[-1]
    rotation = np.array(_UP_ROTATION[up], dtype=np.float32)[:channels, :channels]
    result: FloatArray = positions @ rotation.T
    return result


def centre_on(positions: FloatArray, joint: int) -> FloatArray:
    """Move everybody so that the first person's joint in the first frame is the origin.

    Args:
        positions: ``(N, T, M, V, C)`` float32 without NaN.
        joint: Index into V.

    Returns:
        ``(N, T, M, V, C)`` float32.
    """
    return positions - positions[:, :1, :1, joint : joint + 1]


def scale_axes(positions: FloatArray) -> FloatArray:
    """Stretch each axis of each clip to -1..1 (CTR-GCN's NW-UCLA feeder).

    Args:
        positions: ``(N, T, M, V, C)`` float32.

    Returns:
        ``(N, T, M, V, C)`` float32; an axis without extent becomes zero.
    """
    low = positions.min(axis=(1, 2, 3), keepdims=True)
    extent = positions.max(axis=(1, 2, 3), keepdims=True) - low
    scaled = 2 * (positions - low) / np.where(extent > 0, extent, 1) - 1
    return np.where(extent > 0, scaled, 0).astype(np.float32)


def scale_body(positions: FloatArray) -> FloatArray:
    """Divide each clip by the body's size, keeping its proportions and its path.

    The size is the root mean square distance of the first person's joints from their centre, median
    over frames.

    Args:
        positions: ``(N, T, M, V, C)`` float32.

    Returns:
        ``(N, T, M, V, C)`` float32; a body without extent stays as it is.
    """
    first = positions[:, :, 0]
    spread = first - first.mean(axis=2, keepdims=True)
    size = np.median(np.sqrt((spread**2).sum(-1).mean(-1)), axis=1).reshape(-1, 1, 1, 1, 1)
    return (positions / np.where(size > SMALLEST_BODY, size, 1)).astype(np.float32)
