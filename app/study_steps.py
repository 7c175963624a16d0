"""Steps of a study's history: as they will be once an edit is written, and how they are taken."""

from typing import TYPE_CHECKING

from engine.study.contents import Edit
from engine.study.history import History, Step

if TYPE_CHECKING:
    from engine.study.store import Study


def with_step(history: History, name: str, now: float) -> History:
    """The history once an edit is written: what was undone can no longer be done again."""
    done = tuple(step for step in history.steps if step.number <= history.position)
    number = history.position + 1
    return History(steps=(*done, Step(number=number, name=name, time=now)), position=number)


def undo(study: "Study") -> tuple[Edit, ...]:
    """Take the last step back; in the study's thread."""
    edit = study.undo()
    return () if edit is None else (edit,)


def redo(study: "Study") -> tuple[Edit, ...]:
    """Do the step again that was taken back last; in the study's thread."""
    edit = study.redo()
    return () if edit is None else (edit,)
