"""Backups of a study, made by themselves: at opening, and while it is edited.

They lie in ``backups/`` in the study's folder, each a study's file of one moment. Twenty are kept:
dense where they are new, sparse where they are old.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from engine.study.database import (
    BESIDE,
    LOCK_FILE,
    STUDY_FILE,
    complaint,
    connect,
    flush_file,
    flush_folder,
)
from engine.study.locking import FolderLock
from engine.study.reading import num_rows, read_all
from engine.study.rows import StudyError

BACKUPS_FOLDER = "backups"
MOST_BACKUPS = 20
FREE_BYTES = 2**26
"""What has to be left free on the disk, besides two backups."""
PAGES_AT_ONCE = 4_096
_NAME = "study-"
_REPLACED = "replaced-"
"""Of what a restored backup took the place of: never thinned out."""
_STAMP = "%Y-%m-%dT%H-%M-%S.%f"
_UNFINISHED = ".unfinished"
_RESTORING = f"{STUDY_FILE}-restoring"
_ABANDONED_S = 3_600.0
"""A backup that is unfinished for so long will never be finished."""
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a study was at some moment."""

    path: Path
    time: float
    """Seconds since 1970."""
    segments: int
    """How many there were."""
    steps: int
    """How many steps its history had."""
    was_replaced: bool = False
    """Whether it is what was there before a backup was restored."""


class _StoppedError(Exception):
    """Nobody waits for the backup any more."""


# listing


def list_backups(study_folder: Path) -> tuple[Backup, ...]:
    """The backups of a study, the newest first; damaged ones are left out.

    Args:
        study_folder: Where the study lies; its own file need not be there.
    """
    found = (_backup(path, when) for path, when in _files(study_folder))
    return tuple(each for each in found if each is not None)


def damaged_backups(study_folder: Path) -> tuple[Path, ...]:
    """Those that cannot be read any more; what a restored backup replaced may well be damaged."""
    return tuple(
        path for path, when in _files(study_folder, start=_NAME) if _backup(path, when) is None
    )


def _backup(path: Path, when: float) -> Backup | None:
    try:
        with closing(connect(path, mode="immutable")) as connection:
            segments, steps = num_rows(connection)
    except (sqlite3.Error, StudyError):
        return None
    return Backup(
        path=path,
        time=when,
        segments=segments,
        steps=steps,
        was_replaced=path.name.startswith(_REPLACED),
    )


def _files(study_folder: Path, *, start: str = "") -> list[tuple[Path, float]]:
    """Files that are called as backups, with their times, the newest first."""
    found = []
    with suppress(OSError):
        for path in (study_folder / BACKUPS_FOLDER).glob(f"{start}*.db"):
            when = _time_of(path.name)
            if when is not None:
                found.append((path, when))
    return sorted(found, key=lambda each: (each[1], each[0].name), reverse=True)


def _time_of(name: str) -> float | None:
    for start in (_NAME, _REPLACED):
        if name.startswith(start):
            with suppress(ValueError):
                stamp = datetime.strptime(name.removeprefix(start), f"{_STAMP}.db")
                return stamp.replace(tzinfo=UTC).timestamp()
    return None


def _new_path(study_folder: Path, start: str, now: float) -> Path:
    while True:
        stamp = datetime.fromtimestamp(now, UTC).strftime(_STAMP)
        path = study_folder / BACKUPS_FOLDER / f"{start}{stamp}.db"
        if not path.exists():
            return path
        now += 1e-5


# making


def make_backup(
    study_folder: Path,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.time,
) -> Path | None:
    """Back a study up as it is on the disk at this moment, whoever has it open.

    Args:
        study_folder: Where it lies.
        should_stop: Asked between pieces; nothing is left behind then.
        clock: Seconds since 1970.

    Returns:
        The new backup; None where the newest one is the same, or it was stopped.

    Raises:
        StudyError: The study cannot be read, or there is no room.
    """
    with _one_at_a_time:
        return _made(study_folder, should_stop, clock)


def _made(
    study_folder: Path, should_stop: Callable[[], bool], clock: Callable[[], float]
) -> Path | None:
    path = study_folder / STUDY_FILE
    folder = study_folder / BACKUPS_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        _clear(folder, clock())
        with closing(connect(path, mode="ro")) as connection:
            connection.execute("BEGIN")  # one moment, so that no edit makes it begin anew
            if _state(connection) == _newest_state(study_folder):
                return None
            _see_to_room(path)
            target = _new_path(study_folder, _NAME, clock())
            _copy(connection, target, should_stop)
    except _StoppedError:
        return None
    except sqlite3.Error as error:
        raise complaint(path, error) from error
    except OSError as error:
        raise StudyError(f"{folder}: no backup can be made ({error.strerror or error})") from error
    _thin_out(study_folder, clock())
    return target


def _copy(source: sqlite3.Connection, target: Path, should_stop: Callable[[], bool]) -> None:
    def go_on(_status: int, _remaining: int, _total: int) -> None:
        if should_stop():
            raise _StoppedError

    unfinished = target.with_name(f"{target.name}-{os.getpid()}{_UNFINISHED}")
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy, pages=PAGES_AT_ONCE, progress=go_on)
        flush_file(unfinished)
        unfinished.rename(target)
        flush_folder(target.parent)
    except BaseException:
        _remove(unfinished)
        raise


