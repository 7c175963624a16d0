"""The study, connected with the window: opened, kept, told of."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app.action_spec import Menu
from app.open_study import NO_STUDY, NotWritten, OpenStudy, Unopened
from app.services.study_keeping import StudyKeeping
from app.services.study_work import StudyWork
from app.settings import OPEN_STUDY, RECENT_STUDIES
from app.study_adding import StudyAdding
from app.study_closing import CLOSE_BUTTON, LONGEST_WRITE_MS, StudyClosing
from app.study_copies import StudyCopies
from app.study_drops import StudyDrops
from app.study_labels import StudyLabels
from app.study_list_model import StudyLines
from app.study_places import sort_paths, studies_folder, with_recent
from app.study_reading import StudyReading
from app.study_rows import ShownRecording, archive, known_actors, name_actors, restore, state_facts
from app.study_showing import StudyShowing, study_name
from app.study_words import capital, not_written_words
from app.teach_parts import TeachParts
from app.views.file_questions import ask_folder
from app.views.form_dialog import FormDialog
from app.views.study_dialogs import ActorsAsked, ActorsDialog, FactsDialog, NewStudyDialog
from app.views.study_menu import RecentStudiesMenu
from app.views.study_note import Note, StudyNote
from engine.errors import EngineError
from engine.recording import Recording

logger = logging.getLogger(__name__)
Ids = tuple[str, ...]
AGAIN_BUTTON = "again"


class StudyBench(QObject):
    """Connects its part of teaching; ``connect_all`` once everything is there."""

    def __init__(self, keeping: StudyKeeping, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeping = keeping
        self._work = StudyWork(self)
        self.dialog: FormDialog | None = None

    def connect_all(self, parts: TeachParts) -> None:
        """Connect everything.

        Args:
            parts: What it reads, shows and acts upon.
        """
        self._parts = parts
        desk, window, work = parts.desk, parts.window, self._work
        self.note = note = StudyNote(window.stage)
        self.reading = StudyReading(desk, work, note, window, self)
        self.adding = StudyAdding(self.reading, self)
        self.labels = StudyLabels(self.reading, self)
        self.copies = StudyCopies(desk, work, note, window, self)
        self.showing = StudyShowing(desk, work, window, self)
        self.closing = StudyClosing(desk, window, note, self)
        self.drops = StudyDrops(desk, self.adding, work, note, self)
        self.drops.connect_all(parts.modes, parts.librarian, self.open, self._ask_new)
        self.recent = RecentStudiesMenu(window)
        self.recent.show_studies(parts.settings.get(RECENT_STUDIES))
        menu = window.top_bar.menus[Menu.STUDY]
        menu.insertMenu(window.action_set["study.keep"], self.recent)
        self._connect_desk()
        self._connect_window()

    def _connect_desk(self) -> None:
        desk = self._parts.desk
        desk.study_changed.connect(self._take_study)
        desk.refused.connect(self._tell_refusal)
        desk.not_written.connect(self._tell_not_written)
        desk.edited.connect(self.note.pass_on)
        self._work.dropped.connect(self.note.hide)
        desk.could_not_open.connect(self._tell_unopened)
        self._parts.document.recording_changed.connect(self._take_recording)
        self._parts.librarian.complained.connect(self.showing.look_for_missing)
        self.adding.relinked.connect(self.showing.look_for_missing)

    def _connect_window(self) -> None:
        desk, window = self._parts.desk, self._parts.window
        panel = window.study
        window.files_dropped.connect(self.drops.take)
        window.docks.history_shown.connect(window.action_set["study.history"].setChecked)
        window.history.position_requested.connect(desk.go_to)
        panel.open_requested.connect(self.open_recording)
        panel.archive_requested.connect(lambda ids: desk.change(partial(archive, ids=ids)))
        panel.restore_requested.connect(lambda ids: desk.change(partial(restore, ids=ids)))
        panel.actors_requested.connect(self._ask_actors)
        panel.relink_requested.connect(self.adding.ask_where_moved)
        panel.folder_requested.connect(self._show_in_folder)
        panel.refresh_requested.connect(desk.refresh)
        self.recent.open_requested.connect(self.open)
        self.note.stop_requested.connect(self._stop_work)
        self.note.pressed.connect(self._press)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What its rows of the table of actions do."""
        desk, adding, parts = self._parts.desk, self.adding, self._parts
        return {
            "study.new": self.ask_new,
            "study.open": self.ask_open,
            "study.keep": self.ask_copy,
            "study.undo": desk.undo,
            "study.redo": desk.redo,
            "study.history": parts.window.docks.show_history,
            "study.add": lambda: adding.ask_files(parts.name_filters()),
            "study.add-folder": adding.ask_folder,
            "study.add-dataset": adding.ask_dataset,
            "study.add-shown": adding.add_shown,
            "study.import": self.labels.ask_import,
            "study.export": self.labels.ask_export,
            "study.find": adding.ask_where_moved,
            "study.backups": self.copies.ask_backup,
            "study.check": adding.check,
            "study.facts": self.ask_facts,
            "study.close": desk.leave,
        }

    # opening

    def begin(self, paths: tuple[Path, ...], show: Callable[[tuple[Path, ...]], None]) -> None:
        """Open the study that is named, or the one that was open at the end.

        Args:
            paths: What the program was called with: a study, recordings, or nothing.
            show: Called with recordings to be shown; with none where a sample will do.
        """
        found, desk = sort_paths(paths), self._parts.desk
        kept = self._parts.settings.get(OPEN_STUDY)
        folder = found.studies[0] if found.studies else Path(kept) if kept else None
        if folder is None or found.files:
            show(found.files)
            if folder is not None:
                desk.open(folder.absolute())
            return

        def give_up(unopened: Unopened) -> None:
            del unopened  # it is told of
            desk.could_not_open.disconnect(give_up)
            self._parts.settings.set(OPEN_STUDY, "")
            show(())

        def show_first() -> None:
            desk.could_not_open.disconnect(give_up)
            if not self._show_last():
                show(())

        desk.could_not_open.connect(give_up)
        desk.open(folder.absolute(), show_first)

    def _show_last(self) -> bool:
        """Show the recording of the study that was shown last; whether it has any."""
        rows = [line.row for line in StudyLines().lines(self._parts.desk.contents)]
        if self._parts.document.recording is None and rows:
            by_path = {row.path: row for row in rows}
            opened = (str(each.path) for each in self._parts.document.library.recordings)
            last = next((by_path[path] for path in opened if path in by_path), rows[0])
            self.open_recording(last.id)
        return self._parts.document.recording is not None or bool(rows)

    @Slot(object)
    def open(self, folder: Path) -> None:
        """Open a study and show it."""
        self._parts.desk.open(folder.absolute(), self._parts.window.docks.raise_study)

    @Slot()
    def ask_open(self) -> None:
        """Ask for a study's folder."""
        ask_folder(self._parts.window, "Open study", self.open, where=self._where())

    @Slot()
    def ask_new(self) -> None:
        """Ask what a new study is called and where it goes."""
        self._ask_new("", _nothing_more)

    def _ask_new(self, name: str, then: Callable[[], None]) -> None:
        dialog = NewStudyDialog(self._where(), name=name, parent=self._parts.window)

        def show() -> None:
            self._parts.window.docks.raise_study()
            then()

        dialog.confirmed.connect(
            lambda: self._parts.desk.create(dialog.folder, dialog.study_name, show)
        )
        self._present(dialog)

    @Slot()
    def ask_copy(self) -> None:
        """Ask where the study goes; a scratch study moves there, others are copied."""
        study, contents = self._parts.desk.study, self._parts.desk.contents
        if study is None:
            self._tell_refusal(NO_STUDY)
            return
        name = "" if study.is_scratch else f"{study_name(study, contents)} copy"
        window = self._parts.window
        dialog = NewStudyDialog(self._where(), name=name, is_copy=True, parent=window)
        dialog.confirmed.connect(lambda: self.copies.copy_to(dialog.folder, dialog.study_name))
        self._present(dialog)

    def _where(self) -> Path:
        """The folder that the last study lies in."""
        recent = self._parts.settings.get(RECENT_STUDIES)
        return recent[0].parent if recent else studies_folder()

    def _present(self, dialog: FormDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None

    @Slot(object)
    def _take_study(self, study: OpenStudy | None) -> None:
        settings = self._parts.settings
        self._work.stop()  # it was for the other one
        if study is not None and not study.is_scratch:
            settings.set(RECENT_STUDIES, with_recent(settings.get(RECENT_STUDIES), study.folder))
            self.recent.show_studies(settings.get(RECENT_STUDIES))
        settings.set(OPEN_STUDY, str(study.folder) if study is not None else "")

    # recordings

    @Slot(object)
    def _take_recording(self, recording: Recording | None) -> None:
        shown = None
        if recording is not None:
            path = recording.source.path
            shown = ShownRecording(recording=recording, title=path.stem if path else "recording")
        self._parts.desk.show_recording(shown)
        self.showing.show_current()

    @Slot(object)
    def open_recording(self, recording_id: str) -> None:
        """Show a recording of the study."""
        self._with_path(recording_id, self._parts.librarian.open_path)

    @Slot(object)
    def _show_in_folder(self, recording_id: str) -> None:
        self._with_path(recording_id, _show_folder)

    def _with_path(self, recording_id: str, then: Callable[[Path], None]) -> None:
        """Find a recording's file in another thread, then do something with it."""
        desk = self._parts.desk
        row, study = desk.contents.recordings.get(recording_id), desk.study
        if row is None or study is None:
            return

        def look() -> Path:
            from engine.study.importing import path_of

            return path_of(study.folder, row)

        self._work.ask(look, on_result=then, on_error=_raise)

    @Slot(object)
    def _ask_actors(self, ids: Ids) -> None:
        desk = self._parts.desk
        there = desk.contents.recordings
        rows = [there[each] for each in ids if each in there]
        if not rows:
            return
        asked = ActorsAsked(
            num_people=max(row.num_people for row in rows),
            actors=rows[0].actors if len({row.actors for row in rows}) == 1 else (),
            known=known_actors(desk.contents),
            num_recordings=len(rows),
        )
        dialog = ActorsDialog(asked, self._parts.window)
        dialog.confirmed.connect(
            lambda: desk.change(partial(name_actors, ids=ids, actors=dialog.actors))
        )
        self._present(dialog)

    @Slot()
    def ask_facts(self) -> None:
        """Ask for the study's name and the annotator's."""
        desk = self._parts.desk
        if desk.study is None:
            self.ask_new()
            return
        facts = desk.contents.facts
        dialog = FactsDialog(facts.name, facts.annotator, self._parts.window)
        dialog.confirmed.connect(
            lambda: desk.change(
                partial(state_facts, name=dialog.name.text(), annotator=dialog.annotator.text())
            )
        )
        self._present(dialog)

    # telling

    @Slot(str)
    def _press(self, button: str) -> None:
        if button == AGAIN_BUTTON:
            self._parts.desk.try_again()
        elif button == CLOSE_BUTTON:
            self.closing.close_anyway()
        elif not self.drops.press(button):
            self.reading.press(button)

    @Slot(str)
    def _tell_refusal(self, reason: str) -> None:
        self.note.show_note(Note(text=capital(reason), is_wrong=True))

    @Slot(object)
    def _tell_not_written(self, lost: NotWritten) -> None:
        text = not_written_words(lost.names, lost.reason)
        buttons = ((AGAIN_BUTTON, "Try again"),)
        self.note.show_note(Note(text=text, is_wrong=True, buttons=buttons, stays=True))

    @Slot(object)
    def _tell_unopened(self, unopened: Unopened) -> None:
        from engine.study.rows import StudyError

        error = unopened.error
        self.note.hide()
        if not isinstance(error, EngineError):
            raise error
        stays = self._parts.desk.study is not None
        hint = (
            "The study that was open stays open."
            if stays
            else "Open another one from the menu Study, or begin a new one."
        )
        tell = partial(
            self._parts.window.say, "The study could not be opened", str(error), hint=hint
        )
        if unopened.folder is None:
            tell()
        else:
            what = error.what if isinstance(error, StudyError) else str(error)
            self.copies.offer_backups(unopened.folder, f"{capital(what)}.", tell)

    @Slot()
    def _stop_work(self) -> None:
        """End what is under way; what has been read until then is told of when it has ended."""
        if self._work.end_early():
            self.note.show_note(Note(text="Stopping…", stays=True))

    # the end

    @property
    def is_settled(self) -> bool:
        """Whether every wish has been fulfilled or refused, and told."""
        return self._parts.desk.is_settled and not self._work.what and self._keeping.is_idle

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        return self.note.put_aside() or self._parts.window.study.end_search()

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End its threads, within some time where one is given; whether all have ended."""
        has_work_ended = self._work.close(longest_ms=longest_ms)
        is_written = self._keeping.close(longest_ms=LONGEST_WRITE_MS)
        if not is_written:
            logger.error("the disk did not take the study's last changes in time")
        return is_written and has_work_ended


def _show_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _raise(error: Exception) -> None:
    raise error


def _nothing_more() -> None:
    """A new study is there, and that is all."""
