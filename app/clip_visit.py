"""Going to a clip of the study: opens its recording, selects the person, plays it over and over."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.document import Document
from app.librarian import Librarian
from app.player import Player
from app.services.task_runner import Task, TaskRunner
from engine.study.contents import StudyContents
from engine.study.whereabouts import named_path, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPlace:
    """Where a clip is."""

    recording_id: str
    person: int
    start: int
    stop: int
    """Half-open span of the recording's frames."""


class ClipVisit(QObject):
    """One clip at a time; the newest wish counts."""

    def __init__(
        self,
        document: Document,
        player: Player,
        librarian: Librarian,
        io: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        """Visit nothing.

        Args:
            document: Is turned to the person.
            player: Plays the clip.
            librarian: Opens the recording.
            io: Where its file is looked for.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._player = player
        self._librarian = librarian
        self._io = io
        self._finding: Task | None = None
        self._wanted: tuple[Path, ClipPlace] | None = None
        self._span: tuple[int, int] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)  # once everybody has taken the recording
        self._soon.timeout.connect(self._arrive)
        document.recording_changed.connect(self._take_recording)

    def go(self, place: ClipPlace, contents: StudyContents, study_folder: Path) -> bool:
        """Go to a clip; whether there is such a recording.

        Args:
            place: Where it is.
            contents: Of the study.
            study_folder: Where it lies.
        """
        row = contents.recordings.get(place.recording_id)
        if row is None:
            return False
        self._forget()
        shown = self._document.recording
        named = named_path(study_folder, row)
        if shown is not None and (shown.source.sha256 == row.sha256 or self._shown_path == named):
            self._visit(place)
            return True
        self._finding = self._io.submit(
            lambda _: path_of(study_folder, row),
            on_result=lambda path: self._open(path, place),
            on_error=self._take_error,
        )
        return True

    def _open(self, path: Path, place: ClipPlace) -> None:
        self._finding = None
        self._wanted = (path.absolute(), place)
        self._librarian.open_path(path)

    def _take_error(self, error: Exception) -> None:
        self._finding = None
        raise error

    def _forget(self) -> None:
        self._wanted = None
        if self._finding is not None:
            self._finding.cancel()
            self._finding = None

    def leave(self) -> bool:
        """Play the whole recording again; whether a clip was played over and over."""
        is_there = self._span is not None and self._player.span == self._span
        self._forget()
        self._span = None
        if is_there:
            self._player.set_span(None)
        return is_there

    @property
    def _shown_path(self) -> Path | None:
        recording = self._document.recording
        return None if recording is None else recording.source.path

    @Slot()
    def _take_recording(self) -> None:
        self._span = None
        if self._wanted is not None:
            self._soon.start()

    @Slot()
    def _arrive(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self._shown_path == wanted[0]:
            self._visit(wanted[1])  # else something else has been opened meanwhile

    def _visit(self, place: ClipPlace) -> None:
        recording = self._document.recording
        if recording is None:
            return
        stop = min(place.stop, recording.num_frames)
        start = min(place.start, stop - 1)
        if place.person < recording.num_people:
            self._document.select_person(place.person)
        self._span = (start, stop)
        self._player.seek(start)
        self._player.set_span(self._span)
        self._player.play()
