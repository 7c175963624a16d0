"""What the window says of the study: name, state, history, missing files."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.history_model import redo_name, undo_name
from app.open_study import OpenStudy
from app.services.study_work import StudyWork
from app.study_desk import StudyDesk
from app.study_words import study_title
from app.views.main_window import MainWindow
from app.views.study_panel import StudyState
from engine.study.contents import StudyContents
from engine.study.history import History

SLOW_MS = 400
"""An edit that is on its way for longer is said to be."""


def study_name(study: OpenStudy | None, contents: StudyContents) -> str:
    """What a study is called; its folder's name where nobody has said it, empty for none."""
    return "" if study is None else contents.facts.name or study.folder.name


class StudyShowing(QObject):
    """Keeps panel, title and menu in step with the desk."""

    def __init__(
        self, desk: StudyDesk, work: StudyWork, window: MainWindow, parent: QObject | None = None
    ) -> None:
        """Show the study that is open.

        Args:
            desk: Has it.
            work: Looks for its files.
            window: Shows it.
            parent: Owner.
        """
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self._window = window
        self._missing: frozenset[str] = frozenset()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self.show_state)
        desk.study_changed.connect(self._take_study)
        desk.contents_changed.connect(window.study.show_contents)
        desk.contents_changed.connect(self._take_contents)
        desk.history_changed.connect(self.show_history)
        desk.history_changed.connect(window.history.show_history)
        desk.saved_changed.connect(self._take_saved)
        self._take_study(desk.study)
        self.show_history(desk.history)

    @Slot(object)
    def _take_study(self, study: OpenStudy | None) -> None:
        self._missing = frozenset()
        self._window.docks.set_has_study(study is not None)
        self.show_state()
        self.look_for_missing()

    @Slot(object)
    def _take_contents(self, contents: StudyContents) -> None:
        del contents
        self.show_state()
        self.show_current()

    @Slot(bool)
    def _take_saved(self, is_saved: bool) -> None:
        if is_saved:
            self._slow.stop()
            self.show_state()
        else:
            self._slow.start()

    @Slot()
    def show_state(self) -> None:
        """Say which study it is and whether it is on the disk."""
        desk, window = self._desk, self._window
        study, is_slow = desk.study, not desk.is_saved and not self._slow.isActive()
        if study is None:
            window.study.show_state(None)
            window.show_study("")
            return
        name = study_name(study, desk.contents)
        window.study.show_state(
            StudyState(
                name=name,
                is_scratch=study.is_scratch,
                read_only=study.read_only,
                is_saved=not is_slow,
                missing=self._missing,
            )
        )
        is_read_only = bool(study.read_only)
        window.show_study(study_title(name, is_saved=not is_slow, is_read_only=is_read_only))

    @Slot()
    def show_current(self) -> None:
        """Mark the recording on show, where the study has it."""
        desk, window = self._desk, self._window
        row = desk.recording_row
        window.study.show_current(row.id if row is not None else "")
        name = study_name(desk.study, desk.contents)
        window.top_bar.show_study(name, row.title if row is not None else "")

    @Slot(object)
    def show_history(self, history: History) -> None:
        """Name the steps that undo and redo are about."""
        actions, study = self._window.action_set, self._desk.study
        may_change = study is not None and not study.read_only
        for action_id, word, name in (
            ("study.undo", "Undo", undo_name(history)),
            ("study.redo", "Redo", redo_name(history)),
        ):
            actions.rename(action_id, f"{word} {name}".strip())
            actions[action_id].setEnabled(bool(name) and may_change)

    @Slot()
    def look_for_missing(self) -> None:
        """Find out in another thread which files are not where they were."""
        study, contents = self._desk.study, self._desk.contents
        if study is None or not contents.recordings:
            return
        folder = study.folder

        def look() -> frozenset[str]:
            from engine.study.importing import missing

            return frozenset(row.id for row in missing(contents, folder))

        def take(found: frozenset[str]) -> None:
            if self._desk.study is not None and self._desk.study.folder == folder:
                self._missing = found
                self.show_state()

        self._work.ask(look, on_result=take, on_error=_raise)


def _raise(error: Exception) -> None:
    raise error
