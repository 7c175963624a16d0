"""The preprocessing a model card declares: the same code serves training and use."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, missing_joints, to_model_order
from engine.errors import EngineError
from engine.preprocess.placement import Placements, turned
from engine.preprocess.spatial import (
    axes_extent,
    body_size,
    facing_rotation,
    measured_length,
)
from engine.preprocess.temporal import fill_gaps, loop_positions, resample, sample_positions


class Scaling(Enum):
    """How size is taken out of a clip."""

    AXES = "axes"
    """Each axis to -1..1: forgets proportions, keeps every movement visible."""
    BODY = "body"
    """By the size of the body: keeps proportions and the length of the path."""
    LENGTHS = "lengths"
    """By the sum of the lengths named in ``measured``."""
    NONE = "none"
    """Not at all."""


class Length(Enum):
    """How a clip gets the network's number of frames."""

    STRETCH = "stretch"
    """Resampled evenly, ends included."""
    LOOP = "loop"
    """Repeated from its start until it is long enough; a longer clip is resampled."""


class Centring(Enum):
    """Whose centre joint becomes the origin."""

    FIRST_FRAME = "first-frame"
    """Of the first person in the first frame: the path through the room stays."""
    EVERY_FRAME = "every-frame"
    """Of the first person in each frame (2s-AGCN)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A clip as a network takes it, and the way back."""

    inputs: FloatArray
    """``(1, C, T, V, M)`` float32."""
    frames: DoubleArray
    """``(T,)`` the clip's frame (fractional, counted from its start) that each of the network's
    frames shows; starts over where a short clip is looped."""
    placements: Placements
    """Of this one clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """What happens to a clip between the recording and the network.

    Raises:
        EngineError: The parts contradict each other.
    """

    frames: int
    """T of the network."""
    centre_joint: int
    """This joint of the first person becomes the origin."""
    scaling: Scaling
    length: Length = Length.STRETCH
    centring: Centring = Centring.FIRST_FRAME
    upright: tuple[int, int] | None = None
    """The line between these joints of the first person in the first frame becomes the z axis."""
    sideways: tuple[int, int] | None = None
    """After that, the level part of the line between these joints becomes the x axis; only together
    with ``upright``."""
    measured: tuple[tuple[int, int], ...] = ()
    """Pairs of joints whose distances, summed, are the unit of ``Scaling.LENGTHS``: of the first
    person, the median over frames."""
    visibility: bool = False
    """One more channel after the coordinates: 1 where a joint was seen, else 0 (STF)."""

    def __post_init__(self) -> None:
        if (self.scaling is Scaling.LENGTHS) != bool(self.measured):
            raise EngineError("scaling by lengths needs the pairs of joints that are measured")
        if self.sideways is not None and self.upright is None:
            raise EngineError("a line can be turned sideways only after another one was upright")
        if self.frames < 1:
            raise EngineError(f"a network needs at least one frame, got {self.frames}")

    @property
    def joints(self) -> tuple[int, ...]:
        """Every joint that the recipe names."""
        pairs = (self.upright or (), self.sideways or (), *self.measured)
        return (self.centre_joint, *(joint for pair in pairs for joint in pair))

    def placements(self, positions: FloatArray) -> Placements:
        """Where the bodies of clips stand, face, how large they are.

        Args:
            positions: ``(N, T, M, V, C)`` float32, +y up, without NaN.
        """
        first = slice(None) if self.centring is Centring.EVERY_FRAME else slice(1)
        origin = positions[:, first, 0, self.centre_joint]  # (N, T or 1, C)
        person = positions[:, :, 0] - origin[:, :, None]
        rotation = facing_rotation(person[:, 0], self.upright, self.sideways)
        clips, channels = len(positions), positions.shape[-1]
        shift = np.zeros((clips, channels), dtype=np.float32)
        scale = np.ones((clips, channels), dtype=np.float32)
        if self.scaling is Scaling.AXES:
            everybody = turned(positions - origin[:, :, None, None], rotation)
            shift, scale = axes_extent(everybody, present_people(positions))
        elif self.scaling is Scaling.BODY:
            scale *= body_size(person)[:, None]
        elif self.scaling is Scaling.LENGTHS:
            scale *= measured_length(person, self.measured)[:, None]
        return Placements(origin=origin, rotation=rotation, shift=shift, scale=scale)

    def normalise(self, positions: FloatArray, visible: FloatArray | None = None) -> FloatArray:
        """Bring clips that already have the network's frames into its coordinates.

        Args:
            positions: ``(N, T, M, V, C)`` float32, +y up, without NaN; people who are not there are
                all zero, and stay so.
            visible: ``(N, T, M, V)`` 1 where a joint was seen; None for all of those who are there.

        Returns:
            ``(N, T, M, V, C)`` float32, with one channel more where the recipe has visibility.
        """
        return self._finish(positions, self.placements(positions), visible)

    def _finish(
        self, positions: FloatArray, placements: Placements, visible: FloatArray | None
    ) -> FloatArray:
        normal = placements.apply(positions)
        there = present_people(positions)
        if not there.all():
            normal *= there[:, None, :, None, None]
        if not self.visibility:
            return normal
        seen = np.ones(normal.shape[:-1], np.float32) if visible is None else visible
        channel = (seen * there[:, None, :, None])[..., None].astype(np.float32)
        return np.concatenate([normal, channel], axis=-1)

    def prepare(self, positions: FloatArray) -> Prepared:
        """Make a network's input of one clip.

        Args:
            positions: ``(T, M, V, C)`` float32, +y up; NaN where missing.
        """
        if self.length is Length.LOOP and len(positions) < self.frames:
            at = loop_positions(self.frames, len(positions))
        else:
            at = sample_positions(self.frames, 0, len(positions) - 1)
        sampled = resample(fill_gaps(positions), at)[np.newaxis]
        placements = self.placements(sampled)
        visible = None
        if self.visibility:
            seen = ~missing_joints(positions)[np.rint(at).astype(np.int64)]
            visible = seen[np.newaxis].astype(np.float32)
        normal = self._finish(sampled, placements, visible)
        return Prepared(inputs=to_model_order(normal), frames=at, placements=placements)


def present_people(positions: FloatArray) -> BoolArray:
    """``(N, T, M, V, C)`` -> ``(N, M)``: who is there at all, that is, not all zero."""
    there: BoolArray = (positions != 0).any(axis=(1, 3, 4))
    return there
