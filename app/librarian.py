"""Opens recordings for the document, and keeps the library true."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.document import Document
from app.services.opening import Opened, OpeningFailure, OpeningService
from engine.errors import EngineError


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something the user should know and can mend."""

    title: str
    message: str
    hint: str


class Librarian(QObject):
    """Stands between wishes to open something and the document."""

    reading_started = Signal(object)  # Path
    complained = Signal(object)  # Complaint
    settled = Signal()
    """A wish was fulfilled or came to nothing."""

    def __init__(
        self, document: Document, opening: OpeningService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._opening = opening

    @Slot(object)
    def open_paths(self, paths: tuple[Path, ...]) -> None:
        """Open the first of some files; the others join the library."""
        if not paths:
            return
        first, *others = paths
        if others:
            joined = tuple(path.absolute() for path in others)
            self._document.change_library(self._document.library.joined(joined))
        self.open_path(first)

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Open a file."""
        path = path.absolute()  # the same file gets one entry in the library
        self.reading_started.emit(path)
        self._opening.open(path)

    @Slot(object)
    def take_opened(self, opened: Opened) -> None:
        """Put a recording that was read on show."""
        recording = opened.recording
        library = self._document.library.opened(opened.path, num_frames=recording.num_frames)
        self._document.change_library(library)
        self._document.set_recording(recording, opened.scene)
        self.settled.emit()

    @Slot(object)
    def take_failure(self, failure: OpeningFailure) -> None:
        """Complain about a file that cannot be read; the recording on show stays.

        Raises:
            Exception: The failure's own error, when it is a defect of the program.
        """
        self._document.change_library(self._document.library.without(failure.path))
        self.settled.emit()
        if not isinstance(failure.error, EngineError):
            raise failure.error
        kept = self._document.recording is not None
        self.complained.emit(
            Complaint(
                title=f"{failure.path.name} could not be opened",
                message=str(failure.error),
                hint="The recording on show stays open."
                if kept
                else "Pick another recording from the library, or drop one on the window.",
            )
        )
