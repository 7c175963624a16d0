"""What a running job tells the world: one JSON object a line, only ever appended."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from trainer.job import EVENTS_FILE


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
    """Share of held-out clips named right, where this pass was evaluated."""
    train_accuracy: float
    """Share of augmented training clips named right."""


class EventLog:
    """Appends to a job's ``events.jsonl``."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS_FILE

    def write(self, kind: str, **facts: object) -> None:
        """Append one event of a kind, e.g. ``started``, with its facts and the time."""
        line = json.dumps({"event": kind, "time": round(time.time(), 3), **facts})
        with self._path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def pass_done(self, done: PassDone) -> None:
        """Append the result of a pass."""
        self.write("pass", **asdict(done))
