"""``skelarium study import-labels``: labels from a file into a study."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.studies import add_study_argument, opened_study

if TYPE_CHECKING:
    from engine.annotations.importing import Imported

FORMATS = ("csv", "pku-mmd")
"""Rows of ``engine.annotations.ANNOTATIONS``, which is not loaded to print the help."""
SHOWN = 20
"""Segments that are left out, named one by one."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a label file, or a folder with one a recording"
    )
    parser.add_argument("--format", choices=FORMATS, help="of FILE (default: found out)")
    parser.add_argument(
        "--tier", default="", metavar="NAME", help="put everything on this tier; made if need be"
    )
    parser.add_argument(
        "--known-actions", action="store_true", help="leave out actions that the study has not"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and stop")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Merge; what is labelled stays as it is."""
    from engine.annotations.clocks import times_in_files
    from engine.annotations.importing import import_labels

    with opened_study(words, writes=not words.dry_run) as study:
        imported = import_labels(
            study.contents,
            words.file,
            format_id=words.format,
            tier=words.tier,
            adds_actions=not words.known_actions,
            times_of=times_in_files(study.folder),
        )
        if imported.edit.changes and not words.dry_run:
            study.do(imported.edit)
    if words.json:
        told = describe(words, imported)
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print_import(words, imported)
    return 0


def describe(words: Namespace, imported: "Imported") -> dict[str, object]:
    """What came of it, with stable keys."""
    from engine.labels import Action, Tier

    rows = [change.row for change in imported.edit.changes]
    return {
        "study": str(words.study),
        "file": str(words.file),
        "dry_run": words.dry_run,
        "segments": imported.num_segments,
        "known": imported.known,
        "actions": [row.name for row in rows if isinstance(row, Action)],
        "tiers": [row.name for row in rows if isinstance(row, Tier)],
        "left_out": list(imported.left_out),
        "notes": list(imported.notes),
    }


def print_import(words: Namespace, imported: "Imported") -> None:
    """What came of it, in a few lines."""
    from engine.formats.reading import plural

    told = describe(words, imported)
    verb = "would be added" if words.dry_run else "added"
    print(f"{words.file}: {plural(imported.num_segments, 'segment')} {verb}")
    if imported.known:
        print(f"  {plural(imported.known, 'segment')} there already")
    for what in ("actions", "tiers"):
        names = told[what]
        if isinstance(names, list) and names:
            print(f"  new {what}: {', '.join(map(str, names))}")
    for note in imported.notes:
        print(f"  {note}")
    for line in imported.left_out[:SHOWN]:
        print(f"  left out: {line}")
    if len(imported.left_out) > SHOWN:
        print(f"  and {len(imported.left_out) - SHOWN:,} more; --json lists them all")


IMPORT_LABELS = Command(
    name="import-labels",
    summary="merge labels from a file with those of a study",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
