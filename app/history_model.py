"""The history of a study as lines of a list, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from engine.study.history import History

BEGINNING = "The study as it began"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A state of the study that can be gone to."""

    position: int
    """Number of the last step that holds there."""
    name: str
    when: str
    """Empty for the beginning."""
    is_undone: bool
    is_now: bool


def history_lines(history: History, now: datetime) -> tuple[HistoryLine, ...]:
    """Every state, from the newest step down to the beginning.

    Args:
        history: What has been done.
        now: For times of today, with a time zone.
    """
    lines = [
        HistoryLine(
            position=step.number,
            name=step.name,
            when=time_words(step.time, now),
            is_undone=step.number > history.position,
            is_now=step.number == history.position,
        )
        for step in reversed(history.steps)
    ]
    first = HistoryLine(
        position=0, name=BEGINNING, when="", is_undone=False, is_now=history.position == 0
    )
    return (*lines, first)


def time_words(seconds: float, now: datetime) -> str:
    """``14:05`` today, ``3 Nov 14:05`` this year, else with the year."""
    then = datetime.fromtimestamp(seconds, tz=now.tzinfo)
    clock = f"{then:%H:%M}"
    if then.date() == now.date():
        return clock
    day = f"{then.day} {then:%b}"
    return f"{day} {clock}" if then.year == now.year else f"{day} {then.year}"


def undo_name(history: History) -> str:
    """What would be taken back; empty for nothing."""
    names = [step.name for step in history.steps[-1:] if step.number == history.position]
    names = names or [step.name for step in history.steps if step.number == history.position]
    return names[0] if names else ""


def redo_name(history: History) -> str:
    """What would be done again; empty for nothing."""
    later = (step.name for step in history.steps if step.number > history.position)
    return next(later, "")
