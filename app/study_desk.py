"""The study on the desk: what the window shows of it, and every wish to change it.

A wish is a function from what is there to an :class:`~engine.study.contents.Edit`: it is called
when its turn has come, so nothing is ever decided on what is out of date. The edit shows at once
and is written by another thread; one that cannot be written is taken back, with a complaint.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.open_study import NO_RECORDING, NO_STUDY, SCRATCH_NAME, NotWritten, OpenStudy, Unopened
from app.services.kept_study import (
    Kept,
    Moved,
    NotMovedError,
    NotTriedError,
    NotWrittenError,
    StudyLostError,
)
from app.services.study_keeping import Enter, StudyKeeping
from app.study_rows import MakeWithRecording, ShownRecording, with_recording
from app.study_steps import redo, undo, with_step
from app.turns import Turns
from engine.errors import EngineError
from engine.labels import LabelError, StudyRecording
from engine.study.contents import Edit, StaleEditError, StudyContents
from engine.study.history import History

if TYPE_CHECKING:
    from engine.study.store import Study

ResultT = TypeVar("ResultT")
MakeEdit = Callable[[StudyContents], Edit]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """An edit that shows and is on its way to the disk."""

    make: MakeEdit
    edit: Edit


class StudyDesk(QObject):
    """The open study in the main thread.

    Without a keeper of studies it holds one in memory, as tests and pictures want it.
    """

    study_changed = Signal(object)  # OpenStudy | None
    contents_changed = Signal(object)  # StudyContents; after every edit, undo, redo
    edited = Signal(object)  # Edit, as it was applied
    history_changed = Signal(object)  # History
    refused = Signal(str)  # why a wish cannot be fulfilled, in one line
    not_written = Signal(object)  # NotWritten
    could_not_open = Signal(object)  # Unopened
    saved_changed = Signal(bool)  # whether everything is on the disk
    settled = Signal()  # every wish is fulfilled or refused, and written

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        keeping: StudyKeeping | None = None,
        find_scratch: Callable[[], Path] | None = None,
    ) -> None:
        """Have no study yet.

        Args:
            parent: Owner.
            keeping: Keeps it on the disk.
            find_scratch: Where the study lies that begins by itself.
        """
        super().__init__(parent)
        self._keeping = keeping
        self._find_scratch = find_scratch
        self._study: OpenStudy | None = None
        self._contents = StudyContents()
        self._history = History()
        self._pending: deque[_Pending] = deque()
        self._turns = Turns(on_idle=self._tell_settled)
        self._unwritten: tuple[MakeEdit, ...] = ()
        self._shown: ShownRecording | None = None

    # what is there

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

    @property
    def is_saved(self) -> bool:
        """Whether everything that shows is on the disk."""
        return not self._pending

    @property
    def is_settled(self) -> bool:
        """Whether every wish has been fulfilled or refused, and written."""
        return not self._pending and self._turns.is_idle

    @property
    def recording_row(self) -> StudyRecording | None:
        """The row of the recording on show, found by its content; None where it has none."""
        if self._shown is None:
            return None
        row = self._contents.recording_by_sha256(self._shown.recording.source.sha256)
        return None if row is None or row.is_archived else row

    @property
    def shown_recording(self) -> ShownRecording | None:
        """The recording on show."""
        return self._shown

    def show_recording(self, shown: ShownRecording | None) -> None:
        """Take note of the recording on show."""
        self._shown = shown

    # wishes

    def change(self, make: MakeEdit, then: Callable[[], None] | None = None) -> None:
        """Change the study: shown at once, kept as soon as the disk has it.

        Without a study the scratch study is opened first.

        Args:
            make: From what is there to the edit; ``refused`` tells of a LabelError that it raises.
            then: Called once the edit shows; not where it is refused, or changes nothing.
        """

        def wish() -> None:
            if self._change(make) and then is not None:
                then()

        self.ensure_study(wish)

    def with_recording(self, make: MakeWithRecording) -> None:
        """Change something about the recording on show; it joins the study in the same edit.

        Args:
            make: From contents with the recording and at least one tier, and the recording's row,
                to the edit. Both are there without having been written yet.
        """
        shown = self._shown
        if shown is None:
            self.refused.emit(NO_RECORDING)
            return
        self.change(lambda contents: with_recording(contents, self._folder, shown, make))

    @property
    def _folder(self) -> Path | None:
        return self._study.folder if self._study is not None else None

    def ensure_study(self, then: Callable[[], None]) -> None:
        """Do something as soon as there is a study, the scratch study where none is open."""

        def wish() -> None:
            if self._study is not None or self._keeping is None:
                then()
            else:
                self._turns.put_first(then)
                self._open_scratch()

        self._turns.take(wish)

    def undo(self) -> None:
        """Take the last step back."""
        self._turns.take(lambda: self._move(undo))

    def redo(self) -> None:
        """Do the step that was taken back last again."""
        self._turns.take(lambda: self._move(redo))

    def go_to(self, position: int) -> None:
        """Take back or do again all steps up to one.

        Args:
            position: Number of the last step that shall hold; 0 for none.
        """
        self._turns.take(lambda: self._move(lambda study: study.go_to(position)))

    def try_again(self) -> None:
        """Wish once more what could not be written."""
        again, self._unwritten = self._unwritten, ()
        for make in again:
            self.change(make)

    def _may_change(self) -> bool:
        reason = self._study.read_only if self._study is not None else ""
        if reason:
            self.refused.emit(reason)
        return not reason

    # edits

    def _change(self, make: MakeEdit) -> bool:
        if not self._may_change():
            return False
        try:
            edit = make(self._contents)
            after = self._contents.applied(edit)
        except (LabelError, StaleEditError) as error:
            self.refused.emit(str(error))
            return False
        if not edit.changes:
            return False
        self._contents = after
        self._history = with_step(self._history, edit.name, time())
        if self._keeping is not None:
            self._pending.append(_Pending(make=make, edit=edit))
            self._keeping.write(edit, on_result=self._take_written, on_error=self._take_unwritten)
        self.edited.emit(edit)
        self.contents_changed.emit(self._contents)
        self.history_changed.emit(self._history)
        if len(self._pending) == 1:
            self.saved_changed.emit(False)
        return True

    def _take_written(self, history: History) -> None:
        self._pending.popleft()
        if not self._pending:
            self._history = history
            self.history_changed.emit(history)
            self.saved_changed.emit(True)
            self._tell_settled()

    def _tell_settled(self) -> None:
        if self.is_settled:
            self.settled.emit()

    def _take_unwritten(self, error: Exception) -> None:
        """Take back everything that is not on the disk."""
        if isinstance(error, NotTriedError):
            return  # taken back with the one before it
        lost = tuple(self._pending)
        self._pending.clear()
        self._unwritten = tuple(each.make for each in lost)
        if isinstance(error, NotWrittenError):
            self._contents, self._history = error.kept.contents, error.kept.history
        for each in reversed(lost):
            self.edited.emit(each.edit.inverse)
        self.contents_changed.emit(self._contents)
        self.history_changed.emit(self._history)
        self.saved_changed.emit(True)
        names = tuple(each.edit.name for each in lost)
        self.not_written.emit(NotWritten(reason=str(error), names=names))
        self._tell_settled()
        _raise_defect(error)

    # steps

    def _move(self, steps: "Callable[[Study], tuple[Edit, ...]]") -> None:
        if self._keeping is None or self._study is None:
            self.refused.emit(NO_STUDY)
            return
        if not self._may_change():
            return
        self._turns.begin()
        self._keeping.move(steps, on_result=self._take_moved, on_error=self._take_unmoved)

    def _take_moved(self, moved: Moved) -> None:
        for edit in moved.edits:
            self._contents = self._contents.applied(edit)
            self.edited.emit(edit)
        self._history = moved.history
        if moved.edits:
            self.contents_changed.emit(self._contents)
        self.history_changed.emit(self._history)
        self._turns.end()

    def _take_unmoved(self, error: Exception) -> None:
        if isinstance(error, NotMovedError):
            self._contents, self._history = error.kept.contents, error.kept.history
            self.contents_changed.emit(self._contents)
            self.history_changed.emit(self._history)
        self._turns.end()
        if not isinstance(error, NotTriedError):
            self.refused.emit(str(error))
        _raise_defect(error)

    # studies

    def enter(
        self,
        way: Enter[Kept],
        then: Callable[[], None] | None = None,
        *,
        folder: Path | None = None,
    ) -> None:
        """Turn to another study; the one that is open stays where that cannot be.

        Args:
            way: Called in its turn; opens the study and tells one of the two what came of it.
            then: Called once it is open.
            folder: Where it lies, to be told where it cannot be opened.
        """

        def take(kept: Kept) -> None:
            self._take_kept(kept)
            if then is not None:
                then()
            self._turns.end()

        self._enter(way, take, folder)

    def open(self, folder: Path, then: Callable[[], None] | None = None) -> None:
        """Open the study of a folder."""
        if self._study is not None and self._study.folder == folder:
            self._turns.take(then or _nothing)
            return
        self.enter(partial(StudyKeeping.open, folder=folder), then, folder=folder)

    def create(self, folder: Path, name: str, then: Callable[[], None] | None = None) -> None:
        """Begin a study in a folder that is empty or not there yet."""
        self.enter(partial(StudyKeeping.create, folder=folder, name=name), then)

    def refresh(self) -> None:
        """Read the study again from the disk, and find out whether it can be changed by now."""
        if self._study is not None:
            self.enter(StudyKeeping.read_again)

    def leave(self) -> None:
        """Close the study, once everything is written."""

        def forget(_: object) -> None:
            self._take_study(None, StudyContents(), History())
            self._turns.end()

        self._enter(StudyKeeping.leave, forget)

    def _enter(
        self, way: Enter[ResultT], on_result: Callable[[ResultT], None], folder: Path | None = None
    ) -> None:
        keeping = self._keeping
        if keeping is None:
            return

        def wish() -> None:
            self._turns.begin()
            way(
                keeping,
                on_result=on_result,
                on_error=lambda error: self._take_unopened(error, folder),
            )

        self._turns.take(wish)

    def _open_scratch(self) -> None:
        find = self._find_scratch
        if find is None:
            self._turns.forget()
            self.refused.emit(NO_STUDY)
            return
        self.enter(partial(StudyKeeping.open_or_create, find=find, name=SCRATCH_NAME))

    def _take_kept(self, kept: Kept) -> None:
        is_scratch = self._find_scratch is not None and kept.folder == self._find_scratch()
        study = OpenStudy(folder=kept.folder, is_scratch=is_scratch, read_only=kept.read_only)
        self._take_study(study, kept.contents, kept.history)

    def _take_study(
        self, study: OpenStudy | None, contents: StudyContents, history: History
    ) -> None:
        self._unwritten = ()
        self._study, self._contents, self._history = study, contents, history
        self.study_changed.emit(study)
        self.contents_changed.emit(contents)
        self.history_changed.emit(history)

    def _take_unopened(self, error: Exception, folder: Path | None) -> None:
        if isinstance(error, StudyLostError):
            folder, error = folder or self._folder, error.why
            self._take_study(None, StudyContents(), History())
        if self._study is None:
            self._turns.forget()  # they were about a study that is not there
        if not isinstance(error, NotTriedError):
            self.could_not_open.emit(Unopened(error=error, folder=folder))
        self._turns.end()


def _raise_defect(error: Exception) -> None:
    """Report what is the program's own fault; the window lives on."""
    found = error.__cause__ or error
    if not isinstance(found, EngineError):
        raise found


def _nothing() -> None:
    """Nothing more is to be done."""
