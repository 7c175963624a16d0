"""The scene's camera: a value that orbits a point, and pure functions that move it.

Scene frame: right-handed, Y up, the floor is a plane of constant Y. Azimuth 0 looks from +Z; it
grows counter-clockwise seen from above, so azimuth 90 degrees looks from +X.
"""

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from math import atan2, cos, exp, hypot, pi, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray

MAX_ELEVATION = radians(89.0)
NEAREST, FARTHEST = 0.05, 60.0
"""Limits of the distance, in figure sizes (one scene unit is one figure size)."""
FIELD_OF_VIEW = radians(32.0)
"""Vertical; narrow, as for portraits, so that limbs near the edge are not stretched."""
ZOOM_PER_STEP = 0.12
"""Logarithm of the distance ratio of one wheel notch."""
MOST_COVERED = 0.5
"""Part of a side that is kept free of a fitted view at most: small pictures are for the body."""


class Preset(Enum):
    """Views relative to where the person faces."""

    FRONT = "front"
    SIDE = "side"
    TOP = "top"
    THREE_QUARTER = "three-quarter"


@lru_cache(maxsize=8)
def _rotation(azimuth: float, elevation: float) -> DoubleArray:
    """``(3, 3)``, read-only: all views of one camera ask for the same, several times a frame."""
    turned, ahead, flat, rise = sin(azimuth), cos(azimuth), cos(elevation), sin(elevation)
    made = np.array(
        [
            [ahead, 0.0, -turned],
            [-rise * turned, flat, -rise * ahead],
            [flat * turned, rise, flat * ahead],
        ]
    )
    made.flags.writeable = False
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraState:
    """Where the camera is and what it looks at, in the scene frame."""

    target: tuple[float, float, float] = (0.0, 0.0, 0.0)
    azimuth: float = 0.0
    """Radians."""
    elevation: float = 0.0
    """Radians above the horizon."""
    distance: float = 3.0
    """From eye to target, scene units."""
    fov: float = FIELD_OF_VIEW
    """Vertical field of view, radians."""

    @property
    def eye(self) -> DoubleArray:
        """``(3,)`` position of the eye."""
        return np.asarray(self.target) + self.distance * self.backward

    @property
    def backward(self) -> DoubleArray:
        """``(3,)`` unit vector from the target to the eye."""
        flat = cos(self.elevation)
        return np.array([flat * sin(self.azimuth), sin(self.elevation), flat * cos(self.azimuth)])

    @property
    def rotation(self) -> DoubleArray:
        """``(3, 3)``: rows are the camera's right, up and backward in the scene frame."""
        return _rotation(self.azimuth, self.elevation)

    @property
    def near(self) -> float:
        """Distance of the near plane."""
        return max(0.01, 0.02 * self.distance)

    @property
    def far(self) -> float:
        """Distance of the far plane."""
        return self.distance + 80.0

    def view_matrix(self) -> FloatArray:
        """``(4, 4)`` scene to camera (camera looks along its -Z), row-major."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation
        matrix[:3, 3] = -self.rotation @ self.eye
        return matrix.astype(np.float32)

    def projection_matrix(self, aspect: float) -> FloatArray:
        """``(4, 4)`` camera to clip space, row-major.

        Args:
            aspect: Width over height.
        """
        focal, near, far = 1.0 / tan(self.fov / 2), self.near, self.far
        matrix = np.zeros((4, 4), dtype=np.float32)
        matrix[0, 0], matrix[1, 1] = focal / aspect, focal
        matrix[2, 2], matrix[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
        matrix[3, 2] = -1.0
        return matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """How far other things reach over the picture, from each of its sides."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """Size of the picture, in the same pixels as the pointer's position."""

    width: float
    height: float
    covered: Covered = Covered()
    """Where a view that is fitted puts nothing."""

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / max(self.height, 1.0)


