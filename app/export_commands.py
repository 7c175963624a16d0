"""The commands that draw into files: ``lanes``, ``film``, and ``snapshot`` of the view alone."""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.export_words import (
    add_lane_words,
    add_map_words,
    add_view_words,
    fraction_word,
    index_of,
    span_word,
    view_job,
)
from app.exporting.look import Look
from app.exporting.orders import (
    USUAL_LANES_PX,
    Codec,
    FilmOrder,
    Ground,
    LanesOrder,
    PictureOrder,
)
from engine.commands.base import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.exporting.headless import Made
    from app.snapshot import SnapshotJob

EXIT_REFUSED = 1
"""The file is there, but the model could not answer."""


def add_ground_words(parser: ArgumentParser) -> None:
    """What is behind the bodies of a picture of the 3D view alone."""
    parser.add_argument("--view-only", action="store_true", help="the 3D view without the window")
    parser.add_argument(
        "--transparent",
        action="store_true",
        help="nothing behind the bodies; of the 3D view alone",
    )
    parser.add_argument(
        "--background",
        choices=[ground.value for ground in Ground],
        help="behind the bodies; of the 3D view alone (window)",
    )
    parser.add_argument("--floor", action="store_true", help="lines on the floor there, too")
    parser.add_argument("--no-shadow", action="store_true", help="no shadows there")
    parser.add_argument("--no-legend", action="store_true", help="no legend in that picture")


def is_view_alone(words: Namespace) -> bool:
    """Whether a picture of the 3D view alone is wanted."""
    return bool(words.view_only or words.transparent or words.background)


def picture_order(words: Namespace) -> PictureOrder:
    """The picture that the words of ``snapshot`` ask for."""
    ground = Ground.TRANSPARENT if words.transparent else Ground(words.background or "window")
    width, height = words.size
    return PictureOrder(
        out=words.out,
        width=width,
        height=height,
        scale=words.scale,
        ground=ground,
        is_dark=_is_dark(words, usual=ground is not Ground.WHITE),
        has_legend=not words.no_legend,
        has_grid=words.floor,
        has_shadows=not words.no_shadow,
    )


def _is_dark(words: Namespace, *, usual: bool) -> bool:
    return usual if words.theme is None else bool(words.theme == "dark")


def told(made: "Iterable[Made]") -> int:
    """Print the files, and why there is no answer in them; the exit status."""
    refusal = ""
    for each in made:
        remark = f"  ({each.remark})" if each.remark else ""
        sys.stdout.write(f"{each.path.resolve()}{remark}\n")
        refusal = refusal or each.refusal
    if refusal:
        sys.stderr.write(f"skelarium: no answer in it: {refusal}\n")
        return EXIT_REFUSED
    return 0


def draw_view(words: Namespace, job: "SnapshotJob") -> int:
    """Save a picture of the 3D view alone."""
    from app.exporting.headless import export, fit_view

    order = picture_order(words)
    return told(export(job, lambda workbench: fit_view(workbench, job, order)))


def _add_lanes_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording")
    parser.add_argument("--out", type=Path, required=True, metavar="SVG", help="the drawing")
    parser.add_argument(
        "--model",
        nargs="+",
        default=[None],
        metavar="ID",
        help="model ids or package folders, the focus is the first one's (default: first)",
    )
    _add_span(parser)
    parser.add_argument("--person", type=int, metavar="P", help="counted from 1, as in the window")
    parser.add_argument("--everybody", action="store_true", help="the lanes of all people")
    parser.add_argument("--joint", metavar="NAME", help="whose speed is drawn (the fastest)")
    add_map_words(parser)
    add_lane_words(parser)
    parser.add_argument(
        "--width", type=int, default=USUAL_LANES_PX, metavar="PX", help="of the drawing (1200)"
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="(light)")


def _run_lanes(words: Namespace) -> int:
    from app.exporting.headless import export
    from app.snapshot import SnapshotJob

    order = LanesOrder(
        out=words.out,
        span=words.frames,
        width=words.width,
        is_dark=_is_dark(words, usual=False),
        has_everybody=words.everybody,
    )
    job = SnapshotJob(
        recording=words.file,
        out=words.out,
        model_id=words.model[0],
        compared=tuple(words.model[1:]),
        person=index_of(words.person),
        joint=words.joint,
        network=words.network - 1,
        map_number=words.map.number,
        look=Look(maps=words.map.each, threshold=words.threshold, has_everybody=words.everybody),
    )
    return told(export(job, lambda _: (order,)))


def _add_span(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--frames", type=span_word, metavar="A:B", help="from A up to before B (default: all)"
    )


def _film_size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", text.lower())
    if found is None:
        raise ArgumentTypeError(f"expected WIDTHxHEIGHT such as 1280x720, got {text!r}")
    return int(found[1]), int(found[2])


def _add_film_arguments(parser: ArgumentParser) -> None:
    add_view_words(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="MP4", help="the film")
    _add_span(parser)
    parser.add_argument(
        "--size", type=_film_size, default=(1280, 720), metavar="WxH", help="even (1280x720)"
    )
    parser.add_argument(
        "--fps", type=fraction_word, metavar="N", help="of the film (the recording's own)"
    )
    parser.add_argument(
        "--speed", type=fraction_word, default=Fraction(1), metavar="S", help="0.5 is half (1)"
    )
    parser.add_argument(
        "--no-lanes", action="store_true", help="the view alone, without answer and lanes"
    )
    parser.add_argument(
        "--background",
        choices=(Ground.WINDOW.value, Ground.WHITE.value),
        default=Ground.WINDOW.value,
        help="behind the bodies (window)",
    )
    parser.add_argument(
        "--turn", type=float, default=0.0, metavar="DEG", help="turn the camera, degrees a second"
    )
    parser.add_argument(
        "--codec",
        choices=[codec.value for codec in Codec],
        default=Codec.AUTO.value,
        help="auto takes the first that can be written; h264 plays everywhere, mpeg4 not in web "
        "browsers, vp9 is slow to write",
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="(dark; light on white)")


def film_order(words: Namespace) -> FilmOrder:
    """The film that the words ask for."""
    is_white = words.background == Ground.WHITE.value
    return FilmOrder(
        out=words.out,
        width=words.size[0],
        height=words.size[1],
        fps=words.fps,
        speed=words.speed,
        span=words.frames,
        is_dark=_is_dark(words, usual=not is_white),
        is_white=is_white,
        has_lanes=not words.no_lanes,
        turn=words.turn,
        codec=Codec(words.codec),
    )


def _run_film(words: Namespace) -> int:
    from app.exporting.headless import export, fit_film

    order, job = film_order(words), view_job(words)
    return told(export(job, lambda workbench: fit_film(workbench, job, order)))


LANES = Command(
    name="lanes",
    summary="save the lanes of one model or several as an SVG drawing",
    add_arguments=_add_lanes_arguments,
    run=_run_lanes,
)
FILM = Command(
    name="film",
    summary="save a clip with overlay, answer and lanes as a film",
    add_arguments=_add_film_arguments,
    run=_run_film,
)
