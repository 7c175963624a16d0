"""Starting a job as a child process, reading what it tells, asking things of it. Light."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import TrainingError
from engine.places import SOURCE_ROOT
from engine.tables import table_text
from trainer.claim import is_claimed
from trainer.control import Ask, send
from trainer.events import ENDS
from trainer.job import EVENTS_FILE, JOB_FILE, TrainingJob

LOG_FILE = "trainer.log"
PACKAGE_FOLDER = "model"
"""Where in a job folder the finished model package lies."""
EXIT_FAILED = 2
EXIT_CANCELLED = 3

Event = dict[str, object]


def create_job(folder: Path, job: TrainingJob) -> None:
    """Write a new job's folder.

    Raises:
        TrainingError: The folder holds another job, or cannot be written.
    """
    path = folder / JOB_FILE
    text = table_text(job)
    if path.exists():
        if path.read_text(encoding="utf-8") == text:
            return
        raise TrainingError(
            f"{folder} holds another job; choose another folder, or go on with it by "
            f"'skelarium train {folder}'"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrainingError(f"{folder} cannot be written ({error.strerror})") from error


def start_job(folder: Path, processes: int = 1) -> "subprocess.Popen[bytes]":
    """Run a job in a child process of its own; it goes on from its last checkpoint.

    The child outlives this process, and Ctrl-C in a terminal is not for it. What it complains of
    goes to ``trainer.log`` in the folder: a pipe that nobody reads would stop it.

    Args:
        folder: Of the job.
        processes: That share it on this machine, a GPU each where there are any.

    Raises:
        TrainingError: The folder cannot be written.
    """
    shared = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    words = [*(shared if processes > 1 else []), "-m", "trainer"]
    return start_process(folder, words)


def start_process(
    folder: Path, words: Sequence[str], more: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    """Start Python in a session of its own, on a job's folder.

    Args:
        folder: Of the job; stands after the words.
        words: What to run, e.g. ``-m trainer``.
        more: Words at the end.

    Raises:
        TrainingError: The folder cannot be written.
    """
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}
    since = repr(time.time())  # what was asked before is not for this run
    try:
        with (folder / LOG_FILE).open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *words, str(folder.resolve()), "--since", since, *more],
                cwd=SOURCE_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise TrainingError(f"{folder}: the job cannot start ({error.strerror})") from error


def is_running(folder: Path) -> bool:
    """Whether some process runs the job in a folder, started by whomever."""
    return is_claimed(folder)


def ask(folder: Path, what: Ask) -> None:
    """Ask something of a running job; ``trainer.control`` says what can be asked.

    It says so itself, by an event ``asked``, once it has heard.

    Raises:
        TrainingError: Nothing runs in the folder, or it cannot be written.
    """
    if not is_running(folder):
        raise TrainingError(f"no job runs in {folder}, so there is nothing to {what.value}")
    send(folder, what)


def stop_job(folder: Path) -> None:
    """Ask a job to end and keep what it has learnt: evaluate, export, package.

    Raises:
        TrainingError: None runs in the folder, or it cannot be written.
    """
    ask(folder, Ask.STOP)


def cancel_job(folder: Path) -> None:
    """Ask a job to end; its checkpoint stays, nothing is packaged.

    Raises:
        TrainingError: None runs in the folder, or it cannot be written.
    """
    ask(folder, Ask.CANCEL)


def pause_job(folder: Path) -> None:
    """Ask a job to compute nothing until it is told to resume.

    Raises:
        TrainingError: None runs in the folder, or it cannot be written.
    """
    ask(folder, Ask.PAUSE)


def resume_job(folder: Path) -> None:
    """Tell a pausing job to go on.

    Raises:
        TrainingError: None runs in the folder, or it cannot be written.
    """
    ask(folder, Ask.RESUME)


def complaint(folder: Path) -> str:
    """The last line a job that died left behind."""
    log = folder / LOG_FILE
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "the job died without a word; start it again to go on"


def last_end(events: tuple[Event, ...]) -> Event | None:
    """How a run ended, going by its events; None where it could not tell, or has not ended."""
    return next((each for each in reversed(events) if each.get("event") in ENDS), None)


def read_events(folder: Path, offset: int) -> tuple[tuple[Event, ...], int]:
    """Events after a place in the log.

    Args:
        folder: The job's folder.
        offset: Bytes already read.

    Returns:
        The new events, and the offset after them; a line still being written is left for the next
        time, one that a killed run never finished is passed over.
    """
    path = folder / EVENTS_FILE
    if not path.is_file():
        return (), offset
    with path.open("rb") as log:
        log.seek(offset)
        data = log.read()
    whole = data[: data.rfind(b"\n") + 1]
    return tuple(_parsed(whole)), offset + len(whole)


def _parsed(lines: bytes) -> Iterator[Event]:
    for line in lines.split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
