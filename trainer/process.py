"""One run in this process, from its claim on the folder to its last event; light until it fails."""

import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from trainer.claim import claimed
from trainer.control import Ask
from trainer.events import CANCELLED, FAILED, EventLog
from trainer.launcher import EXIT_CANCELLED, EXIT_FAILED
from trainer.pulse import EndAskedError, Pulse

NOTHING = "stopped before anything was learnt; there is nothing to keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which of several processes this is."""

    rank: int = 0
    wait: Callable[[], object] | None = None
    """Called before it is told that the run was cancelled."""


def run_told(
    folder: Path,
    events: EventLog,
    pulse: Pulse,
    work: Callable[[ExitStack], None],
    part: Part | None = None,
) -> int:
    """Do the work of a run, which tells of its end itself unless it is broken off or fails.

    Args:
        folder: Of the run; nobody else works in it meanwhile.
        events: Where it is told.
        pulse: Says that it is alive, and hears what is asked.
        work: What is to be done; what it enters is left in the end.
        part: Which of several processes this is; None for the only one.

    Returns:
        The exit status; how it ended is the last event.
    """
    part = part or Part()
    with ExitStack() as stack:
        try:
            if part.rank == 0:
                stack.enter_context(claimed(folder))
            stack.enter_context(alive(pulse))
            work(stack)
        except EndAskedError as end:
            if part.wait is not None:
                part.wait()
            tell(events, CANCELLED, reason=NOTHING if end.ask is Ask.STOP else "")
            return EXIT_CANCELLED
        except Exception as error:
            from trainer.failures import reason_of

            reason = reason_of(error)
            said = reason or f"a defect of the program: {type(error).__name__}: {error}"
            # not only the first process: it may never hear of this
            tell(EventLog(folder), FAILED, reason=said, rank=part.rank)
            if reason is None:
                raise
            if not isinstance(error, EngineError | OSError | MemoryError):
                traceback.print_exception(error)
            sys.stderr.write(f"{reason}\n")
            return EXIT_FAILED
    return 0


@contextmanager
def alive(pulse: Pulse) -> Iterator[None]:
    """Within it, the job gives signs of life, hears commands, and ends well when terminated."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    held = {number: signal.signal(number, pulse.on_signal) for number in numbers}
    pulse.start()
    try:
        yield
    finally:
        pulse.stop()
        for number, before in held.items():
            signal.signal(number, before)


def tell(events: EventLog, kind: str, **facts: object) -> None:
    """Write the last event, if the disk takes it."""
    with suppress(OSError):
        events.write(kind, **facts)
