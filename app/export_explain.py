"""``skelarium explain`` with what is drawn beside the numbers: a picture, the lanes, a film."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from app.export_words import index_of
from app.exporting.orders import FilmOrder, LanesOrder, Order, PictureOrder
from engine.commands.base import Command
from engine.commands.explain import PARTS, add_arguments, clip_of, run
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.workbench import Workbench

DRAWN = ("view", "lanes", "clip")
FILES = {"view": "view.png", "lanes": "lanes.svg", "clip": "clip.mp4"}
VIEW_SIZE = (1280, 800)
EXIT_MISSING = 1
"""The numbers are there; what was to be drawn is not."""


def _add_arguments(parser: ArgumentParser) -> None:
    add_arguments(parser, parts=(*PARTS, *DRAWN))


def _run(words: Namespace) -> int:
    """Write the numbers first: they are there whatever becomes of the pictures."""
    wanted = tuple(words.only or (*PARTS, *DRAWN))
    drawn = tuple(part for part in wanted if part in DRAWN)
    _check_files(words, drawn)
    numbers = [part for part in wanted if part in PARTS]
    status = 0
    if numbers:
        status = run(Namespace(**{**vars(words), "only": numbers}))
    if not drawn:
        return status
    made: list[Path] = []
    try:
        _draw(words, drawn, made)
    except (EngineError, ImportError) as error:
        if not numbers and not made:
            raise EngineError(str(error)) from error
        there = {path.name for path in made}
        missing = [FILES[part] for part in drawn if FILES[part] not in there]
        sys.stderr.write(f"skelarium: {', '.join(missing)} missing: {error}\n")
        return EXIT_MISSING if words.only else status
    return status


def _check_files(words: Namespace, drawn: tuple[str, ...]) -> None:
    """Refuse to write over anything, before any work is done.

    Raises:
        EngineError: A file is there already, or the folder is a file.
    """
    folder: Path = words.out
    if folder.exists() and not folder.is_dir():
        raise EngineError(f"{folder} is a file; name a folder")
    there = [folder / FILES[part] for part in drawn if (folder / FILES[part]).exists()]
    if there and not words.force:
        raise EngineError(
            f"{there[0]} exists already; give another folder, or --force to replace it"
        )


def _draw(words: Namespace, drawn: tuple[str, ...], made: "list[Path]") -> None:
    """Draw from a window of its own.

    Args:
        words: Of the command line.
        drawn: Parts.
        made: Gets each file as soon as it is there.

    Raises:
        EngineError: There is no display, no 3D drawing, no codec, or the disk refuses.
        ImportError: Libraries of the system are missing.
    """
    from app.exporting.headless import export, fit_view
    from app.snapshot import SnapshotJob

    folder: Path = words.out
    span = _span(words)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror or error})") from error
    job = SnapshotJob(
        recording=words.file,
        out=folder,
        model_id=words.model,
        person=index_of(words.person),
        frame=None if span is None else sum(span) // 2,
    )

    def orders(workbench: "Workbench") -> tuple[Order, ...]:
        width, height = VIEW_SIZE
        picture = PictureOrder(out=folder / FILES["view"], width=width, height=height)
        fit_view(workbench, job, picture)
        known: dict[str, Callable[[], Order]] = {
            "view": lambda: picture,
            "lanes": lambda: LanesOrder(out=folder / FILES["lanes"], span=span),
            "clip": lambda: FilmOrder(out=folder / FILES["clip"], span=span),
        }
        return tuple(known[part]() for part in drawn)

    refusal = ""
    for each in export(job, orders):
        made.append(each.path)
        refusal = each.refusal
    if not words.json:
        sys.stdout.write(f"{folder}: {', '.join(path.name for path in made)}\n")
    if refusal:
        sys.stderr.write(f"skelarium: no answer in what is drawn: {refusal}\n")


def _span(words: Namespace) -> tuple[int, int] | None:
    """The frames asked about; None for all.

    Raises:
        EngineError: The recording does not have them.
    """
    if words.frames is None:
        return None
    from engine.formats import read_recording

    clip = clip_of(read_recording(words.file), words)
    return clip.start, clip.stop


EXPLAIN = Command(
    name="explain",
    summary="write down and draw where a model looked, what its answer hangs on, when it was "
    "settled",
    add_arguments=_add_arguments,
    run=_run,
)
"""In place of the engine's row of that name, which has the numbers alone."""
