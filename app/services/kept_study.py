"""A study as its thread has it: what the disk has of it, and why something could not be kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.study.contents import Edit, StudyContents
from engine.study.history import History

if TYPE_CHECKING:
    from engine.study.store import Study


class NotTriedError(EngineError):
    """Something that was not tried, because an edit before it could not be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the disk has."""

    folder: Path
    read_only: str
    """Why nothing can be changed; empty where it can."""
    contents: StudyContents
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Steps that were taken back or done again."""

    edits: tuple[Edit, ...]
    """As they were applied, in this order."""
    history: History


class NotWrittenError(EngineError):
    """An edit that could not be written; its cause says why."""

    def __init__(self, message: str, kept: Kept) -> None:
        super().__init__(message)
        self.kept = kept
        """What the disk has instead."""


class StudyLostError(EngineError):
    """The study that was open had to be closed and cannot be opened again."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why


class NotMovedError(EngineError):
    """Steps that could not all be taken back or done again; its cause says why."""

    def __init__(self, message: str, kept: Kept) -> None:
        super().__init__(message)
        self.kept = kept
        """What the disk has now: the steps before the one that failed hold."""


class StudyHolder:
    """The open study; used in its thread alone."""

    def __init__(self) -> None:
        self.study: Study | None = None
        self.broken = -1
        """Of batches up to this number nothing more is tried."""

    def close(self) -> None:
        """Have none any more."""
        study, self.study = self.study, None
        if study is not None:
            study.close()

    @property
    def open_study(self) -> "Study":
        """The one that is open.

        Raises:
            EngineError: There is none.
        """
        if self.study is None:
            raise EngineError("no study is open")
        return self.study

    def kept(self) -> Kept:
        """What the disk has of it."""
        study = self.open_study
        return Kept(
            folder=study.folder,
            read_only=study.read_only,
            contents=study.contents,
            history=study.history,
        )
