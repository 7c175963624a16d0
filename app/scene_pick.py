"""What lies under the pointer, and where names fit beside joints. Pure numbers."""

from dataclasses import dataclass

import numpy as np

from app.camera import CameraState, Viewport, pixels_per_unit, project
from app.overlays import OverlayFrame
from app.scene_model import SceneModel
from engine.arrays import BoolArray, DoubleArray

JOINT_REACH_PX = 10.0
"""A joint is met this far outside its ball."""
BONE_REACH_PX = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JointHit:
    """A joint under the pointer."""

    person: int
    joint: int
    name: str
    position: tuple[float, ...]
    """As recorded, in the recording's units: two or three numbers."""
    confidence: float
    weight: float | None
    """The overlay's score, if it has one for this joint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where the pointer is, and through which camera it looks."""

    x: float
    y: float
    camera: CameraState
    viewport: Viewport


def joint_under(
    model: SceneModel, frame: int, pointer: Pointer, overlay: OverlayFrame | None
) -> JointHit | None:
    """The joint under the pointer: the frontmost ball, else the closest one within reach."""
    places = project(pointer.camera, pointer.viewport, model.positions[frame])  # (M, V, 3)
    unit = pixels_per_unit(pointer.camera, pointer.viewport, 1.0)
    away = np.hypot(places[..., 0] - pointer.x, places[..., 1] - pointer.y)
    outside = np.maximum(away - model.joint_radius * unit / places[..., 2], 0.0)
    outside[~(outside <= JOINT_REACH_PX)] = np.inf  # also NaN: missing or behind the camera
    closest = float(outside.min())
    if not np.isfinite(closest):
        return None
    depth = np.where(outside == closest, places[..., 2], np.inf)
    person, joint = np.unravel_index(int(np.argmin(depth)), depth.shape)
    return joint_hit(model, frame, int(person), int(joint), overlay)


def joint_hit(
    model: SceneModel, frame: int, person: int, joint: int, overlay: OverlayFrame | None
) -> JointHit:
    """What there is to say about a joint in a frame."""
    recording = model.recording
    weight = float("nan") if overlay is None else float(overlay.joint_weights[person, joint])
    return JointHit(
        person=person,
        joint=joint,
        name=recording.layout.joints[joint],
        position=tuple(float(value) for value in recording.positions[frame, person, joint]),
        confidence=float(recording.confidence[frame, person, joint]),
        weight=weight if np.isfinite(weight) else None,
    )


def person_under(model: SceneModel, frame: int, pointer: Pointer) -> int | None:
    """The person whose joint or bone lies under the pointer, the frontmost first."""
    places = project(pointer.camera, pointer.viewport, model.positions[frame])  # (M, V, 3)
    unit = pixels_per_unit(pointer.camera, pointer.viewport, 1.0)
    first, last = places[:, model.bones[:, 0]], places[:, model.bones[:, 1]]  # (M, E, 3)
    along = last[..., :2] - first[..., :2]
    length = np.maximum((along**2).sum(axis=-1), 1e-9)
    to_pointer = np.array([pointer.x, pointer.y]) - first[..., :2]
    part = np.clip((to_pointer * along).sum(axis=-1) / length, 0.0, 1.0)
    away = np.linalg.norm(to_pointer - part[..., None] * along, axis=-1)
    depth = first[..., 2] + part * (last[..., 2] - first[..., 2])
    reach = model.bone_radius.max(axis=-1) * unit / depth + BONE_REACH_PX
    depth = np.where(away <= reach, depth, np.inf)
    hit = joint_under(model, frame, pointer, None)
    nearest = depth.min(axis=-1)
    if np.isfinite(nearest).any():
        return int(np.argmin(nearest))
    return None if hit is None else hit.person


def free_places(anchors: DoubleArray, sizes: DoubleArray, viewport: Viewport) -> BoolArray:
    """Which names can be written beside their joints without covering one another.

    Args:
        anchors: ``(N, 2)`` left middle of each text, pixels; earlier ones win. NaN is never free.
        sizes: ``(N, 2)`` width and height of each text, pixels.
        viewport: The picture; texts that leave it are dropped.

    Returns:
        ``(N,)`` mask.
    """
    low = anchors - sizes * (0.0, 0.5)
    high = low + sizes
    inside = (low >= 0).all(axis=1) & (high <= (viewport.width, viewport.height)).all(axis=1)
    kept: list[int] = []
    for row in np.flatnonzero(inside):
        apart = (low[row] >= high[kept]) | (high[row] <= low[kept])
        if apart.any(axis=1).all():
            kept.append(int(row))
    mask = np.zeros(len(anchors), dtype=np.bool_)
    mask[kept] = True
    return mask
