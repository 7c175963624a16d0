"""Segment F1: how many of the labelled segments a model finds, and how many it invents.

Segmental F1@k of Lea, Flynn, Vidal, Reiter and Hager (Temporal Convolutional Networks for Action
Segmentation and Detection, CVPR 2017): a segment that was found is right where it has the same
action as a labelled one, their intersection over union is at least k, and no other one that was
found has taken that label; the counts of all actions and recordings are pooled. It punishes one
action that is found in pieces, and does not mind edges that are a little off.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.labels import NOTHING

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpan:
    """A span of frames with an action's name."""

    where: str
    """Recording and person; spans are compared within one."""
    name: str
    start: int
    stop: int
    """Half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCounts:
    """What was found, counted; shares are 0 where there is nothing to divide by."""

    right: int = 0
    """Labelled ones that were found."""
    invented: int = 0
    """Found ones that are not labelled so."""
    missed: int = 0
    """Labelled ones that were not found."""

    @property
    def labelled(self) -> int:
        """How many there are to find."""
        return self.right + self.missed

    @property
    def found(self) -> int:
        """How many were found, rightly or wrongly."""
        return self.right + self.invented

    @property
    def precision(self) -> float:
        """Which share of those that were found is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Which share of those that are labelled was found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.labelled + self.found
        return 2 * self.right / total if total else 0.0

    def plus(self, other: "FoundCounts") -> "FoundCounts":
        """Both together."""
        return FoundCounts(
            right=self.right + other.right,
            invented=self.invented + other.invented,
            missed=self.missed + other.missed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentF1:
    """How well segments are found."""

    total: FoundCounts
    """All actions and recordings pooled."""
    by_action: tuple[tuple[str, FoundCounts], ...]
    """By name, in alphabetical order."""
    overlap: float
    """Least intersection over union of a segment that is right."""

    @property
    def f1(self) -> float:
        """Of all together."""
        return self.total.f1

    @property
    def precision(self) -> float:
        """Of all together."""
        return self.total.precision

    @property
    def recall(self) -> float:
        """Of all together."""
        return self.total.recall


def segment_f1(
    truth: Iterable[NamedSpan], found: Iterable[NamedSpan], *, overlap: float = HALF
) -> SegmentF1:
    """Compare what was found with what is labelled, action by action; several recordings at once.

    Spans in which nothing happens are not counted on either side. Where several spans that were
    found compete for a label, the one that overlaps most gets it.

    Args:
        truth: What people say.
        found: What a model says.
        overlap: Least intersection over union, above 0 up to 1.

    Raises:
        ValueError: The overlap is none.
    """
    if not 0 < overlap <= 1:
        raise ValueError(f"an overlap lies above 0 and up to 1, not at {overlap}")
    sides: tuple[dict[tuple[str, str], list[NamedSpan]], ...] = (
        defaultdict(list),
        defaultdict(list),
    )
    for side, spans in zip(sides, (truth, found), strict=True):
        for span in spans:
            if span.name != NOTHING:
                side[span.name, span.where].append(span)
    labelled, offered = sides
    by_action: dict[str, FoundCounts] = {}
    for name, where in sorted(labelled.keys() | offered.keys()):
        true, claimed = labelled.get((name, where), []), offered.get((name, where), [])
        right = _matched(true, claimed, overlap)
        counts = FoundCounts(right=right, invented=len(claimed) - right, missed=len(true) - right)
        by_action[name] = by_action.get(name, FoundCounts()).plus(counts)
    total = FoundCounts()
    for counts in by_action.values():
        total = total.plus(counts)
    return SegmentF1(total=total, by_action=tuple(by_action.items()), overlap=overlap)


def _matched(true: list[NamedSpan], claimed: list[NamedSpan], overlap: float) -> int:
    """How many pairs can be made of spans of one action in one place, best first."""
    if not true or not claimed:
        return 0
    starts = np.array([span.start for span in claimed])
    stops = np.array([span.stop for span in claimed])
    pairs: list[tuple[float, int, int]] = []
    for number, span in enumerate(true):
        shared = np.minimum(stops, span.stop) - np.maximum(starts, span.start)
        joined = (stops - starts) + (span.stop - span.start) - shared
        ratios = shared / joined
        pairs.extend(
            (-float(ratios[k]), number, k) for k in np.flatnonzero(ratios >= overlap).tolist()
        )
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, one, other in sorted(pairs):
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
    return len(taken[0])
