"""What is picked in the export dialog: remembered as it is, and made into an order."""

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path

import msgspec

from app.exporting.orders import (
    USUAL_LANES_PX,
    FilmOrder,
    Ground,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
)
from app.player import FrameClock
from engine.errors import EngineError


class Kind(Enum):
    """What is exported."""

    PICTURE = "picture"
    LANES = "lanes"
    FILM = "film"
    NUMBERS = "numbers"


class Reach(Enum):
    """Which frames."""

    ALL = "all"
    SHOWN = "shown"
    """Those that the timeline shows."""
    MARKED = "marked"


ENDINGS = {
    Kind.PICTURE: ("-view", ".png"),
    Kind.LANES: ("-lanes", ".svg"),
    Kind.FILM: ("-clip", ".mp4"),
    Kind.NUMBERS: ("-numbers", ""),
}
"""What is added to the recording's name, and the file's ending."""
NOTHING_MARKED = "nothing is marked: drag along the timeline with Shift held, or pick other frames"
AS_VIEW = ""
"""In place of a size: the view's own."""
FILM_SIZE = "1280x720"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoices:
    """Everything in the dialog but the file's name."""

    kind: Kind = Kind.PICTURE
    folder: str = ""
    """Where the last one went; empty for beside the recording."""
    size: str = AS_VIEW
    """Of a picture: ``1920x1080``, or as the view."""
    scale: int = 2
    ground: Ground = Ground.WINDOW
    for_dark: bool = False
    """Whether a see-through picture is for a dark page."""
    has_legend: bool = True
    has_grid: bool = False
    has_shadows: bool = True
    reach: Reach = Reach.ALL
    """Of lanes and film."""
    lanes_width: int = USUAL_LANES_PX
    lanes_dark: bool = False
    film_size: str = FILM_SIZE
    fps: str = ""
    """Empty for the recording's own."""
    speed: str = "1"
    film_lanes: bool = True
    film_white: bool = False
    turn: int = 0
    """Degrees a second."""
    is_full: bool = False
    """Of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFacts:
    """What the dialog has to know of the window."""

    stem: str
    """Of the recording's file."""
    folder: Path
    """That it is in."""
    view_size: tuple[int, int]
    """Logical pixels."""
    is_dark: bool
    clock: FrameClock
    """Of the recording."""
    shown: tuple[int, int]
    """Frames on the timeline, half-open."""
    marked: tuple[int, int] | None = None

    @property
    def num_frames(self) -> int:
        """Of the recording."""
        return self.clock.num_frames


def choices_text(choices: ExportChoices) -> str:
    """The way into the settings file."""
    return msgspec.json.encode(choices).decode()


def choices_from(text: str) -> ExportChoices:
    """And back; what cannot be read is as at first."""
    try:
        return msgspec.json.decode(text.encode(), type=ExportChoices)
    except msgspec.DecodeError:
        return ExportChoices()


def suggested_path(choices: ExportChoices, facts: ExportFacts) -> Path:
    """Where it might go: a name that is not taken."""
    last = Path(choices.folder)
    folder = last if choices.folder and last.is_dir() else facts.folder
    middle, ending = ENDINGS[choices.kind]
    path = folder / f"{facts.stem}{middle}{ending}"
    number = 2
    while path.exists():
        path = folder / f"{facts.stem}{middle}-{number}{ending}"
        number += 1
    return path


def with_ending(kind: Kind, path: Path) -> Path:
    """A path that says what the file is, where it does not.

    Raises:
        EngineError: It is a folder, and a file is wanted.
    """
    ending = ENDINGS[kind][1]
    if ending and path.is_dir():
        raise EngineError(f"{path} is a folder; name a file in it")
    return path if path.suffix.lower() == ending or not ending else Path(f"{path}{ending}")


def size_from(text: str) -> tuple[int, int]:
    """``1920x1080``, also with a multiplication sign.

    Raises:
        EngineError: It is no size.
    """
    found = re.fullmatch(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", text.lower())
    if found is None:
        raise EngineError(f"a size is width x height such as 1920x1080, not “{text}”")
    return int(found[1]), int(found[2])


def order_of(choices: ExportChoices, facts: ExportFacts, out: Path) -> Order:
    """The order that the choices make.

    Args:
        choices: Of the dialog.
        facts: Of the window.
        out: Where to; its ending may be missing.

    Raises:
        EngineError: Something in it cannot be; says what.
    """
    out = with_ending(choices.kind, out)
    if choices.kind is Kind.PICTURE:
        return picture_of(choices, facts, out)
    if choices.kind is Kind.LANES:
        return LanesOrder(
            out=out,
            span=span_of(choices, facts),
            width=choices.lanes_width,
            is_dark=choices.lanes_dark,
        )
    if choices.kind is Kind.FILM:
        width, height = size_from(choices.film_size)
        return FilmOrder(
            out=out,
            width=width + width % 2,
            height=height + height % 2,
            fps=None if not choices.fps.strip() else number_from(choices.fps),
            speed=number_from(choices.speed),
            span=span_of(choices, facts),
            is_dark=facts.is_dark and not choices.film_white,
            is_white=choices.film_white,
            has_lanes=choices.film_lanes,
            turn=float(choices.turn),
        )
    return NumbersOrder(out=out, is_full=choices.is_full)


def picture_of(choices: ExportChoices, facts: ExportFacts, out: Path | None) -> PictureOrder:
    """The picture that the choices make; without a path for the clipboard.

    Raises:
        EngineError: Its size cannot be.
    """
    width, height = facts.view_size if choices.size == AS_VIEW else size_from(choices.size)
    is_dark = {
        Ground.WINDOW: facts.is_dark,
        Ground.WHITE: False,
        Ground.TRANSPARENT: choices.for_dark,
    }[choices.ground]
    return PictureOrder(
        out=out,
        width=width,
        height=height,
        scale=float(choices.scale),
        ground=choices.ground,
        is_dark=is_dark,
        has_legend=choices.has_legend,
        has_grid=choices.has_grid,
        has_shadows=choices.has_shadows,
    )


def span_of(choices: ExportChoices, facts: ExportFacts) -> tuple[int, int] | None:
    """The frames meant; None for all of them.

    Raises:
        EngineError: Nothing is marked.
    """
    if choices.reach is Reach.MARKED:
        if facts.marked is None:
            raise EngineError(NOTHING_MARKED)
        return facts.marked
    if choices.reach is Reach.SHOWN and facts.shown != (0, facts.num_frames):
        return facts.shown
    return None


def number_from(text: str) -> Fraction:
    """A number above nought.

    Raises:
        EngineError: It is none.
    """
    try:
        number = Fraction(text.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        number = Fraction(0)
    if number <= 0:
        raise EngineError(f"expected a number above 0 such as 25, not “{text}”")
    return number
