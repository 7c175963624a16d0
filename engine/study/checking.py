"""Whether a study is whole: its file, its history, its labels, the files of its recordings.

Everything is looked at and nothing is mended: what to do stands in each finding.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

from engine.labels import StudyRecording
from engine.study.backups import damaged_backups
from engine.study.contents import StudyContents
from engine.study.database import STUDY_FILE, complaint, connect, is_there
from engine.study.reading import one_moment, read_all, read_step
from engine.study.replaying import contradiction
from engine.study.rows import StudyError, damage
from engine.study.soundness import faults
from engine.study.whereabouts import is_file, path_of

FILE_SHARE = 0.1
HISTORY_SHARE = 0.2
"""Of the whole work, as it is told; the rest is reading the recordings' files."""
CHUNK_BYTES = 2**20
STEPS_BETWEEN = 20_000
"""SQLite asks so often whether to stop."""
MOST_FAULTS = 200
"""So many faults of labels are named one by one."""

OnProgress = Callable[[float], None]
ShouldStop = Callable[[], bool]


def check_study(
    study_folder: Path,
    *,
    on_progress: OnProgress = lambda _: None,
    should_stop: ShouldStop = lambda: False,
) -> tuple[str, ...]:
    """Look whether a study is whole; it may be open elsewhere, and is not changed.

    Args:
        study_folder: Where it lies.
        on_progress: Told the share done.
        should_stop: Where it says so, what was found until then is told, and that it was stopped.

    Returns:
        Findings, each a sentence that says what is wrong and one that says what to do; none where
        all is well.

    Raises:
        StudyError: There is no study.
    """
    path = study_folder / STUDY_FILE
    if not is_there(path):
        backups = "; one of its backups can be restored" if _has_backups(study_folder) else ""
        raise StudyError(f"{study_folder} holds no {STUDY_FILE}{backups}")
    found: list[str] = []
    try:
        contents = _check_database(path, found, on_progress, should_stop)
    except StudyError as error:
        found.append(_sentence(str(error)))
        contents = None
    if contents is not None:
        found += _label_faults(contents)
        shares = (FILE_SHARE + HISTORY_SHARE, 1.0)
        found += _file_faults(contents, study_folder, _part(on_progress, *shares), should_stop)
    found += (
        f"The backup {each.name} is damaged. Take it out of the folder {each.parent.name}."
        for each in damaged_backups(study_folder)
    )
    if should_stop():
        found.append("Not everything was looked at. Check once more and let it end.")
    on_progress(1.0)
    return tuple(found)


def _has_backups(study_folder: Path) -> bool:
    from engine.study.backups import list_backups

    return bool(list_backups(study_folder))


def _sentence(words: str, mending: str = "") -> str:
    text = f"{words}."
    return f"{text} {mending[:1].upper()}{mending[1:]}." if mending else text


def _part(on_progress: OnProgress, start: float, stop: float) -> OnProgress:
    return lambda share: on_progress(start + share * (stop - start))


# the file


def _check_database(
    path: Path, found: list[str], on_progress: OnProgress, should_stop: ShouldStop
) -> StudyContents | None:
    """Findings about the file itself; its rows, unless it was stopped."""
    try:
        connection = connect(path, mode="ro")
    except sqlite3.Error as error:
        raise complaint(path, error) from error
    with closing(connection), one_moment(connection, path):
        connection.set_progress_handler(should_stop, STEPS_BETWEEN)
        try:
            _refuse_broken(connection, path)
        except sqlite3.OperationalError:
            if should_stop():
                return None
            raise
        finally:
            connection.set_progress_handler(None, 0)
        on_progress(FILE_SHARE)
        contents, history = read_all(connection, path)
        words = contradiction(
            contents,
            history,
            lambda number: read_step(connection, number, path),
            on_progress=_part(on_progress, FILE_SHARE, FILE_SHARE + HISTORY_SHARE),
            should_stop=should_stop,
        )
        if words:
            found.append(
                _sentence(
                    f"History and labels differ: {words}",
                    "the labels can be used, but not everything can be undone; to have the history "
                    "back, restore a backup",
                )
            )
    return contents


def _refuse_broken(connection: sqlite3.Connection, path: Path) -> None:
    """Have SQLite look at every page and every reference.

    Raises:
        StudyError: Something is broken.
    """
    lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    if lines != ["ok"]:
        raise damage(path, f"it is damaged ({lines[0]:.120})")
    dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    if dangling is not None:
        raise damage(path, f"a row of {dangling[0]} belongs to one that is not there")


# labels


def _label_faults(contents: StudyContents) -> Iterator[str]:
    found = faults(contents)
    for fault in islice(found, MOST_FAULTS):
        yield _sentence(fault.words, fault.mending)
    more = sum(1 for _ in found)
    if more:
        yield f"There are {more:,} more segments like these. Mend those above and check again."


# files


def _file_faults(
    contents: StudyContents,
    study_folder: Path,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Iterator[str]:
    rows = contents.shown_recordings
    found = [(row, path_of(study_folder, row)) for row in rows if not should_stop()]
    sizes = [_size(path) for _, path in found]
    total, done = max(sum(sizes), 1), 0
    for (row, path), size in zip(found, sizes, strict=True):
        if should_stop():
            return
        done_before = done

        def tell(num_bytes: int, before: int = done_before) -> None:
            on_progress(min((before + num_bytes) / total, 1.0))

        yield from _fault_of_file(row, path, tell, should_stop)
        done += size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _fault_of_file(
    row: StudyRecording, path: Path, tell: Callable[[int], None], should_stop: ShouldStop
) -> Iterator[str]:
    named = f"The file of {row.title}, {_shown(path)},"
    search = "let the study look for it: Find moved recordings, or --relink FOLDER"
    if not is_file(path):
        yield _sentence(f"{named} is not there", f"put it back, or {search}")
        return
    digest, num_bytes = sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                if should_stop():
                    return
                digest.update(chunk)
                num_bytes += len(chunk)
                tell(num_bytes)
    except OSError as error:
        yield _sentence(
            f"{named} cannot be read ({error.strerror or error})", "see to its permissions"
        )
        return
    if digest.hexdigest() != row.sha256:
        yield _sentence(
            f"{named} is another one than was labelled",
            f"put the old file back, or {search}; to keep the new one, too, add it as a recording "
            "of its own",
        )


def _shown(path: Path) -> str:
    """A path for output, whatever bytes it has."""
    return str(path).encode(errors="replace").decode()
