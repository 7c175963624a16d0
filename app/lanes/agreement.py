"""The lane of agreement: where the first answers of several models are not the same."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.lanes.answers import AnswerLane
from app.lanes.base import NO_EDGES, LaneDrawing, LaneShape, LaneView, Look
from app.lanes.detail import column_runs
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from engine.prediction import Prediction

FEWEST_MODELS = 2


@dataclass(frozen=True, kw_only=True)
class AgreementLane:
    """What several models say, on the stretches between all the places where one may change."""

    lanes: tuple[AnswerLane, ...]
    bounds: DoubleArray
    """``(E + 1,)`` ascending axis positions."""
    counts: IntArray
    """``(E,)`` how many models say something there."""
    is_different: BoolArray
    """``(E,)`` whether two of them say something else."""
    least: FloatArray
    """``(E,)`` the smallest probability of their answers."""
    person: int
    kind: str = "agreement"
    _sums: dict[float, DoubleArray] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """In the left column."""
        return "Agreement"

    @cached_property
    def share(self) -> float | None:
        """How often they agree, of the time in which at least two say something; None for never."""
        lengths = np.diff(self.bounds)
        compared = float(lengths[self.counts >= FEWEST_MODELS].sum())
        if compared <= 0:
            return None
        return 1 - float(lengths[self.is_different].sum()) / compared

    @property
    def remark(self) -> str:
        """The same in words."""
        return "" if self.share is None else f"{self.share:.0%}"

    @property
    def shape(self) -> LaneShape:
        """Low: it is read by colour and hatching."""
        return LaneShape(lines=0.5, pixels=8, dense_lines=0.5, dense_pixels=5)

    @cached_property
    def stretches(self) -> tuple[DoubleArray, DoubleArray]:
        """``(S,)`` starts and ``(S,)`` stops of where they differ, neighbours joined."""
        runs = column_runs(self.is_different)
        if not runs:
            return NO_EDGES, NO_EDGES
        first, last = np.array(runs).T
        return self.bounds[first], self.bounds[last]

    def _summed(self, threshold: float) -> DoubleArray:
        """``(E + 1,)`` how many of the first stretches differ, all answers above a threshold."""
        if threshold not in self._sums:
            self._sums.clear()
            is_sure = self.is_different & (self.least >= threshold)
            self._sums[threshold] = _sums_before(is_sure)
        return self._sums[threshold]

    @cached_property
    def _all_differing(self) -> DoubleArray:
        return _sums_before(self.is_different)

    @cached_property
    def _all_compared(self) -> DoubleArray:
        return _sums_before(self.counts >= FEWEST_MODELS)

    def drawing(self, view: LaneView) -> LaneDrawing:
        """A line where they agree, hatched blocks where they do not: however short, one column."""
        if len(self.bounds) < FEWEST_MODELS:
            return LaneDrawing(message="Needs the answers of two models")
        edges = view.span.column_edges(view.width)
        last = len(self.bounds) - 1
        start = np.clip(np.searchsorted(self.bounds, edges[:-1], side="right") - 1, 0, last)
        stop = np.clip(np.searchsorted(self.bounds, edges[1:], side="left"), 0, last)
        stop = np.maximum(stop, start)

        def any_of(sums: DoubleArray) -> BoolArray:
            found: BoolArray = sums[stop] > sums[start]
            return found

        sure, differ = any_of(self._summed(view.threshold)), any_of(self._all_differing)
        agree = any_of(self._all_compared) & ~differ
        looks = np.full(view.width, Look.NOTHING, dtype=np.uint8)
        looks[agree] = Look.AGREE
        looks[differ] = Look.DIFFER_UNSURE
        looks[sure] = Look.DIFFER
        return LaneDrawing(looks=looks)

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """What each model says there."""
        del height, view
        said = []
        for lane in self.lanes:
            index = lane.cells.at(position)
            if index is not None:
                name = lane.class_names[int(lane.cells.actions[index])]
                share = float(lane.cells.probabilities[index])
                said.append(f"{lane.network_name}: {name} {share:.2f}")
        if len(said) < FEWEST_MODELS:
            return ""
        place = int(np.searchsorted(self.bounds, position, side="right")) - 1
        word = "differ" if self.is_different[place] else "agree"
        return f"{word} · " + " · ".join(said)

    def next_stretch(self, frame: int, step: int) -> int | None:
        """The first frame of the next place where they differ; None where they never do.

        Args:
            frame: Where one stands.
            step: 1 for the next, -1 for the one before; both go round at the ends.
        """
        starts = np.ceil(self.stretches[0]).astype(np.int64)
        if not len(starts):
            return None
        if step > 0:
            place = int(np.searchsorted(starts, frame, side="right"))
        else:
            place = int(np.searchsorted(starts, frame, side="left")) - 1
        return int(starts[place % len(starts)])

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where they begin and cease to differ."""
        return self.stretches

    @property
    def fine_edges(self) -> DoubleArray:
        """None of its own."""
        return NO_EDGES


def is_same_answer(one: Prediction, other: Prediction) -> bool:
    """Whether two models say the same: their most probable actions have the same name."""
    return one.top(1)[0][0] == other.top(1)[0][0]


def _sums_before(is_so: BoolArray) -> DoubleArray:
    return np.concatenate([[0.0], np.cumsum(is_so)])


def agreement_lane(lanes: tuple[AnswerLane, ...], person: int) -> AgreementLane:
    """Compare the first answers of some models by the actions' names.

    Args:
        lanes: At least two; those without an answer yet do not count.
        person: Index of the person.
    """
    with_answers = tuple(lane for lane in lanes if len(lane.cells))
    parts = [part for lane in with_answers for part in (lane.cells.starts, lane.cells.stops)]
    bounds = np.unique(np.concatenate(parts)) if len(with_answers) >= FEWEST_MODELS else NO_EDGES
    stretches = max(len(bounds) - 1, 0)
    names = tuple(dict.fromkeys(name for lane in with_answers for name in lane.class_names))
    number = {name: place for place, name in enumerate(names)}
    counts = np.zeros(stretches, dtype=np.int64)
    first = np.full(stretches, -1, dtype=np.int64)
    is_different = np.zeros(stretches, dtype=bool)
    least = np.ones(stretches, dtype=np.float32)
    middles = (bounds[:-1] + bounds[1:]) / 2
    for lane in with_answers if stretches else ():
        index = lane.cells.indices_at(middles)
        is_known = index >= 0
        translated = np.array([number[name] for name in lane.class_names], dtype=np.int64)
        said = np.where(is_known, translated[lane.cells.actions[index]], -1)
        is_different |= is_known & (counts > 0) & (said != first)
        first = np.where((counts == 0) & is_known, said, first)
        least = np.where(is_known, np.minimum(least, lane.cells.probabilities[index]), least)
        counts += is_known
    return AgreementLane(
        lanes=lanes,
        bounds=bounds,
        counts=counts,
        is_different=is_different,
        least=least.astype(np.float32),
        person=person,
    )
