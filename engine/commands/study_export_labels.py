"""``skelarium study export-labels``: a study's labels as a file."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.base import Command
from engine.commands.studies import (
    add_study_argument,
    opened_study,
    recordings_named,
    tier_wanted,
)
from engine.commands.study_import_labels import FORMATS
from engine.errors import EngineError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="to write; a folder for a format with several"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="(%(default)s)")
    parser.add_argument("--tier", metavar="NAME", help="only this tier")
    parser.add_argument(
        "--recordings", nargs="+", default=[], metavar="NAME", help="only these recordings"
    )
    parser.add_argument("--force", action="store_true", help="replace what is there")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Write them; the study is only read, whoever has it open."""
    from engine.annotations.clocks import times_in_files
    from engine.annotations.exporting import export_labels
    from engine.formats.reading import plural

    check_target(words.file, force=words.force)
    with opened_study(words, writes=False) as study:
        contents = study.contents
        tier = tier_wanted(contents, words.tier)
        exported = export_labels(
            contents,
            words.file,
            words.format,
            recordings={each.id for each in recordings_named(contents, words.recordings)},
            tier_id=None if tier is None else tier.id,
            times_of=times_in_files(study.folder),
        )
    if words.json:
        told = {
            "study": str(words.study),
            "segments": exported.num_segments,
            "files": [str(path) for path in exported.files],
            "left_out": list(exported.left_out),
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    print(f"{words.file}: {plural(exported.num_segments, 'segment')}")
    for line in exported.left_out:
        print(f"  {line}")
    return 0


def check_target(path: Path, *, force: bool) -> None:
    """Check that nothing is replaced unasked.

    Raises:
        EngineError: There is something.
    """
    if force or not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    raise EngineError(f"{path} is there already; choose another name, or replace it with --force")


EXPORT_LABELS = Command(
    name="export-labels",
    summary="write the labels of a study into a file",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
