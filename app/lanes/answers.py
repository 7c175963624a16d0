"""The lane of answers: what one model says, window after window, of one person."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.action_colours import NO_STUDY_PALETTE, ActionPalette, is_nothing
from app.lanes.base import (
    NO_EDGES,
    LaneDrawing,
    LaneShape,
    LaneView,
    PixelArray,
    Word,
    hex_rgb,
)
from app.timeline_model import TimeSpan
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from engine.prediction import Prediction, PredictionTrack

WEAKEST_CELL = 0.12
"""Opacity of a cell with probability 0: never quite invisible."""
FADED = 0.3
"""How much of its opacity is left to an answer below the threshold."""
NONE_OF_THESE = "none of these"
NARROWEST_WORD = 24.0
"""Pixels; no name fits into less."""
NOTHING = -1
"""In place of an action, where there is no answer or none that counts."""


def cell_opacity(probability: FloatArray | float, threshold: float = 0.0) -> FloatArray:
    """How opaque a cell is: its probability, and little below the threshold."""
    share = np.asarray(probability, dtype=np.float32)
    opacity = WEAKEST_CELL + (1 - WEAKEST_CELL) * share
    return np.where(share < threshold, opacity * FADED, opacity).astype(np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCells:
    """Stretches of the axis, each with the answer of one window."""

    starts: DoubleArray
    """``(W,)`` where each is drawn from, ascending."""
    stops: DoubleArray
    """``(W,)`` and to where."""
    actions: IntArray
    """``(W,)`` index into the class names: the most probable one."""
    probabilities: FloatArray
    """``(W,)`` its probability."""
    window_starts: IntArray
    window_stops: IntArray
    """``(W,)`` half-open spans of frames that the model was shown."""

    def __len__(self) -> int:
        """W."""
        return len(self.starts)

    def at(self, position: float) -> int | None:
        """Index of the cell at an axis position."""
        index = int(np.searchsorted(self.starts, position, side="right")) - 1
        return index if index >= 0 and position < self.stops[index] else None

    def indices_at(self, positions: DoubleArray) -> NDArray[np.intp]:
        """Which cell lies at each of some positions; -1 between cells."""
        if not len(self):
            return np.full(len(positions), NOTHING, dtype=np.intp)
        index = np.searchsorted(self.starts, positions, side="right") - 1
        return np.where((index >= 0) & (positions < self.stops[index]), index, NOTHING)


def answer_cells(source: PredictionTrack | Prediction | None) -> AnswerCells:
    """One cell for each window, side by side; one for a clip that was answered as a whole.

    Windows overlap: each is drawn on the frames nearest to its middle, and never outside itself.
    """
    if isinstance(source, PredictionTrack) and len(source.starts):
        first, last, rows = source.starts, source.stops, source.probabilities
    elif isinstance(source, Prediction):
        first, last = np.array([source.start]), np.array([source.stop])
        rows = source.probabilities[None]
    else:
        none = np.zeros(0, dtype=np.int64)
        first, last, rows = none, none, np.zeros((0, 1), dtype=np.float32)
    middles = (first + last) / 2
    between = (middles[:-1] + middles[1:]) / 2
    best = rows.argmax(axis=1)
    return AnswerCells(
        starts=np.maximum(np.concatenate([first[:1], between]), first).astype(np.float64),
        stops=np.minimum(np.concatenate([between, last[-1:]]), last).astype(np.float64),
        actions=best.astype(np.int64),
        probabilities=np.take_along_axis(rows, best[:, None], axis=1)[:, 0].astype(np.float32),
        window_starts=first.astype(np.int64),
        window_stops=last.astype(np.int64),
    )


@dataclass(frozen=True, kw_only=True)
class AnswerRuns:
    """Neighbouring cells with the same answer, joined."""

    starts: DoubleArray
    stops: DoubleArray
    actions: IntArray
    """Of each; -1 for none of these."""
    probabilities: FloatArray
    """Mean over the cells."""

    def __len__(self) -> int:
        """How many."""
        return len(self.starts)

    def at(self, position: float) -> tuple[float, float] | None:
        """From where to where the run at an axis position reaches."""
        run = int(np.searchsorted(self.starts, position, side="right")) - 1
        if run < 0 or position >= self.stops[run]:
            return None
        return float(self.starts[run]), float(self.stops[run])


def answer_runs(cells: AnswerCells, threshold: float = 0.0) -> AnswerRuns:
    """Neighbours with the same answer, named once; those below the threshold are none of these."""
    said = np.where(cells.probabilities < threshold, NOTHING, cells.actions)
    is_new = np.ones(len(cells), dtype=bool)
    is_new[1:] = (said[1:] != said[:-1]) | (cells.starts[1:] != cells.stops[:-1])
    firsts = np.flatnonzero(is_new)
    lasts = np.concatenate([firsts[1:], [len(cells)]])[: len(firsts)] - 1
    sums = np.add.reduceat(cells.probabilities, firsts) if len(firsts) else np.zeros(0)
    return AnswerRuns(
        starts=cells.starts[firsts],
        stops=cells.stops[lasts],
        actions=said[firsts],
        probabilities=(sums / np.maximum(lasts - firsts + 1, 1)).astype(np.float32),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLevel:
    """The prevailing answer of 2, 4, 8 … neighbouring cells."""

    actions: IntArray
    probabilities: FloatArray
    leads: DoubleArray
    """Frames by which it prevails."""


def cell_levels(cells: AnswerCells) -> tuple[CellLevel, ...]:
    """The cells themselves, then coarser and coarser: of two, the one with the longer lead."""
    level = CellLevel(
        actions=cells.actions,
        probabilities=cells.probabilities,
        leads=cells.stops - cells.starts,
    )
    levels = [level]
    while len(level.actions) > 1:
        level = _coarser(level)
        levels.append(level)
    return tuple(levels)


def _coarser(level: CellLevel) -> CellLevel:
    pad = len(level.actions) % 2
    actions = np.concatenate([level.actions, level.actions[-pad:]]) if pad else level.actions
    shares = np.concatenate([level.probabilities, np.zeros(pad, dtype=np.float32)])
    leads = np.concatenate([level.leads, np.zeros(pad)])
    one, two = slice(0, None, 2), slice(1, None, 2)
    is_same, is_first = actions[one] == actions[two], leads[one] >= leads[two]
    both = leads[one] + leads[two]
    mean = (shares[one] * leads[one] + shares[two] * leads[two]) / np.maximum(both, 1e-9)
    return CellLevel(
        actions=np.where(is_first, actions[one], actions[two]),
        probabilities=np.where(is_same, mean, np.where(is_first, shares[one], shares[two])).astype(
            np.float32
        ),
        leads=np.where(is_same, both, np.abs(leads[one] - leads[two])),
    )


def shown_levels(cells: AnswerCells, span: TimeSpan, width: int) -> tuple[NDArray[np.intp], int]:
    """Which cell each pixel column of a strip shows, and at which level of detail.

    Returns:
        ``(width,)`` indices into the cells of that level, -1 between cells; and the level.
    """
    edges = span.column_edges(width)
    index = cells.indices_at((edges[:-1] + edges[1:]) / 2)
    known = index[index >= 0]
    many = (int(known[-1]) - int(known[0]) + 1) / width if len(known) else 0.0
    level = int(np.log2(many)) if many > 1 else 0
    return np.where(index >= 0, index >> level, NOTHING), level


@dataclass(frozen=True, kw_only=True)
class AnswerLane:
    """What one model says of one person."""

    source: PredictionTrack | Prediction | None
    """What it was made from."""
    network_name: str
    person: int
    class_names: tuple[str, ...]
    action_order: tuple[str, ...]
    """Names of actions in the order of their colours; those of the classes among them."""
    message: str
    """What an empty lane says."""
    cells: AnswerCells
    levels: tuple[CellLevel, ...]
    runs: AnswerRuns
    """Whatever the threshold is."""
    is_shown: bool = True
    """Whether it is the model that the panels are about."""
    palette: ActionPalette = NO_STUDY_PALETTE
    kind: str = "answers"

    @property
    def name(self) -> str:
        """In the left column."""
        return "Answer"

    @property
    def remark(self) -> str:
        """Whose it is."""
        return self.network_name

    @property
    def shape(self) -> LaneShape:
        """A line of text with air around it."""
        return LaneShape(lines=1, pixels=14, dense_lines=1, dense_pixels=6)

    @cached_property
    def colours(self) -> tuple[str, ...]:
        """``#rrggbb`` for each class."""
        by_name = dict(zip(self.action_order, self.palette.colours(self.action_order), strict=True))
        return tuple(by_name[name] for name in self.class_names)

    @cached_property
    def _is_quiet(self) -> BoolArray:
        """``(K,)`` whether a class says that nothing happens."""
        return np.array([is_nothing(name) for name in self.class_names] or [False], dtype=bool)

    @cached_property
    def _rgb(self) -> PixelArray:
        return np.array([hex_rgb(colour) for colour in self.colours] or [(0, 0, 0)], np.uint8)

    def drawing(self, view: LaneView) -> LaneDrawing:
        """Cells in their action's colour, as opaque as they are probable, with names that fit.

        Where nothing happens there is a thin grey line along the foot instead.
        """
        if not len(self.cells):
            return LaneDrawing(message=self.message)
        index, number = shown_levels(self.cells, view.span, view.width)
        level = self.levels[number]
        picture = np.zeros((1, view.width, 4), dtype=np.uint8)
        picture[0, :, :3] = self._rgb[level.actions[index]]
        opacity = cell_opacity(level.probabilities[index], view.threshold)
        picture[0, :, 3] = np.where(index >= 0, np.rint(opacity * 255), 0)
        is_quiet = self._is_quiet[level.actions[index]]
        foot = None
        if is_quiet.any():
            foot = picture.copy()
            foot[0, ~is_quiet, 3] = 0
            picture[0, is_quiet, 3] = 0
        return LaneDrawing(picture=picture, foot=foot, words=self._words(view, number, index))

    def _words(self, view: LaneView, level: int, shown: NDArray[np.intp]) -> tuple[Word, ...]:
        """Names of the stretches in sight, as coarse as the picture."""
        known = shown[shown >= 0]
        if not len(known):
            return ()
        seen = slice(int(known[0]), int(known[-1]) + 1)
        runs = answer_runs(self._coarse(level, seen), view.threshold)
        scale = view.width / view.span.frames
        left = np.maximum((runs.starts - view.span.first) * scale, 0.0)
        right = np.minimum((runs.stops - view.span.first) * scale, view.width)
        return tuple(
            self._word(runs, int(run), (float(left[run]), float(right[run])), view.threshold)
            for run in np.flatnonzero(right - left >= NARROWEST_WORD)
        )

    def _coarse(self, level: int, seen: slice) -> AnswerCells:
        """Some of the cells of a level of detail."""
        size, cells = 2**level, self.cells
        first, last = seen.start * size, min(seen.stop * size, len(cells))
        starts = np.arange(first, last, size)
        stops = np.minimum(starts + size, len(cells)) - 1
        return AnswerCells(
            starts=cells.starts[starts],
            stops=cells.stops[stops],
            actions=self.levels[level].actions[seen],
            probabilities=self.levels[level].probabilities[seen],
            window_starts=cells.window_starts[starts],
            window_stops=cells.window_stops[stops],
        )

    def _word(
        self, runs: AnswerRuns, run: int, ends: tuple[float, float], threshold: float
    ) -> Word:
        action, probability = int(runs.actions[run]), float(runs.probabilities[run])
        left, right = ends
        if action == NOTHING:
            return Word(left=left, right=right, text=NONE_OF_THESE, colour="#000000", opacity=0.0)
        return Word(
            left=left,
            right=right,
            text=self.class_names[action],
            colour=self.colours[action],
            opacity=0.0 if self._is_quiet[action] else float(cell_opacity(probability, threshold)),
        )

    def in_palette(self, palette: ActionPalette) -> "AnswerLane":
        """The same in other colours; the very same where they are no others. Quick."""
        return self if palette == self.palette else replace(self, palette=palette)

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """The answer, its probability and its window."""
        del height
        index = self.cells.at(position)
        if index is None:
            return ""
        cells = self.cells
        name = self.class_names[int(cells.actions[index])]
        probability = float(cells.probabilities[index])
        said = f"{name} {probability:.2f}"
        if probability < view.threshold:
            said = f"{NONE_OF_THESE}: {said} is below {view.threshold:.2f}"
        window = f"frames {cells.window_starts[index]} – {cells.window_stops[index] - 1}"
        return (
            f"{self.network_name}: {said} · {window}" if self.network_name else f"{said} · {window}"
        )

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where the answer changes."""
        return (self.runs.starts, self.runs.stops)

    @property
    def fine_edges(self) -> DoubleArray:
        """Where windows meet."""
        return self.cells.starts if len(self.cells) else NO_EDGES


def answer_lane(
    source: PredictionTrack | Prediction | None,
    *,
    person: int = 0,
    network_name: str = "",
    action_order: tuple[str, ...] = (),
    message: str = "",
    is_shown: bool = True,
) -> AnswerLane:
    """The lane for answers over sliding windows, for one answer, or for none.

    Args:
        source: What the model said.
        person: Index of the person.
        network_name: Whose answers they are.
        action_order: Names of actions in the order of their colours: one colour for one name,
            whichever model says it. Names that are not among them come after.
        message: What an empty lane says.
        is_shown: Whether it is the model that the panels are about.
    """
    cells = answer_cells(source)
    names = source.class_names if source else ()
    return AnswerLane(
        source=source,
        network_name=network_name,
        person=person,
        class_names=names,
        action_order=tuple(dict.fromkeys((*action_order, *names))),
        message=message,
        cells=cells,
        levels=cell_levels(cells),
        runs=answer_runs(cells),
        is_shown=is_shown,
    )
