"""Where the files of a study's recordings lie, and finding them again when they have moved.

A row's path is that of the computer on which the recording was added. Where nothing lies there any
more, the same folders are looked for around the study: one that was copied together with its
recordings finds them. What lies there must be the recording by its content.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path, PurePosixPath, PureWindowsPath

from engine.errors import EngineError
from engine.formats import LARGEST_FILE
from engine.formats.reading import plural
from engine.labels import StudyRecording
from engine.study.contents import Edit, StudyContents, changed

OnProgress = Callable[[float], None]
"""Called with the share done, 0..1."""
ShouldStop = Callable[[], bool]
"""Asked again and again."""
STUDY_FILE = "study.db"
STUDY_STEM = "study."
"""The database, its log and its lock."""
RECORDINGS_FOLDER = "recordings"
"""Where a study keeps its takes."""
OWN_FOLDERS = frozenset({"models", "jobs", "backups"})
"""What a study's folder holds besides recordings."""
NEAR = 3
"""So many folders are looked into: the study's, the one it lies in, and the one around that."""
DEPTH = 12
"""The last parts of a path that are looked for there, at most."""


def nothing_to_tell(_: float) -> None:
    """For who does not want to know how far it is."""


def never() -> bool:
    """For what goes on to its end."""
    return False


# one recording


def path_of(study_folder: Path, row: StudyRecording) -> Path:
    """The file of a recording.

    Args:
        study_folder: Where the study lies.
        row: The recording.

    Returns:
        The file that the row names, else the same content near the study, else the path that it
        should have. Another file's content is only read where the row's file is gone.
    """
    named = named_path(study_folder, row)
    if is_file(named):
        return named
    for path in _near(study_folder, row.path):
        if is_file(path) and digest_of(path) == row.sha256:
            return path
    return named


def is_file(path: Path) -> bool:
    """Whether there is a file that can be seen; not so in a folder that must not be entered."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder that can be seen."""
    try:
        return path.is_dir()
    except OSError:
        return False


def named_path(study_folder: Path, row: StudyRecording) -> Path:
    """Where a recording's row says that its file lies. The disk is not looked at.

    Absolute, unless it is a path of another system.
    """
    return _absolute(study_folder / row.path) if row.is_inside else Path(row.path)


def _absolute(path: Path) -> Path:
    """A full path without ``..``; links stay as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow them


def place_of_file(study_folder: Path | None, path: Path) -> tuple[str, bool]:
    """How a row names a file: its ``path`` and ``is_inside``.

    Only what lies in the folder that a study keeps takes in is named from there: that folder goes
    wherever the study goes.

    Raises:
        EngineError: The file's name is no text.
    """
    absolute = _absolute(path)
    try:
        str(absolute).encode()
    except UnicodeEncodeError as error:
        name = path.name.encode(errors="replace").decode()
        raise EngineError(f"{name}: its path is no text in UTF-8; rename the file") from error
    if study_folder is not None:
        around = _absolute(study_folder)
        if absolute.is_relative_to(around / RECORDINGS_FOLDER):
            below = absolute.relative_to(around).as_posix()
            if "\\" not in below and ":" not in below:  # both mean something else on Windows
                return below, True
    return str(absolute), False


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes as hexadecimal digits; empty where it cannot be read.

    That of a file that has not changed since is remembered.
    """
    try:
        status = path.stat()
        return _digest(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=20_000)
