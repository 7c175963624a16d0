"""The study on the disk: one thread owns it and writes what the window shows already, in order.

The main thread never waits for it. Of several edits under way the first that cannot be written
takes those behind it along: none of them is tried, so what is on the disk is always what the window
showed at some moment.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject

from app.services.kept_study import (
    Kept,
    Moved,
    NotMovedError,
    NotTriedError,
    NotWrittenError,
    StudyHolder,
    StudyLostError,
)
from app.services.task_runner import TaskControl, TaskRunner
from app.study_rows import state_facts
from engine.errors import EngineError
from engine.study.contents import Edit
from engine.study.history import History

if TYPE_CHECKING:
    from engine.study.backups import Backup
    from engine.study.store import Study

ResultT = TypeVar("ResultT")
EnteredT_co = TypeVar("EnteredT_co", covariant=True)
MOST_PUT_ASIDE = 10_000


class Enter(Protocol[EnteredT_co]):
    """Opens or leaves a study, and tells what came of it."""

    def __call__(
        self,
        keeping: "StudyKeeping",
        /,
        *,
        on_result: Callable[[EnteredT_co], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Ask for it; one of the two is called, later."""


class StudyKeeping(QObject):
    """Opens, writes and takes back, each in its turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = TaskRunner("study", parent=self)
        self._holder = StudyHolder()
        self._unfinished = 0
        self._batch = 0
        """Of what is asked: goes up when an edit could not be written."""

    @property
    def is_idle(self) -> bool:
        """Whether everything that was asked is done and told."""
        return self._unfinished == 0

    def open(
        self,
        folder: Path,
        *,
        on_result: Callable[[Kept], None],
        on_error: Callable[[Exception], None],
        read_only: bool = False,
    ) -> None:
        """Open a study; the one that was open is closed, unless the new one cannot be opened."""

        def work(_: TaskControl) -> Kept:
            return self._opened(folder, read_only=read_only)

        self._submit(work, on_result, on_error)

    def create(
        self,
        folder: Path,
        name: str,
        *,
        on_result: Callable[[Kept], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Begin a study in a folder; the one that was open is closed."""

        def work(_: TaskControl) -> Kept:
            from engine.study.store import Study

            return self._turn_to(Study.create(folder, name))

        self._submit(work, on_result, on_error)

    def open_or_create(
        self,
        find: Callable[[], Path],
        name: str,
        *,
        on_result: Callable[[Kept], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Open the study of a folder, or begin one where there is none.

        Args:
            find: Says which folder.
            name: What it is called where it begins.
            on_result: Told what the disk has.
            on_error: Told why that could not be.
        """

        def work(_: TaskControl) -> Kept:
            from engine.study.store import STUDY_FILE, Study

            folder = find()
            if (folder / STUDY_FILE).exists():
                return self._opened(folder)
            return self._turn_to(Study.create(folder, name))

        self._submit(work, on_result, on_error)

    def _opened(self, folder: Path, *, read_only: bool = False) -> Kept:
        """Open a study, unless it is the one that is open, by whatever way to its folder."""
        from engine.study.store import Study

        if self._has_open(folder):
            return self._holder.kept()
        return self._turn_to(Study.open(folder, read_only=read_only))

    def _has_open(self, folder: Path) -> bool:
        study = self._holder.study
        if study is None:
            return False
        try:
            return study.folder.samefile(folder)
        except OSError:  # one of the two is not there
            return False

    def _turn_to(self, entered: "Study") -> Kept:
        self._holder.close()
        self._holder.study = entered
        return self._holder.kept()

    def leave(
        self, *, on_result: Callable[[None], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Close the study."""

        def work(_: TaskControl) -> None:
            self._holder.close()

        self._submit(work, on_result, on_error)

    def write(
        self,
        edit: Edit,
        *,
        on_result: Callable[[History], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Write an edit.

        Args:
            edit: What has changed.
            on_result: Told what has been done to the study by then.
            on_error: Told of a :class:`NotWrittenError`; whatever was asked after this edit and
                before it was told of is refused with :class:`NotTriedError`.
        """
        holder, batch = self._holder, self._batch

        def work(_: TaskControl) -> History:
            study = holder.open_study
            try:
                study.do(edit)
            except Exception as error:
                holder.broken = batch
                raise NotWrittenError(str(error), holder.kept()) from error
            return study.history

        self._submit(work, on_result, on_error)

    def move(
        self,
        steps: "Callable[[Study], tuple[Edit, ...]]",
        *,
        on_result: Callable[[Moved], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Take steps back or do them again.

        Args:
            steps: Called in the study's thread; returns the edits as they were applied.
            on_result: Told what became of it.
            on_error: Told of a :class:`NotMovedError`.
        """
        holder = self._holder

        def work(_: TaskControl) -> Moved:
            study = holder.open_study
            try:
                edits = steps(study)
            except Exception as error:
                raise NotMovedError(str(error), holder.kept()) from error
            return Moved(edits=edits, history=study.history)

        self._submit(work, on_result, on_error)

    def read_again(
        self, *, on_result: Callable[[Kept], None], on_error: Callable[[Exception], None]
    ) -> None:
        """Read the study from the disk as if it were opened now, with all that others wrote."""

        def work(_: TaskControl) -> Kept:
            from engine.study.store import Study

            folder = self._holder.open_study.folder
            self._holder.close()  # or it would be in its own way
            return self._turn_to(Study.open(folder))

        self._submit(work, on_result, on_error)

    def ask(
        self,
        question: "Callable[[Study], ResultT]",
        *,
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Do something else with the open study in its thread, e.g. list its backups."""

        def work(_: TaskControl) -> ResultT:
            return question(self._holder.open_study)

        self._submit(work, on_result, on_error)

    def restore(
        self,
        folder: Path,
        backup: "Backup | Path",
        *,
        on_result: Callable[[Kept], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Make a study what it was when a backup was made, and open it.

        Args:
            folder: Where it lies; it may be open, or damaged.
            backup: Which one, or its file.
            on_result: Told what the disk has.
            on_error: Told why that could not be.
        """

        def work(_: TaskControl) -> Kept:
            from engine.study.backups import restore_backup
            from engine.study.store import Study

            if not self._has_open(folder):
                restore_backup(folder, backup)
                return self._turn_to(Study.open(folder))
            self._holder.close()
            try:
                restore_backup(folder, backup)
            finally:
                self._holder.study = Study.open(folder)
            return self._holder.kept()

        self._submit(work, on_result, on_error)

    def copy_to(
        self,
        folder: Path,
        name: str,
        *,
        is_moved: bool,
        on_result: Callable[[Kept], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Copy the study to another folder, and turn to the copy.

        Args:
            folder: Not there yet, or empty.
            name: What the copy is called.
            is_moved: Whether the next study of the old folder begins anew; what lies there is put
                aside, not erased.
            on_result: Told what the disk has.
            on_error: Told why that could not be; the study that was open stays open.
        """

        def work(_: TaskControl) -> Kept:
            from engine.study.copying import copy_study
            from engine.study.store import Study

            before = self._holder.open_study.folder
            if is_moved:
                _refuse_running(before)
            copy_study(before, folder)
            kept = self._turn_to(_named(Study.open(folder), name))
            if is_moved:
                _put_aside(before)
            return kept

        self._submit(work, on_result, on_error)

    def _submit(
        self,
        work: Callable[[TaskControl], ResultT],
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._unfinished += 1
        holder, batch = self._holder, self._batch

        def try_work(control: TaskControl) -> ResultT:
            if batch <= holder.broken:
                raise NotTriedError("not tried, because the change before could not be written")
            had_study = holder.study is not None
            try:
                return work(control)
            except Exception as error:
                if had_study and holder.study is None:
                    raise StudyLostError(error) from error
                raise

        def take_result(result: ResultT) -> None:
            self._unfinished -= 1
            on_result(result)

        def take_error(error: Exception) -> None:
            self._unfinished -= 1
            if isinstance(error, NotWrittenError):
                self._batch += 1
            on_error(error)

        self._runner.submit(try_work, on_result=take_result, on_error=take_error)

    def close(self, *, longest_ms: int) -> bool:
        """Write what is still to be written, close the study, end the thread.

        Args:
            longest_ms: Wait no longer.

        Returns:
            Whether everything is on the disk.
        """
        is_closed = Event()

        def work(_: TaskControl) -> None:
            try:
                self._holder.close()
            finally:
                is_closed.set()

        if self._unfinished or self._holder.study is not None:
            self._runner.submit(work, on_result=lambda _: None, on_error=lambda _: None)
            if not is_closed.wait(longest_ms / 1000):
                self._runner.close(longest_ms=0)
                return False
        return self._runner.close(longest_ms=longest_ms)


def _named(study: "Study", name: str) -> "Study":
    """The same study by another name; closed where that cannot be written."""
    try:
        edit = state_facts(study.contents, name, study.contents.facts.annotator)
        if edit.changes:
            study.do(edit)
    except Exception:
        study.close()
        raise
    return study


def _refuse_running(folder: Path) -> None:
    """A run of training goes on in its folder: that has to stay where it is.

    Raises:
        EngineError: There is such a run.
    """
    from trainer.launcher import is_running

    if any(is_running(path.parent) for path in (folder / "jobs").rglob("job.toml")):
        raise EngineError(
            "a training run is under way in the scratch study; wait for it or stop it, then save"
        )


def _put_aside(folder: Path) -> None:
    """Rename the folder of a study that lies elsewhere by now."""
    for number in range(1, MOST_PUT_ASIDE):
        target = folder.with_name(f"{folder.name} (saved {number})")
        if not target.exists():
            with suppress(OSError):  # it stays where it is, and the next labels go on there
                folder.rename(target)
            return
