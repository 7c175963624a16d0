"""Recordings into a study: files, folders, data sets; files found again; whether all is whole."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from app.services.study_work import OnProgress, ShouldStop
from app.study_reading import Read, StudyReading
from app.study_rows import add_shown
from app.study_words import (
    STOPPED,
    added_words,
    faults_listing,
    left_out_listing,
    recordings_words,
)
from app.views.file_questions import ask_files, ask_folder
from app.views.study_dialogs import DatasetDialog
from engine.errors import EngineError
from engine.study.contents import StudyContents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.study.importing import Added


class StudyAdding(QObject):
    """Asks what is to be added, reads it, and tells what came of it."""

    relinked = Signal()
    """Files were looked for: some may be found."""

    def __init__(self, reading: StudyReading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._desk = reading.desk
        self._window = reading.window

    # recordings

    def ask_files(self, filters: "Sequence[str]") -> None:
        """Ask for recordings to be added."""
        ask_files(self._window, "Add recordings", filters, self.add_paths)

    @Slot()
    def ask_folder(self) -> None:
        """Ask for a folder whose recordings shall be added."""
        ask_folder(self._window, "Add folder", lambda folder: self.add_paths((folder,)))

    def add_paths(self, paths: tuple[Path, ...]) -> None:
        """Add recordings, and those in folders."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            from engine.study.importing import add_recordings

            added = add_recordings(
                contents, folder, paths, on_progress=tell, should_stop=should_stop
            )
            return _read(added, folder)

        self._reading.read("Adding recordings", work, self._tell_added)

    @Slot()
    def add_shown(self) -> None:
        """Add the recording on show; nothing is read for it."""
        desk = self._desk
        shown = desk.shown_recording
        if shown is None:
            self._reading.say("No recording is on show; open one first", is_wrong=True)
            return
        desk.change(
            lambda contents: add_shown(contents, desk.study.folder if desk.study else None, shown)
        )

    # data sets

    @Slot()
    def ask_dataset(self) -> None:
        """Ask for a data set to be added with its labels."""
        from engine.datasets import DATASETS

        kinds = tuple((row.id, row.name, f"Its files: {row.pattern}.") for row in DATASETS)
        dialog = DatasetDialog(kinds, None, self._window)
        dialog.confirmed.connect(lambda: self._add_asked(dialog))
        dialog.folder_changed.connect(lambda folder: self._look_at(folder, dialog))
        dialog.open()

    def _add_asked(self, dialog: DatasetDialog) -> None:
        if dialog.where.folder is not None:
            self.add_dataset(dialog.where.folder, dialog.format_id)

    def _look_at(self, folder: Path, dialog: DatasetDialog) -> None:
        """Find out in the other thread what kind of data set a folder is."""

        def take(format_id: str) -> None:
            if isValid(dialog) and dialog.where.folder == folder:
                dialog.pick(format_id)

        work = self._reading.work
        work.ask(partial(_kind_of, folder), on_result=take, on_error=self._reading.tell_error)

    def add_dataset(self, data_folder: Path, format_id: str) -> None:
        """Add a data set's recordings with their labels."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            from engine.study.importing import add_dataset

            added = add_dataset(
                contents,
                data_folder,
                format_id,
                study_folder=folder,
                on_progress=tell,
                should_stop=should_stop,
            )
            return _read(added, data_folder)

        self._reading.read("Adding the data set", work, self._tell_added)

    def _tell_added(self, read: Read) -> None:
        words = added_words(
            read.num_added,
            read.num_segments,
            read.known,
            len(read.refused),
            is_part=read.is_part,
        )
        self._reading.say(
            words,
            left_out_listing(read.refused, read.notes),
            undoes=read.edit.name if read.edit.changes else "",
            is_wrong=not read.edit.changes and bool(read.refused),
            is_part=read.is_part and bool(read.edit.changes),
        )

    # files that have moved

    @Slot()
    def ask_where_moved(self) -> None:
        """Ask for a folder to look in for recordings that are not where they were."""
        ask_folder(self._window, "Look for moved recordings in", self.find_in)

    def find_in(self, search_folder: Path) -> None:
        """Find recordings again by their content."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            from engine.study.importing import relink

            edit = relink(
                contents, folder, search_folder, on_progress=tell, should_stop=should_stop
            )
            return Read(edit=edit, is_part=should_stop())

        def tell_found(read: Read) -> None:
            found = len(read.edit.changes)
            words = f"{recordings_words(found)} found again" if found else "None was found there"
            if read.is_part:
                words += f"  ·  {STOPPED}"
            self._reading.say(words, is_wrong=not found and not read.is_part)
            self.relinked.emit()

        self._reading.read("Looking for recordings", work, tell_found)

    # the study as a whole

    @Slot()
    def check(self) -> None:
        """Look whether the study's files are whole."""
        study, reading = self._desk.study, self._reading
        if study is None:
            reading.say("No study is open", is_wrong=True)
            return
        folder = study.folder

        def work(tell: OnProgress, should_stop: ShouldStop) -> tuple[str, ...]:
            from engine.study.checking import check_study

            return check_study(folder, on_progress=tell, should_stop=should_stop)

        def tell_checked(found: tuple[str, ...]) -> None:
            listing = faults_listing(found)
            words = "The study is whole" if listing is None else listing.title
            reading.say(words, listing, is_wrong=listing is not None)

        reading.work.run(
            "Checking the study", work, on_result=tell_checked, on_error=reading.tell_error
        )


def _kind_of(folder: Path) -> str:
    """The first data set format that finds its recordings in a folder; empty for none."""
    from engine.datasets import DATASETS

    for row in DATASETS:
        try:
            if row.search(folder).files:
                return row.id
        except EngineError:
            continue  # one of another kind, or a damaged one: the user picks
    return ""


def _read(added: "Added", what: Path) -> Read:
    return Read(
        edit=added.edit,
        refused=added.refused,
        notes=tuple((what, note) for note in added.notes),
        known=added.known,
        num_added=added.num_added + added.num_restored,
        num_segments=added.num_segments,
        is_part=added.stopped,
    )
