"""``skelarium explain`` with what is drawn beside the numbers: a picture, the lanes, a film."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from app.export_words import index_of
from app.exporting.orders import FilmOrder, LanesOrder, Order, PictureOrder
from engine.commands.base import Command
from engine.commands.explain import PARTS, add_arguments, run
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
    try:
        _draw(words, drawn)
    except (EngineError, ImportError) as error:
        if not numbers:
            raise EngineError(str(error)) from error
        sys.stderr.write(
            f"skelarium: {', '.join(FILES[each] for each in drawn)} missing: {error}\n"
        )
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


def _draw(words: Namespace, drawn: tuple[str, ...]) -> None:
    """Draw from a window of its own.

    Raises:
        EngineError: There is no display, no 3D drawing, no codec, or the disk refuses.
        ImportError: Libraries of the system are missing.
    """
    from app.exporting.headless import export, fit_view
    from app.snapshot import SnapshotJob

    folder: Path = words.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror or error})") from error
    job = SnapshotJob(
        recording=words.file,
        out=folder,
        model_id=words.model,
        person=index_of(words.person),
        frame=_middle(words),
    )

    def orders(workbench: "Workbench") -> tuple[Order, ...]:
        span = _span(words, workbench)
        width, height = VIEW_SIZE
        picture = PictureOrder(out=folder / FILES["view"], width=width, height=height)
        fit_view(workbench, job, picture)
        made: dict[str, Callable[[], Order]] = {
            "view": lambda: picture,
            "lanes": lambda: LanesOrder(out=folder / FILES["lanes"], span=span),
            "clip": lambda: FilmOrder(out=folder / FILES["clip"], span=span),
        }
        return tuple(made[part]() for part in drawn)

    made = export(job, orders)
    if not words.json:
        sys.stdout.write(f"{folder}: {', '.join(each.path.name for each in made)}\n")
    if made[0].refusal:
        sys.stderr.write(f"skelarium: no answer in what is drawn: {made[0].refusal}\n")


def _middle(words: Namespace) -> int | None:
    """Of the frames that are asked about, where both ends are given."""
    start, stop = words.frames or (None, None)
    return None if stop is None else ((start or 0) + stop) // 2


def _span(words: Namespace, workbench: "Workbench") -> tuple[int, int] | None:
    if words.frames is None or workbench.document.recording is None:
        return None
    start, stop = words.frames
    return start or 0, workbench.document.recording.num_frames if stop is None else stop


EXPLAIN = Command(
    name="explain",
    summary="write down and draw where a model looked, what its answer hangs on, when it was "
    "settled",
    add_arguments=_add_arguments,
    run=_run,
)
"""In place of the engine's row of that name, which has the numbers alone."""
