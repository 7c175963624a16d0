"""Reading files for a study: in another thread, then one edit, then a word on what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from app.history_model import undo_name
from app.services.study_work import OnProgress, ShouldStop, StudyWork
from app.study_desk import StudyDesk
from app.study_rebase import rebased
from app.study_words import Listing, Reasons, both_listings, capital
from app.views.main_window import MainWindow
from app.views.study_note import Note, StudyNote
from engine.errors import EngineError
from engine.study.contents import Edit, StudyContents

LIST_BUTTON, UNDO_BUTTON = "list", "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An edit made from files, and what was left out of them."""

    edit: Edit
    refused: Reasons = ()
    notes: Reasons = ()
    """What else there is to know."""
    known: int = 0
    num_added: int = 0
    """Recordings."""
    num_segments: int = 0
    is_part: bool = False
    """Whether it was stopped: there is more in the files."""


ReadFiles = Callable[[StudyContents, Path, OnProgress, ShouldStop], Read]
"""From what is there and the study's folder; tells how far it is, asks whether to stop."""


class StudyReading(QObject):
    """One thing at a time; the study that it was begun for is the one that it changes."""

    def __init__(
        self,
        desk: StudyDesk,
        work: StudyWork,
        note: StudyNote,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            desk: Takes the edits.
            work: The thread.
            note: Says how far it is and what came of it.
            window: Shows lists.
            parent: Owner.
        """
        super().__init__(parent)
        self.desk = desk
        self.work = work
        self.window = window
        self._note = note
        self._listing: Listing | None = None
        self._unread: Listing | None = None
        """What the next word would cover before anybody has read it."""
        self._undoes = ""
        work.progressed.connect(note.show_progress)

    def read(self, what: str, files: ReadFiles, tell: Callable[[Read], None]) -> None:
        """Read files in the other thread, then edit the study that they were read for.

        Args:
            what: For telling how far it is.
            files: Called in the other thread.
            tell: Called with what it returned, once the study has the edit; not where that is
                refused.
        """
        self.desk.ensure_study(lambda: self.work.when_free(lambda: self._begin(what, files, tell)))

    def _begin(self, what: str, files: ReadFiles, tell: Callable[[Read], None]) -> None:
        study, contents = self.desk.study, self.desk.contents
        if study is None:
            return
        if study.read_only:
            self.say(capital(study.read_only), is_wrong=True)
            return
        folder = study.folder

        def take(read: Read) -> None:
            if self.desk.study is None or self.desk.study.folder != folder:
                return
            self._note.hide()
            if not read.edit.changes:
                tell(read)
                return
            self.desk.change(
                lambda now: rebased(read.edit, now, since=contents), lambda: tell(read)
            )

        self.work.run(
            what,
            lambda on_progress, should_stop: files(contents, folder, on_progress, should_stop),
            on_result=take,
            on_error=self.tell_error,
        )

    # telling

    def say(
        self,
        words: str,
        listing: Listing | None = None,
        *,
        undoes: str = "",
        is_wrong: bool = False,
        is_part: bool = False,
    ) -> None:
        """Say what came of it; it goes by itself where all went well.

        Args:
            words: In one line.
            listing: What can be looked at in detail.
            undoes: Name of the edit that a button takes back; empty for no such button.
            is_wrong: Whether it is a complaint.
            is_part: Whether it was stopped, so that somebody has to say whether it shall hold.
        """
        listing = both_listings(self._unread, listing)
        self._unread = listing if self.work.is_waited_for else None
        self._listing, self._undoes = listing, undoes
        buttons = []
        if listing is not None:
            buttons.append((LIST_BUTTON, listing.button))
        if undoes:
            buttons.append((UNDO_BUTTON, "Undo"))
        stays = is_part or (listing is not None and listing.is_wrong)
        self._note.show_note(
            Note(text=words, is_wrong=is_wrong, buttons=tuple(buttons), stays=stays)
        )

    def tell_error(self, error: Exception) -> None:
        """Complain.

        Raises:
            Exception: The error itself, when it is a defect of the program.
        """
        self._note.hide()
        if not isinstance(error, EngineError):
            raise error
        self._note.show_note(Note(text=str(error), is_wrong=True, stays=True))

    def press(self, button: str) -> None:
        """Do what a button of the note says."""
        listing = self._listing
        if button == LIST_BUTTON and listing is not None:
            self.window.say(
                listing.title,
                listing.message,
                hint="Copy the list to look into it.",
                report=listing.text,
            )
        elif button == UNDO_BUTTON:
            if undo_name(self.desk.history) == self._undoes:
                self.desk.undo()
            else:
                self.say("Other steps came after it: go back in the history (Ctrl+H)")
