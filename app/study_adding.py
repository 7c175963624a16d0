"""What goes into a study and out of it: recordings, data sets, label files, copies, backups.

Everything is read in another thread and becomes one edit, so that one step takes it back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from app.history_model import undo_name
from app.services.study_work import OnProgress, ShouldStop, StudyWork
from app.study_desk import StudyDesk
from app.study_rebase import rebased
from app.study_rows import add_shown
from app.study_words import added_words, count_words, recordings_words, refused_report
from app.views.file_questions import ask_files, ask_folder, ask_new_file
from app.views.study_dialogs import DatasetDialog
from app.views.study_note import Note, StudyNote
from engine.errors import EngineError
from engine.study.contents import Change, Edit, StudyContents

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from engine.study.importing import Added

LABEL_FILES = "Label files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An edit made from files, and what was left out of them."""

    edit: Edit
    refused: tuple[tuple[Path, str], ...] = ()
    known: int = 0
    num_added: int = 0
    """Recordings."""
    num_segments: int = 0


class StudyAdding(QObject):
    """Asks, reads in another thread, edits, and tells what came of it."""

    relinked = Signal()
    """Files were looked for: some may be found."""

    def __init__(
        self,
        desk: StudyDesk,
        work: StudyWork,
        note: StudyNote,
        window: "MainWindow",
        parent: QObject | None = None,
    ) -> None:
        """Do nothing yet.

        Args:
            desk: Takes the edits.
            work: The thread.
            note: Says how far it is and what came of it.
            window: The parent of dialogs.
            parent: Owner.
        """
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self._note = note
        self._window = window
        self._refused: tuple[tuple[Path, str], ...] = ()
        self._undone_by_note = ""
        work.progressed.connect(note.show_progress)

    # recordings

    def ask_files(self, filters: Sequence[str]) -> None:
        """Ask for recordings to be added."""
        ask_files(self._window, "Add recordings", filters, self.add_paths)

    @Slot()
    def ask_folder(self) -> None:
        """Ask for a folder whose recordings shall be added."""
        ask_folder(self._window, "Add folder", lambda folder: self.add_paths((folder,)))

    def add_paths(self, paths: tuple[Path, ...], *, is_undo_offered: bool = False) -> None:
        """Add recordings, and those in folders."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            from engine.study.importing import add_recordings

            added = add_recordings(
                contents, folder, paths, on_progress=tell, should_stop=should_stop
            )
            return _read(added, folder)

        self._read("Adding recordings", work, partial(self._tell_added, is_undo_offered))

    @Slot()
    def add_shown(self) -> None:
        """Add the recording on show; nothing is read for it."""
        desk = self._desk
        shown = desk.shown_recording
        if shown is None:
            self._say("No recording is on show; open one first", is_wrong=True)
        else:
            folder = desk.study.folder if desk.study is not None else None
            desk.change(partial(add_shown, folder=folder, shown=shown))

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

        self._work.ask(partial(_kind_of, folder), on_result=take, on_error=self._tell_error)

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

        self._read("Adding the data set", work, partial(self._tell_added, True))

    # labels

    @Slot()
    def ask_labels(self) -> None:
        """Ask for label files to be merged with the study."""
        from engine.annotations import ANNOTATIONS

        patterns = [f"*{suffix}" for row in ANNOTATIONS for suffix in row.suffixes]
        every = f"{LABEL_FILES} ({' '.join(dict.fromkeys(patterns))})"
        ask_files(self._window, "Import labels", (every, "All files (*)"), self.import_labels)

    def import_labels(self, paths: tuple[Path, ...]) -> None:
        """Merge label files with the study; nothing that is labelled is changed."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            del folder
            return _read_labels(contents, paths, tell, should_stop)

        self._read("Importing labels", work, self._tell_imported)

    @Slot()
    def ask_export(self) -> None:
        """Ask where the study's labels shall be written to."""
        from engine.annotations import ANNOTATIONS

        if self._desk.study is None or not self._desk.contents.num_segments:
            self._say("There are no labels to export yet", is_wrong=True)
            return
        by_filter = {
            f"{row.name} ({' '.join(f'*{each}' for each in row.suffixes)})": row
            for row in ANNOTATIONS
        }
        name = self._desk.contents.facts.name or "labels"
        ask_new_file(
            self._window,
            "Export labels",
            tuple(by_filter),
            lambda path, chosen: self.export_labels(path, by_filter[chosen].id),
            name=name,
        )

    def export_labels(self, path: Path, format_id: str) -> None:
        """Write the study's labels as a file, or as a folder of them."""
        contents = self._desk.contents

        def work(tell: OnProgress, should_stop: ShouldStop) -> "tuple[int, tuple[str, ...]]":
            from engine.annotations import annotation_by_id
            from engine.annotations.exporting import export_labels

            del should_stop
            row = annotation_by_id(format_id)
            named = path if row.is_folder or path.suffix else path.with_suffix(row.suffixes[0])
            done = export_labels(contents, named, format_id)
            tell(1.0)
            return done.num_segments, done.left_out

        def tell_done(done: tuple[int, tuple[str, ...]]) -> None:
            number, left_out = done
            self._say_with_list(
                f"{count_words(number, 'segment', 'segments')} written to {path.name}",
                tuple((path, reason) for reason in left_out),
            )

        self._work.run("Exporting labels", work, on_result=tell_done, on_error=self._tell_error)

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
            return Read(edit=edit)

        def tell_found(read: Read) -> None:
            found = len(read.edit.changes)
            words = f"{recordings_words(found)} found again" if found else "None was found there"
            self._say(words, is_wrong=not found)
            self.relinked.emit()

        self._read("Looking for recordings", work, tell_found)

    # the study as a whole

    @Slot()
    def check(self) -> None:
        """Look whether the study's files are whole."""
        study = self._desk.study
        if study is None:
            self._say("No study is open", is_wrong=True)
            return
        folder = study.folder

        def work(tell: OnProgress, should_stop: ShouldStop) -> tuple[str, ...]:
            from engine.study.checking import check_study

            return check_study(folder, on_progress=tell, should_stop=should_stop)

        def tell_checked(faults: tuple[str, ...]) -> None:
            if not faults:
                self._say("The study is whole")
                return
            self._say_with_list(
                f"{count_words(len(faults), 'fault', 'faults')} found",
                tuple((folder, fault) for fault in faults),
                is_wrong=True,
            )

        self._work.run(
            "Checking the study", work, on_result=tell_checked, on_error=self._tell_error
        )

    # how it goes

    def _read(
        self,
        what: str,
        work: Callable[[StudyContents, Path, OnProgress, ShouldStop], Read],
        tell: Callable[[Read], None],
    ) -> None:
        """Read files in the other thread, then edit the study that they were read for."""

        def begin() -> None:
            study, contents = self._desk.study, self._desk.contents
            if study is None:
                return
            if study.read_only:
                self._say(study.read_only[:1].upper() + study.read_only[1:], is_wrong=True)
                return
            folder = study.folder

            def take(read: Read) -> None:
                if self._desk.study is None or self._desk.study.folder != folder:
                    return
                self._note.hide()
                if read.edit.changes:
                    self._desk.change(lambda now: rebased(read.edit, now, since=contents))
                tell(read)

            self._work.run(
                what,
                lambda on_progress, should_stop: work(contents, folder, on_progress, should_stop),
                on_result=take,
                on_error=self._tell_error,
            )

        self._desk.ensure_study(begin)

    def _tell_added(self, is_undo_offered: bool, read: Read) -> None:
        words = added_words(read.num_added, read.num_segments, read.known, len(read.refused))
        self._undone_by_note = read.edit.name if is_undo_offered and read.edit.changes else ""
        is_wrong = not read.edit.changes and bool(read.refused)
        self._say_with_list(words, read.refused, is_wrong=is_wrong)

    def _tell_imported(self, read: Read) -> None:
        words = [f"{count_words(read.num_segments, 'segment', 'segments')} imported"]
        if read.known:
            words.append(f"{read.known} known already")
        if read.refused:
            words.append(f"{len(read.refused)} left out")
        self._undone_by_note = read.edit.name if read.edit.changes else ""
        self._say_with_list("  ·  ".join(words), read.refused, is_wrong=not read.num_segments)

    def _say_with_list(
        self, words: str, refused: tuple[tuple[Path, str], ...], *, is_wrong: bool = False
    ) -> None:
        self._refused = refused
        buttons = [("list", "What was left out")] if refused else []
        if self._undone_by_note:
            buttons.append(("undo", "Undo"))
        self._note.show_note(
            Note(text=words, is_wrong=is_wrong, buttons=tuple(buttons), stays=bool(refused))
        )

    def _say(self, words: str, *, is_wrong: bool = False) -> None:
        self._note.show_note(Note(text=words, is_wrong=is_wrong))

    def press(self, button: str) -> None:
        """Do what a button of the note says."""
        if button == "list":
            self._window.say(
                f"{count_words(len(self._refused), 'thing was', 'things were')} left out",
                "Everything else was taken over.",
                hint="Copy the list to look into it.",
                report=refused_report(self._refused),
            )
        elif button == "undo":
            if undo_name(self._desk.history) == self._undone_by_note:
                self._desk.undo()
            else:
                self._say("Other steps came after it: go back in the history (Ctrl+H)")
            self._undone_by_note = ""

    def _tell_error(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            self._note.hide()
            raise error
        self._note.show_note(Note(text=str(error), is_wrong=True, stays=True))


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
        refused=(*added.refused, *((what, note) for note in added.notes)),
        known=added.known,
        num_added=added.num_added + added.num_restored,
        num_segments=added.num_segments,
    )


def _read_labels(
    contents: StudyContents, paths: tuple[Path, ...], tell: OnProgress, should_stop: ShouldStop
) -> Read:
    """Merge several label files, one after the other, in one edit."""
    from engine.annotations.importing import import_labels

    changes: list[Change] = []
    refused: list[tuple[Path, str]] = []
    known, num_segments, names = 0, 0, []
    for number, path in enumerate(paths):
        if should_stop():
            break
        done = import_labels(contents, path)
        contents = contents.applied(done.edit)
        changes += done.edit.changes
        refused += ((path, reason) for reason in (*done.left_out, *done.notes))
        known += done.known
        num_segments += done.num_segments
        names.append(done.edit.name)
        tell((number + 1) / len(paths))
    name = names[0] if len(names) == 1 else f"Import {len(names)} label files"
    return Read(
        edit=Edit(name=name, changes=tuple(changes)),
        refused=tuple(refused),
        known=known,
        num_segments=num_segments,
    )
