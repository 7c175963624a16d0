"""What has been done to a study, step by step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the history."""

    number: int
    """From 1, ascending."""
    name: str
    time: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Steps in their order; those after ``position`` have been undone and can be redone."""

    steps: tuple[Step, ...] = ()
    position: int = 0
    """Number of the last step that holds; 0 before the first."""
