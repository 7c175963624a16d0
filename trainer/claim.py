"""One run at a time in a job's folder: a lock that the system frees when the process ends."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.claims import lock_file
from engine.errors import TrainingError

LOCK_FILE = "running.lock"
TRIES = 10
PATIENCE_S = 0.1
"""Somebody who looks whether a job runs holds the lock for a moment."""


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Within it, this process alone runs the job in a folder.

    Raises:
        TrainingError: Another one runs it.
        OSError: The folder cannot be written.
    """
    handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        for left in reversed(range(TRIES)):
            try:
                lock_file(handle)
            except OSError as error:
                if not left:
                    raise TrainingError(
                        f"the job in {folder} is running already; follow it with "
                        f"'skelarium train {folder}'"
                    ) from error
                time.sleep(PATIENCE_S)
            else:
                break
        yield
    finally:
        os.close(handle)


def is_claimed(folder: Path) -> bool:
    """Whether a process runs the job in a folder."""
    with suppress(FileNotFoundError):
        handle = os.open(folder / LOCK_FILE, os.O_RDWR)
        try:
            lock_file(handle)
        except OSError:
            return True
        finally:
            os.close(handle)
    return False
