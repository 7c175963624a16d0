"""``python -m trainer.study_run RUN_FOLDER``: one run of a study, when its turn has come.

The process claims its folder at once and waits there for the runs before it without having loaded
torch: a queue of runs costs next to nothing, and needs nobody to keep it.
"""

import os
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from engine.errors import EngineError
from trainer.control import Ask
from trainer.events import EventLog
from trainer.job import load_job
from trainer.process import run_told
from trainer.pulse import ENDINGS, EndAskedError, Pulse
from trainer.run_watch import PREPARING, WAITING, RunWatch

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads spin against torch's

LOOK_S = 0.5
"""Between two looks at the runs before."""
NICENESS = 5
"""The window comes first."""


def main(words: Sequence[str] | None = None) -> int:
    """Run what the words name; returns the exit status."""
    parser = ArgumentParser(
        prog="python -m trainer.study_run", description="Run one run of a study to its end."
    )
    parser.add_argument("folder", type=Path, help="the run's")
    parser.add_argument("--since", type=float, default=time.time(), metavar="SECONDS")
    parser.add_argument("--after", type=Path, nargs="*", default=[], metavar="RUN_FOLDER")
    options = parser.parse_args(words)
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    return run_of_study(options.folder, options.since, options.after)


def run_of_study(folder: Path, since: float, after: Sequence[Path] = ()) -> int:
    """Wait for other runs, then train, write the model, and compare it with the old one.

    Args:
        folder: Of the run.
        since: Commands given before are another start's, in seconds since 1970.
        after: Runs to wait for.

    Returns:
        The exit status; how it ended is the last event.
    """
    events = EventLog(folder)
    pulse = Pulse(folder, events, since)

    def whole(stack: ExitStack) -> None:
        pulse.state = "waiting"
        wait_for(after, events, pulse)
        pulse.state = "loading"
        events.write(PREPARING)
        with suppress(EngineError, OSError):  # the run itself tells of a job that cannot be read
            from trainer.primitives import keep_few

            keep_few(load_job(folder), os.environ)
        from trainer.study_work import work

        work(folder, events, pulse, stack)

    return run_told(folder, events, pulse, whole)


def wait_for(runs: Sequence[Path], events: EventLog, pulse: Pulse) -> None:
    """Do nothing until other runs have ended, and as long as this one is to pause.

    Raises:
        EndAskedError: This one is to end before it has begun.
        OSError: The disk refuses.
    """
    watches = [RunWatch(path) for path in runs]
    waits: list[str] = []
    is_paused = False
    while True:
        asked = pulse.asked
        if asked in ENDINGS and asked is not None:
            raise EndAskedError(asked, is_clean=True)
        if (asked is Ask.PAUSE) != is_paused:
            is_paused = not is_paused
            events.write("paused" if is_paused else "resumed")
        watches = [each for each in watches if not each.poll().phase.is_over]
        now = [each.folder.name for each in watches]
        if now != waits:
            waits = now
            events.write(WAITING, after=waits)
        if not watches and not is_paused:
            return
        threading.Event().wait(LOOK_S)


if __name__ == "__main__":
    sys.exit(main())
