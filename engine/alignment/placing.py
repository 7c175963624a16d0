"""Where the second body is put beside the first: turned about the vertical, moved, brought to size.

The turn is the one that brings the joints seen in both nearest to each other while both are held by
their anchors: orthogonal Procrustes with one axis, which has a closed form (L. Kovar, M. Gleicher
and F. Pighin, "Motion graphs", ACM Transactions on Graphics 21(3), 2002).
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.alignment.pairing import Pair
from engine.alignment.timing import between_frames
from engine.arrays import DoubleArray, FloatArray, missing_joints

TURNED_S = 0.3
"""Width of the time that the turn of one frame looks at: bodies do not spin from frame to frame."""
FIRST_S = 0.5
"""Of the aligned time, the part that says where a free body is put."""


class Place(Enum):
    """How the second body keeps to the first."""

    PINNED = "pinned"
    """It stands on the first one's spot and faces as it does, in every frame."""
    FREE = "free"
    """It begins on the first one's spot, then goes its own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """From the second body's upright coordinates to the first one's, frame by frame."""

    scale: float
    cosines: DoubleArray
    """``(T1,)`` of the turn about the vertical; NaN where there is no partner."""
    sines: DoubleArray
    shifts: DoubleArray
    """``(T1, 3)`` added after the turn."""

    def place(self, points: FloatArray, frame: int) -> FloatArray:
        """Put points where they belong.

        Args:
            points: ``(..., 3)`` upright coordinates of the second body.
            frame: Of the first recording.

        Returns:
            ``(..., 3)`` float32 upright coordinates of the first body; NaN where there is none.
        """
        moved: FloatArray = (points @ self.turn(frame).T + self.shifts[frame]).astype(np.float32)
        return moved

    def turn(self, frame: int) -> DoubleArray:
        """``(3, 3)`` turn about the vertical of a frame of the first recording, times the scale."""
        c, s = self.cosines[frame], self.sines[frame]
        return self.scale * np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])

    def place_all(self, points: FloatArray) -> FloatArray:
        """``(T1, J, 3)`` points of the second body, one row for each frame of the first."""
        c, s = self.cosines[:, None], self.sines[:, None]
        x, y, z = np.moveaxis(points, -1, 0)
        turned = np.stack([c * x + s * z, y + 0.0 * c, c * z - s * x], axis=-1)
        placed: FloatArray = (self.scale * turned + self.shifts[:, None]).astype(np.float32)
        return placed


def placement(pair: Pair, frames: DoubleArray, place: Place, *, same_size: bool) -> Placement:
    """Put the second body to the first.

    Args:
        pair: Both.
        frames: ``(T1,)`` of the second, for those of the first; NaN for none.
        place: Whether in each frame or once.
        same_size: Bring the second to the first one's size; always done where their units of length
            have nothing to do with each other.
    """
    scale = pair.ratio if same_size or not pair.has_one_unit else 1.0
    other = scale * between_frames(pair.second.joints, frames)
    other_anchors = scale * between_frames(pair.second.anchors, frames)
    ours, anchors = pair.first.joints, pair.first.anchors
    along, across = _turning(ours - anchors[:, None], other - other_anchors[:, None])
    if pair.is_flat:
        along, across = np.where(np.isfinite(frames), 1.0, np.nan), np.zeros(len(frames))
    aligned = np.flatnonzero(np.isfinite(frames) & np.isfinite(anchors[:, 0]))
    aligned = aligned[np.isfinite(other_anchors[aligned, 0])]
    fps = float(pair.first.performer.recording.shown_fps)
    if place is Place.FREE:
        some = aligned[: max(round(FIRST_S * fps), 1)]
        along = np.full(len(frames), along[some].sum() if len(some) else np.nan)
        across = np.full(len(frames), across[some].sum() if len(some) else np.nan)
    else:
        some = aligned
        along, across = (_even(each, round(TURNED_S * fps)) for each in (along, across))
    size = np.hypot(along, across)
    known = size > 0
    cosines = np.where(known, along / np.where(known, size, 1.0), 1.0)
    sines = np.where(known, across / np.where(known, size, 1.0), 0.0)
    gone = np.ones(len(frames), dtype=bool)
    gone[aligned] = False
    shifts = anchors - _turned(other_anchors, cosines, sines)
    if place is Place.FREE and len(some):
        shifts[:] = np.median(shifts[some], axis=0)
    if pair.stands and len(aligned):
        shifts[:, 1] = _floor_shift(ours[aligned], other[aligned])
    for array in (cosines, sines, shifts):
        array[gone] = np.nan
    return Placement(scale=scale, cosines=cosines, sines=sines, shifts=shifts)


def _turning(ours: FloatArray, theirs: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    """``(T,)`` sums whose ratio is the best turn about the vertical; 0 where nothing is known."""
    both = ~missing_joints(ours) & ~missing_joints(theirs)
    a = np.where(both[..., None], ours, 0.0).astype(np.float64)
    b = np.where(both[..., None], theirs, 0.0).astype(np.float64)
    along = (a[..., 0] * b[..., 0] + a[..., 2] * b[..., 2]).sum(axis=1)
    across = (a[..., 0] * b[..., 2] - a[..., 2] * b[..., 0]).sum(axis=1)
    return along, across


def _turned(points: FloatArray, cosines: DoubleArray, sines: DoubleArray) -> DoubleArray:
    x, y, z = points.astype(np.float64).T
    return np.stack([cosines * x + sines * z, y, cosines * z - sines * x], axis=1)


def _floor_shift(ours: FloatArray, theirs: FloatArray) -> float:
    """How far apart the lowest joints of both are in height, in most frames."""
    both = np.isfinite(ours[..., 1]) & np.isfinite(theirs[..., 1])
    lowest = [
        np.where(both, each[..., 1], np.inf).min(axis=1)[both.any(axis=1)]
        for each in (ours, theirs)
    ]
    return float(np.median(lowest[0] - lowest[1])) if len(lowest[0]) else 0.0


def _even(values: DoubleArray, width: int) -> DoubleArray:
    """A running mean of sums: what is unknown counts as nought."""
    half = width // 2
    if half <= 0:
        return values
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(values))])
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    even: DoubleArray = (sums[high] - sums[low]) / (high - low)
    return even
