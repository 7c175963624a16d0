"""Slow work off the main thread: the single place where results and exceptions cross threads.

Work is a function that takes a :class:`TaskControl` and returns a value. Its result or exception is
handed to a function in the main thread, unless the task was cancelled meanwhile: late answers are
dropped here, once and for all.
"""

import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from threading import Condition, Event
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot

logger = logging.getLogger(__name__)
ResultT = TypeVar("ResultT")


class Urgency(IntEnum):
    """Which of two waiting tasks goes first."""

    ANSWER = 0
    """Somebody is waiting for it."""
    SOON = 1
    """Somebody is waiting, and knows that it takes seconds."""
    BACKGROUND = 2
    """Makes way, as all do, for more urgent tasks at its checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a task; exactly one of the two is meant."""

    ticket: int
    value: object = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a task is."""

    ticket: int
    fraction: float


class TaskControl:
    """What running work may ask and tell. Used in the worker thread."""

    def __init__(self, cancelled: Event, checkpoint: Callable[[float], None]) -> None:
        self._cancelled = cancelled
        self._checkpoint = checkpoint

    def should_stop(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._cancelled.is_set()

    def checkpoint(self, fraction: float) -> None:
        """Report progress in 0..1 and let more urgent tasks of this thread run first."""
        self._checkpoint(fraction)


class _Job:
    """One task on its way through a worker."""

    def __init__(
        self, ticket: int, urgency: Urgency, work: Callable[[TaskControl], object]
    ) -> None:
        self.ticket = ticket
        self.urgency = urgency
        self.work = work
        self.cancelled = Event()

    def __lt__(self, other: "_Job") -> bool:
        return (self.urgency, self.ticket) < (other.urgency, other.ticket)


class _Queue:
    """Jobs in order of urgency, then of arrival. Shared by the threads of one runner."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._changed = Condition()
        self._is_closed = False

    def put(self, job: _Job) -> None:
        with self._changed:
            heapq.heappush(self._jobs, job)
            self._changed.notify()

    def close(self) -> None:
        """Forget waiting jobs and let the threads end."""
        with self._changed:
            self._jobs.clear()
            self._is_closed = True
            self._changed.notify_all()

    def take(self) -> _Job | None:
        """Wait for the next job; None when the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._is_closed)
            return heapq.heappop(self._jobs) if self._jobs else None

    def take_before(self, urgency: Urgency) -> _Job | None:
        """The next job if it is more urgent than ``urgency``; never waits."""
        with self._changed:
            if self._jobs and self._jobs[0].urgency < urgency:
                return heapq.heappop(self._jobs)
            return None


class _Worker(QThread):
    """One thread that runs jobs until its queue is closed."""

    progressed = Signal(object)  # Progress
    finished_job = Signal(object)  # Outcome

    def __init__(self, queue: _Queue, parent: QObject) -> None:
        super().__init__(parent)
        self._queue = queue

    def run(self) -> None:
        """The thread's life (called by Qt in the new thread)."""
        while (job := self._queue.take()) is not None:
            self._run_job(job)

    def _run_job(self, job: _Job) -> None:
        if job.cancelled.is_set():
            self.finished_job.emit(Outcome(ticket=job.ticket))
            return

        def checkpoint(fraction: float) -> None:
            self.progressed.emit(Progress(ticket=job.ticket, fraction=fraction))
            while (urgent := self._queue.take_before(job.urgency)) is not None:
                self._run_job(urgent)

        try:
            value = job.work(TaskControl(job.cancelled, checkpoint))
        except Exception as error:  # noqa: BLE001  every exception goes to the main thread from here
            outcome = Outcome(ticket=job.ticket, error=error)
        else:
            outcome = Outcome(ticket=job.ticket, value=value)
        self.finished_job.emit(outcome)


class Task:
    """A handle on work in progress. Used in the main thread."""

    def __init__(self, job: _Job) -> None:
        self._job = job

    def cancel(self) -> None:
        """Ask the work to stop; whatever comes of it, nobody will be told."""
        self._job.cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._job.cancelled.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listener(Generic[ResultT]):
    task: Task
    on_result: Callable[[ResultT], None]
    on_error: Callable[[Exception], None]
    on_progress: Callable[[float], None] | None


class TaskRunner(QObject):
    """A small pool of named threads for one kind of work."""

    def __init__(self, name: str, *, threads: int = 1, parent: QObject | None = None) -> None:
        """Prepare the threads; they start with the first task.

        Args:
            name: For debuggers and logs.
            threads: How many tasks may run at once. With one, the work may own things
                that must not be shared between threads.
            parent: Owner.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self._queue = _Queue()
        self._tickets = count()
        self._listeners: dict[int, _Listener[object]] = {}
        self._workers: list[_Worker] = []
        for index in range(threads):
            worker = _Worker(self._queue, self)
            worker.setObjectName(f"{name}-{index}")
            worker.progressed.connect(self._report_progress)
            worker.finished_job.connect(self._hand_over)
            self._workers.append(worker)

    def submit(
        self,
        work: Callable[[TaskControl], ResultT],
        *,
        on_result: Callable[[ResultT], None],
        on_error: Callable[[Exception], None],
        on_progress: Callable[[float], None] | None = None,
        urgency: Urgency = Urgency.ANSWER,
    ) -> Task:
        """Run work in a thread of this runner.

        Args:
            work: Called in the worker thread. It must not touch widgets or the document.
            on_result: Called in the main thread with what it returned.
            on_error: Called in the main thread with what it raised.
            on_progress: Called in the main thread with each fraction it reported.
            urgency: Its place in the queue.
        """
        job = _Job(next(self._tickets), urgency, work)
        task = Task(job)
        listener: _Listener[ResultT] = _Listener(
            task=task, on_result=on_result, on_error=on_error, on_progress=on_progress
        )
        self._listeners[job.ticket] = listener  # type: ignore[assignment]  # value and listener meet by ticket
        self._queue.put(job)
        for worker in self._workers:
            if not worker.isRunning():
                worker.start(QThread.Priority.LowPriority)
        return task

    def close(self, *, longest_ms: int | None = None) -> bool:
        """Cancel everything and wait for the threads to end.

        Args:
            longest_ms: Wait no longer for a thread; None waits for as long as it takes.

        Returns:
            Whether all threads have ended.
        """
        for listener in self._listeners.values():
            listener.task.cancel()
        self._listeners.clear()
        self._queue.close()
        have_ended = [
            worker.wait() if longest_ms is None else worker.wait(longest_ms)
            for worker in self._workers
        ]
        return all(have_ended)

    @Slot(object)
    def _report_progress(self, progress: Progress) -> None:
        listener = self._listeners.get(progress.ticket)
        if listener and listener.on_progress and not listener.task.is_cancelled:
            listener.on_progress(progress.fraction)

    @Slot(object)
    def _hand_over(self, outcome: Outcome) -> None:
        listener = self._listeners.pop(outcome.ticket, None)
        if listener is None or listener.task.is_cancelled:
            logger.debug("%s: late result of task %d dropped", self.objectName(), outcome.ticket)
        elif outcome.error is not None:
            listener.on_error(outcome.error)
        else:
            listener.on_result(outcome.value)
