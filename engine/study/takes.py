"""Recordings that lie inside a study: takes made in the program, and clips out of containers."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from engine.errors import EngineError
from engine.formats import format_by_id, write_bytes_atomically
from engine.recording import Recording
from engine.study.additions import Facts
from engine.study.contents import Edit, StudyContents
from engine.study.joining import Joining
from engine.study.whereabouts import RECORDINGS_FOLDER

TAKE_FORMAT = "npz"
_LONGEST_NAME = 80
_DIGITS = 8
"""Of the content's digest in a file's name: no two recordings share one."""
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*\s#%]+')


def take_edit(
    contents: StudyContents, study_folder: Path, recording: Recording, title: str
) -> Edit:
    """Write a recording into the study's folder, and make the edit that adds it.

    The file is there whole before the edit is made, and flushed to the disk; an edit that is never
    done leaves a file behind, never a row without one. The same content is written once.

    Args:
        contents: What is there.
        study_folder: Where the study lies.
        recording: Made in the program.
        title: What it is called; a number is added where another one is called so.

    Raises:
        EngineError: The disk refuses.
    """
    path, kept = put_inside(study_folder, recording, title)
    joining = Joining(contents, study_folder)
    joining.take(kept, path, Facts(title=title))
    return joining.added().edit


def put_inside(study_folder: Path, recording: Recording, name: str) -> tuple[Path, Recording]:
    """Write a recording into the study's folder.

    Args:
        study_folder: Where the study lies.
        recording: Of any origin.
        name: For the file's name, made fit for every system.

    Returns:
        The file, and the recording with that file as its source.

    Raises:
        EngineError: It cannot be held, or the disk refuses.
    """
    data = format_by_id(TAKE_FORMAT).write(recording)
    digest = sha256(data).hexdigest()
    folder = study_folder / RECORDINGS_FOLDER
    path = folder / f"{fit_name(name)}-{digest[:_DIGITS]}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_there = path.is_file() and sha256(path.read_bytes()).hexdigest() == digest
    except OSError as error:
        raise EngineError(f"{folder} cannot be written ({error.strerror or error})") from error
    if not is_there:
        write_bytes_atomically(path, data)
    origin = recording.source.origin or recording.source
    source = replace(recording.source, path=path, format_id=TAKE_FORMAT, sha256=digest)
    return path, replace(recording, source=replace(source, origin=origin))


def take_file(study_folder: Path, path: Path) -> Path:
    """Copy a take of another study into this one, under its name.

    Returns:
        The copy; one of that name and content that is there already is used.

    Raises:
        EngineError: It cannot be read, or the disk refuses.
    """
    target = study_folder / RECORDINGS_FOLDER / path.name
    try:
        data = path.read_bytes()
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = sha256(data).hexdigest()
        if target.is_file():
            if sha256(target.read_bytes()).hexdigest() == digest:
                return target
            target = target.with_stem(f"{target.stem}-{digest[:_DIGITS]}")
    except OSError as error:
        raise EngineError(f"{path.name}: cannot be taken over ({error.strerror})") from error
    write_bytes_atomically(target, data)
    return target


def fit_name(name: str) -> str:
    """A title as part of a file name on every system."""
    return _UNFIT.sub("-", name).strip(" .-")[:_LONGEST_NAME].rstrip(" .-") or "take"