def _state(connection: sqlite3.Connection) -> tuple[object, ...]:
    """What differs between two moments of a study."""
    position = connection.execute("SELECT position FROM cursor").fetchone()
    last = connection.execute(
        "SELECT number, time FROM journal ORDER BY number DESC LIMIT 1"
    ).fetchone()
    name = connection.execute("SELECT name FROM facts").fetchone()
    return position, last, name


def _newest_state(study_folder: Path) -> tuple[object, ...] | None:
    for path, _ in _files(study_folder)[:1]:
        with (
            suppress(sqlite3.Error, StudyError),
            closing(connect(path, mode="immutable")) as connection,
        ):
            return _state(connection)
    return None


def _see_to_room(path: Path) -> None:
    wanted = 2 * path.stat().st_size + FREE_BYTES
    if shutil.disk_usage(path.parent).free < wanted:
        raise StudyError(f"{path.parent}: the disk is nearly full, so no backup is made")


def _clear(folder: Path, now: float) -> None:
    """Take away what a process left that ended while it made a backup."""
    for path in folder.glob(f"*{_UNFINISHED}"):
        with suppress(OSError):
            if now - path.stat().st_mtime > _ABANDONED_S:
                _remove(path)


def _remove(path: Path) -> None:
    for end in ("", *BESIDE):
        with suppress(OSError):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _thin_out(study_folder: Path, now: float) -> None:
    files = _files(study_folder, start=_NAME)
    kept = kept_times([when for _, when in files], now)
    for path, when in files:
        if when not in kept:
            _remove(path)


def kept_times(times: Sequence[float], now: float, most: int = MOST_BACKUPS) -> tuple[float, ...]:
    """Which backups are kept: distances between them grow with their age.

    Where there are too many, the one goes whose neighbours are closest for their age; the newest
    and the oldest stay.

    Args:
        times: Seconds, in any order.
        now: Seconds.
        most: How many are kept.

    Returns:
        The newest first.
    """
    kept = sorted(set(times), reverse=True)
    while len(kept) > most:
        gaps = [
            (kept[place - 1] - kept[place + 1]) / max(now - kept[place + 1], 1.0)
            for place in range(1, len(kept) - 1)
        ]
        del kept[1 + min(range(len(gaps)), key=gaps.__getitem__)]
    return tuple(kept)


# going back


def restore_backup(study_folder: Path, backup: Backup | Path) -> Path | None:
    """Make a study what it was when a backup was made.

    What is there is kept as a backup, too, that is never thinned out; of a damaged file, all that
    there is. The study must not be open anywhere.

    Args:
        study_folder: Where the study lies; its file may be damaged or gone.
        backup: Which one, or its file.

    Returns:
        Where that lies now which was there; None where nothing was.

    Raises:
        StudyError: The backup is damaged, the study is open, or the disk refuses.
    """
    source = backup.path if isinstance(backup, Backup) else backup
    path, new = study_folder / STUDY_FILE, study_folder / _RESTORING
    _refuse_damaged(source)
    lock, why = FolderLock.taken(study_folder / LOCK_FILE)
    if lock is None:
        raise StudyError(f"{study_folder}: nothing was restored: {why}")
    try:
        (study_folder / BACKUPS_FOLDER).mkdir(exist_ok=True)
        shutil.copyfile(source, new)
        flush_file(new)
        aside = _put_aside(study_folder)
        new.replace(path)
        flush_folder(study_folder)
    except OSError as error:
        raise StudyError(
            f"{study_folder}: nothing was restored ({error.strerror or error})"
        ) from error
    finally:
        _remove(new)
        lock.close()
    return aside


def _refuse_damaged(source: Path) -> None:
    if not source.is_file():
        raise StudyError(f"{source} is not there; choose another backup")
    try:
        with closing(connect(source, mode="immutable")) as connection:
            read_all(connection, source)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise complaint(source, error) from error
    if found != "ok":
        raise StudyError(f"{source} is damaged ({found}); choose another backup")


def _put_aside(study_folder: Path) -> Path | None:
    """Keep what is there among the backups; it stays where it is, too, until it is replaced.

    Raises:
        StudyError: Somebody reads it.
        OSError: The disk refuses.
    """
    path = study_folder / STUDY_FILE
    if not path.exists():
        return None
    _gather(path)
    aside = _new_path(study_folder, _REPLACED, time.time())
    try:
        os.link(path, aside)
    except OSError:
        shutil.copyfile(path, aside)
        flush_file(aside)
    for end in BESIDE:
        beside = path.with_name(f"{path.name}{end}")
        if beside.exists():
            beside.replace(aside.with_name(f"{aside.name}{end}"))
    return aside


def _gather(path: Path) -> None:
    """Have all of a file in the file itself, unless it is damaged.

    Raises:
        StudyError: Another process reads it.
    """
    try:
        connect(path, mode="ro").close()  # leaves what lies beside a damaged file
        connection = connect(path, mode="rw")
    except (sqlite3.Error, StudyError):
        return
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StudyError(
                f"{path}: another window reads it; close it there, then restore"
            ) from error
    except sqlite3.Error:
        return
    finally:
        connection.close()
