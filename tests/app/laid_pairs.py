"""A second recording laid upon a first, for tests of what is drawn and told about it."""

import numpy as np

from app.ghost_model import ghost_of
from app.scene_model import build_scene
from app.second_state import Laid, partners_of, transform_beside
from engine.alignment.alignment import Alignment, align
from engine.alignment.placing import Place
from engine.alignment.timing import By
from engine.arrays import FloatArray
from engine.recording import Recording
from tests.app.figures import LEFT_FOOT, RIGHT_HAND, recording_of, standing
from tests.engine.alignment.made_pairs import pair

FRAMES = 40


def raising(frames: int = FRAMES, *, lift: float = 0.3, place: float = 0.0) -> FloatArray:
    """``(T, 1, V, 3)`` somebody who raises the right hand all the time."""
    positions = standing(frames, people=((place, 0.0, 3.0),))
    positions[:, 0, RIGHT_HAND, 1] += np.linspace(0.0, lift, frames)
    positions[:, 0, LEFT_FOOT, 0] += 0.01 * np.sin(np.arange(frames))
    return positions


def aligned(
    first: Recording, second: Recording, by: By = By.START, place: Place = Place.PINNED
) -> Alignment:
    """Of the first persons."""
    return align(pair(first, second), by, place)


def laid(first: Recording, second: Recording, by: By = By.START) -> Laid:
    """Ready for drawing."""
    alignment, scene = aligned(first, second, by), build_scene(first)
    return Laid(
        alignment=alignment,
        ghost=ghost_of(alignment, scene),
        beside=build_scene(second, transform_beside(alignment, scene)),
        partners=partners_of(alignment),
    )


def two() -> tuple[Recording, Recording]:
    """The second one raises the hand higher, and stands somewhere else."""
    return recording_of(raising()), recording_of(raising(lift=0.6, place=1.5))