def _digest(path: Path, _changed_ns: int, _size: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _near(study_folder: Path, path: str) -> Iterator[Path]:
    """Where a file might lie that moved together with the study; the likeliest first."""
    parts = _parts(path)
    around = _absolute(study_folder)
    folders = (around, *around.parents)[:NEAR]
    for length in range(min(len(parts), DEPTH), 0, -1):
        for folder in folders:
            yield folder.joinpath(*parts[-length:])


def _parts(path: str) -> tuple[str, ...]:
    """The names in a path of any system, from the top."""
    of_windows = "\\" in path or PureWindowsPath(path).drive
    pure = PureWindowsPath(path) if of_windows else PurePosixPath(path)
    return tuple(part for part in pure.parts if part not in (pure.anchor, ".", ".."))


# all recordings


def missing(contents: StudyContents, study_folder: Path) -> tuple[StudyRecording, ...]:
    """Recordings in use whose files are not there, by title. Reads no file that is in its place."""
    return tuple(
        row for row in contents.shown_recordings if not is_file(path_of(study_folder, row))
    )


def relink(
    contents: StudyContents,
    study_folder: Path,
    search_folder: Path,
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> Edit:
    """Find recordings again whose files have moved, by their content.

    Files of the same name are looked at first, all others only while something is still missing. A
    recording whose file was replaced by another one is found again where a file of its name has the
    right content.

    Args:
        contents: What is there.
        study_folder: Where the study lies.
        search_folder: Looked through with all folders below it.
        on_progress: Told the share done.
        should_stop: Where it says so, what was found until then is the edit.

    Returns:
        The rows with their new paths; no changes where nothing was found.

    Raises:
        EngineError: The folder cannot be read.
    """
    if not is_folder(search_folder):
        raise EngineError(f"{search_folder} is no folder; give one that holds the recordings")
    files = [path for path in walk(search_folder) if isinstance(path, Path)]
    gone, altered = _wanted(contents, study_folder, files)
    names = {name for row in (*gone, *altered) for name in _parts(row.path)[-1:]}
    endings = {PurePosixPath(name).suffix for name in names}
    files.sort(key=lambda path: (path.name not in names, path.suffix not in endings))
    rows: dict[str, list[StudyRecording]] = defaultdict(list)
    for row in (*gone, *altered):
        rows[row.sha256].append(row)
    left, found = {row.id for row in gone}, dict[str, Path]()
    for number, path in enumerate(files):
        if should_stop() or not (left or path.name in names):
            break
        for row in rows.pop(_digest_of_recording(path), ()):
            found[row.id] = path
            left.discard(row.id)
        on_progress((number + 1) / len(files))
    on_progress(1.0)
    return _relinked(contents, study_folder, found)


def _wanted(
    contents: StudyContents, study_folder: Path, files: Sequence[Path]
) -> tuple[list[StudyRecording], list[StudyRecording]]:
    """Rows whose file is not in its place, and those whose file is another one by now."""
    names = {path.name for path in files}
    gone, altered = [], []
    for row in contents.shown_recordings:
        path = named_path(study_folder, row)
        if not is_file(path):
            gone.append(row)
        elif path.name in names and digest_of(path) != row.sha256:
            altered.append(row)
    return gone, altered


def _digest_of_recording(path: Path) -> str:
    """A file's digest; empty for one that is too large to be a recording."""
    try:
        return "" if path.stat().st_size > LARGEST_FILE else digest_of(path)
    except OSError:
        return ""


def _relinked(contents: StudyContents, study_folder: Path, found: dict[str, Path]) -> Edit:
    changes = []
    for row_id, path in found.items():
        row = contents.recordings[row_id]
        kept, is_inside = place_of_file(study_folder, path)
        changes.append(changed(row, replace(row, path=kept, is_inside=is_inside)))
    return Edit(name=f"Find {plural(len(changes), 'recording')} again", changes=tuple(changes))


# folders


def walk(folder: Path) -> Iterator[Path | tuple[Path, str]]:
    """All files in a folder and those below it, by name; hidden ones and a study's own left out.

    Links to folders are followed, each folder is entered once.

    Yields:
        A file, or a folder that cannot be read with the reason.
    """
    seen: set[tuple[int, int]] = set()
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            files, below = _entries(here)
        except OSError as error:
            yield here, f"cannot be read ({error.strerror or error})"
            continue
        yield from files
        pending.extend(reversed(below))


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files in a folder and the folders in it, by name."""
    with os.scandir(folder) as entries:
        found = sorted((entry for entry in entries), key=lambda entry: entry.name)
    is_study = any(entry.name == STUDY_FILE for entry in found)
    files, folders = [], []
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not (is_study and entry.name in OWN_FOLDERS):
                folders.append(Path(entry))
        elif entry.is_file() and not (is_study and entry.name.startswith(STUDY_STEM)):
            files.append(Path(entry))
    return files, folders
