"""Which way is up: what bodies say of the sensor's tilt, so that they stand upright when compared.

Estimates on the joints of a whole recording, robust against single bad frames.
"""

from math import radians

import numpy as np
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray
from engine.preprocess.spatial import rotation_to_y_up
from engine.recording import Recording
from engine.skeleton import LayoutKind, SkeletonLayout

IN_SPACE = 3
"""Dimensions of layouts that are not pictures."""
STRAIGHT = 0.92
"""A body stands when head and ankles are this far apart, as a part of the bones between them."""
FEWEST_STANDING = 3
SMALLEST_TILT, LARGEST_TILT = radians(1.0), radians(30.0)
FOOT_IN_THE_AIR, FOOT_NOISE = 0.12, 0.03
"""Figure sizes."""
USUAL_SLOPE = 0.05
"""Of the floor once people stand upright."""
INDEPENDENT_STEPS = 30
"""Frames of a recording count as at most so many independent measurements of the floor."""
SAMPLED_FRAMES = 600
"""Statistics over a recording look at this many frames, evenly spread."""


def upright_rotation(recording: Recording) -> DoubleArray:
    """``(3, 3)`` proper rotation that turns a recording's coordinates so that people stand upright.

    Up becomes +Y; bodies in space are then set over their feet and their floor is levelled.
    """
    rotation = rotation_to_y_up(recording.up)
    is_body = recording.layout.kind is LayoutKind.BODY
    if not is_body or recording.layout.dimensions < IN_SPACE:
        return rotation
    some = recording.positions[sampled(recording.num_frames)].astype(np.float64)
    turned = (some @ rotation.T).astype(np.float32)
    rotation = levelling(turned, recording.layout) @ rotation
    turned = (some @ rotation.T).astype(np.float32)
    turned /= figure_size(turned)
    return floor_levelling(turned, recording.layout) @ rotation


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
    bones = np.median(path_lengths(some, layout, top, ankles[0]))
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


def path_lengths(points: FloatArray, layout: SkeletonLayout, first: int, last: int) -> DoubleArray:
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