def project(camera: CameraState, viewport: Viewport, points: NDArray[np.floating]) -> DoubleArray:
    """Where points of the scene land in the picture.

    Args:
        camera: The camera.
        viewport: The picture.
        points: ``(..., 3)`` in the scene frame.

    Returns:
        ``(..., 3)``: x and y in pixels from the top left corner, depth in scene units along the
        line of sight. NaN for points that are NaN or behind the near plane.
    """
    seen = (points - camera.eye) @ camera.rotation.T
    depth = np.where(-seen[..., 2] > camera.near, -seen[..., 2], np.nan)
    scale = viewport.height / (2 * tan(camera.fov / 2)) / depth
    x = viewport.width / 2 + seen[..., 0] * scale
    y = viewport.height / 2 - seen[..., 1] * scale
    return np.stack([x, y, depth], axis=-1)


def pixels_per_unit(camera: CameraState, viewport: Viewport, depth: float) -> float:
    """Length in pixels of one scene unit at a depth."""
    return viewport.height / (2 * tan(camera.fov / 2)) / depth


def orbit(camera: CameraState, dx: float, dy: float) -> CameraState:
    """Turn around the target.

    Args:
        camera: The camera.
        dx: Pointer movement to the right, pixels.
        dy: Pointer movement downwards, pixels.
    """
    per_pixel = pi / 500
    elevation = min(max(camera.elevation + dy * per_pixel, -MAX_ELEVATION), MAX_ELEVATION)
    return replace(camera, azimuth=_wrapped(camera.azimuth - dx * per_pixel), elevation=elevation)


def pan(camera: CameraState, viewport: Viewport, dx: float, dy: float) -> CameraState:
    """Shift so that what lies at the target's depth follows the pointer exactly."""
    unit = pixels_per_unit(camera, viewport, camera.distance)
    right, up, _ = camera.rotation
    return moved(camera, (-dx * right + dy * up) / unit)


def zoom(
    camera: CameraState, viewport: Viewport, steps: float, pointer: tuple[float, float]
) -> CameraState:
    """Come nearer (positive steps) or go away; what is under the pointer stays under it.

    Args:
        camera: The camera.
        viewport: The picture.
        steps: Wheel notches.
        pointer: Pixels from the top left corner.
    """
    distance = camera.distance * exp(-ZOOM_PER_STEP * steps)
    distance = min(max(distance, NEAREST), FARTHEST)
    unit = pixels_per_unit(camera, viewport, 1.0)
    across = (pointer[0] - viewport.width / 2) / unit
    upward = (viewport.height / 2 - pointer[1]) / unit
    right, up, _ = camera.rotation
    shift = (camera.distance - distance) * (across * right + upward * up)
    return replace(moved(camera, shift), distance=distance)


def moved(camera: CameraState, shift: NDArray[np.floating]) -> CameraState:
    """The camera and its target shifted by ``(3,)`` scene units."""
    x, y, z = np.asarray(camera.target) + shift
    return replace(camera, target=(float(x), float(y), float(z)))


def turned_to(camera: CameraState, preset: Preset, facing: float, lift: float) -> CameraState:
    """Look from a preset's direction at the same target.

    Args:
        camera: The camera.
        preset: The direction.
        facing: Azimuth in which the person faces, radians.
        lift: Elevation of the front view, radians (hands may face upwards; 0 for bodies).
    """
    turn, elevation = {
        Preset.FRONT: (0.0, lift + radians(4.0)),
        Preset.SIDE: (-pi / 2, radians(4.0)),
        Preset.TOP: (0.0, MAX_ELEVATION),
        Preset.THREE_QUARTER: (-radians(32.0), lift + radians(12.0)),
    }[preset]
    elevation = min(elevation, MAX_ELEVATION)
    return replace(camera, azimuth=_wrapped(facing + turn), elevation=elevation)


