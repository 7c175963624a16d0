"""What lies under the pointer, and where names fit beside joints. Pure numbers."""

from dataclasses import dataclass

import numpy as np

from app.camera import CameraState, Viewport, pixels_per_unit, project
from app.overlays import OverlayFrame
from app.scene_frame import disc_radii
from app.scene_model import SceneModel
from engine.arrays import BoolArray, DoubleArray

JOINT_REACH_PX = 10.0
"""A joint is met this far outside its ball."""
BONE_REACH_PX = 4.0
LINK_REACH_PX = 5.0
"""A line is met this far beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitReading:
    """A number of an overlay at a joint."""

    name: str
    weight: float
    """Exact."""
    share: float
    """Its place on the colour scale, 0..1; -1..1 where it is signed."""
    is_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JointHit:
    """A joint under the pointer."""

    person: int
    joint: int
    name: str
    position: tuple[float, ...]
    """As recorded, in the recording's units: two or three numbers."""
    confidence: float
    readings: tuple[HitReading, ...] = ()
    """What the overlays say of this joint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHit:
    """An overlay's line under the pointer."""

    link: int
    """Which of the overlay's links."""
    person: int
    asking: str
    """Who attends."""
    asked: str
    """Who is attended to."""
    weight: float
    """Exact."""
    rgb: tuple[float, float, float]
    """Colour of the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotHit:
    """An overlay's disc under the pointer."""

    spot: int
    """Which of the overlay's discs."""
    name: str
    """Of what it shows."""
    position: tuple[float, ...]
    """Its middle, as recorded."""
    weight: float
    """Exact."""


Hit = JointHit | LinkHit | SpotHit


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where the pointer is, and through which camera it looks."""

    x: float
    y: float
    camera: CameraState
    viewport: Viewport


def hit_under(
    model: SceneModel, frame: int, pointer: Pointer, overlay: OverlayFrame | None
) -> Hit | None:
    """What there is to read under the pointer: a joint, else a line, else a disc."""
    joint = joint_under(model, frame, pointer, overlay)
    if joint is not None or overlay is None:
        return joint
    link = link_under(model, pointer, overlay)
    return link if link is not None else spot_under(model, pointer, overlay)


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
    readings = () if overlay is None else overlay.readings
    return JointHit(
        person=person,
        joint=joint,
        name=recording.layout.joints[joint],
        position=tuple(float(value) for value in recording.positions[frame, person, joint]),
        confidence=float(recording.confidence[frame, person, joint]),
        readings=tuple(
            HitReading(
                name=reading.name,
                weight=float(reading.weights[person, joint]),
                share=float(reading.weights[person, joint]) / reading.full,
                is_signed=reading.is_signed,
            )
            for reading in readings
            if np.isfinite(reading.weights[person, joint])
        ),
    )


def link_under(model: SceneModel, pointer: Pointer, overlay: OverlayFrame) -> LinkHit | None:
    """The line nearest to the pointer within reach; of several as near the strongest."""
    links = overlay.links
    if not len(links):
        return None
    ends = model.transform.apply(np.stack([links.start, links.end]))
    places = project(pointer.camera, pointer.viewport, ends)  # (2, L, 3)
    first, last = places[0, :, :2], places[1, :, :2]
    _, away = _along(first, last, pointer)
    outside = np.maximum(away - links.width_px / 2, 0.0)
    outside[~(outside <= LINK_REACH_PX)] = np.inf  # also NaN: missing or behind the camera
    closest = float(outside.min())
    if not np.isfinite(closest):
        return None
    link = int(np.flatnonzero(outside == closest)[-1])  # the strongest is the last
    asking, asked = links.names[link]
    return LinkHit(
        link=link,
        person=int(links.person[link]),
        asking=asking,
        asked=asked,
        weight=float(links.weights[link]),
        rgb=(float(links.rgba[link, 0]), float(links.rgba[link, 1]), float(links.rgba[link, 2])),
    )


def spot_under(model: SceneModel, pointer: Pointer, overlay: OverlayFrame) -> SpotHit | None:
    """The disc whose middle is nearest to the pointer, of those that it lies in."""
    spots = overlay.spots
    if not len(spots):
        return None
    centres = model.transform.apply(spots.positions)
    places = project(pointer.camera, pointer.viewport, centres)  # (Q, 3)
    unit = pixels_per_unit(pointer.camera, pointer.viewport, 1.0)
    reach = np.maximum(disc_radii(model, spots) * unit / places[:, 2], 3.0)
    away = np.hypot(places[:, 0] - pointer.x, places[:, 1] - pointer.y)
    away[~(away <= reach)] = np.inf  # also NaN: behind the camera
    spot = int(np.argmin(away))
    if not np.isfinite(away[spot]):
        return None
    dimensions = model.recording.layout.dimensions
    return SpotHit(
        spot=spot,
        name=spots.name,
        position=tuple(float(value) for value in spots.positions[spot, :dimensions]),
        weight=float(spots.magnitudes[spot]),
    )


def _along(
    first: DoubleArray, last: DoubleArray, pointer: Pointer
) -> tuple[DoubleArray, DoubleArray]:
    """How far along lines ``(..., 2)`` the pointer is, 0..1, and how far away, pixels."""
    along = last - first
    length = np.maximum((along**2).sum(axis=-1), 1e-9)
    to_pointer = np.array([pointer.x, pointer.y]) - first
    part = np.clip((to_pointer * along).sum(axis=-1) / length, 0.0, 1.0)
    return part, np.linalg.norm(to_pointer - part[..., None] * along, axis=-1)


def person_under(model: SceneModel, frame: int, pointer: Pointer) -> int | None:
    """The person whose joint or bone lies under the pointer, the frontmost first."""
    places = project(pointer.camera, pointer.viewport, model.positions[frame])  # (M, V, 3)
    unit = pixels_per_unit(pointer.camera, pointer.viewport, 1.0)
    first, last = places[:, model.bones[:, 0]], places[:, model.bones[:, 1]]  # (M, E, 3)
    part, away = _along(first[..., :2], last[..., :2], pointer)
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
