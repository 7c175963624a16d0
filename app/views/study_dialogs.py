"""Dialogs about a study: begin one, name it, say who acts, take a backup; none stops anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCompleter,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from app.study_words import folder_name
from app.theme import TypeRole
from app.views.choice import LABEL_SHARE, Choice
from app.views.form_dialog import FormDialog
from app.views.pieces import ElidedLabel, label


class FolderField(QWidget):
    """A folder, with a button to pick another."""

    changed = Signal()

    def __init__(self, title: str, folder: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.folder = folder
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.button = QPushButton("Choose…")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 1)
        row.addWidget(self.button)
        self._show()

    def set_folder(self, folder: Path) -> None:
        """Stand on a folder."""
        self.folder = folder
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.name.set_full_text(str(self.folder) if self.folder is not None else "none yet")

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if self.folder is not None:
            dialog.setDirectory(str(self.folder))
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.open()


class NewStudyDialog(FormDialog):
    """Asks what a study is called and where its folder goes."""

    def __init__(
        self, where: Path, *, name: str = "", is_copy: bool = False, parent: QWidget | None
    ) -> None:
        """Ask.

        Args:
            where: The folder that its folder goes into, unless another is chosen.
            name: What it is called, unless something else is typed.
            is_copy: Whether it takes over a study that is there already.
            parent: The window.
        """
        super().__init__(
            "Save study as" if is_copy else "New study",
            "A study is a folder. Recordings stay where they are; labels, takes and models go into "
            "it. Everything is written at once: there is nothing to save.",
            button="Save" if is_copy else "Begin study",
            parent=parent,
        )
        self.name = QLineEdit(name)
        self.name.setAccessibleName("Name")
        self.name.setPlaceholderText("e.g. Gait after surgery")
        self.where = FolderField("Where the study's folder goes", where)
        self.form.addRow(label("Name", TypeRole.TEXT), self.name)
        self.form.addRow(label("In", TypeRole.TEXT), self.where)
        self.name.textChanged.connect(self._tell)
        self.where.changed.connect(self._tell)
        self.name.setFocus()
        self._tell()

    @property
    def study_name(self) -> str:
        """What it is to be called."""
        return " ".join(self.name.text().split())

    @property
    def folder(self) -> Path:
        """The folder that it gets."""
        return (self.where.folder or Path.home()) / folder_name(self.study_name)

    @Slot()
    def _tell(self) -> None:
        if not self.study_name:
            self.say("It needs a name.", may_go=False)
        else:
            self.say(f"Its folder: {self.folder}", may_go=True)


class FactsDialog(FormDialog):
    """Asks what a study is called and whose name new segments bear."""

    def __init__(self, name: str, annotator: str, parent: QWidget | None) -> None:
        super().__init__(
            "Name and annotator",
            "New segments bear the annotator's name, so that several people can label one study.",
            button="Change",
            parent=parent,
        )
        self.name = QLineEdit(name)
        self.name.setAccessibleName("Name")
        self.annotator = QLineEdit(annotator)
        self.annotator.setAccessibleName("Annotator")
        self.annotator.setPlaceholderText("nobody's name")
        self.form.addRow(label("Study", TypeRole.TEXT), self.name)
        self.form.addRow(label("Annotator", TypeRole.TEXT), self.annotator)
        self.name.textChanged.connect(self._tell)
        self.name.setFocus()
        self._tell()

    @Slot()
    def _tell(self) -> None:
        has_name = bool(self.name.text().strip())
        self.say("" if has_name else "A study needs a name.", may_go=has_name)


class DatasetDialog(FormDialog):
    """Asks for a data set's folder and what kind it is."""

    folder_changed = Signal(object)  # Path

    def __init__(
        self, kinds: Sequence[tuple[str, str, str]], where: Path | None, parent: QWidget | None
    ) -> None:
        """Ask.

        Args:
            kinds: Of each data set format its id, its name, and what its folder looks like.
            where: Its folder, where that is known.
            parent: The window.
        """
        super().__init__(
            "Add data set",
            "Its recordings join the study with their labels, and with who acts in them. The files "
            "stay where they are.",
            button="Add",
            parent=parent,
        )
        self._kinds = tuple(kinds)
        self._picked = 0
        self.kind = Choice("Kind", "What kind of data set it is; found out from its folder")
        self.kind.button.setAutoDefault(False)
        self.where = FolderField("Folder of the data set", where)
        caption = label("Folder", TypeRole.TEXT)
        caption.setMinimumWidth(LABEL_SHARE)
        self.form.setHorizontalSpacing(8)
        self.form.addRow(caption, self.where)
        self.form.addRow(self.kind)
        self.kind.picked.connect(self._pick)
        self.where.button.setFocus()
        self.where.changed.connect(self._tell)
        self.where.changed.connect(lambda: self.folder_changed.emit(self.where.folder))
        self._tell()

    @property
    def format_id(self) -> str:
        """The kind picked."""
        return self._kinds[self._picked][0]

    def pick(self, format_id: str) -> None:
        """Stand on a kind, e.g. the one that the folder looks like."""
        ids = [kind_id for kind_id, _, _ in self._kinds]
        if format_id in ids:
            self._pick(ids.index(format_id))

    @Slot(int)
    def _pick(self, place: int) -> None:
        self._picked = place
        self._tell()

    @Slot()
    def _tell(self) -> None:
        has_folder = self.where.folder is not None
        story = self._kinds[self._picked][2]
        self.kind.show_names(tuple(name for _, name, _ in self._kinds), self._picked)
        self.say(story if has_folder else "Choose its folder first.", may_go=has_folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorsAsked:
    """Who acts, as it is asked for: one line a person."""

    num_people: int
    actors: tuple[str, ...]
    known: tuple[str, ...]
    """Names used already, offered while typing."""
    num_recordings: int = 1


class ActorsDialog(FormDialog):
    """Asks who the people of one or more recordings are."""

    def __init__(self, asked: ActorsAsked, parent: QWidget | None) -> None:
        several = f" The same names for {asked.num_recordings} recordings."
        super().__init__(
            "Who acts",
            "Models are judged on people that they were not trained on: give the same person the "
            "same name everywhere." + (several if asked.num_recordings > 1 else ""),
            button="Name",
            parent=parent,
        )
        self.fields: list[QLineEdit] = []
        for person in range(asked.num_people):
            field = QLineEdit(asked.actors[person] if person < len(asked.actors) else "")
            field.setAccessibleName(f"P{person + 1}")
            field.setPlaceholderText("somebody of this recording alone")
            completer = QCompleter(list(asked.known), field)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            field.setCompleter(completer)
            self.fields.append(field)
            self.form.addRow(label(f"P{person + 1}", TypeRole.TEXT), field)
        self.fields[0].setFocus()
        self.remark.hide()

    @property
    def actors(self) -> tuple[str, ...]:
        """The names given, by person; empty where there is none."""
        return tuple(" ".join(field.text().split()) for field in self.fields)


class BackupsDialog(FormDialog):
    """Lists the copies that were made of a study by themselves, the newest first."""

    def __init__(
        self,
        backups: Sequence[tuple[Path, str]],
        parent: QWidget | None,
        *,
        why_closed: str = "",
    ) -> None:
        """Ask which one.

        Args:
            backups: Of each its file and what to say of it.
            parent: The window.
            why_closed: Why the study cannot be opened; empty where it is open.
        """
        story = (
            f"{why_closed}\n\nIt can become what it was when one of these copies was made. What "
            "lies there now is kept beside them, untouched."
            if why_closed
            else "The study becomes what it was then. What it is now is kept as a backup, too, so "
            "that you can come back."
        )
        title = "The study could not be opened" if why_closed else "Restore a backup"
        super().__init__(title, story, button="Restore", parent=parent)
        self._backups = tuple(backups)
        self.list = QListWidget()
        self.list.setAccessibleName("Backups")
        self.list.addItems([words for _, words in self._backups])
        self.list.setMinimumHeight(220)
        self.list.itemDoubleClicked.connect(lambda _: self._confirm())
        self.list.currentRowChanged.connect(self._tell)
        self.body.insertWidget(self.body.indexOf(self.remark), self.list, 1)
        self.list.setCurrentRow(0)
        self._tell()

    @property
    def picked(self) -> Path | None:
        """The backup picked."""
        row = self.list.currentRow()
        return self._backups[row][0] if 0 <= row < len(self._backups) else None

    @Slot()
    def _tell(self) -> None:
        words = "" if self._backups else "There is no backup yet: one is made when a study opens."
        self.say(words, may_go=self.picked is not None)
