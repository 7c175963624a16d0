"""What is written under one of several 3D views side by side."""

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """How what a pane shows stands to what the first pane shows."""

    SHOWN = "shown"
    """It is the one that the panels of the window are about."""
    AGREES = "agrees"
    DIFFERS = "differs"
    OPEN = "open"
    """Nothing to compare, or not yet."""
    REFUSED = "refused"
    """There will be nothing: the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneCaption:
    """The caption of one pane. A change is a new value."""

    title: str
    """Whose picture it is: a model's name, a recording's name."""
    detail: str = ""
    """At the right of the title: how long an answer took, how long a recording is."""
    answer: str = ""
    """What is said there; empty while nothing is."""
    number: str = ""
    """Behind the answer: how probable it is."""
    colour: str = ""
    """``#rrggbb`` of the dot before the answer; empty for no dot."""
    remark: str = ""
    """At the right of the answer, such as ``differs``."""
    message: str = ""
    """In place of the answer: why there is none."""
    standing: Standing = Standing.OPEN
    hint: str = ""
    """What is said on hover, such as what a click does."""

    @property
    def spoken(self) -> str:
        """All of it in one line, for who listens."""
        said = self.message or f"{self.answer} {self.number}".strip()
        return ", ".join(part for part in (self.title, said, self.remark, self.detail) if part)
