"""Two recordings of one movement, laid upon each other in time and in space."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.alignment.differences import Differences, differences
from engine.alignment.pairing import Pair
from engine.alignment.placing import Place, Placement, placement
from engine.alignment.timing import By, met_frames
from engine.alignment.warping import OnProgress, ShouldStop, never, nothing_to_tell
from engine.arrays import BoolArray, DoubleArray, read_only
from engine.errors import EngineError


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """What came of laying the second recording upon the first."""

    pair: Pair
    by: By
    place: Place
    same_size: bool
    """Whether the second body was brought to the first one's size."""
    frames: DoubleArray
    """``(T1,)`` fractional frame of the second, ascending or level; NaN where there is none."""
    placement: Placement
    differences: Differences

    @property
    def aligned(self) -> BoolArray:
        """``(T1,)`` frames of the first that have a difference."""
        return np.isfinite(self.differences.overall)

    @property
    def mean(self) -> float:
        """Mean difference over time, in body sizes."""
        return float(np.nanmean(self.differences.overall))

    @property
    def greatest(self) -> tuple[int, float]:
        """The frame of the first with the greatest difference, and that in body sizes."""
        frame = int(np.nanargmax(self.differences.overall))
        return frame, float(self.differences.overall[frame])

    @property
    def joint_means(self) -> DoubleArray:
        """``(J,)`` mean distance of each joint over time; NaN for one never seen in both."""
        apart = self.differences.joints
        known = np.isfinite(apart)
        counts = known.sum(axis=0)
        total = np.where(known, apart, 0.0).sum(axis=0, dtype=np.float64)
        return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)

    @property
    def joints_by_distance(self) -> tuple[int, ...]:
        """Places among the common joints of those seen in both, the farthest apart first."""
        return tuple(joint for joint, _ in _farthest(self.joint_means))

    def worst_joints(self, frame: int, count: int) -> tuple[tuple[int, float], ...]:
        """Places among the common joints of those that are farthest apart, and how far.

        Args:
            frame: Of the first recording.
            count: At most so many, the farthest first.
        """
        return _farthest(self.differences.joints[frame])[:count]


def _farthest(apart: NDArray[np.floating]) -> tuple[tuple[int, float], ...]:
    """Places and distances, the farthest first; without those that are not known."""
    order = np.argsort(np.where(np.isfinite(apart), -apart, np.inf), kind="stable")
    return tuple((int(j), float(apart[j])) for j in order if np.isfinite(apart[j]))


def align(
    pair: Pair,
    by: By,
    place: Place = Place.PINNED,
    *,
    same_size: bool = True,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> Alignment:
    """Lay the second recording upon the first.

    Args:
        pair: Both persons.
        by: In time.
        place: In space.
        same_size: Whether the second body is brought to the first one's size.
        on_progress: Told the share done.
        should_stop: Asked again and again.

    Raises:
        StoppedError: It was stopped.
        EngineError: No moment of one falls on a moment of the other.
    """
    frames = met_frames(pair, by, on_progress=on_progress, should_stop=should_stop)
    return laid(pair, by, frames, place, same_size=same_size)


def laid(pair: Pair, by: By, frames: DoubleArray, place: Place, *, same_size: bool) -> Alignment:
    """Lay the second recording upon the first when it is known what meets in time.

    Raises:
        EngineError: In no frame are enough joints seen in both.
    """
    placed = placement(pair, frames, place, same_size=same_size)
    measured = differences(pair, frames, placed)
    if not np.isfinite(measured.overall).any():
        raise EngineError(
            "the two persons are at no moment seen with enough joints in both; "
            "choose another person or recording"
        )
    return Alignment(
        pair=pair,
        by=by,
        place=place,
        same_size=same_size or not pair.has_one_unit,
        frames=read_only(frames),
        placement=placed,
        differences=measured,
    )
