"""Copies of a study: backups to go back to, and a study taken to another place."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.history_model import time_words
from app.services.study_keeping import StudyKeeping
from app.services.study_work import StudyWork
from app.study_desk import StudyDesk
from app.study_words import capital, count_words
from app.views.main_window import MainWindow
from app.views.study_dialogs import BackupsDialog
from app.views.study_note import Note, StudyNote
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.study.backups import Backup


class StudyCopies(QObject):
    """Asks which copy is meant, and turns the desk to it."""

    def __init__(
        self,
        desk: StudyDesk,
        work: StudyWork,
        note: StudyNote,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        """Do nothing yet.

        Args:
            desk: Has the study.
            work: Looks for backups.
            note: Says what came of it.
            window: The parent of dialogs.
            parent: Owner.
        """
        super().__init__(parent)
        self._desk = desk
        self._work = work
        self._note = note
        self._window = window
        self.dialog: BackupsDialog | None = None

    @Slot()
    def ask_backup(self) -> None:
        """Ask which backup the study shall become."""
        study = self._desk.study
        if study is None or study.read_only:
            words = study.read_only if study is not None else "no study is open"
            self._say(capital(words), is_wrong=True)
            return

        self._look_for(study.folder, lambda found: self._present(study.folder, found))

    def offer_backups(self, folder: Path, why_closed: str, without: Callable[[], None]) -> None:
        """Offer the backups of a study that cannot be opened.

        Args:
            folder: Where it lies.
            why_closed: Why it cannot be opened.
            without: Called where it has none.
        """

        def take(found: "tuple[Backup, ...]") -> None:
            if found:
                self._present(folder, found, why_closed)
            else:
                without()

        self._look_for(folder, take)

    def _look_for(self, folder: Path, take: "Callable[[tuple[Backup, ...]], None]") -> None:
        def look() -> "tuple[Backup, ...]":
            from engine.study.backups import list_backups

            return list_backups(folder)

        self._work.ask(look, on_result=take, on_error=self._tell_error)

    def _present(self, folder: Path, backups: "tuple[Backup, ...]", why_closed: str = "") -> None:
        if self.dialog is not None:
            self.dialog.close()
        now = datetime.now().astimezone()
        lines = tuple((each.path, backup_words(each, now)) for each in backups)
        self.dialog = dialog = BackupsDialog(lines, self._window, why_closed=why_closed)
        dialog.confirmed.connect(lambda: self._restore(folder, dialog.picked))
        dialog.finished.connect(self._forget)
        dialog.open()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None

    def _restore(self, folder: Path, backup: Path | None) -> None:
        if backup is not None:
            self._desk.enter(
                partial(StudyKeeping.restore, folder=folder, backup=backup),
                partial(self._say, "The study is as it was then; what it was is kept as a backup"),
                folder=folder,
            )

    def copy_to(self, folder: Path, name: str) -> None:
        """Copy the study to another folder and turn to it; the scratch study moves there."""
        study = self._desk.study
        if study is None:
            return
        self._note.show_note(Note(text=f"Copying to {folder}…", stays=True))
        self._desk.enter(
            partial(StudyKeeping.copy_to, folder=folder, name=name, is_moved=study.is_scratch),
            partial(self._say, f"The study lies in {folder} from now on"),
        )

    def _say(self, words: str, *, is_wrong: bool = False) -> None:
        self._note.show_note(Note(text=words, is_wrong=is_wrong))

    def _tell_error(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            raise error
        self._say(str(error), is_wrong=True)


def backup_words(backup: "Backup", now: datetime) -> str:
    """When it was made and what is in it, e.g. ``14:05  ·  199 segments  ·  12 steps``."""
    parts = [
        time_words(backup.time, now),
        count_words(backup.segments, "segment", "segments"),
        count_words(backup.steps, "step", "steps"),
    ]
    if backup.was_replaced:
        parts.append("before a backup was restored")
    return "  ·  ".join(parts)
