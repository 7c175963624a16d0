"""The timeline in numbers: which frame lies where, what the lanes hold, what is under the pointer.

Pure: no Qt, no state. Frame ``f`` covers ``f .. f + 1`` of the axis; the playhead is in its middle.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from statistics import fmean

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.prediction import Prediction, PredictionTrack
from engine.skeleton import LayoutKind, SkeletonLayout

FEWEST_FRAMES = 8.0
"""The closest one can zoom in."""
TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MIRRORED_PART_WORDS = {"left": "L", "right": "R"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on the ruler."""

    position: float
    seconds: float


def ticks(
    span: TimeSpan, *, most: int, time_s: Callable[[int], float], frame_at_s: Callable[[float], int]
) -> tuple[Tick, ...]:
    """Round moments across the visible part.

    Args:
        span: The visible part.
        most: How many labels fit side by side.
        time_s: Seconds at which a frame begins.
        frame_at_s: The frame shown at a moment.

    Returns:
        Marks in the middle of the frames shown at those moments, in order.
    """
    start, end = time_s(int(span.first)), time_s(min(int(span.last), span.num_frames - 1))
    length = max(end - start, 1e-3)
    fitting = (step for step in TICK_STEPS_S if length / step <= max(most, 1))
    step = next(fitting, TICK_STEPS_S[-1])
    first = int(np.ceil(start / step - 1e-9))
    last = int(np.floor(end / step + 1e-9))
    return tuple(
        Tick(position=frame_at_s(number * step) + 0.5, seconds=number * step)
        for number in range(first, last + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCell:
    """What the model says of one stretch of the answer lane."""

    start: float
    stop: float
    """Stretch of the axis it is drawn on."""
    action: int
    """Index into the class names: the most probable one."""
    probability: float
    window_start: int
    window_stop: int
    """Half-open span of frames the model was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRun:
    """Neighbouring cells with the same answer, named once."""

    start: float
    stop: float
    action: int
    probability: float
    """Mean over the cells."""


def track_cells(track: PredictionTrack) -> tuple[AnswerCell, ...]:
    """One cell for each window, side by side.

    Windows overlap: each is drawn on the frames nearest to its middle, and never outside itself.
    """
    if len(track.starts) == 0:
        return ()
    middles = (track.starts + track.stops) / 2
    between = (middles[:-1] + middles[1:]) / 2
    left = np.maximum(np.concatenate([track.starts[:1], between]), track.starts)
    right = np.minimum(np.concatenate([between, track.stops[-1:]]), track.stops)
    best = track.probabilities.argmax(axis=1)
    return tuple(
        AnswerCell(
            start=float(left[w]),
            stop=float(right[w]),
            action=int(best[w]),
            probability=float(track.probabilities[w, best[w]]),
            window_start=int(track.starts[w]),
            window_stop=int(track.stops[w]),
        )
        for w in range(len(track.starts))
    )


def prediction_cell(prediction: Prediction) -> AnswerCell:
    """The one cell of a clip that was answered as a whole."""
    best = int(prediction.probabilities.argmax())
    return AnswerCell(
        start=float(prediction.start),
        stop=float(prediction.stop),
        action=best,
        probability=float(prediction.probabilities[best]),
        window_start=prediction.start,
        window_stop=prediction.stop,
    )


def answer_runs(cells: tuple[AnswerCell, ...]) -> tuple[AnswerRun, ...]:
    """Neighbours with the same answer, joined."""
    runs: list[AnswerRun] = []
    for _, group in groupby(_numbered_runs(cells), key=itemgetter(0)):
        members = [cell for _, cell in group]
        runs.append(
            AnswerRun(
                start=members[0].start,
                stop=members[-1].stop,
                action=members[0].action,
                probability=fmean(cell.probability for cell in members),
            )
        )
    return tuple(runs)


def _numbered_runs(cells: tuple[AnswerCell, ...]) -> Iterator[tuple[int, AnswerCell]]:
    """Each cell with the number of its run: a run ends where the answer changes or a gap comes."""
    number, last = 0, None
    for cell in cells:
        if last is not None and (last.action != cell.action or last.stop != cell.start):
            number += 1
        last = cell
        yield number, cell


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLane:
    """What the answer lane holds."""

    source: PredictionTrack | Prediction | None
    """What it was made from."""
    class_names: tuple[str, ...] = ()
    cells: tuple[AnswerCell, ...] = ()
    runs: tuple[AnswerRun, ...] = ()


def answer_lane(source: PredictionTrack | Prediction | None) -> AnswerLane:
    """The lane for answers over sliding windows, for one answer, or for none."""
    if source is None:
        return AnswerLane(source=None)
    if isinstance(source, PredictionTrack):
        cells = track_cells(source)
    else:
        cells = (prediction_cell(source),)
    return AnswerLane(
        source=source, class_names=source.class_names, cells=cells, runs=answer_runs(cells)
    )


def cell_at(cells: tuple[AnswerCell, ...], position: float) -> AnswerCell | None:
    """The cell at an axis position."""
    starts = np.array([cell.start for cell in cells])
    index = int(np.searchsorted(starts, position, side="right")) - 1
    return cells[index] if index >= 0 and position < cells[index].stop else None


def cell_columns(cells: tuple[AnswerCell, ...], span: TimeSpan, width: int) -> IntArray:
    """Which cell each pixel column of a strip shows.

    Returns:
        ``(width,)`` indices into ``cells``, which may be narrower than a pixel; -1 between them.
    """
    middles = span.first + (np.arange(width) + 0.5) / width * span.frames
    starts = np.array([cell.start for cell in cells])
    stops = np.array([cell.stop for cell in cells])
    index = np.searchsorted(starts, middles, side="right") - 1
    return np.where((index >= 0) & (middles < stops[index]), index, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGroup:
    """Rows of the focus lane under one name."""

    name: str
    first_row: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusRows:
    """Which joint each row of the focus lane is about."""

    joints: tuple[int, ...]
    groups: tuple[FocusGroup, ...]


def focus_rows(layout: SkeletonLayout) -> FocusRows:
    """Every joint once, part by part from head to feet; hands and feet go with their limbs."""
    seen: set[int] = set()
    joints: list[int] = []
    groups: list[FocusGroup] = []
    for name, members in _limbs(layout):
        fresh = [joint for joint in dict.fromkeys(members) if joint not in seen]
        if fresh:
            groups.append(FocusGroup(name=name, first_row=len(joints), rows=len(fresh)))
            joints += fresh
            seen.update(fresh)
    return FocusRows(joints=tuple(joints), groups=tuple(groups))


def _limbs(layout: SkeletonLayout) -> list[tuple[str, tuple[int, ...]]]:
    if layout.kind is LayoutKind.HAND:
        return [(part.name, part.joints) for part in layout.parts]
    limbs: dict[str, tuple[int, ...]] = {}
    for part in layout.parts:
        name = part.name.replace("hand", "arm").replace("foot", "leg")
        for word, letter in MIRRORED_PART_WORDS.items():
            name = name.replace(word, letter)
        limbs[name] = (*limbs.get(name, ()), *part.joints)
    return list(limbs.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusHeat:
    """Informativeness of one person's joints over time."""

    start: int
    """Recording frame of the first column."""
    values: FloatArray
    """``(V, T)`` float32 in 0..1 in the order of the rows; NaN where the person is not seen."""


def focus_heat(weights: FloatArray, rows: FocusRows, start: int) -> FocusHeat:
    """The picture of the focus lane.

    Args:
        weights: ``(T, V)`` in 0..1, joints in the layout's order.
        rows: Which joint goes where.
        start: Recording frame of the first of the T frames.
    """
    values = np.ascontiguousarray(weights[:, list(rows.joints)].T, dtype=np.float32)
    return FocusHeat(start=start, values=values)
