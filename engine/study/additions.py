"""What is said of recordings that join a study, and what came of adding them."""

from dataclasses import dataclass
from pathlib import Path

from engine.study.contents import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What adding would do to a study."""

    edit: Edit
    refused: tuple[tuple[Path, str], ...] = ()
    """What is left out, and why."""
    known: int = 0
    """Recordings that the study has already."""
    num_added: int = 0
    """New recordings."""
    num_restored: int = 0
    """Recordings that had been taken out and come back."""
    num_segments: int = 0
    """New ones."""
    known_segments: int = 0
    """Segments that the study has already."""
    notes: tuple[str, ...] = ()
    """What else there is to know, a sentence each."""
    stopped: bool = False
    """Whether it was stopped: there is more to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What is said of frames of a recording."""

    person: int
    start: int
    stop: int
    action: str
    """By name; empty or ``engine.labels.NOTHING`` for: reviewed, nothing happens."""
    doubt: str = ""
    """Why it may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a recording besides its content."""

    title: str
    place: tuple[str, ...] = ()
    """Names of the folders around it, the nearest last: what tells it from others of its title."""
    actors: tuple[str, ...] = ()
    view: int = 0
