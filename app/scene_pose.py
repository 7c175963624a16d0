"""What the joints of a whole recording say about the room and the people in it.

Where the floor is, where people stand, which way they face: pure estimates on arrays. Which way is
up is in ``engine.alignment.upright``.
"""

from dataclasses import dataclass
from math import radians

import numpy as np

from engine.alignment.upright import sampled
from engine.arrays import BoolArray, DoubleArray, FloatArray
from engine.skeleton import LayoutKind, SkeletonLayout

FEWEST_FINGERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """Which way people face."""

    facing: DoubleArray
    """``(T, M)`` azimuth, radians, smoothed over time."""
    lift: float
    """Elevation of the view from the front, radians; 0 for bodies."""


def floor_height(points: FloatArray, layout: SkeletonLayout) -> float:
    """Height of the floor: where the lowest joints come to rest; below a hand, some way off.

    Args:
        points: ``(T, M, V, 3)`` in figure sizes, Y up.
        layout: Whether it is a hand.
    """
    lowest = np.fmin.reduce(points[sampled(len(points)), :, :, 1], axis=2)
    lowest = lowest[np.isfinite(lowest)]
    if not len(lowest):
        return -0.5
    if layout.kind is LayoutKind.HAND:
        return float(np.percentile(lowest, 2)) - 0.35
    return float(np.percentile(lowest, 10))


def body_centres(points: FloatArray, visible: BoolArray, width: int) -> DoubleArray:
    """Smoothed middle of each person and of everybody.

    Args:
        points: ``(T, M, V, 3)``; NaN where a joint is missing.
        visible: ``(T, M, V)``.
        width: Frames to smooth over.

    Returns:
        ``(T, M + 1, 3)``, the last row for everybody; gaps are bridged, never NaN.
    """
    count = visible.sum(axis=2)[..., None]
    total = np.add.reduce(points, axis=2, where=visible[..., None], dtype=np.float64)
    people = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    seen = (count > 0).sum(axis=1)
    group = np.where(seen > 0, np.nansum(people, axis=1) / np.maximum(seen, 1), np.nan)
    both = np.concatenate([people, group[:, None]], axis=1)
    return smoothed(bridged(both.reshape(len(points), -1)), width).reshape(both.shape)


def stance(points: FloatArray, layout: SkeletonLayout, width: int) -> Stance:
    """Which way each person faces over time.

    Args:
        points: ``(T, M, V, 3)``, Y up; NaN where a joint is missing.
        layout: Names hips and shoulders; hands face along the palm's normal.
        width: Frames to smooth over.
    """
    shape = points.shape[:2]
    if layout.dimensions < points.shape[-1]:
        return Stance(facing=np.zeros(shape), lift=0.0)
    if layout.kind is LayoutKind.HAND:
        azimuth, lift = _palm_direction(points, layout)
        return Stance(facing=np.full(shape, azimuth), lift=lift)
    pairs = [
        (layout.joints.index(f"left {name}"), layout.joints.index(f"right {name}"))
        for name in ("hip", "shoulder")
        if f"left {name}" in layout.joints and f"right {name}" in layout.joints
    ]
    ahead = np.zeros((*shape, 2))  # Z and X of up × rightwards
    for left, right in pairs:
        across = np.nan_to_num(points[:, :, right] - points[:, :, left])
        ahead += np.stack([-across[..., 0], across[..., 2]], axis=-1)
    ahead[(ahead == 0).all(axis=-1)] = np.nan
    even = smoothed(bridged(ahead.reshape(len(points), -1)), width).reshape(ahead.shape)
    return Stance(facing=np.arctan2(even[..., 1], even[..., 0]), lift=0.0)


def _palm_direction(points: FloatArray, layout: SkeletonLayout) -> tuple[float, float]:
    """Azimuth and elevation from which the open hand is seen best, radians."""
    root = layout.root
    fingers = [joint for joint, parent in layout.bones if parent == root]
    if len(fingers) < FEWEST_FINGERS:
        return 0.0, 0.0
    some = points[sampled(len(points))].reshape(-1, layout.num_joints, 3)
    normal = np.cross(some[:, fingers[1]] - some[:, root], some[:, fingers[-1]] - some[:, root])
    normal = normal[np.isfinite(normal).all(axis=-1)]
    if not len(normal) or not np.any(normal.mean(axis=0)):
        return 0.0, 0.0
    x, y, z = normal.mean(axis=0) / np.linalg.norm(normal.mean(axis=0))
    if y < 0:  # look at a hand from above rather than from below
        x, y, z = -x, -y, -z
    return float(np.arctan2(x, z)), float(min(np.arcsin(min(y, 1.0)), radians(60.0)))


def bridged(values: DoubleArray) -> DoubleArray:
    """``(T, K)`` with straight lines in time for NaN; 0 where a column has nothing else."""
    known = np.isfinite(values)
    if known.all():
        return values
    filled = np.zeros_like(values)
    times = np.arange(len(values))
    for column in range(values.shape[1]):
        mask = known[:, column]
        if mask.any():
            filled[:, column] = np.interp(times, times[mask], values[mask, column])
    return filled


def smoothed(values: DoubleArray, width: int) -> DoubleArray:
    """``(T, K)`` averaged twice over ``width`` frames; the ends are held."""
    half = max(width // 2, 0)
    if half == 0 or len(values) == 1:
        return values
    for _ in range(2):
        padded = np.pad(values, ((half + 1, half), (0, 0)), mode="edge")
        sums = np.cumsum(padded, axis=0)
        values = (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)
    return values
