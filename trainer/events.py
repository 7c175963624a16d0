"""What a running job tells the world: one JSON object a line, only ever appended."""

import json
import math
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from trainer.job import EVENTS_FILE

FINISHED, FAILED, CANCELLED = ENDS = ("finished", "failed", "cancelled")
"""The last event of a run that could still tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDone:
    """One pass over the training clips has ended."""

    network: str
    """Which of the job's, e.g. ``fg-stformer-joint``."""
    number: int
    passes: int
    loss: float
    """Mean over the pass."""
    losses: Mapping[str, float]
    """What it is made of, by name, where it has parts."""
    learning_rate: float
    clips_per_second: float
    seconds_left: float
    """For this network."""
    accuracy: float | None
    """Share of clips named right that were not trained on, where this pass was evaluated."""
    train_accuracy: float
    """Share of augmented training clips named right."""
    judged_by: str = ""
    """Which clips the accuracy is of: ``validation``, or ``test`` where there are no others."""
    recall: Mapping[str, float] | None = None
    """Of each action that these clips show, by its name."""
    memory_mb: float = 0.0
    """Held by the process."""
    device_mb: float = 0.0
    """Held on the GPU."""
    job_seconds_left: float = 0.0
    """For all networks of the job, if the later ones are like this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """Where a pass stands; told now and then."""

    network: str
    number: int
    """Of the pass, from 1."""
    passes: int
    step: int
    """Done in this pass."""
    steps: int
    loss: float
    """Mean over the pass up to here."""
    learning_rate: float
    clips_per_second: float
    seconds_left: float
    """For this network."""
    memory_mb: float


class EventLog:
    """Appends to a job's ``events.jsonl``, from any thread.

    Args:
        folder: Of the job.
        is_silent: Whether to write nothing: only one of several processes tells.
    """

    def __init__(self, folder: Path, *, is_silent: bool = False) -> None:
        self._path = folder / EVENTS_FILE
        self._lock = threading.Lock()
        self._is_silent = is_silent

    def write(self, kind: str, **facts: object) -> None:
        """Append one event of a kind, e.g. ``started``, with its facts and the time.

        Raises:
            OSError: The disk refuses.
        """
        if self._is_silent:
            return
        event = {"event": kind, "time": round(time.time(), 3)}
        event.update((name, _telling(fact)) for name, fact in facts.items())
        line = json.dumps(event, ensure_ascii=False, allow_nan=False)
        with self._lock, self._path.open("ab+") as log:
            log.write(f"{self._mended(log.tell())}{line}\n".encode())

    def _mended(self, size: int) -> str:
        """What ends a line that a run could not finish when it was killed."""
        if size == 0:
            return ""
        with self._path.open("rb") as log:
            log.seek(size - 1)
            return "" if log.read(1) == b"\n" else "\n"

    def pass_done(self, done: PassDone) -> None:
        """Append the result of a pass."""
        self.write("pass", **asdict(done))

    def step_done(self, done: StepDone) -> None:
        """Append where a pass stands."""
        self.write("step", **asdict(done))


def _telling(value: object) -> object:
    """The same in few digits, with None for what is no number: JSON has no word for it."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _telling(item) for key, item in value.items()}
    return value


def memory_mb() -> float:
    """What this process holds in memory, in MB; on macOS at its most, on Windows 0: unknown."""
    statistics = Path("/proc/self/statm")
    if statistics.is_file():
        pages = int(statistics.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
