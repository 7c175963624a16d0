"""Levels of detail: arrays over frames, summed up so that any zoom reads about one value a pixel.

Ten hours at 30 frames a second are a million frames; a strip has a thousand pixels. Each level
halves (or quarters) the one before. Building takes a while and belongs in another thread.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from app.lanes.base import NO_EDGES, Curve, PixelArray
from app.timeline_model import TimeSpan
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray

UNKNOWN = 255
"""Byte that stands for NaN."""
KNOWN = 254
"""Byte that stands for 1."""
SHORTEST_LEVEL = 64
HALF = 0.5
CURVE_STEP = 4
"""Frames that one value of the next coarser level sums up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLevels:
    """The largest of 1, 2, 4, 8 … frames, in bytes; the finest level is the values themselves."""

    weights: FloatArray
    """``(T, V)`` float32 in 0..1; NaN for unknown."""
    levels: tuple[PixelArray, ...]
    """``(T / 2, V)``, ``(T / 4, V)`` … in steps of 1/254; 255 for unknown."""

    @classmethod
    def of(cls, weights: FloatArray) -> "HeatLevels":
        """Sum up. A value that sticks out stays visible at any zoom."""
        levels: list[PixelArray] = []
        level = _bytes(_halved(weights))
        while len(level) > 1:  # to the end: a column must never be wider than a block
            levels.append(level)
            level = _halved_bytes(level)
        levels.append(level)
        return cls(weights=weights, levels=tuple(levels))

    def columns(self, frames: DoubleArray, frames_a_column: float) -> PixelArray:
        """``(W, V)`` bytes at some moments.

        Args:
            frames: ``(W,)`` places on the axis of these values, all within it.
            frames_a_column: Distance between two of them.
        """
        level = int(np.ceil(np.log2(max(frames_a_column, 1.0)) - 1e-9))
        level = min(level, len(self.levels))
        if level == 0:
            return _bytes(self.weights[frames.astype(np.intp)])
        place = frames.astype(np.intp) >> level
        return self.levels[level - 1][np.minimum(place, len(self.levels[level - 1]) - 1)]