def fitted(
    camera: CameraState,
    viewport: Viewport,
    points: NDArray[np.floating],
    margin: float = 0.10,
    reach: float = 0.0,
) -> CameraState:
    """The same direction, with target and distance such that all points fill the free picture.

    Args:
        camera: The camera; its direction and field of view are kept.
        viewport: The picture, and what covers its sides.
        points: ``(N, 3)`` without NaN; N is at least 1.
        margin: Part of the free picture left free on each side.
        reach: Radius of the balls around the points, scene units.
    """
    local = points @ camera.rotation.T  # (N, 3): right, up, backward
    left, right, down, up = _slopes(camera, viewport, margin)
    # A ball is inside when -left * (eye - z) <= x - centre <= right * (eye - z) and likewise for y:
    # four planes, each pushed out to the farthest ball; opposite pairs say where the eye may be.
    right_most = _support(local[:, 0], local[:, 2], right, reach)
    left_most = _support(-local[:, 0], local[:, 2], left, reach)
    top_most = _support(local[:, 1], local[:, 2], up, reach)
    bottom_most = _support(-local[:, 1], local[:, 2], down, reach)
    eye_back = max(
        (right_most + left_most) / (right + left), (top_most + bottom_most) / (up + down)
    )
    middle = float(np.mean([local[:, 2].min(), local[:, 2].max()]))
    distance = min(max(eye_back - middle, NEAREST), FARTHEST)
    eye_back = distance + middle
    across = (right_most - left_most + (left - right) * eye_back) / 2
    upward = (top_most - bottom_most + (down - up) * eye_back) / 2
    x, y, z = np.array([across, upward, middle]) @ camera.rotation
    return replace(camera, target=(float(x), float(y), float(z)), distance=distance)


def _slopes(
    camera: CameraState, viewport: Viewport, margin: float
) -> tuple[float, float, float, float]:
    """Tangents from the line of sight to the left, right, lower, upper side of the free picture."""
    covered, unit = viewport.covered, 2 * tan(camera.fov / 2) / max(viewport.height, 1.0)
    found: list[float] = []
    for size, first, last in (
        (viewport.width, covered.left, covered.right),
        (viewport.height, covered.bottom, covered.top),
    ):
        share = min(1.0, MOST_COVERED * size / max(first + last, 1.0))
        free = size - share * (first + last)
        found += [(size / 2 - share * side - margin * free) * unit for side in (first, last)]
    left, right, down, up = found
    return left, right, down, up


def _support(along: DoubleArray, backward: DoubleArray, slope: float, reach: float) -> float:
    """How far balls push a plane outwards that leans by a slope."""
    return float(np.max(along + slope * backward)) + reach * hypot(1.0, slope)


def focused(camera: CameraState, point: NDArray[np.floating], nearness: float) -> CameraState:
    """Look at a point from the same side, at most ``nearness`` scene units away."""
    x, y, z = (float(value) for value in point)
    return replace(camera, target=(x, y, z), distance=min(camera.distance, nearness))


def between(first: CameraState, last: CameraState, progress: float) -> CameraState:
    """A camera on the way, turning the short way round.

    Args:
        first: Where the move starts.
        last: Where it ends.
        progress: 0 to 1; already eased by the caller.
    """
    turn = _wrapped(last.azimuth - first.azimuth)
    target = np.asarray(first.target) * (1 - progress) + np.asarray(last.target) * progress
    x, y, z = (float(value) for value in target)
    return CameraState(
        target=(x, y, z),
        azimuth=_wrapped(first.azimuth + turn * progress),
        elevation=first.elevation + (last.elevation - first.elevation) * progress,
        # a constant ratio per step looks even, a constant difference does not
        distance=first.distance * (last.distance / first.distance) ** progress,
        fov=first.fov + (last.fov - first.fov) * progress,
    )


def azimuth_of(direction: NDArray[np.floating]) -> float:
    """Azimuth of a ``(3,)`` direction, radians."""
    return atan2(float(direction[0]), float(direction[2]))


def _wrapped(angle: float) -> float:
    return (angle + pi) % (2 * pi) - pi
