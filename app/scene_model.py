"""A recording prepared for drawing: everything that does not change while it plays. Pure numbers.

The scene frame is right-handed with Y up. One unit is one figure size (about a body's height or a
hand's length), the origin is the middle of the recording, and people recorded by a tilted sensor
are set upright. ``SceneTransform`` is the way from the recording's coordinates into it.
"""

from dataclasses import dataclass
from math import atan2, ceil, cos, floor, log10, pi, sin

import numpy as np
from numpy.typing import NDArray

from app.camera import CameraState, Viewport, fitted, project
from app.scene_pose import (
    Stance,
    body_centres,
    floor_height,
    stance,
)
from engine.alignment.upright import IN_SPACE, figure_size, sampled, upright_rotation
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from engine.recording import Recording
from engine.skeleton import LayoutKind, SkeletonLayout

SMOOTHING_S = 0.6
"""Width of the smoothing of centres and directions."""
TRAIL_S = 1.0
LIT_BEYOND = 2.4
"""How far the floor reaches beyond people, figure sizes."""
FLOOR_CORNERS = 24
AGREEING = 0.6
"""Length of the mean direction from which on people are said to face the same way."""
FIT_FRAMES = 120
"""Frames that are looked at to fit the camera."""
FIT_MARGIN = 0.04
"""Part of the free picture left free on each side."""
WILD_SHARE = 0.01
"""Frames that may reach out of a fitted view on each side: glitches do not shrink the body."""
FEWEST_FOR_WILD = 20
"""Frames from which on there may be such."""
FOCAL_GROWTH = 1.2
"""Joints in focus grow by about so much."""
BODY_JOINT, BODY_BONE, HAND_JOINT, HAND_BONE = 0.0185, 0.0135, 0.040, 0.030
"""Radii in figure sizes."""
HEAD = 2.9
"""Radius of a head joint in joint radii."""
_FACE = ("eye", "ear", "mouth", "nose")
_SMALL = ("tip", "thumb", "toe", "heel", "finger", "pinky", "index")
_END_JOINTS = ("hand", "foot", "wrist", "ankle")


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTransform:
    """From the recording's coordinates into the scene frame."""

    rotation: DoubleArray
    """``(3, 3)`` proper rotation."""
    origin: DoubleArray
    """``(3,)`` point of the recording that becomes the scene's origin."""
    scale: float
    """Scene units in one unit of the recording."""

    def apply(self, points: NDArray[np.floating]) -> FloatArray:
        """``(..., 3)`` points of the recording in the scene frame; NaN stays NaN."""
        turned = (points - self.origin.astype(points.dtype)) @ (
            self.rotation.T * self.scale
        ).astype(points.dtype)
        return turned.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The floor that the bodies stand on, in the scene frame."""

    floor: float = -0.5
    """Its Y."""
    grid_cell: float = 0.3
    """Side of a grid square: a round number of recording units, here in scene units."""
    middle: tuple[float, float] = (0.0, 0.0)
    """X and Z of the middle of the lit floor."""
    radius: float = 2.6
    """Where light and grid have faded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneModel:
    """One recording in the scene frame, with what is derived from all of its frames."""

    recording: Recording
    transform: SceneTransform
    positions: FloatArray
    """``(T, M, V, 3)``; NaN where a joint is missing."""
    visible: BoolArray
    """``(T, M, V)``."""
    last_seen: IntArray
    """``(T, M, V)`` latest frame up to this one with the joint visible; -1 for none."""
    bones: IntArray
    """``(E, 2)`` child and parent."""
    joint_radius: FloatArray
    """``(V,)`` scene units."""
    bone_radius: FloatArray
    """``(E, 2)`` scene units, at child and parent."""
    stage: Stage
    centres: DoubleArray
    """``(T, M + 1, 3)`` smoothed middle of each person, then of everybody."""
    stance: Stance
    trail_joints: tuple[int, ...]
    trail_frames: int

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.positions)

    @property
    def num_people(self) -> int:
        """M."""
        return self.positions.shape[1]

    def centre(self, frame: int, person: int | None) -> DoubleArray:
        """``(3,)`` smoothed middle of a person, or of everybody."""
        return self.centres[frame, -1 if person is None else person]


