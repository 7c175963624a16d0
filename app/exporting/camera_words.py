"""Where the camera stands, in words: the way onto the command line and back."""

from dataclasses import dataclass, replace
from math import degrees, isfinite, radians

from app.camera import FARTHEST, MAX_ELEVATION, NEAREST, CameraState

FEW, MANY = 3, 6
"""Numbers without a target, and with one."""
STEEPEST = degrees(MAX_ELEVATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraWish:
    """A direction and a distance, and what to look at where that is said."""

    yaw: float
    """Degrees: 0 looks from the scene's front, 90 from its right."""
    pitch: float
    """Degrees above the horizon."""
    distance: float
    """In figure sizes: 1 is about a body's height."""
    target: tuple[float, float, float] | None = None
    """In the same, from the recording's middle; None leaves it where it is."""

    def applied(self, camera: CameraState) -> CameraState:
        """A camera that stands as wished."""
        return replace(
            camera,
            azimuth=radians(self.yaw),
            elevation=radians(self.pitch),
            distance=self.distance,
            target=camera.target if self.target is None else self.target,
        )


def wish_of(camera: CameraState) -> CameraWish:
    """Just where a camera stands."""
    return CameraWish(
        yaw=degrees(camera.azimuth),
        pitch=degrees(camera.elevation),
        distance=camera.distance,
        target=camera.target,
    )


def camera_text(wish: CameraWish) -> str:
    """``-32,12,3.41,0,0.08,0``: yaw, pitch, distance, and the target where there is one."""
    lengths = (wish.distance, *(wish.target or ()))
    numbers = [f"{angle:.4f}" for angle in (wish.yaw, wish.pitch)]
    return ",".join(_short(text) for text in (*numbers, *(f"{each:.5f}" for each in lengths)))


def _short(number: str) -> str:
    text = number.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def camera_from(text: str) -> CameraWish:
    """The wish that some words are.

    Raises:
        ValueError: They are none; the message says why.
    """
    try:
        numbers = tuple(float(word) for word in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) not in (FEW, MANY) or not all(isfinite(number) for number in numbers):
        raise ValueError(
            f"expected yaw,pitch,distance or yaw,pitch,distance,x,y,z such as 30,12,3, got {text!r}"
        )
    yaw, pitch, distance = numbers[:FEW]
    if abs(pitch) > STEEPEST + 1e-3 or not NEAREST <= distance <= FARTHEST:
        raise ValueError(
            f"expected a pitch of -{STEEPEST:.0f} to {STEEPEST:.0f} and a distance of {NEAREST} to "
            f"{FARTHEST:.0f}, got {text!r}"
        )
    target = (numbers[3], numbers[4], numbers[5]) if len(numbers) == MANY else None
    return CameraWish(yaw=yaw, pitch=pitch, distance=distance, target=target)


def widened(camera: CameraState, seen: float, wanted: float) -> CameraState:
    """A camera farther away, so that a narrower picture holds what a wider one does.

    Args:
        camera: As it stands.
        seen: Width over height of what it was placed for; 0 where it was placed for the picture.
        wanted: Of the picture.
    """
    if wanted >= seen:
        return camera
    return replace(camera, distance=min(camera.distance * seen / wanted, FARTHEST))
