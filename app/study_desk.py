"""The study on the desk: what the window shows of it, and every wish to change it.

A wish is a function from what is there to an :class:`~engine.study.contents.Edit`: it is called
when its turn has come, so nothing is ever decided on what is out of date. The edit shows at once
and is written by another thread; one that cannot be written is taken back, with a complaint.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.labels import LabelError
from engine.study.contents import Edit, StaleEditError, StudyContents
from engine.study.history import History

MakeEdit = Callable[[StudyContents], Edit]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStudy:
    """Which study is open."""

    folder: Path
    is_scratch: bool = False
    """Begun by itself, because somebody labelled without one."""
    read_only: str = ""
    """Why nothing can be changed, e.g. that another window has it open; empty where it can."""


class StudyDesk(QObject):
    """The open study in the main thread."""

    study_changed = Signal(object)  # OpenStudy | None
    contents_changed = Signal(object)  # StudyContents; after every edit, undo, redo
    edited = Signal(object)  # Edit, as it was applied
    history_changed = Signal(object)  # History
    refused = Signal(str)  # why a wish cannot be fulfilled, in one line
    saved_changed = Signal(bool)  # whether everything is on the disk

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study: OpenStudy | None = None
        self._contents = StudyContents()
        self._history = History()

    @property
    def study(self) -> OpenStudy | None:
        """Which study is open."""
        return self._study

    @property
    def contents(self) -> StudyContents:
        """Its rows; empty where none is open."""
        return self._contents

    @property
    def history(self) -> History:
        """What has been done."""
        return self._history

    def change(self, make: MakeEdit) -> None:
        """Change the study: shown at once, kept as soon as the disk has it.

        Args:
            make: From what is there to the edit; ``refused`` tells of a LabelError that it raises.
        """
        try:
            edit = make(self._contents)
            self._contents = self._contents.applied(edit)
        except (LabelError, StaleEditError) as error:
            self.refused.emit(str(error))
            return
        if edit.changes:
            self.edited.emit(edit)
            self.contents_changed.emit(self._contents)
