"""Where a network's training stands, on disk: all that decides how it goes on, whole or not at all.

Chance needs no place in it: it is a function of the seed and the place in the run
(``trainer.sampling``).
"""

import io
import os
import pickle
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path

import msgspec
import torch
from torch import Tensor

from engine.errors import TrainingError
from trainer.data import ClipSet, Split
from trainer.job import TrainingJob

SUFFIX = ".checkpoint.pt"
VERSION = 2
DECIDING = ("data", "preprocessing", "augmentation", "schedule", "seed", "precision")
"""Keys of a job that decide its result, beside the network's own."""
State = dict[str, object]
Weights = dict[str, Tensor]


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a network is, and what its current pass came to up to here."""

    passes: int = 0
    """Whole ones."""
    steps: int = 0
    """Of the next one."""
    clips: int = 0
    """Seen in it."""
    loss: float = 0.0
    """Summed over its clips."""
    right: float = 0.0
    """Of its clips, how many were named right."""
    losses: dict[str, float] = field(default_factory=dict)
    """What the loss is made of, summed over its clips."""
    moves: int = 0
    """Steps of the whole run."""
    skipped: int = 0
    """Steps in a row that float16 was too narrow for."""
    best: float | None = None
    """The highest validation accuracy."""
    waited: int = 0
    """Evaluations since."""
    is_over: bool = False
    """Whether it ended before its last pass, because nothing got better."""

    def begin_pass(self) -> None:
        """Forget what the last pass came to."""
        self.steps, self.clips, self.loss, self.right, self.losses = 0, 0, 0.0, 0.0, {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """All that decides how a network's training goes on."""

    network: Weights
    average: Weights
    best: Weights | None
    """Those of the best evaluation, where the run may end early."""
    optimiser: State
    scaler: State
    progress: State
    job: Mapping[str, str]
    """Digests of what decides the result; see :func:`digests`."""


def digests(job: TrainingJob, split: Split, network: str) -> dict[str, str]:
    """What must not change between two starts of a run, by name.

    Args:
        job: Of the run.
        split: Of its data.
        network: What the network is built from, as text.
    """
    moved = replace(job, data=replace(job.data, folder=""))  # where it lies decides nothing
    deciding = {name: _digest(msgspec.to_builtins(getattr(moved, name))) for name in DECIDING}
    sides = [split.train, split.validation, split.test]
    clips = [None if side is None else _content(side) for side in sides]
    return {
        **deciding,
        "network": _digest(network),
        "split": split.digest,
        "clips": _digest(clips),
    }


def _content(clips: ClipSet) -> list[tuple[str, int, int, int]]:
    """Of each clip its name, action, number of frames and size on disk."""
    return [
        (file.name, int(action), int(length), _size(file.path))
        for file, action, length in zip(clips.files, clips.actions, clips.lengths, strict=True)
    ]


def _size(path: Path) -> int:
    """Of a file in bytes; 0 where only a copy of its content is left."""
    return path.stat().st_size if path.exists() else 0


def _digest(value: object) -> str:
    return sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:16]


def content_of(checkpoint: Checkpoint) -> bytes:
    """A checkpoint as the content of its file.

    Raises:
        TrainingError: Some weights are no numbers any more.
    """
    wrong = [
        name
        for name, tensor in checkpoint.network.items()
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all())
    ]
    if wrong:
        raise TrainingError(
            f"{len(wrong)} weights of the network are no numbers any more ({wrong[0]}); start a "
            "new job with a lower learning rate"
        )
    held = io.BytesIO()
    values = {each.name: getattr(checkpoint, each.name) for each in fields(checkpoint)}
    torch.save({"version": VERSION, **values}, held)
    return held.getvalue()


def write(content: bytes, path: Path) -> None:
    """Write a checkpoint; the old one stays whole until the new one is.

    Raises:
        OSError: The disk refuses.
    """
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def read(content: bytes, path: Path, job: Mapping[str, str]) -> Checkpoint:
    """A checkpoint from the content of its file.

    Args:
        content: Of the file.
        path: Of the file, for messages.
        job: What decides the result of the job now.

    Raises:
        TrainingError: It is none, or of another job, or of other data.
    """
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        version = state.pop("version", None)
    except (RuntimeError, EOFError, ValueError, AttributeError, pickle.UnpicklingError) as error:
        raise TrainingError(
            f"{path} is no checkpoint any more; delete it to train this network anew"
        ) from error
    if version != VERSION:
        raise TrainingError(
            f"{path} is of another version of the program; delete it to train this network anew"
        )
    checkpoint = Checkpoint(**state)
    changed = [name for name, digest in job.items() if checkpoint.job.get(name) != digest]
    if changed:
        raise TrainingError(
            f"{path} is of another run: since it began, {_listed(changed)} changed; put that back, "
            "or start a new job in another folder"
        )
    return checkpoint


WORDS = {
    "split": "the split of the clips",
    "clips": "the data set's clips themselves",
    "network": "the network",
    "precision": "the precision",
}


def _listed(changed: list[str]) -> str:
    return ", ".join(WORDS.get(name, f"{name} in job.toml") for name in changed)


def progress_table(progress: Progress) -> State:
    """Progress as it stands in a checkpoint."""
    return dict(asdict(progress))


def progress_of(checkpoint: Checkpoint) -> Progress:
    """Progress as it stood in a checkpoint."""
    return msgspec.convert(checkpoint.progress, Progress)
