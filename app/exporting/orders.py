"""What can be exported, as values: a picture, the lanes, a film, the numbers."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path

from app.timecode import grouped
from engine.errors import EngineError

SMALLEST_PX, LARGEST_PX = 16, 16384
"""Sides of a picture."""
LARGEST_FILM_PX = 4096
NARROWEST_LANES, USUAL_LANES_PX, WIDEST_LANES = 300, 1200, 8000
SLOWEST_FPS, FASTEST_FPS = 1, 240
SPEEDS = Fraction(1, 20), Fraction(16)


class Ground(Enum):
    """What is behind the bodies."""

    WINDOW = "window"
    """The room of the 3D view."""
    WHITE = "white"
    TRANSPARENT = "transparent"


class Codec(Enum):
    """How a film is packed."""

    AUTO = "auto"
    """The first of the others that this machine can write."""
    H264 = "h264"
    """Plays everywhere."""
    MPEG4 = "mpeg4"
    """Plays in video players and slides, not in web browsers."""
    VP9 = "vp9"
    """Plays in web browsers and video players; slow to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOrder:
    """The 3D view as a picture.

    Raises:
        EngineError: No picture can be so large or so small.
    """

    out: Path | None
    """None for the clipboard."""
    width: int
    """Logical pixels."""
    height: int
    scale: float = 1.0
    """Device pixels in one of them."""
    ground: Ground = Ground.WINDOW
    is_dark: bool = True
    """Which colours bodies and overlays have."""
    has_legend: bool = True
    has_grid: bool = False
    """On white and on nothing: lines on the floor."""
    has_shadows: bool = True

    def __post_init__(self) -> None:
        _check_sides(self.pixels, LARGEST_PX)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return round(self.width * self.scale), round(self.height * self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesOrder:
    """The lanes as a drawing.

    Raises:
        EngineError: It would be too narrow or too wide.
    """

    out: Path
    span: tuple[int, int] | None = None
    """Half-open; None for the whole recording."""
    width: int = USUAL_LANES_PX
    """Pixels of the whole drawing."""
    is_dark: bool = False
    has_everybody: bool = False
    """Everybody's lanes; else those that are open in the window."""

    def __post_init__(self) -> None:
        if not NARROWEST_LANES <= self.width <= WIDEST_LANES:
            raise EngineError(
                f"lanes can be {NARROWEST_LANES} to {WIDEST_LANES} pixels wide, got {self.width}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmOrder:
    """A clip as a film.

    Raises:
        EngineError: No film can have that size, rate or speed.
    """

    out: Path
    width: int = 1280
    """Device pixels, even."""
    height: int = 720
    fps: Fraction | None = None
    """Frames of the film a second; None for the recording's own."""
    speed: Fraction = Fraction(1)
    """Recording seconds in one second of the film."""
    span: tuple[int, int] | None = None
    """Half-open; None for the whole recording."""
    is_dark: bool = True
    is_white: bool = False
    """On white; else in the room of the 3D view."""
    has_lanes: bool = True
    """Whether the answer and the lanes stand below the view."""
    turn: float = 0.0
    """Degrees that the camera turns a second of the film."""
    codec: Codec = Codec.AUTO

    def __post_init__(self) -> None:
        sides = self.width, self.height
        _check_sides(sides, LARGEST_FILM_PX)
        if any(side % 2 for side in sides):
            raise EngineError(f"the sides of a film must be even, got {self.width}x{self.height}")
        if self.fps is not None and not SLOWEST_FPS <= self.fps <= FASTEST_FPS:
            raise EngineError(
                f"a film can have {SLOWEST_FPS} to {FASTEST_FPS} frames a second, "
                f"got {float(self.fps):g}"
            )
        if not SPEEDS[0] <= self.speed <= SPEEDS[1]:
            low, high = (float(each) for each in SPEEDS)
            raise EngineError(
                f"a film can run {low:g} to {high:g} times as fast, got {float(self.speed):g}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersOrder:
    """What the model says and where it looked, as CSV and npz."""

    out: Path
    """A folder."""
    is_full: bool = False
    """Whether also what takes longer is asked: deletion, delay, occlusion, contrast, stages."""
    replaces: bool = False


Order = PictureOrder | LanesOrder | FilmOrder | NumbersOrder


def _check_sides(sides: tuple[int, int], largest: int) -> None:
    if not all(SMALLEST_PX <= side <= largest for side in sides):
        raise EngineError(
            f"sides must be {SMALLEST_PX} to {grouped(largest)} pixels, got {sides[0]}x{sides[1]}"
        )


def checked_span(span: tuple[int, int] | None, num_frames: int) -> tuple[int, int]:
    """The frames meant.

    Raises:
        EngineError: The recording does not have them.
    """
    start, stop = (0, num_frames) if span is None else span
    if not 0 <= start < stop <= num_frames:
        raise EngineError(f"frames {start}:{stop}: the recording has frames 0:{num_frames}")
    return start, stop
