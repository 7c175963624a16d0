"""Getting recordings into a study: files, folders, data sets, takes.

Recordings are known by their content: the same file is one row, however often and from wherever it
is added. Everything becomes one edit, whatever its size; nothing that is labelled is changed.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.formats import read_recording, recognise
from engine.formats.base import SNIFF_BYTES
from engine.formats.names import facts_from_name
from engine.formats.reading import plural
from engine.study.acting import actors_at, main_person, named_actor
from engine.study.additions import Added, Facts, Span
from engine.study.contents import StudyContents
from engine.study.dataset_importing import add_dataset
from engine.study.joining import Joining
from engine.study.takes import take_edit
from engine.study.whereabouts import (
    OnProgress,
    ShouldStop,
    is_folder,
    missing,
    never,
    nothing_to_tell,
    path_of,
    relink,
    walk,
)

__all__ = (
    "Added",
    "add_dataset",
    "add_recordings",
    "missing",
    "path_of",
    "relink",
    "take_edit",
)
_NEAREST = 3
"""Folders around a recording that may tell it from others of its name."""
_SHOWN = 3
"""Names of unreadable files in a sentence."""


def add_recordings(
    contents: StudyContents,
    study_folder: Path,
    paths: Sequence[Path],
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
    with_labels: bool = True,
) -> Added:
    """Add recordings, and those in folders.

    Of a folder, and all below it, whatever is a recording is added; files of other kinds are told
    of in one line, broken recordings each with the reason. Who acts and which camera it was come
    from the file's name where that is a data set's.

    Args:
        contents: What is there.
        study_folder: Where the study lies.
        paths: Files and folders.
        on_progress: Told the share done.
        should_stop: Where it says so, what was read until then is the edit.
        with_labels: Whether an action that a new recording's file states becomes a segment over all
            of it.
    """
    joining = Joining(contents, study_folder)
    files = tuple(_files(paths, joining))
    stopped = False
    for number, path in enumerate(files):
        if should_stop():
            stopped = True
            break
        _add(joining, path, with_labels=with_labels)
        on_progress((number + 1) / len(files))
    return joining.added(stopped=stopped)


def _add(joining: Joining, path: Path, *, with_labels: bool) -> None:
    try:
        recording = read_recording(path)
        actor = named_actor(recording, path.stem)
        person = main_person(recording) if actor or recording.label else 0
        facts = Facts(
            title=path.stem,
            place=path.absolute().parent.parts[1:][-_NEAREST:],
            actors=actors_at(person, actor),
            view=facts_from_name(path.stem).view or 0,
        )
        row = joining.take(recording, path, facts)
    except EngineError as error:
        joining.refuse(path, error)
        return
    if with_labels and recording.label and joining.is_new(row):
        span = Span(person=person, start=0, stop=recording.num_frames, action=recording.label)
        joining.label(row, span, path)


def _files(paths: Sequence[Path], joining: Joining) -> Iterator[Path]:
    """Files to read: those that were named, and in folders those that some format knows."""
    for path in paths:
        if not is_folder(path):
            yield path
            continue
        unknown: list[Path] = []
        for found in walk(path):
            if not isinstance(found, Path):
                joining.refuse(*found)
            elif _is_recording(found):
                yield found
            else:
                unknown.append(found)
        if unknown:
            names = ", ".join(each.name for each in unknown[:_SHOWN])
            more = ", …" if len(unknown) > _SHOWN else ""
            joining.refuse(
                path, f"{plural(len(unknown), 'file')} of no known format: {names}{more}"
            )


def _is_recording(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return recognise(file.read(SNIFF_BYTES)) is not None
    except OSError:
        return True  # reading it will say what is wrong
