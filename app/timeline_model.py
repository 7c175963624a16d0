"""The time axis in numbers: which frame lies where, what the ruler says.

Pure: no Qt, no state. Frame ``f`` covers ``f .. f + 1`` of the axis; the playhead is in its middle.
What lies under the axis is in ``app.lanes``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import DoubleArray

FEWEST_FRAMES = 1.0
"""The closest one can zoom in."""
TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
FRAME_STEPS = (1, 2, 5, 10)
FRAMES_A_TICK = 3.0
"""Closer than so many frames to a label, labels count frames and not seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """The visible part of a recording's frame axis."""

    num_frames: int
    first: float
    last: float

    @classmethod
    def whole(cls, num_frames: int) -> "TimeSpan":
        """Everything."""
        return cls(num_frames=num_frames, first=0.0, last=float(max(num_frames, 1)))

    @property
    def frames(self) -> float:
        """How many frames are visible."""
        return self.last - self.first

    @property
    def is_whole(self) -> bool:
        """Whether nothing is out of sight."""
        return self.frames >= self.num_frames

    def zoomed(self, factor: float, about: float) -> "TimeSpan":
        """Closer (``factor`` < 1) or farther, keeping the axis position ``about`` in place."""
        fewest = min(FEWEST_FRAMES, float(self.num_frames))
        frames = min(max(self.frames * factor, fewest), float(self.num_frames))
        first = about - (about - self.first) * frames / self.frames
        return self._at(first, frames)

    def panned(self, frames: float) -> "TimeSpan":
        """Moved along by some frames, within the recording."""
        return self._at(self.first + frames, self.frames)

    def showing(self, frame: int) -> "TimeSpan":
        """Moved so that a frame is visible; the same when it already is."""
        if self.first <= frame and frame + 1 <= self.last:
            return self
        return self._at(frame - self.frames * 0.1, self.frames)

    def on(self, start: float, stop: float) -> "TimeSpan":
        """A stretch of the recording, from edge to edge."""
        fewest = min(FEWEST_FRAMES, float(self.num_frames))
        return self._at(start, min(max(stop - start, fewest), float(self.num_frames)))

    def _at(self, first: float, frames: float) -> "TimeSpan":
        first = min(max(first, 0.0), self.num_frames - frames)
        return replace(self, first=first, last=first + frames)

    def x_of(self, position: float, width: float) -> float:
        """Where an axis position lies on a strip ``width`` wide."""
        return (position - self.first) / self.frames * width

    def position_at(self, x: float, width: float) -> float:
        """The axis position at a place on the strip."""
        return self.first + x / max(width, 1.0) * self.frames

    def frame_at(self, x: float, width: float) -> int:
        """The frame at a place on the strip, the nearest there is."""
        return min(max(int(self.position_at(x, width)), 0), self.num_frames - 1)

    def column_edges(self, width: int) -> DoubleArray:
        """``(width + 1,)`` axis positions between which the pixel columns of a strip lie."""
        return self.first + np.arange(width + 1, dtype=np.float64) * (self.frames / width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the ruler."""

    position: float
    seconds: float
    frame: int | None = None
    """Where the label counts frames."""


def ticks(
    span: TimeSpan, *, most: int, time_s: Callable[[int], float], frame_at_s: Callable[[float], int]
) -> tuple[Tick, ...]:
    """Round moments across the visible part; single frames where it is very short.

    Args:
        span: The visible part.
        most: How many labels fit side by side.
        time_s: Seconds at which a frame begins.
        frame_at_s: The frame shown at a moment.

    Returns:
        Marks in the middle of the frames shown at those moments, in order.
    """
    if span.frames <= FRAMES_A_TICK * max(most, 1) and span.frames < span.num_frames:
        return _frame_ticks(span, most, time_s)
    start, end = time_s(int(span.first)), time_s(min(int(span.last), span.num_frames - 1))
    length = max(end - start, 1e-3)
    fitting = (step for step in TICK_STEPS_S if length / step <= max(most, 1))
    step = next(fitting, TICK_STEPS_S[-1])
    first = int(np.ceil(start / step - 1e-9))
    last = int(np.floor(end / step + 1e-9))
    found = (
        Tick(position=frame_at_s(number * step) + 0.5, seconds=number * step)
        for number in range(first, last + 1)
    )
    return _apart(found, least=span.frames / max(most, 1))


def _apart(found: Iterable[Tick], least: float) -> tuple[Tick, ...]:
    """Those that leave room for a label: where frames are sparse in time, moments lie close."""
    kept: list[Tick] = []
    for tick in found:
        if not kept or tick.position - kept[-1].position >= least - 1:
            kept.append(tick)
    return tuple(kept)


def _frame_ticks(span: TimeSpan, most: int, time_s: Callable[[int], float]) -> tuple[Tick, ...]:
    fitting = (step for step in FRAME_STEPS if span.frames / step <= max(most, 1))
    step = next(fitting, FRAME_STEPS[-1])
    first = -(-int(np.floor(span.first)) // step) * step
    last = min(int(np.ceil(span.last)), span.num_frames)
    return tuple(
        Tick(position=frame + 0.5, seconds=time_s(frame), frame=frame)
        for frame in range(first, last, step)
    )
