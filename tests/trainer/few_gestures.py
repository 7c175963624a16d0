"""Clips of a few gestures that the tiny packages do not know, as folders by action."""

import json
from pathlib import Path

import numpy as np

from engine.datasets.folders import FOLDERS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from tests.tiny_training import standing
from trainer.data import Reading, load_clips
from trainer.few_clips import Clock, Material

GESTURES = {"lift left": (7, 0.6), "lift right": (11, 0.6), "nod": (3, 0.25)}
"""Which joint moves up, and how far."""


def gesture(joint: int, height: float, frames: int, scale: float = 1.0) -> np.ndarray:
    """``(T, 1, 20, 3)`` of a person of whom one joint goes up and comes down again."""
    positions = standing(frames)
    positions[:, 0, joint, 1] += height * np.sin(np.linspace(0, np.pi, frames))
    return (positions * scale).astype(np.float32)


def write_gestures(folder: Path, clips: int = 4, names: tuple[str, ...] = tuple(GESTURES)) -> Path:
    """A folder for each gesture, a file for each clip; the people in them take turns."""
    for name in names:
        joint, height = GESTURES.get(name, ((len(name) + 10) % 20, 0.5))
        (folder / name).mkdir(parents=True)
        for clip in range(clips):
            positions = gesture(joint, height, 18 + 2 * clip, 0.9 + 0.05 * (clip % 3))
            content = {
                "file_name": f"clip{clip}",
                "skeletons": positions[:, 0].tolist(),
                "label": 1,
            }
            path = folder / name / f"p{1 + clip % 2}_{clip}.json"
            path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def material_of(folder: Path) -> Material:
    """All clips of a folder."""
    contents = FOLDERS.contents(folder)
    reading = Reading(dataset=FOLDERS, layout=KINECT_V1)
    return Material(
        names=contents.actions, clips=load_clips(contents.files, reading), terms="Made up."
    )


def opened(folder: Path) -> ModelPackage:
    """A package of a folder."""
    return ModelPackage(folder=folder, card=read_card(folder))


def silent(began: float) -> Clock:
    """Tells nobody."""
    return Clock(began=began, told=lambda phase, seconds: None)