def _halved(values: FloatArray) -> FloatArray:
    even = values[: len(values) // 2 * 2]
    pairs: FloatArray = np.fmax(even[0::2], even[1::2])
    return pairs if len(even) == len(values) else np.concatenate([pairs, values[-1:]])


def _bytes(values: FloatArray) -> PixelArray:
    known = np.isfinite(values)
    scaled = np.clip(np.where(known, values, 0.0), 0.0, 1.0) * KNOWN
    return np.where(known, np.rint(scaled), UNKNOWN).astype(np.uint8)


def _halved_bytes(values: PixelArray) -> PixelArray:
    even = values[: len(values) // 2 * 2] + np.uint8(1)  # unknown becomes 0, the least
    pairs = np.maximum(even[0::2], even[1::2]) - np.uint8(1)
    return pairs if 2 * len(pairs) == len(values) else np.concatenate([pairs, values[-1:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLevels:
    """The smallest and the largest of 1, 4, 16 … frames."""

    levels: tuple[tuple[FloatArray, FloatArray], ...]
    """Low and high ``(T,)``, ``(T / 4,)`` …; NaN where nothing is known."""

    @classmethod
    def of(cls, values: FloatArray) -> "CurveLevels":
        """Sum up ``(T,)`` values."""
        levels = [(values, values)]
        while len(levels[-1][0]) > SHORTEST_LEVEL:
            low, high = levels[-1]
            starts = np.arange(0, len(low), CURVE_STEP)
            levels.append((np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)))
        return cls(levels=tuple(levels))

    @property
    def values(self) -> FloatArray:
        """``(T,)`` the values themselves."""
        return self.levels[0][0]

    def columns(self, span: TimeSpan, width: int) -> Curve:
        """The curve over a strip: its range in each pixel column, straight lines when close."""
        frames_a_column = span.frames / width
        if frames_a_column < 1.0:
            return self._lines(span, width)
        level = min(
            int(np.log2(frames_a_column) / np.log2(CURVE_STEP) + 1e-9), len(self.levels) - 1
        )
        low, high = self.levels[level]
        size = float(CURVE_STEP**level)
        starts = np.minimum((span.column_edges(width) / size).astype(np.intp), len(low) - 1)
        first, last = int(starts[0]), int(starts[-1]) + 1
        places = starts[:-1] - first
        return Curve(
            low=np.fmin.reduceat(low[first:last], places),
            high=np.fmax.reduceat(high[first:last], places),
        )

    def _lines(self, span: TimeSpan, width: int) -> Curve:
        values = self.values
        first = max(int(span.first) - 1, 0)
        last = min(int(np.ceil(span.last)) + 2, len(values))
        edges = span.column_edges(width)
        middles = (edges[:-1] + edges[1:]) / 2
        line = np.interp(middles, np.arange(first, last) + 0.5, values[first:last])
        # a frame that is known between two that are not is still a dot of its own width
        own = values[np.clip(middles.astype(np.intp), 0, len(values) - 1)]
        shown = np.where(np.isfinite(own) & np.isnan(line), own, line).astype(np.float32)
        shown[np.isnan(own)] = np.nan
        return Curve(low=shown, high=shown)


@dataclass(frozen=True)
class FrameRuns:
    """Runs of frames of which something is true, such as that nobody is seen."""

    starts: IntArray
    """``(G,)`` first frame of each run, ascending."""
    stops: IntArray
    """``(G,)`` the frame after its last."""

    @classmethod
    def of(cls, is_so: BoolArray) -> "FrameRuns":
        """The runs of ``(T,)``."""
        padded = np.concatenate([[False], is_so, [False]])
        changes = np.flatnonzero(padded[1:] != padded[:-1])
        return cls(starts=changes[0::2], stops=changes[1::2])

    def __len__(self) -> int:
        """How many."""
        return len(self.starts)

    @cached_property
    def edges(self) -> DoubleArray:
        """``(2 G,)`` where they begin and end, ascending."""
        if not len(self):
            return NO_EDGES
        return np.stack([self.starts, self.stops], axis=1).ravel().astype(np.float64)

    @cached_property
    def _before(self) -> DoubleArray:
        """``(G + 1,)`` frames in the runs before each."""
        return np.concatenate([[0.0], np.cumsum(self.stops - self.starts)])

    def share(self, positions: DoubleArray) -> DoubleArray:
        """``(P - 1,)`` which part of the stretch between two neighbouring positions they cover."""
        if not len(self):
            return np.zeros(max(len(positions) - 1, 0))
        run = np.searchsorted(self.starts, positions, side="right") - 1
        into = np.clip(positions - self.starts[run], 0, (self.stops - self.starts)[run])
        covered = np.where(run >= 0, self._before[run] + into, 0.0)
        share: DoubleArray = np.diff(covered) / np.maximum(np.diff(positions), 1e-12)
        return share

    def columns(self, span: TimeSpan, width: int) -> tuple[tuple[int, int], ...]:
        """Half-open stretches of pixel columns of a strip that they cover by half or more."""
        return column_runs(self.share(span.column_edges(width)) >= HALF)

    def at(self, position: float) -> tuple[int, int] | None:
        """The run at an axis position, first frame and the frame after the last."""
        run = int(np.searchsorted(self.starts, position, side="right")) - 1
        if run < 0 or position >= self.stops[run]:
            return None
        return int(self.starts[run]), int(self.stops[run])


def column_runs(is_so: BoolArray) -> tuple[tuple[int, int], ...]:
    """Half-open stretches of columns where something is true."""
    padded = np.concatenate([[False], is_so, [False]])
    changes = np.flatnonzero(padded[1:] != padded[:-1]).tolist()
    return tuple(pair for number, pair in enumerate(pairwise(changes)) if number % 2 == 0)
