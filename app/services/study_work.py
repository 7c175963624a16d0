"""Long work for a study in a thread of its own: reading recordings, data sets and label files."""

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from app.time_left import TimeLeft
from app.turns import Turns

ResultT = TypeVar("ResultT")
OnProgress = Callable[[float], None]
ShouldStop = Callable[[], bool]


class StudyWork(QObject):
    """One job at a time, the next one after it; each says how far it is and can be stopped."""

    progressed = Signal(str, float, object)  # what, share done, seconds left or None
    dropped = Signal()
    """What was under way is stopped, and nothing will be told of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = TaskRunner("study-work", parent=self)
        self._task: Task | None = None
        self._what = ""
        self._has_enough = Event()
        self._turns = Turns()
        self._time_left = TimeLeft()

    @property
    def what(self) -> str:
        """What is under way; empty for nothing."""
        return self._what if self._task is not None else ""

    @property
    def is_waited_for(self) -> bool:
        """Whether there is more to be done after it."""
        return self._turns.is_waited_for

    def when_free(self, begin: Callable[[], None]) -> None:
        """Call something now, or as soon as what is under way has ended and is told.

        Args:
            begin: May run something; what waits is dropped with what is under way.
        """
        self._turns.take(begin)

    def run(
        self,
        what: str,
        work: Callable[[OnProgress, ShouldStop], ResultT],
        *,
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Do something in the thread, after what is under way.

        Args:
            what: For telling how far it is, e.g. ``Adding recordings``.
            work: Called in the thread; tells the share done, asks whether to stop. Stopped, it
                returns what it has until then.
            on_result: Called in the main thread with what it returned.
            on_error: Called in the main thread with what it raised.
        """
        self._turns.take(lambda: self._run(what, work, on_result, on_error))

    def _run(
        self,
        what: str,
        work: Callable[[OnProgress, ShouldStop], ResultT],
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._turns.begin()
        self._what, self._time_left = what, TimeLeft()
        has_enough = self._has_enough = Event()

        def done(result: ResultT) -> None:
            self._task = None
            try:
                on_result(result)
            finally:
                self._turns.end()

        def failed(error: Exception) -> None:
            self._task = None
            try:
                on_error(error)
            finally:
                self._turns.end()

        def task(control: TaskControl) -> ResultT:
            return work(control.checkpoint, lambda: has_enough.is_set() or control.should_stop())

        self._task = self._runner.submit(
            task,
            on_result=done,
            on_error=failed,
            on_progress=self._tell,
            urgency=Urgency.BACKGROUND,
        )
        self.progressed.emit(what, 0.0, None)

    def ask(
        self,
        work: Callable[[], ResultT],
        *,
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Look something up on the disk, before what is under way goes on."""
        self._runner.submit(
            lambda _: work(), on_result=on_result, on_error=on_error, urgency=Urgency.ANSWER
        )

    def end_early(self) -> bool:
        """Let what is under way come to an end with what it has; whether there was anything.

        Its result is handed over as ever, and what waits has its turn.
        """
        if self._task is not None:
            self._has_enough.set()
        return self._task is not None

    def stop(self) -> bool:
        """Stop what is under way, drop what it has and all that waits; whether there was any."""
        self._turns.forget()
        if self._task is None:
            return False
        self._task.cancel()
        self._task = None
        self._turns.end()
        self.dropped.emit()
        return True

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End the thread; whether it has ended."""
        self.stop()
        return self._runner.close(longest_ms=longest_ms)

    def _tell(self, fraction: float) -> None:
        if self._task is not None and not self._has_enough.is_set():
            self.progressed.emit(self._what, fraction, self._time_left.at(fraction))
