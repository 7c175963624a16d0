"""What came of a run, sorted for looking at. Pure values and numbers.

Counts, clips whose answer flipped, and who is taken for whom.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import IntArray, read_only
from engine.judging.shares import Share
from engine.study.outcome import ClipVerdict, Outcome

OTHER = "something else"
"""The last column: answers that are none of the actions of the new model."""


class Side(Enum):
    """Which of the two models."""

    BEFORE = "before"
    AFTER = "now"


class Sieve(Enum):
    """Which clips are listed."""

    BETTER = "better"
    """Wrong before, right now."""
    WORSE = "worse"
    """Right before, wrong now."""
    WRONG = "wrong"
    """Wrong now."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell of the confusion matrix."""

    side: Side
    label: str
    said: str
    """``OTHER`` for what the new model does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipChoice:
    """Which clips of an outcome are listed: through a sieve, or those of a cell."""

    sieve: Sieve = Sieve.BETTER
    cell: MatrixCell | None = None
    with_trained: bool = False
    """Also those that the new model learnt from: they do not count, but may be looked at."""


def said_by(verdict: ClipVerdict, side: Side) -> str:
    """What a model calls a clip; empty for no answer."""
    return verdict.before if side is Side.BEFORE else verdict.after


def is_right(verdict: ClipVerdict, side: Side) -> bool:
    """Whether a model calls a clip what people do."""
    return said_by(verdict, side) == verdict.label


def judged_clips(outcome: Outcome) -> tuple[ClipVerdict, ...]:
    """The clips that count: those new to both models, else those new to the new one."""
    return outcome.comparable or outcome.held_out


def share_of(outcome: Outcome, side: Side) -> Share | None:
    """How many of the clips that count a model names right; None where that cannot be said.

    Args:
        outcome: Of the run.
        side: Which model; what the old one has learnt from says nothing of it.
    """
    clips = judged_clips(outcome)
    if side is Side.BEFORE:
        is_asked = any(each.before for each in clips)
        clips = outcome.comparable if is_asked else ()
    if not clips:
        return None
    return Share(count=sum(is_right(each, side) for each in clips), of=len(clips))


def num_flipped(outcome: Outcome) -> tuple[int, int]:
    """How many of the clips that count are better now, and how many worse."""
    clips = judged_clips(outcome)
    return sum(each.is_better for each in clips), sum(each.is_worse for each in clips)


def chosen_clips(outcome: Outcome, choice: ClipChoice) -> tuple[ClipVerdict, ...]:
    """The clips to list, those that changed most first.

    Args:
        outcome: Of the run.
        choice: Which of them.
    """
    clips = outcome.verdicts if choice.with_trained else judged_clips(outcome)
    found = [each for each in clips if _passes(each, choice, outcome)]
    return tuple(sorted(found, key=lambda each: -_change(each)))


def _passes(verdict: ClipVerdict, choice: ClipChoice, outcome: Outcome) -> bool:
    cell = choice.cell
    if cell is not None:
        said = _column_of(said_by(verdict, cell.side), outcome.class_names)
        return verdict.label == cell.label and said == cell.said
    if choice.sieve is Sieve.BETTER:
        return verdict.is_better
    if choice.sieve is Sieve.WORSE:
        return verdict.is_worse
    return choice.sieve is Sieve.ALL or not is_right(verdict, Side.AFTER)


def _change(verdict: ClipVerdict) -> float:
    return abs(verdict.after_label_score - verdict.before_label_score)


def _column_of(said: str, names: tuple[str, ...]) -> str:
    return said if said in names else OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Who is taken for whom, of the clips that count."""

    side: Side
    rows: tuple[str, ...]
    """Labels that these clips have, in the order of the columns, then by name."""
    columns: tuple[str, ...]
    """What the model said: the new model's actions, and ``OTHER`` where that was said."""
    counts: IntArray
    """``(R, C)`` clips."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", read_only(self.counts))

    @property
    def largest(self) -> int:
        """Clips in the fullest cell."""
        return int(self.counts.max(initial=0))

    def is_diagonal(self, row: int, column: int) -> bool:
        """Whether a cell has those that were named right."""
        return self.rows[row] == self.columns[column]

    def cell(self, row: int, column: int) -> MatrixCell:
        """One of its cells."""
        return MatrixCell(side=self.side, label=self.rows[row], said=self.columns[column])

    def text_at(self, row: int, column: int) -> str:
        """A cell in words."""
        count, of = int(self.counts[row, column]), int(self.counts[row].sum())
        label, said = self.rows[row], self.columns[column]
        clips = "clip" if of == 1 else "clips"
        if self.is_diagonal(row, column):
            return f"{count} of {of} {clips} of “{label}” named right"
        return f"{count} of {of} {clips} of “{label}” called “{said}”"


def confusion_of(outcome: Outcome, side: Side) -> Confusion:
    """Count the clips that count by their label and what a model called them."""
    names, clips = outcome.class_names, judged_clips(outcome)
    labels = {each.label for each in clips}
    rows = (*(name for name in names if name in labels), *sorted(labels - set(names)))
    said = [_column_of(said_by(each, side), names) for each in clips]
    columns = (*names, OTHER) if OTHER in said else names
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for clip, column in zip(clips, said, strict=True):
        counts[rows.index(clip.label), columns.index(column)] += 1
    return Confusion(side=side, rows=rows, columns=columns, counts=counts)
