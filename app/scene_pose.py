"""What the joints of a whole recording say about the room and the people in it.

Which way is up, where the floor is, where people stand, which way they face: pure estimates on
arrays.
"""

from dataclasses import dataclass
from math import radians

import numpy as np
from numpy.typing import NDArray

from engine.arrays import BoolArray, DoubleArray, FloatArray
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

# a proper rotation each (no mirroring), so that left stays left
_ROTATION_TO_Y_UP = {
    Axis.PLUS_Y: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    Axis.MINUS_Y: ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    Axis.PLUS_Z: ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    Axis.MINUS_Z: ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    Axis.PLUS_X: ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    Axis.MINUS_X: ((0, 1, 0), (-1, 0, 0), (0, 0, 1)),
}
STRAIGHT = 0.92
"""A body stands when head and ankles are this far apart, as a part of the bones between them."""
FEWEST_STANDING = 3
FEWEST_FINGERS = 3
SMALLEST_TILT, LARGEST_TILT = radians(1.0), radians(30.0)
FOOT_IN_THE_AIR, FOOT_NOISE = 0.12, 0.03
"""Figure sizes."""
USUAL_SLOPE = 0.05
"""Of the floor once people stand upright."""
INDEPENDENT_STEPS = 30
"""Frames of a recording count as at most so many independent measurements of the floor."""
SAMPLED_FRAMES = 600
"""Statistics over a recording look at this many frames, evenly spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """Which way people face."""

    facing: DoubleArray
    """``(T, M)`` azimuth, radians, smoothed over time."""
    lift: float
    """Elevation of the view from the front, radians; 0 for bodies."""


def rotation_to_y_up(up: Axis) -> DoubleArray:
    """``(3, 3)`` matrix that turns a recording's coordinates so that Y points up."""
    return np.array(_ROTATION_TO_Y_UP[up], dtype=np.float64)


def sampled(num_frames: int) -> slice:
    """Frames to look at for statistics of a whole recording."""
    return slice(None, None, max(1, num_frames // SAMPLED_FRAMES))


def levelling(points: FloatArray, layout: SkeletonLayout) -> DoubleArray:
    """Rotation that sets people upright whom a tilted sensor shows leaning.

    Depth sensors look down a little, and their data sets keep that tilt. Whoever stands straight
    must stand over their feet: the direction from ankles to head in such frames is up.

    Args:
        points: ``(T, M, V, 3)``, Y roughly up; NaN where a joint is missing.
        layout: Names head and ankles; without them, nothing is turned.

    Returns:
        ``(3, 3)``; the identity where nobody stands straight or the tilt is not believable.
    """
    names = layout.joints
    top = next((names.index(name) for name in ("head", "nose", "neck") if name in names), None)
    if top is None or not {"left ankle", "right ankle"} <= set(names):
        return np.eye(3)
    ankles = names.index("left ankle"), names.index("right ankle")
    some = points[sampled(len(points))].reshape(-1, layout.num_joints, 3)
    some = some[np.isfinite(some[:, (top, *ankles)]).all(axis=(1, 2))]
    if not len(some):
        return np.eye(3)
    axis = some[:, top] - (some[:, ankles[0]] + some[:, ankles[1]]) / 2
    height = np.linalg.norm(axis, axis=-1)
    bones = np.median(_path_lengths(some, layout, top, ankles[0]))
    standing = (height > STRAIGHT * bones) & (height > 0)
    if np.count_nonzero(standing) < FEWEST_STANDING or not np.isfinite(bones):
        return np.eye(3)
    up = np.median(axis[standing] / height[standing, None], axis=0)
    return _rotation_to_up(up / np.linalg.norm(up))


def floor_levelling(points: FloatArray, layout: SkeletonLayout) -> DoubleArray:
    """Rotation that makes the floor flat under the feet, after ``levelling``.

    A plane through each person's lower foot; where feet do not get about much it stays level,
    because then noise would tilt it (ridge regression with the tilt's usual size as the prior).

    Args:
        points: ``(T, M, V, 3)`` in figure sizes, Y up; NaN where a joint is missing.
        layout: Names feet and ankles; without them, nothing is turned.

    Returns:
        ``(3, 3)``.
    """
    feet = [
        joint
        for joint, name in enumerate(layout.joints)
        if name.endswith(("foot", "ankle", "heel", "toe"))
    ]
    if not feet:
        return np.eye(3)
    some = points[sampled(len(points))][:, :, feet].reshape(-1, len(feet), 3)
    height = np.where(np.isfinite(some[..., 1]), some[..., 1], np.inf)
    lower = some[np.arange(len(some)), height.argmin(axis=1)]
    lower = lower[np.isfinite(lower).all(axis=1)].astype(np.float64)
    if len(lower) < FEWEST_STANDING:
        return np.eye(3)
    lower -= np.median(lower, axis=0)
    slope = np.zeros(2)
    for _ in range(2):  # the second time without feet in the air
        grounded = lower[np.abs(lower[:, 1] - lower[:, ::2] @ slope) < FOOT_IN_THE_AIR]
        grounded = grounded - grounded.mean(axis=0)
        flat, trust = grounded[:, ::2], min(1.0, INDEPENDENT_STEPS / max(len(grounded), 1))
        gram = trust * flat.T @ flat + (FOOT_NOISE / USUAL_SLOPE) ** 2 * np.eye(2)
        slope = np.linalg.solve(gram, trust * flat.T @ grounded[:, 1])
    up = np.array([-slope[0], 1.0, -slope[1]])
    return _rotation_to_up(up / np.linalg.norm(up))


def _path_lengths(points: FloatArray, layout: SkeletonLayout, first: int, last: int) -> DoubleArray:
    """``(N,)`` length of the bones between two joints; points are ``(N, V, 3)``."""
    above_first, above_last = _ancestors(layout, first), _ancestors(layout, last)
    meeting = next(joint for joint in above_first if joint in above_last)
    path = above_first[: above_first.index(meeting) + 1]
    path += above_last[: above_last.index(meeting)][::-1]
    steps = np.diff(points[:, path], axis=1)
    return np.linalg.norm(steps, axis=-1).astype(np.float64).sum(axis=1)


def _ancestors(layout: SkeletonLayout, joint: int) -> list[int]:
    """The joint, its parent and so on to the root."""
    chain = [joint]
    while layout.parents[chain[-1]] != chain[-1]:
        chain.append(layout.parents[chain[-1]])
    return chain


def _rotation_to_up(up: NDArray[np.floating]) -> DoubleArray:
    """The smallest rotation that takes a unit vector to +Y, if the tilt is one of a sensor."""
    tilt = np.arccos(np.clip(up[1], -1.0, 1.0))
    if not SMALLEST_TILT < tilt < LARGEST_TILT:
        return np.eye(3)
    x, y, z = np.cross(up, [0.0, 1.0, 0.0]) / np.sin(tilt)
    skew = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(tilt) * skew + (1 - np.cos(tilt)) * skew @ skew


def figure_size(points: FloatArray) -> float:
    """Extent of one figure along its longest axis, robust against single bad frames.

    Args:
        points: ``(T, M, V, 3)``; NaN where a joint is missing.

    Returns:
        A positive number, 1 where nothing is visible.
    """
    some = points[sampled(len(points))]
    extent = (np.fmax.reduce(some, axis=2) - np.fmin.reduce(some, axis=2)).max(axis=-1)
    extent = extent[np.isfinite(extent) & (extent > 0)]
    return float(np.percentile(extent, 75)) if len(extent) else 1.0


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
