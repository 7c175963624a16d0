"""The commands that need the window: rows of the command line beside the engine's own."""

import re
import sys
import tempfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from pathlib import Path

from app.bench import BENCH
from app.export_commands import (
    EXIT_REFUSED,
    FILM,
    LANES,
    add_ground_words,
    draw_view,
    is_view_alone,
)
from app.export_explain import EXPLAIN
from app.export_words import add_view_words, view_job
from engine.commands.base import Command
from engine.errors import EngineError

SMALLEST_PX, LARGEST_PX = 200, 16000
LARGEST_SCALE = 4.0


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", text.lower())
    if found is None:
        raise ArgumentTypeError(f"expected WIDTHxHEIGHT such as 1600x1000, got {text!r}")
    return int(found[1]), int(found[2])


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a number such as 2, got {text!r}") from None
    if not 1.0 <= scale <= LARGEST_SCALE:
        raise ArgumentTypeError(f"expected a scale of 1 to 4, got {text!r}")
    return scale


def _beside(words: list[str]) -> tuple[str, ...]:
    """Ids of other models, given one by one or with commas between."""
    from app.compare_state import MOST_BESIDE

    models = tuple(dict.fromkeys(each for word in words for each in word.split(",") if each))
    if len(models) > MOST_BESIDE:
        raise EngineError(f"--beside: expected at most {MOST_BESIDE} models, got {len(models)}")
    return models


def _window_size(words: Namespace) -> tuple[int, int]:
    """The window's size; the 3D view alone may be smaller.

    Raises:
        EngineError: No window is so small or so large.
    """
    width, height = words.size
    if not all(SMALLEST_PX <= side <= LARGEST_PX for side in (width, height)):
        raise EngineError(
            f"--size: sides must be {SMALLEST_PX} to {LARGEST_PX} pixels, got {width}x{height}"
        )
    return width, height


def _add_snapshot_arguments(parser: ArgumentParser) -> None:
    add_view_words(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="PNG", help="the picture")
    parser.add_argument(
        "--beside",
        nargs="+",
        default=[],
        metavar="ID",
        help="one to three models more, each in a 3D view of its own beside the first",
    )
    add_ground_words(parser)
    parser.add_argument(
        "--size", type=_size, default=(1600, 1000), metavar="WxH", help="window (1600x1000)"
    )
    parser.add_argument(
        "--scale", type=_scale, default=1.0, metavar="S", help="pixels per window pixel (1)"
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="(dark; light on white)")


def _run_snapshot(words: Namespace) -> int:
    from app.snapshot import take_snapshot

    job, beside = view_job(words), _beside(words.beside)
    if beside and words.compare:
        raise EngineError("--beside has the lanes of its models, too: leave --compare out")
    if is_view_alone(words):
        if beside:
            raise EngineError("--beside is of the whole window, and one view alone is asked for")
        return draw_view(words, job)
    if beside:
        job = replace(job, compared=beside, is_side_by_side=True)
    taken = take_snapshot(replace(job, size=_window_size(words), scale=words.scale))
    print(taken.path)
    if taken.refusal:
        sys.stderr.write(f"skelarium: no answer in the picture: {taken.refusal}\n")
        return EXIT_REFUSED
    return 0


def _add_tour_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(tempfile.gettempdir()) / "skelarium-tour.png",
        metavar="PNG",
        help="the picture (in the folder for temporary files)",
    )


def _run_tour(words: Namespace) -> int:
    from app.snapshot import SnapshotJob, take_snapshot
    from app.tour import TourRow, rows_of, story_text, table_text, whole_answer, whole_track
    from engine.formats import read_recording
    from engine.runtime.packages import find_model
    from engine.runtime.recognizer import open_recognizer
    from engine.samples import SAMPLES

    package = find_model(words.model)
    recognizer = open_recognizer(package)
    rows: list[TourRow] = []
    stories: list[str] = []
    for sample in SAMPLES:
        recording = read_recording(sample.path)
        if sample.expected:
            rows.extend(rows_of(sample, whole_answer(recognizer, recording)))
        else:
            stories.append(f"{sample.title}: {story_text(whole_track(recognizer, recording))}")
    print(f"{package.card.title} on the shipped samples, which it was never trained on:\n")
    print(table_text(tuple(rows)))
    print(f"\n{sum(row.is_right for row in rows)} of {len(rows)} named right\n")
    for story in stories:
        print(f"{story}\n")
    taken = take_snapshot(
        SnapshotJob(recording=SAMPLES[0].path, out=words.out, model_id=words.model)
    )
    if taken.refusal:
        raise EngineError(taken.refusal)
    print(f"the window with the answer and where the model looked: {taken.path}")
    return 0


SNAPSHOT = Command(
    name="snapshot",
    summary="save a picture of the window with a recording, its answer and an overlay",
    add_arguments=_add_snapshot_arguments,
    run=_run_snapshot,
)
TOUR = Command(
    name="tour",
    summary="answer the shipped samples as a table and save a picture of the window",
    add_arguments=_add_tour_arguments,
    run=_run_tour,
)

APP_COMMANDS: tuple[Command, ...] = (SNAPSHOT, LANES, FILM, EXPLAIN, TOUR, BENCH)
