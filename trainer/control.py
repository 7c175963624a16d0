"""What can be asked of a running job: one small file in its folder, replaced as a whole."""

import json
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from engine.errors import TrainingError

COMMAND_FILE = "command.json"
TRIES = 20
PATIENCE_S = 0.05
"""Windows refuses to replace a file while it is being read; that is over at once."""


class Ask(Enum):
    """What a job can be asked."""

    STOP = "stop"
    """End now, keep what was learnt: evaluate, export, package."""
    CANCEL = "cancel"
    """End now; the checkpoint stays, nothing is packaged."""
    PAUSE = "pause"
    """Compute nothing until told to resume."""
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command and when it was given."""

    ask: Ask
    time: float
    """Seconds since 1970."""


def send(folder: Path, ask: Ask) -> None:
    """Ask something of the job that runs in a folder; the newest command replaces any older one.

    Raises:
        TrainingError: The folder cannot be written.
    """
    path = folder / COMMAND_FILE
    partial = folder / f"{COMMAND_FILE}.partial"
    text = json.dumps({"ask": ask.value, "time": time.time()})
    for left in reversed(range(TRIES)):
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        except PermissionError as error:
            if not left:
                raise TrainingError(f"{path} cannot be written ({error.strerror})") from error
            time.sleep(PATIENCE_S)
        except OSError as error:
            raise TrainingError(f"{path} cannot be written ({error.strerror})") from error
        else:
            return


def last_asked(folder: Path, since: float) -> Asked | None:
    """The command in a folder; None if there is none, or only an older one.

    Args:
        folder: Of the job.
        since: Commands given before are another run's, in seconds since 1970.
    """
    try:
        found = json.loads((folder / COMMAND_FILE).read_text(encoding="utf-8"))
        asked = Asked(ask=Ask(found["ask"]), time=float(found["time"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none yet, being replaced at this moment, or none of ours
    return asked if asked.time > since else None
