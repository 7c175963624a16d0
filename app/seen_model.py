"""What a model sees, ready to be drawn in place of the recording. Pure numbers.

Each stage becomes a scene of its own on the recording's own frames: a frame of the clip shows the
network's frame that is nearest to it. Stages that are still in the recording's room keep its place
and its camera, with the recording as a ghost; the others stand in a room of their own.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from app.scene_model import SceneModel, SceneTransform, build_scene
from engine.alignment.upright import IN_SPACE
from engine.arrays import BoolArray, FloatArray, IntArray, read_only
from engine.inspection.seen import SeenStage, Station
from engine.preprocess.spatial import rotation_to_y_up
from engine.preprocess.temporal import nearest_steps
from engine.recording import Clip, Recording, Units

IN_THE_ROOM = frozenset({Station.RAW, Station.FILLED, Station.RESAMPLED})
"""Stations whose coordinates are the recording's own, but for which way is up."""
MOVING = frozenset({Station.JOINT_MOTION, Station.BONE_MOTION})
LONGEST_MOTION = 0.3
"""Of the arrows of movement, scene units: single frames move too little to be seen."""
_CORNERS = np.array(list(product((-0.5, 0.5), repeat=3)), dtype=np.float32)
_BOX_EDGES = tuple(
    (first, last)
    for first in range(8)
    for last in range(first + 1, 8)
    if bin(first ^ last).count("1") == 1
)
"""Pairs of corners that differ along one axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenScene:
    """A stage, prepared for drawing."""

    stage: SeenStage
    model: SceneModel
    """On the frames of the clip."""
    start: int
    """First frame of the clip."""
    steps: IntArray
    """``(T,)`` which of the network's frames each frame of the clip shows."""
    gain: float
    """How many times too long vectors are drawn."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", read_only(self.steps))

    @property
    def has_ghost(self) -> bool:
        """Whether the recording stands in the same room."""
        return self.stage.station in IN_THE_ROOM and self.stage.station is not Station.RAW

    @property
    def is_apart(self) -> bool:
        """Whether it needs a camera of its own."""
        return self.stage.station not in IN_THE_ROOM

    def frame(self, frame: int) -> int:
        """The frame of the scene for a recording frame; the nearest one outside the clip."""
        return min(max(frame - self.start, 0), len(self.steps) - 1)

    def person(self, person: int | None) -> int | None:
        """Where a person of the recording is in the scene; None for nobody."""
        return None if person not in self.stage.people else self.stage.people.index(person)

    def faint(self, frame: int) -> BoolArray:
        """``(M, V)`` joints drawn as ghosts: nobody saw them, or it is about what is beside them.

        Args:
            frame: Of the scene.
        """
        seen = self.stage.seen[self.steps[frame]]
        is_about_lines = self.stage.vectors is not None or self.stage.voxels is not None
        return np.ones_like(seen) if is_about_lines else ~seen

    def segments(self, frame: int) -> tuple[FloatArray, FloatArray]:
        """Lines beside the body: bones or movements as arrows, or the edges of voxels.

        Args:
            frame: Of the scene.

        Returns:
            ``(L, 3)`` starts and ``(L, 3)`` ends, in scene units.
        """
        step = int(self.steps[frame])
        if self.stage.voxels is not None:
            return self._boxes(step)
        if self.stage.vectors is None:
            return _NOTHING, _NOTHING
        there = [person for person, whose in enumerate(self.stage.people) if whose >= 0]
        at = _in_space(self.stage.positions[step, there]).reshape(-1, IN_SPACE)
        vectors = _in_space(self.stage.vectors[step, there]).reshape(-1, IN_SPACE)
        if self.stage.station in MOVING:
            ends = at + np.float32(self.gain) * vectors
            starts = at
        else:  # the bone that ends at the joint
            starts, ends = at - vectors, at
        long_enough = (np.abs(vectors) > 0).any(axis=1)
        apply = self.model.transform.apply
        return apply(starts[long_enough]), apply(ends[long_enough])

    def _boxes(self, step: int) -> tuple[FloatArray, FloatArray]:
        voxels = self.stage.voxels
        if voxels is None:
            return _NOTHING, _NOTHING
        centres = _in_space(voxels.centres[voxels.at(step)])
        corners = centres[:, None] + _CORNERS * _in_space(voxels.edges)  # (Q, 8, 3)
        placed = self.model.transform.apply(corners)
        first, last = (list(ends) for ends in zip(*_BOX_EDGES, strict=True))
        return placed[:, first].reshape(-1, IN_SPACE), placed[:, last].reshape(-1, IN_SPACE)


_NOTHING = np.zeros((0, IN_SPACE), dtype=np.float32)


def seen_scene(stage: SeenStage, clip: Clip, base: SceneModel) -> SeenScene:
    """Prepare a stage: some milliseconds, for a thread of its own.

    Args:
        stage: What a model sees of the clip at one station.
        clip: Frames of a recording.
        base: The whole recording in the scene frame.
    """
    frames = np.arange(clip.start, clip.stop, dtype=np.float64)
    steps = nearest_steps(stage.frames, frames)
    recording = _as_recording(stage, clip, steps)
    if stage.station in IN_THE_ROOM:
        transform = _same_room(base.transform, stage, clip.recording)
        model = replace(build_scene(recording, transform), stage=base.stage)
    else:
        model = build_scene(recording)
    return SeenScene(
        stage=stage, model=model, start=clip.start, steps=steps, gain=_gain(stage, model)
    )


def _as_recording(stage: SeenStage, clip: Clip, steps: IntArray) -> Recording:
    """The stage on the clip's frames; empty places are nobody."""
    layout = stage.layout
    positions = _with_axes(stage.positions[steps], layout.dimensions)
    nobody = [place for place, whose in enumerate(stage.people) if whose < 0]
    positions[:, nobody] = np.nan
    seen = stage.seen[steps].astype(np.float32)
    is_in_room = stage.station in IN_THE_ROOM
    return replace(
        clip.recording,
        layout=layout,
        positions=positions,
        confidence=seen,
        units=clip.recording.units if is_in_room else Units.UNKNOWN,
        up=stage.up,
        fps=clip.recording.shown_fps,
        timestamps=None,
        frame_ids=None,
        person_ids=(),
        orientations=None,
    )


def _with_axes(positions: FloatArray, axes: int) -> FloatArray:
    """A copy ``(T, M, V, axes)``: axes that a layout does not have go, missing ones are nought."""
    found = np.zeros((*positions.shape[:-1], axes), dtype=np.float32)
    common = min(axes, positions.shape[-1])
    found[..., :common] = positions[..., :common]
    return found


def _in_space(values: FloatArray) -> FloatArray:
    return _with_axes(values, IN_SPACE)


def _same_room(base: SceneTransform, stage: SeenStage, recording: Recording) -> SceneTransform:
    """The recording's transform for coordinates in which another axis may be up."""
    back = rotation_to_y_up(stage.up).T @ rotation_to_y_up(recording.up)  # points are rows
    return SceneTransform(
        rotation=base.rotation @ back.T, origin=base.origin @ back.T, scale=base.scale
    )


def _gain(stage: SeenStage, model: SceneModel) -> float:
    """Movement is drawn so many times longer, a round number, that it can be seen."""
    if stage.station not in MOVING or stage.vectors is None:
        return 1.0
    lengths = np.linalg.norm(stage.vectors, axis=-1) * model.transform.scale
    usual = float(np.nanpercentile(lengths, 99)) if lengths.size else 0.0
    if usual <= 0:
        return 1.0
    steps = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    return max((step for step in steps if step * usual <= LONGEST_MOTION), default=1.0)
