"""A program that trains the job in a folder and kills itself at a moment that it is told.

``python killed_run.py FOLDER MOMENT COUNT``: the moment is one of ``MOMENTS``, and comes when it is
reached for the count-th time; ``never`` trains to the end and writes ``end.pt``.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from tests.tiny_training import fits_of
from trainer import checkpoints, fit
from trainer.events import EventLog
from trainer.job import load_job
from trainer.learner import Learner


def die() -> None:
    """As by ``kill -9``: nothing is written, closed or cleaned up any more."""
    os.kill(os.getpid(), signal.SIGKILL)


def half_a_checkpoint() -> Callable[[bytes, Path], None]:
    """Die in the middle of writing a checkpoint."""

    def write(content: bytes, path: Path) -> None:
        with path.with_suffix(".partial").open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            die()

    return write


def half_an_event(self: EventLog, kind: str, **_facts: object) -> None:
    """Die in the middle of writing an event."""
    with self._path.open("a") as log:
        log.write(f'{{"event": "{kind}", "numb')
        log.flush()
        die()


def at(count: int, usual: Callable[..., object], instead: Callable[..., object]) -> object:
    """Do as usual, and something else the count-th time."""
    calls = []

    def call(*words: object, **more: object) -> object:
        calls.append(1)
        return (instead if len(calls) == count else usual)(*words, **more)

    return call


def after_a_step(self: Learner, *words: object) -> None:
    """Die after the weights have moved, before anything is saved."""
    STEP(self, *words)
    die()


def after_a_checkpoint(content: bytes, path: Path) -> None:
    """Die when a checkpoint has just become the one."""
    WRITE(content, path)
    die()


STEP, WRITE = Learner.step, checkpoints.write
MOMENTS = {
    "step": (Learner, "step", after_a_step),
    "writing": (checkpoints, "write", half_a_checkpoint()),
    "written": (checkpoints, "write", after_a_checkpoint),
    "telling": (EventLog, "write", half_an_event),
}


def main(folder: Path, moment: str, count: int) -> None:
    """Train, and die at the moment."""
    torch.set_num_threads(1)
    if moment in MOMENTS:
        where, name, instead = MOMENTS[moment]
        setattr(where, name, at(count, getattr(where, name), instead))
    (run,) = fits_of(load_job(folder), folder)
    assert fit.checkpoints is checkpoints
    found = run.run(lambda done: None)
    torch.save(found.network.state_dict(), folder / "end.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
