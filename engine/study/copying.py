"""A study taken to another folder: its labels as they are now, its takes, models and runs."""

import shutil
from contextlib import suppress
from pathlib import Path

from engine.study.backups import list_backups, make_backup, restore_backup
from engine.study.rows import StudyError

PARTS = ("recordings", "models", "jobs")
"""Folders that belong to a study besides its own file."""


def copy_study(source: Path, target: Path) -> None:
    """Copy a study; it may be open for changing.

    The copy becomes a study last of all: one that was interrupted is none.

    Args:
        source: The study's folder.
        target: A folder that is not there yet, or empty.

    Raises:
        StudyError: There is something in that folder, or the disk refuses; nothing is left behind.
    """
    _refuse_full(target)
    newest = make_backup(source) or next((each.path for each in list_backups(source)), None)
    if newest is None:
        raise StudyError(f"{source}: no copy can be made of it; check the study")
    was_there = target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, target / part)
        restore_backup(target, newest)
    except (OSError, StudyError) as error:
        with suppress(OSError):
            shutil.rmtree(target)
            if was_there:
                target.mkdir()
        if isinstance(error, StudyError):
            raise
        raise StudyError(f"{target} cannot be written ({error.strerror or error})") from error


def _refuse_full(target: Path) -> None:
    try:
        is_full = target.exists() and any(target.iterdir())
    except OSError as error:
        raise StudyError(f"{target} cannot be written ({error.strerror or error})") from error
    if is_full:
        raise StudyError(f"{target} is not empty; choose another name or place")
