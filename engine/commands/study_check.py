"""``skelarium study check``: whether a study is whole, its backups, and going back to one."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.runner import EXIT_MENDABLE
from engine.commands.studies import add_study_argument, opened_study
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.study.backups import Backup

PER_CENT = 100


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--backups", action="store_true", help="list the backups, the newest first")
    what.add_argument(
        "--restore",
        type=int,
        metavar="N",
        help="make the study what it was in backup N of the list; what it is now is kept, too",
    )
    what.add_argument(
        "--relink",
        type=Path,
        metavar="FOLDER",
        help="look in a folder for recordings that are not where they were",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Check, or do what was asked for instead."""
    if words.backups:
        return _list(words)
    if words.restore is not None:
        return _restore(words)
    if words.relink is not None:
        return _relink(words)
    return _check(words)


def _check(words: Namespace) -> int:
    from engine.study.checking import check_study

    found = check_study(words.study, on_progress=_told())
    if words.json:
        _print_json({"study": str(words.study), "findings": found})
    elif found:
        print("\n".join(found))
    else:
        print(f"{words.study} is whole.")
    return EXIT_MENDABLE if found else 0


def _list(words: Namespace) -> int:
    from engine.study.backups import list_backups

    backups = list_backups(words.study)
    if words.json:
        rows = [_described(number, each) for number, each in enumerate(backups, start=1)]
        _print_json({"study": str(words.study), "backups": rows})
    elif not backups:
        print(f"{words.study} has no backups.")
    else:
        print("\n".join(_line(number, each) for number, each in enumerate(backups, start=1)))
    return 0


def _restore(words: Namespace) -> int:
    from engine.study.backups import list_backups, restore_backup

    backups = list_backups(words.study)
    if not 0 < words.restore <= len(backups):
        raise EngineError(
            f"{words.study} has no backup {words.restore}; list those there are with --backups"
        )
    backup = backups[words.restore - 1]
    aside = restore_backup(words.study, backup)
    if words.json:
        _print_json(
            {
                "study": str(words.study),
                "restored": _described(words.restore, backup),
                "kept": None if aside is None else str(aside),
            }
        )
        return 0
    print(f"{words.study} is what it was {_time(backup)}.")
    if aside is not None:
        print(f"What was there is kept as {aside}.")
    return 0


def _relink(words: Namespace) -> int:
    from engine.study.importing import missing, relink

    with opened_study(words, writes=True) as study:
        edit = relink(study.contents, study.folder, words.relink, on_progress=_told())
        study.do(edit)
        still = missing(study.contents, study.folder)
    if words.json:
        _print_json(
            {
                "study": str(words.study),
                "found": len(edit.changes),
                "missing": [row.title for row in still],
            }
        )
    else:
        print(f"{words.study}: recordings found again: {len(edit.changes)}, missing: {len(still)}")
        print("\n".join(f"  {row.title}" for row in still), end="\n" if still else "")
    return EXIT_MENDABLE if still else 0


def _described(number: int, backup: "Backup") -> dict[str, object]:
    return {
        "number": number,
        "time": datetime.fromtimestamp(backup.time).astimezone().isoformat(timespec="seconds"),
        "segments": backup.segments,
        "steps": backup.steps,
        "replaced": backup.was_replaced,
        "path": str(backup.path),
    }


def _line(number: int, backup: "Backup") -> str:
    why = ", replaced by a backup" if backup.was_replaced else ""
    return (
        f"{number:>3}  {_time(backup)}  segments: {backup.segments:,}, steps: {backup.steps:,}{why}"
    )


def _time(backup: "Backup") -> str:
    return datetime.fromtimestamp(backup.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _print_json(found: dict[str, object]) -> None:
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _told() -> Callable[[float], None]:
    """Says on standard error how far it is."""
    from engine.commands.progress import Progress

    progress = Progress(PER_CENT, "per cent")
    return lambda share: progress(int(PER_CENT * share))


CHECK = Command(
    name="check",
    summary="see whether a study is whole; list its backups, restore one, find moved recordings",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
