"""Which study is open, and what is said where none is or a change could not be kept."""

from dataclasses import dataclass
from pathlib import Path

SCRATCH_NAME = "Scratch"
NO_STUDY = "no study is open; begin one with New study, or open one"
NO_RECORDING = "no recording is on show; open one first"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStudy:
    """Which study is open."""

    folder: Path
    is_scratch: bool = False
    """Begun by itself, because somebody labelled without one."""
    read_only: str = ""
    """Why nothing can be changed, e.g. that another window has it open; empty where it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """A study that could not be opened or begun."""

    error: Exception
    folder: Path | None = None
    """Where it lies; None where none is there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWritten:
    """Wishes that were shown and could not be written: they have been taken back."""

    reason: str
    names: tuple[str, ...]
    """What they were called, the oldest first."""
