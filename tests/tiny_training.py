"""A data set of eight synthetic clips and a training job on it that ends within seconds."""

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.augment import Augmentation
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis
from trainer.job import (
    DataChoice,
    NetworkChoice,
    PreprocessingChoice,
    Schedule,
    TrainingJob,
)

if TYPE_CHECKING:
    from trainer.fit import Fit
    from trainer.workplace import Workplace

STANDING = np.array(
    [
        (0.0, 0.0, 3.0), (0.0, 0.1, 3.0), (0.0, 0.45, 3.0), (0.0, 0.65, 3.0),
        (-0.18, 0.4, 3.0), (-0.22, 0.15, 3.0), (-0.24, -0.1, 3.0), (-0.25, -0.18, 3.0),
        (0.18, 0.4, 3.0), (0.22, 0.15, 3.0), (0.24, -0.1, 3.0), (0.25, -0.18, 3.0),
        (-0.09, -0.05, 3.0), (-0.1, -0.45, 3.02), (-0.1, -0.85, 3.0), (-0.1, -0.9, 2.9),
        (0.09, -0.05, 3.0), (0.1, -0.45, 3.02), (0.1, -0.85, 3.0), (0.1, -0.9, 2.9),
    ],
    dtype=np.float32,
)  # fmt: skip
"""A person 1.6 m tall, 3 m before the camera, +y up."""


def standing(frames: int, people: int = 1) -> np.ndarray:
    """``(T, M, 20, 3)`` of people standing still, a metre apart."""
    positions = np.tile(STANDING, (frames, people, 1, 1))
    positions[..., 0] += np.arange(people, dtype=np.float32)[:, None]
    return positions


def waving(frames: int, joint: int) -> np.ndarray:
    """``(T, 1, 20, 3)`` of a person of whom one joint moves up and down."""
    positions = standing(frames)
    positions[:, 0, joint, 1] += 0.4 * np.sin(np.arange(frames) * 0.5)
    return positions


def recording_of(positions: np.ndarray) -> Recording:
    """A Kinect v1 recording at 30 frames a second."""
    return Recording(
        layout=KINECT_V1,
        positions=positions,
        confidence=(~np.isnan(positions).any(-1)).astype(np.float32),
        fps=Fraction(30),
        units=Units.METRES,
        source=Source(path=None, format_id="test", sha256=""),
        up=Axis.PLUS_Y,
    )


def write_tiny_dataset(folder: Path) -> None:
    """Eight NW-UCLA files of two actions, two people and two views."""
    for action, joint in (("01", 7), ("11", 19)):
        for person in (1, 2):
            for view in (1, 2):
                name = f"a{action}_s{person:02}_e00_v{view:02}"
                skeletons = waving(20 + 3 * person + view, joint)[:, 0].tolist()
                content = {"file_name": name, "skeletons": skeletons, "label": int(action)}
                (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def tiny_job(data: Path, kind: str = "fg-stformer", **schedule: object) -> TrainingJob:
    """A job of two passes on a folder that ``write_tiny_dataset`` filled."""
    return TrainingJob(
        name="Tiny",
        data=DataChoice(folder=str(data), format="nw-ucla", test_people=(2,)),
        preprocessing=PreprocessingChoice(frames=16),
        networks=(NetworkChoice(kind=kind, size="tiny"),),
        augmentation=Augmentation(),
        schedule=Schedule(**{"passes": 2, "batch": 2, "evaluate_every": 1, **schedule}),
    )


def fits_of(
    job: TrainingJob, folder: Path, workplace: "Workplace | None" = None
) -> tuple["Fit", ...]:
    """The runs of a job in a folder, one for each of its networks, not yet begun."""
    from trainer.data import load_split
    from trainer.fit import Fit
    from trainer.plan import plan_of

    split = load_split(job)
    networks = plan_of(job, split.layout, len(split.actions))
    return tuple(Fit(job, planned, split, folder, workplace) for planned in networks)


def passes_in(folder: Path) -> list[dict[str, object]]:
    """What a job has told of its passes; a slow machine tells of steps between them."""
    from trainer.launcher import read_events

    return [event for event in read_events(folder, 0)[0] if event["event"] == "pass"]


def train_package(job: TrainingJob, folder: Path) -> Path:
    """Run a job in this process and return its package's folder."""
    import torch

    from trainer.package import write_package

    torch.set_num_threads(1)
    fits = fits_of(job, folder)
    fitted = tuple(fit.run(lambda done: None) for fit in fits)
    return write_package(job, fits[0].split, fitted, folder)


def make_tiny_package(folder: Path, kind: str = "fg-stformer") -> Path:
    """Train the tiny job of a kind of network and return its package's folder."""
    data, run = folder / "data", folder / "run"
    data.mkdir()
    run.mkdir()
    write_tiny_dataset(data)
    return train_package(tiny_job(data, kind), run)
