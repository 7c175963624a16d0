"""The preprocessing a model card declares: the same code serves training and use."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import DoubleArray, FloatArray, to_model_order
from engine.preprocess.spatial import centre_on, scale_axes, scale_body
from engine.preprocess.temporal import fill_gaps, resample, sample_positions


class Scaling(Enum):
    """How size is taken out of a clip."""

    AXES = "axes"
    """Each axis to -1..1: forgets proportions, keeps every movement visible."""
    BODY = "body"
    """By the size of the body: keeps proportions and the length of the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """What happens to a clip between the recording and the network."""

    frames: int
    """T of the network; clips are resampled to it evenly, ends included."""
    centre_joint: int
    """This joint of the first person in the first frame becomes the origin."""
    scaling: Scaling

    def normalise(self, positions: FloatArray) -> FloatArray:
        """Centre and scale clips that already have the network's frames.

        Args:
            positions: ``(N, T, M, V, C)`` float32, +y up, without NaN.

        Returns:
            ``(N, T, M, V, C)`` float32.
        """
        centred = centre_on(positions, self.centre_joint)
        return scale_axes(centred) if self.scaling is Scaling.AXES else scale_body(centred)

    def prepare(self, positions: FloatArray) -> tuple[FloatArray, DoubleArray]:
        """Make a network's input of one clip.

        Args:
            positions: ``(T, M, V, C)`` float32, +y up; NaN where missing.

        Returns:
            ``(1, C, frames, V, M)`` float32, and ``(frames,)`` the clip's frame (fractional,
            counted from the clip's start) that each of the network's frames shows.
        """
        at = sample_positions(self.frames, 0, len(positions) - 1)
        sampled = resample(fill_gaps(positions), at)
        return to_model_order(self.normalise(sampled[np.newaxis])), at
