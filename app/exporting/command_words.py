"""The line of the command line that makes what the window shows, or an export of it."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from app.camera import CameraState
from app.exporting.camera_words import camera_text, wish_of
from app.exporting.orders import (
    USUAL_LANES_PX,
    Codec,
    FilmOrder,
    Ground,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
)
from app.overlay_state import PICKS
from app.overlays import OverlaySettings
from app.settings import ANSWER_THRESHOLD, LINK_COUNT, LINK_THRESHOLD, OPACITY

USUAL_THRESHOLD = ANSWER_THRESHOLD.default
PROGRAM = "skelarium"
MAP_PARTS = ("answers", "joints", "links", "times", "points")
"""Of ``skelarium explain``: what is known as soon as there is an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What the window shows, as far as the command line can say it."""

    recording: Path
    frame: int
    camera: CameraState
    settings: OverlaySettings
    threshold: float
    size: tuple[int, int]
    """Of the window, logical pixels."""
    is_dark: bool
    model: str | None = None
    """Id or folder."""
    compared: tuple[str, ...] = ()
    is_side_by_side: bool = False
    """Whether each of these has a 3D view of its own."""
    span: tuple[int, int] | None = None
    """The frames that the answer is about, where that is not the whole recording."""
    person: int | None = None
    joint: str | None = None
    overlays: tuple[str, ...] | None = None
    """Ids of those that are drawn; None where there is no answer to draw."""
    network: int = 0
    usual_focal_joints: int | None = None
    """K that the model says."""
    is_following: bool = False
    follows_usually: bool = False
    has_trails: bool = False
    has_names: bool = False
    open_everybody: bool = False
    is_asking_why: bool = False
    """Whether what "Ask why" draws is in the 3D view."""
    has_second: bool = False
    """Whether another recording is compared with it."""


def command_text(words: tuple[str, ...]) -> str:
    """A line that a shell of this system takes apart into just these words."""
    if sys.platform == "win32":
        return subprocess.list2cmdline(words)
    return shlex.join(words)


def window_words(showing: Showing, out: Path) -> tuple[str, ...]:
    """A picture of the whole window."""
    return (
        *_begin("snapshot", showing),
        *_one_model(showing),
        *_frame(showing),
        *_look(showing),
        *_compared(showing, is_window=True),
        *_lane_words(showing, is_for_lanes=False),
        "--size",
        _size(showing.size),
        *_theme(is_dark=showing.is_dark, usual_is_dark=True),
        *_out(out),
    )


def order_words(order: Order, showing: Showing) -> tuple[str, ...]:
    """What makes the same file."""
    if isinstance(order, PictureOrder):
        return _picture_words(order, showing)
    if isinstance(order, LanesOrder):
        return _lanes_words(order, showing)
    if isinstance(order, FilmOrder):
        return _film_words(order, showing)
    return _numbers_words(order, showing)


def unsaid(showing: Showing, order: Order | None = None) -> tuple[str, ...]:
    """What the line leaves out of what is on show.

    Args:
        showing: What the line says.
        order: What it makes; None for a picture of the window.
    """
    left_out = []
    if showing.is_asking_why and not isinstance(order, LanesOrder | NumbersOrder):
        left_out.append("what “Ask why” draws")
    if showing.has_second and not isinstance(order, NumbersOrder):
        left_out.append("the second recording")
    return tuple(left_out)


def _picture_words(order: PictureOrder, showing: Showing) -> tuple[str, ...]:
    ground: tuple[str, ...] = ()
    if order.ground is not Ground.WINDOW:
        ground = (
            ("--transparent",)
            if order.ground is Ground.TRANSPARENT
            else ("--background", order.ground.value)
        )
        ground += ("--floor",) if order.has_grid else ()
        ground += () if order.has_shadows else ("--no-shadow",)
    return (
        *_begin("snapshot", showing),
        *_one_model(showing),
        *_frame(showing),
        *_look(showing),
        "--view-only",
        *ground,
        *(() if order.has_legend else ("--no-legend",)),
        "--size",
        _size((order.width, order.height)),
        *(("--scale", f"{order.scale:g}") if order.scale != 1 else ()),
        *_theme(is_dark=order.is_dark, usual_is_dark=order.ground is not Ground.WHITE),
        *_out(order.out or Path("view.png")),
    )


def _lanes_words(order: LanesOrder, showing: Showing) -> tuple[str, ...]:
    models = () if showing.model is None else ("--model", showing.model, *showing.compared)
    return (
        *_begin("lanes", showing),
        *models,
        *_lane_words(showing, is_for_lanes=True),
        *_maps(showing),
        *(() if order.span is None else ("--frames", _span(order.span))),
        *(("--width", str(order.width)) if order.width != USUAL_LANES_PX else ()),
        *_theme(is_dark=order.is_dark, usual_is_dark=False),
        *_out(order.out),
    )


def _film_words(order: FilmOrder, showing: Showing) -> tuple[str, ...]:
    return (
        *_begin("film", showing),
        *_one_model(showing),
        *_look(showing),
        *_compared(showing),
        *(_lane_words(showing, is_for_lanes=False) if order.has_lanes else ()),
        *(("--frame", str(showing.frame)) if showing.is_following else ()),
        *(() if order.span is None else ("--frames", _span(order.span))),
        *(() if order.fps is None else ("--fps", _fraction(order.fps))),
        *(() if order.speed == 1 else ("--speed", _fraction(order.speed))),
        *(() if order.has_lanes else ("--no-lanes",)),
        *(("--background", "white") if order.is_white else ()),
        *(() if not order.turn else (f"--turn={order.turn:g}",)),
        *(() if order.codec is Codec.AUTO else ("--codec", order.codec.value)),
        "--size",
        _size((order.width, order.height)),
        *_theme(is_dark=order.is_dark, usual_is_dark=not order.is_white),
        *_out(order.out),
    )


def _numbers_words(order: NumbersOrder, showing: Showing) -> tuple[str, ...]:
    parts = () if order.is_full else MAP_PARTS
    measured = ("deletion", "delay", "occlusion", "contrast", "seen")
    return (
        *_begin("explain", showing),
        *_one_model(showing),
        *(() if showing.span is None else ("--frames", _span(showing.span))),
        *(() if showing.person is None else ("--person", str(showing.person + 1))),
        "--only",
        *(parts or (*MAP_PARTS, *measured)),
        *_out(order.out),
        *(("--force",) if order.replaces else ()),
    )


def _begin(command: str, showing: Showing) -> tuple[str, ...]:
    return PROGRAM, command, str(showing.recording)


def _one_model(showing: Showing) -> tuple[str, ...]:
    return () if showing.model is None else ("--model", showing.model)


def _frame(showing: Showing) -> tuple[str, ...]:
    return "--frame", str(showing.frame)


def _out(path: Path) -> tuple[str, ...]:
    return "--out", str(path)


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _span(span: tuple[int, int]) -> str:
    return f"{span[0]}:{span[1]}"


def _fraction(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else str(number)


def _theme(*, is_dark: bool, usual_is_dark: bool) -> tuple[str, ...]:
    return () if is_dark == usual_is_dark else ("--theme", "dark" if is_dark else "light")


def _compared(showing: Showing, *, is_window: bool = False) -> tuple[str, ...]:
    word = "--beside" if showing.is_side_by_side and is_window else "--compare"
    return (word, ",".join(showing.compared)) if showing.compared else ()


def _look(showing: Showing) -> Iterator[str]:
    """Person, overlays, maps, camera."""
    settings = showing.settings
    if showing.person is not None:
        yield from ("--person", str(showing.person + 1))
    if showing.overlays is not None:
        yield from ("--overlay", ",".join(showing.overlays) or "none")
    yield from _maps(showing)
    if settings.head is not None:
        yield from ("--head", str(settings.head + 1))
    if showing.joint is not None:
        yield from ("--joint", showing.joint)
    if showing.overlays:
        yield from _sliders(showing)
    if showing.has_trails:
        yield "--trails"
    if showing.has_names:
        yield "--names"
    if showing.is_following != showing.follows_usually:
        yield "--follow" if showing.is_following else "--no-follow"
    yield f"--camera={camera_text(wish_of(showing.camera))}"


def _sliders(showing: Showing) -> Iterator[str]:
    """Those that do not stand where they stand at first."""
    settings = showing.settings
    for word, value, usual in (
        ("--focal-joints", settings.focal_joints, showing.usual_focal_joints),
        ("--links", settings.link_count, LINK_COUNT.default),
        ("--link-threshold", settings.link_threshold, LINK_THRESHOLD.default),
        ("--opacity", settings.opacity, OPACITY.default),
    ):
        if value != usual:
            yield from (word, f"{value:g}")


def _maps(showing: Showing) -> Iterator[str]:
    """Which network and which of its maps; what is first is not said."""
    if showing.overlays is None:
        return
    if showing.network:
        yield from ("--network", str(showing.network + 1))
    picked = [f"{pick.overlay_id}={pick.get(showing.settings) + 1}" for pick in PICKS
              if pick.get(showing.settings)]  # fmt: skip
    if picked:
        yield from ("--map", ",".join(picked))


def _lane_words(showing: Showing, *, is_for_lanes: bool) -> Iterator[str]:
    """What only the lanes show."""
    if is_for_lanes and showing.person is not None:
        yield from ("--person", str(showing.person + 1))
    if is_for_lanes and showing.joint is not None:
        yield from ("--joint", showing.joint)
    if showing.threshold != USUAL_THRESHOLD:
        yield from ("--threshold", f"{showing.threshold:.4g}")
    if is_for_lanes and showing.open_everybody:
        yield "--everybody"
