"""A thread beside the training: it says that the job is alive, and hears what is asked of it."""

import _thread
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from trainer.control import Ask, last_asked
from trainer.events import EventLog, memory_mb

ENDINGS = (Ask.STOP, Ask.CANCEL)


class EndAskedError(Exception):
    """The run was asked to end.

    Args:
        ask: How.
        is_clean: Whether it was noticed between two steps; else a step was broken off.
    """

    def __init__(self, ask: Ask, *, is_clean: bool) -> None:
        super().__init__(ask.value)
        self.ask = ask
        self.is_clean = is_clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a pulse does what, in seconds."""

    beat: float = 5.0
    """Between two signs of life."""
    listen: float = 0.1
    grace: float = 1.5
    """How long the training may take to end by itself before it is broken off."""


class Pulse:
    """Beats and listens from ``start`` to ``stop``, also while a step or an export takes long.

    Without ``start`` it does neither, and nothing is ever asked.

    Args:
        folder: Of the job.
        events: Where signs of life go.
        since: Commands given before are another run's, in seconds since 1970.
        rhythm: How often.
    """

    def __init__(
        self, folder: Path, events: EventLog, since: float = 0.0, rhythm: Rhythm | None = None
    ) -> None:
        self.state = "loading"
        """What the job is doing, in a word."""
        self._folder = folder
        self._events = events
        self._heard = since
        self._rhythm = rhythm or Rhythm()
        self._asked: Ask | None = None
        self._since = 0.0
        self._open_to: tuple[Ask, ...] = ()
        self._change = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="pulse", daemon=True)

    @property
    def asked(self) -> Ask | None:
        """What was asked last, if anything still stands."""
        return self._asked

    def ask(self, ask: Ask) -> None:
        """Ask from within the process; a job that is to end is not made to go on."""
        with self._change:
            if self._asked in ENDINGS and ask is not Ask.CANCEL:
                return
            self._asked = None if ask is Ask.RESUME else ask
            self._since = time.monotonic()
            self._change.notify_all()

    def wait(self, longest: float) -> Ask | None:
        """Do nothing as long as the job is to pause, but no longer than some seconds.

        Returns:
            What is asked by then.
        """
        with self._change:
            self._change.wait_for(lambda: self._asked is not Ask.PAUSE, timeout=longest)
            return self._asked

    @contextmanager
    def doing(self, state: str) -> Iterator[None]:
        """Within it, the job does something else."""
        before, self.state = self.state, state
        try:
            yield
        finally:
            self.state = before

    @contextmanager
    def open_to(self, *asks: Ask) -> Iterator[None]:
        """Within it, the main thread may be broken off at any line if it is asked to end."""
        before, self._open_to = self._open_to, asks
        try:
            yield
        finally:
            self._open_to = before

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """What becomes of SIGINT and SIGTERM in the main thread: the run is cancelled.

        Raises:
            EndAskedError: The run has had its time to end by itself, and may be broken off.
        """
        if self._asked not in ENDINGS:
            self.ask(Ask.CANCEL)
        elif self._is_overdue and self._asked in self._open_to:
            raise EndAskedError(self._asked, is_clean=False)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def _is_overdue(self) -> bool:
        is_ending = self._asked in ENDINGS
        return is_ending and time.monotonic() - self._since >= self._rhythm.grace

    def _live(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            if time.monotonic() >= due:
                self._tell("heartbeat", state=self.state, memory_mb=round(memory_mb(), 1))
                due = time.monotonic() + self._rhythm.beat
            heard = last_asked(self._folder, self._heard)
            if heard is not None:
                self._heard = heard.time
                self.ask(heard.ask)
                self._tell("asked", ask=heard.ask.value)
            if self._is_overdue and self._open_to:
                _thread.interrupt_main(signal.SIGTERM)
            self._ended.wait(self._rhythm.listen)

    def _tell(self, kind: str, **facts: object) -> None:
        # a full disk ends the run where it trains; this thread goes on listening
        with suppress(OSError):
            self._events.write(kind, pid=os.getpid(), **facts)
