"""Going to a clip of the study: opens its recording, selects the person, plays it over and over."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.document import Document
from app.librarian import Librarian
from app.player import Player
from engine.study.contents import StudyContents
from engine.study.whereabouts import path_of


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
        self, document: Document, player: Player, librarian: Librarian, parent: QObject
    ) -> None:
        """Visit nothing.

        Args:
            document: Is turned to the person.
            player: Plays the clip.
            librarian: Opens the recording.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._player = player
        self._librarian = librarian
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
        path = path_of(study_folder, row)
        self._wanted = (path, place)
        if self._shown_path == path:
            self._arrive()
        else:
            self._librarian.open_path(path)
        return True

    def leave(self) -> bool:
        """Play the whole recording again; whether a clip was played over and over."""
        is_there = self._span is not None and self._player.span == self._span
        self._span = self._wanted = None
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
        wanted, recording = self._wanted, self._document.recording
        self._wanted = None
        if wanted is None or recording is None or self._shown_path != wanted[0]:
            return  # something else has been opened meanwhile
        place = wanted[1]
        stop = min(place.stop, recording.num_frames)
        start = min(place.start, stop - 1)
        if place.person < recording.num_people:
            self._document.select_person(place.person)
        self._span = (start, stop)
        self._player.seek(start)
        self._player.set_span(self._span)
        self._player.play()
