"""Two recordings for tests of alignment: a shipped sample, and what was made of it."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np

from engine.alignment.pairing import Pair, Performer, pair_of
from engine.alignment.timing import between_frames
from engine.arrays import DoubleArray, FloatArray
from engine.formats import read_recording
from engine.recording import Recording
from engine.samples import SAMPLES


@cache
def sample(stem: str) -> Recording:
    """A shipped recording of one person."""
    (found,) = (each for each in SAMPLES if each.path.stem == stem)
    return read_recording(found.path)


def with_positions(recording: Recording, positions: FloatArray, fps: int = 30) -> Recording:
    """The same person doing something else."""
    return replace(
        recording,
        positions=positions.astype(np.float32),
        confidence=np.isfinite(positions).all(axis=-1).astype(np.float32),
        fps=Fraction(fps),
        timestamps=None,
        frame_ids=None,
        orientations=None,
        findings=(),
    )


def retimed(recording: Recording, frames: DoubleArray, fps: int = 30) -> Recording:
    """What a recording shows at some fractional frames, one after the other."""
    return with_positions(recording, between_frames(recording.positions, frames), fps)


def moved(recording: Recording, degrees: float, way: tuple[float, float, float]) -> Recording:
    """Turned about the vertical, then shifted; metres, Y up."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    positions = recording.positions @ turn.T + np.array(way)
    return with_positions(recording, positions)


def pair(first: Recording, second: Recording) -> Pair:
    """Of the first person of each."""
    return pair_of(Performer(recording=first, person=0), Performer(recording=second, person=0))
