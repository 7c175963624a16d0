"""``skelarium study add``: recordings, folders of them, and data sets with their labels."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.runner import EXIT_MENDABLE
from engine.commands.studies import add_study_argument, opened_study
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.labels import StudyRecording
    from engine.study.additions import Added
    from engine.study.store import Study

SHOWN = 20
"""Things that are left out, named one by one."""
PER_CENT = 100


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="recordings, and folders of them"
    )
    parser.add_argument(
        "--dataset",
        metavar="FORMAT",
        help="each PATH is a data set of this format, its labels come along; "
        "see skelarium evaluate --help for the formats",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        help="with --dataset: only these recordings, by file name or path below the folder",
    )
    parser.add_argument(
        "--without-labels",
        action="store_true",
        help="make no segments of the actions that recordings state themselves",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Add everything; what cannot be read is named, and the rest is added."""
    _check(words)
    with opened_study(words, writes=True) as study:
        done = [_add(study, words, paths) for paths in _parts(words)]
    if words.json:
        print(json.dumps(describe(words, done), indent=2, ensure_ascii=False))
    else:
        for each in done:
            print_added(words, each)
    return EXIT_MENDABLE if _is_refused(words, done) else 0


def _check(words: Namespace) -> None:
    """Refuse words that contradict each other, before anything is read."""
    from engine.datasets import dataset_by_id

    if words.dataset is not None:
        dataset_by_id(words.dataset)
        if words.without_labels:
            raise EngineError("a data set comes with its labels; leave --dataset out")
    elif words.only is not None:
        raise EngineError("--only is about data sets; name their format with --dataset")


def _parts(words: Namespace) -> tuple[tuple[Path, ...], ...]:
    """What becomes one step of the history: all paths, or each data set."""
    if words.dataset is None:
        return (tuple(words.paths),)
    return tuple((path,) for path in words.paths)


def _add(study: "Study", words: Namespace, paths: tuple[Path, ...]) -> "Added":
    from engine.study.importing import add_dataset, add_recordings

    if words.dataset is None:
        added = add_recordings(
            study.contents,
            study.folder,
            paths,
            on_progress=_told(),
            with_labels=not words.without_labels,
        )
    else:
        added = add_dataset(
            study.contents,
            paths[0],
            words.dataset,
            study_folder=study.folder,
            recordings=words.only,
            on_progress=_told(),
        )
    study.do(added.edit)
    return added


def _told() -> Callable[[float], None]:
    """Says on standard error how far it is."""
    from engine.commands.progress import Progress

    progress = Progress(PER_CENT, "per cent")
    return lambda share: progress(int(PER_CENT * share))


def _is_refused(words: Namespace, done: "list[Added]") -> bool:
    """Whether something that was asked for by its name was not taken, or nothing was."""
    from engine.study.whereabouts import is_folder

    refused = {path for added in done for path, _ in added.refused}
    named = any(path in refused and not is_folder(path) for path in words.paths)
    came = any(added.num_added or added.known or added.num_restored for added in done)
    return named or not came


def describe(words: Namespace, done: "list[Added]") -> dict[str, object]:
    """What came of it, with stable keys."""
    from engine.labels import Action, StudyRecording

    changes = [change for added in done for change in added.edit.changes]
    return {
        "study": str(words.study),
        "added": sum(added.num_added for added in done),
        "restored": sum(added.num_restored for added in done),
        "known": sum(added.known for added in done),
        "segments": sum(added.num_segments for added in done),
        "known_segments": sum(added.known_segments for added in done),
        "recordings": [
            _recording(change.row)
            for change in changes
            if isinstance(change.row, StudyRecording) and change.before is None
        ],
        "actions": [
            change.row.name
            for change in changes
            if isinstance(change.row, Action) and change.before is None
        ],
        "refused": [
            {"path": str(path), "reason": reason}
            for added in done
            for path, reason in added.refused
        ],
        "notes": [note for added in done for note in added.notes],
    }


def _recording(row: "StudyRecording") -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "path": row.path,
        "inside": row.is_inside,
        "sha256": row.sha256,
        "format": row.format_id,
        "layout": row.layout_id,
        "frames": row.num_frames,
        "people": row.num_people,
        "fps": row.fps,
        "actors": list(row.actors),
        "view": row.view,
    }


def print_added(words: Namespace, added: "Added") -> None:
    """What came of one part, in a few lines."""
    from engine.formats.reading import plural

    print(f"{words.study}: {plural(added.num_added, 'recording')} added")
    for number, noun, what in (
        (added.num_restored, "recording", "back in the study"),
        (added.known, "recording", "there already"),
        (added.num_segments, "segment", "added"),
        (added.known_segments, "segment", "there already"),
    ):
        if number:
            print(f"  {plural(number, noun)} {what}")
    for note in added.notes:
        print(f"  {note}")
    for path, reason in added.refused[:SHOWN]:
        print(f"  left out: {_shown(path)}: {reason}")
    if len(added.refused) > SHOWN:
        print(f"  and {len(added.refused) - SHOWN:,} more; --json lists them all")


def _shown(path: Path) -> str:
    """A path for output, whatever bytes it has."""
    return str(path).encode(errors="replace").decode()


ADD = Command(
    name="add",
    summary="add recordings, folders of them, or a data set with its labels, to a study",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
