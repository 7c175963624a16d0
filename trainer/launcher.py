"""Starting a job as a child process and reading what it tells. Neither torch nor Qt."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.errors import TrainingError
from engine.places import SOURCE_ROOT
from engine.tables import table_text
from trainer.job import EVENTS_FILE, JOB_FILE, TrainingJob

LOG_FILE = "trainer.log"
PACKAGE_FOLDER = "model"
"""Where in a job folder the finished model package lies."""

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


def start_job(folder: Path) -> "subprocess.Popen[bytes]":
    """Run a job in a child process of its own; it goes on from its last checkpoint.

    What the child complains of goes to ``trainer.log`` in the folder: a pipe that nobody reads
    would stop it.
    """
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}
    with (folder / LOG_FILE).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "trainer", str(folder.resolve())],
            cwd=SOURCE_ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def complaint(folder: Path) -> str:
    """The last line a job that died left behind."""
    lines = (folder / LOG_FILE).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "the job died without a word"


def read_events(folder: Path, offset: int) -> tuple[tuple[Event, ...], int]:
    """Events after a place in the log.

    Args:
        folder: The job's folder.
        offset: Bytes already read.

    Returns:
        The new events, and the offset after them; a line still being written is left for the next
        time.
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
    for line in lines.splitlines():
        event = json.loads(line)
        if isinstance(event, dict):
            yield event