def build_scene(recording: Recording, transform: SceneTransform | None = None) -> SceneModel:
    """Prepare a recording for drawing (some 40 ms for 10,000 frames of two people).

    Args:
        recording: What is to be drawn.
        transform: The way into a scene that there is already; None for one of its own.
    """
    layout = recording.layout
    raw = recording.positions
    if layout.dimensions < IN_SPACE:  # a picture becomes a figure standing in the plane Z = 0
        raw = np.concatenate([raw, np.zeros((*raw.shape[:3], 1), dtype=np.float32)], axis=-1)
    transform = transform or _transform(raw, recording)
    positions = transform.apply(raw)
    visible: BoolArray = np.all(np.isfinite(positions), axis=-1)
    positions[~visible] = np.nan
    bones = np.array(layout.bones, dtype=np.int64).reshape(-1, 2)
    radii, bone_radii = body_radii(layout, bones)
    width = round(SMOOTHING_S * float(recording.shown_fps))
    centres = body_centres(positions, visible, width)
    return SceneModel(
        recording=recording,
        transform=transform,
        positions=positions,
        visible=visible,
        last_seen=_last_seen(visible),
        bones=bones,
        joint_radius=radii,
        bone_radius=bone_radii,
        stage=Stage(
            floor=floor_height(positions, layout) - 0.6 * float(radii.min()),
            grid_cell=_round_length(0.3 / transform.scale) * transform.scale,
            middle=_middle(centres),
            radius=LIT_BEYOND + _reach(centres),
        ),
        centres=centres,
        stance=stance(positions, layout, width),
        trail_joints=trail_joints(layout),
        trail_frames=max(2, round(TRAIL_S * float(recording.shown_fps))),
    )


def _transform(raw: FloatArray, recording: Recording) -> SceneTransform:
    """Turn up, set upright, centre, and make the figure one unit tall."""
    some = raw[sampled(len(raw))].astype(np.float64)
    rotation = upright_rotation(recording)
    seen = some[np.isfinite(some).all(axis=-1)]
    origin = np.median(seen, axis=0) if len(seen) else np.zeros(3)
    size = figure_size((some @ rotation.T).astype(np.float32))
    return SceneTransform(rotation=rotation, origin=origin, scale=1.0 / size)


def _middle(centres: DoubleArray) -> tuple[float, float]:
    """X and Z in the middle of where people go; ``(T, M + 1, 3)``."""
    low, high = centres.min(axis=(0, 1)), centres.max(axis=(0, 1))
    return float(low[0] + high[0]) / 2, float(low[2] + high[2]) / 2


def _reach(centres: DoubleArray) -> float:
    """How far from there they go."""
    extent = centres.max(axis=(0, 1)) - centres.min(axis=(0, 1))
    return float(np.hypot(extent[0], extent[2])) / 2


def _last_seen(visible: BoolArray) -> IntArray:
    frames = np.arange(len(visible), dtype=np.int32)[:, None, None]
    return np.maximum.accumulate(np.where(visible, frames, np.int32(-1)), axis=0)


def body_radii(layout: SkeletonLayout, bones: IntArray) -> tuple[FloatArray, FloatArray]:
    """``(V,)`` of joints and ``(E, 2)`` of bones at child and parent, in scene units."""
    joints = _joint_radii(layout)
    return joints, _bone_radii(layout, joints, bones)


def _joint_radii(layout: SkeletonLayout) -> FloatArray:
    """``(V,)``: trunk joints larger than the ends of limbs, heads a ball, faces dots."""
    is_hand = layout.kind is LayoutKind.HAND
    height = [0] * layout.num_joints  # bones to the farthest end below the joint
    for joint, _ in layout.bones:
        walk, steps = joint, 0
        while layout.parents[walk] != walk:
            walk, steps = layout.parents[walk], steps + 1
            height[walk] = max(height[walk], steps)
    radii = np.array([0.74 + 0.09 * min(steps, 5) for steps in height])
    for joint, name in enumerate(layout.joints):
        words = name.split()
        if name == "head" and not is_hand:
            radii[joint] = HEAD
        elif any(word in _FACE for word in words):
            radii[joint] = 0.62
        elif not is_hand and any(word in _SMALL for word in words):
            radii[joint] = 0.66
    return (radii * (HAND_JOINT if is_hand else BODY_JOINT)).astype(np.float32)


def _bone_radii(layout: SkeletonLayout, radii: FloatArray, bones: IntArray) -> FloatArray:
    """``(E, 2)``: each end a little thinner than its joint; necks do not swell into the head."""
    is_hand = layout.kind is LayoutKind.HAND
    thinner = HAND_BONE / HAND_JOINT if is_hand else BODY_BONE / BODY_JOINT
    largest = 1.1 * (HAND_JOINT if is_hand else BODY_JOINT)
    return (thinner * np.minimum(radii[bones], largest)).astype(np.float32)


