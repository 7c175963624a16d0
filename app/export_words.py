"""Words of the command line that several drawing commands share, and what they mean."""

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, Namespace
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.exporting.camera_words import CameraWish, camera_from
from app.exporting.look import Look
from app.overlay_state import PICKS

if TYPE_CHECKING:
    from app.snapshot import SnapshotJob


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWish:
    """Which maps are drawn."""

    number: int = 0
    """Index, of every overlay."""
    each: tuple[tuple[str, int], ...] = ()
    """Index of those overlays that are named."""


def camera_word(text: str) -> CameraWish:
    """``yaw,pitch,distance`` or with ``,x,y,z``."""
    try:
        return camera_from(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def map_word(text: str) -> MapWish:
    """``2`` for every overlay, or ``focus=2,attention=3``."""
    known = [pick.overlay_id for pick in PICKS]
    if "=" not in text:
        return MapWish(number=counted_word(text) - 1)
    found: list[tuple[str, int]] = []
    for word in text.split(","):
        name, _, number = word.partition("=")
        if name not in known:
            raise ArgumentTypeError(
                f"expected N or one of {', '.join(known)} with =N, got {text!r}"
            )
        found.append((name, counted_word(number) - 1))
    return MapWish(each=tuple(found))


def span_word(text: str) -> tuple[int, int]:
    """``A:B``, half-open."""
    first, _, last = text.partition(":")
    if not first.isdigit() or not last.isdigit() or int(first) >= int(last):
        raise ArgumentTypeError(f"expected FIRST:STOP such as 30:120, got {text!r}")
    return int(first), int(last)


def share_word(text: str) -> float:
    """A number of 0 to 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise ArgumentTypeError(f"expected a number of 0 to 1, got {text!r}")
    return share


def fraction_word(text: str) -> Fraction:
    """``30``, ``29.97`` or ``30000/1001``."""
    try:
        number = Fraction(text)
    except (ValueError, ZeroDivisionError):
        number = Fraction(0)
    if number <= 0:
        raise ArgumentTypeError(f"expected a number above 0 such as 25, got {text!r}")
    return number


def ids_word(text: str) -> tuple[str, ...]:
    """Ids with commas between."""
    return tuple(dict.fromkeys(word for word in text.split(",") if word))


def overlays_word(text: str) -> tuple[str, ...]:
    """Ids with commas between; ``none`` is none."""
    return () if text == "none" else ids_word(text)


def counted_word(text: str) -> int:
    """Something that is counted from 1."""
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return int(text)


def add_view_words(parser: ArgumentParser) -> None:
    """What is shown, and how the view stands."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording")
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument("--frame", type=int, metavar="N", help="counted from 0 (default: middle)")
    parser.add_argument(
        "--overlay",
        type=overlays_word,
        metavar="ID[,ID…]",
        help="focal, focus, attention, time, voxels, several with commas between, or none for the "
        "bare body (default: what the network's paper draws)",
    )
    add_map_words(parser)
    parser.add_argument(
        "--head",
        type=counted_word,
        metavar="N",
        help="attention head, counted from 1 (default: all)",
    )
    parser.add_argument(
        "--joint", metavar="NAME", help="open this joint's map in time, such as 'right hand'"
    )
    parser.add_argument("--person", type=int, metavar="P", help="counted from 1, as in the window")
    parser.add_argument("--view", choices=("front", "side", "top"), help="where to look from")
    _add_look_words(parser)
    parser.add_argument(
        "--compare",
        type=ids_word,
        default=(),
        metavar="ID[,ID…]",
        help="models that the one shown is compared with in the lanes",
    )


def add_map_words(parser: ArgumentParser) -> None:
    """Which network's maps, and which of them."""
    parser.add_argument(
        "--network",
        type=counted_word,
        default=1,
        metavar="N",
        help="of the model, counted from 1 (1)",
    )
    parser.add_argument(
        "--map",
        type=map_word,
        default=MapWish(),
        metavar="N",
        help="action, block or level of the overlay, counted from 1 (1); focus=2,attention=3 says "
        "it for each overlay",
    )


def _add_look_words(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--camera",
        type=camera_word,
        metavar="YAW,PITCH,DISTANCE[,X,Y,Z]",
        help="where to look from: degrees around and above, figure sizes away, what to look at; "
        "write --camera=… where it begins with a minus",
    )
    parser.add_argument(
        "--focal-joints", type=counted_word, metavar="K", help="joints lit of each person"
    )
    parser.add_argument(
        "--links", type=counted_word, metavar="N", help="attention lines of each person"
    )
    parser.add_argument(
        "--link-threshold",
        type=share_word,
        metavar="W",
        help="weakest link to a part that is drawn",
    )
    parser.add_argument(
        "--opacity", type=share_word, metavar="S", help="of overlays over the bodies' colours"
    )
    parser.add_argument("--trails", action="store_true", help="ways of hands and feet")
    parser.add_argument("--names", action="store_true", help="names of joints")
    parser.add_argument(
        "--follow", action=BooleanOptionalAction, help="let the camera go with the body"
    )
    add_lane_words(parser)


def add_lane_words(parser: ArgumentParser) -> None:
    """How the lanes stand."""
    parser.add_argument(
        "--threshold",
        type=share_word,
        metavar="P",
        help="answers less probable count as none of these in the lanes (0.4)",
    )


def look_of(words: Namespace) -> Look:
    """What these words mean."""
    return Look(
        camera=words.camera,
        is_following=words.follow,
        maps=words.map.each,
        focal_joints=words.focal_joints,
        link_count=words.links,
        link_threshold=words.link_threshold,
        opacity=words.opacity,
        has_trails=words.trails,
        has_names=words.names,
        threshold=words.threshold,
    )


def view_job(words: Namespace) -> "SnapshotJob":
    """The window that words of ``add_view_words`` and ``--out`` ask for."""
    from app.snapshot import SnapshotJob

    return SnapshotJob(
        recording=words.file,
        out=words.out,
        model_id=words.model,
        frame=words.frame,
        overlays=words.overlay,
        network=words.network - 1,
        map_number=words.map.number,
        head=index_of(words.head),
        joint=words.joint,
        person=index_of(words.person),
        preset=words.view,
        is_dark=words.theme != "light",
        look=look_of(words),
        compared=words.compare,
    )


def index_of(counted: int | None) -> int | None:
    """From 0, of what is counted from 1."""
    return None if counted is None else counted - 1
