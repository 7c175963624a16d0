"""What is dropped on the window: studies are opened, recordings shown, and offered to the study.

While labels are made, recordings join the study at once, and a button takes that back. While
recordings are only looked at, the study is not changed unless somebody says so.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.librarian import Librarian
from app.modes import Mode, ModeSwitch
from app.services.study_work import StudyWork
from app.study_adding import StudyAdding
from app.study_desk import StudyDesk
from app.study_places import Sorted, sort_paths
from app.study_words import capital, recordings_words
from app.views.study_note import Note, StudyNote

ADD_BUTTON, BEGIN_BUTTON = "add", "begin"


class StudyDrops(QObject):
    """Takes drops."""

    def __init__(
        self,
        desk: StudyDesk,
        adding: StudyAdding,
        work: StudyWork,
        note: StudyNote,
        parent: QObject | None = None,
    ) -> None:
        """Take nothing yet.

        Args:
            desk: Has the study.
            adding: Adds recordings to it.
            work: Looks at what was dropped.
            note: Offers what can be done.
            parent: Owner.
        """
        super().__init__(parent)
        self._desk = desk
        self._adding = adding
        self._work = work
        self._note = note
        self._dropped = Sorted()

    def connect_all(
        self,
        modes: ModeSwitch,
        librarian: Librarian,
        open_study: Callable[[Path], None],
        ask_new: Callable[[str, Callable[[], None]], None],
    ) -> None:
        """Connect it.

        Args:
            modes: Whether labels are made.
            librarian: Shows recordings.
            open_study: Opens a study's folder.
            ask_new: Asks about a new study of some name, and calls something once it is there.
        """
        self._modes = modes
        self._librarian = librarian
        self._open_study = open_study
        self._ask_new = ask_new

    @Slot(object)
    def take(self, paths: tuple[Path, ...]) -> None:
        """Find out in another thread what was dropped, then do what is wanted with it."""
        self._work.ask(partial(sort_paths, paths), on_result=self._take_sorted, on_error=_raise)

    def _take_sorted(self, found: Sorted) -> None:
        if found.studies:
            self._open_study(found.studies[0])
            return
        if found.files:
            self._librarian.open_paths(found.files)
        self._dropped = found
        study = self._desk.study
        if study is None:
            if found.folders:
                self._offer(
                    f"“{found.folders[0].name}” is a folder", BEGIN_BUTTON, "Begin a study with it…"
                )
        elif study.read_only:
            if found.folders:
                self._note.show_note(Note(text=capital(study.read_only), is_wrong=True))
        elif self._modes.mode is Mode.TEACH:
            self._add()
        else:
            count = len(found.files)
            what = found.folders[0].name if found.folders else recordings_words(count)
            name = self._desk.contents.facts.name or study.folder.name
            self._offer(f"Add {what} to the study “{name}”?", ADD_BUTTON, "Add")

    def _offer(self, text: str, button: str, word: str) -> None:
        self._note.show_note(Note(text=text, buttons=((button, word),), stays=True))

    def _add(self) -> None:
        found = self._dropped
        self._adding.add_paths((*found.files, *found.folders))

    def press(self, button: str) -> bool:
        """Do what a button of the note says; whether it is one of its own."""
        if button == ADD_BUTTON:
            self._add()
        elif button == BEGIN_BUTTON:
            self._ask_new(self._dropped.folders[0].name, self._add)
        else:
            return False
        return True


def _raise(error: Exception) -> None:
    raise error