def trail_joints(layout: SkeletonLayout) -> tuple[int, ...]:
    """Joints whose way is drawn: one for each hand and foot, or each finger tip."""
    if layout.kind is LayoutKind.HAND:
        inner = set(layout.parents)
        return tuple(j for j in range(layout.num_joints) if j not in inner)
    found = []
    for side in ("left", "right"):
        for ends in (_END_JOINTS[0::2], _END_JOINTS[1::2]):
            names = (f"{side} {end}" for end in ends)
            joint = next((layout.joints.index(n) for n in names if n in layout.joints), None)
            if joint is not None:
                found.append(joint)
    return tuple(found)


def _round_length(length: float) -> float:
    """The nearest of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** floor(log10(length))
    return power * min((1.0, 2.0, 5.0, 10.0), key=lambda step: abs(log10(step * power / length)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Whom the camera follows, and the frame that is shown."""

    frame: int
    person: int | None
    """None for everybody."""


def fit_points(model: SceneModel, followed: Followed | None = None) -> FloatArray:
    """Points that a view of the whole recording should hold, outliers left out.

    Args:
        model: The scene.
        followed: Move people back to where they are in this frame: a camera that goes with them
            only has to hold what they do on the spot.

    Returns:
        ``(N, 3)``, N at least 1, without NaN.
    """
    every = slice(None, None, max(1, model.num_frames // FIT_FRAMES))
    sampled_points = model.positions[every]
    if followed is not None:
        person = -1 if followed.person is None else followed.person
        way = model.centre(followed.frame, followed.person) - model.centres[every, person]
        sampled_points = sampled_points + way[:, None, None].astype(np.float32)
        if followed.person is not None:
            sampled_points = sampled_points[:, [followed.person]]
    points = sampled_points.reshape(-1, 3)
    points = points[np.isfinite(points).all(axis=-1)]
    if not len(points):
        return np.array([[-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]], dtype=np.float32)
    low = _usual_extreme(np.fmin.reduce(sampled_points, axis=(1, 2)))
    high = -_usual_extreme(-np.fmax.reduce(sampled_points, axis=(1, 2)))
    return np.clip(points, low, high).astype(np.float32)


def _usual_extreme(lowest: FloatArray) -> FloatArray:
    """``(3,)`` least of the frames' least coordinates ``(T, 3)``, but for a few wild frames."""
    seen = np.sort(lowest[np.isfinite(lowest).all(axis=-1)], axis=0)
    wild = ceil(WILD_SHARE * len(seen)) if len(seen) >= FEWEST_FOR_WILD else 0
    return seen[wild]


def framed(
    model: SceneModel,
    camera: CameraState,
    viewport: Viewport,
    followed: Followed | None = None,
) -> CameraState:
    """The camera, in the direction it has, moved so that the whole recording fills the view."""
    reach = FOCAL_GROWTH * float(model.joint_radius.max())
    points = fit_points(model, followed)
    return fitted(camera, viewport, points, margin=FIT_MARGIN, reach=reach)


def floor_edge(stage: Stage, camera: CameraState, viewport: Viewport) -> float:
    """The row above which no lit floor is seen, in pixels from the top, 0 to the height."""
    turn = np.linspace(0.0, 2 * pi, FLOOR_CORNERS, endpoint=False)
    reach = stage.radius / cos(pi / FLOOR_CORNERS)  # a polygon around the circle
    corners = np.stack(
        [
            stage.middle[0] + reach * np.sin(turn),
            np.full(FLOOR_CORNERS, stage.floor),
            stage.middle[1] + reach * np.cos(turn),
        ],
        axis=-1,
    )
    rows = project(camera, viewport, corners)[:, 1]
    rows = rows[np.isfinite(rows)]
    if not len(rows) or camera.eye[1] <= stage.floor:
        return 0.0
    return min(max(float(rows.min()), 0.0), viewport.height)


def facing(model: SceneModel, frame: int, person: int | None) -> float:
    """Azimuth in which a person faces; for everybody, where they are seen side by side.

    Args:
        model: The scene.
        frame: Recording frame.
        person: Whose front; None for everybody visible.
    """
    angles = model.stance.facing[frame]
    present = model.visible[frame].any(axis=-1)
    if person is not None:
        return float(angles[person])
    people = np.flatnonzero(present)
    if len(people) <= 1:
        return float(angles[people[0]] if len(people) else angles[0])
    east, north = float(np.sin(angles[people]).mean()), float(np.cos(angles[people]).mean())
    if np.hypot(east, north) > AGREEING or model.recording.layout.kind is LayoutKind.HAND:
        return atan2(east, north)
    # people who face each other: look across the line between them, from the sensor's side
    apart = model.centres[frame, people[1]] - model.centres[frame, people[0]]
    across = atan2(float(-apart[2]), float(apart[0]))
    sensor = -model.transform.rotation @ model.transform.origin
    if sin(across) * sensor[0] + cos(across) * sensor[2] < 0:
        across += pi
    return atan2(sin(across), cos(across))
