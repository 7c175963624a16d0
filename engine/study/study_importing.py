"""Getting another study into a study: its recordings, and its labels on tiers of the same names."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from engine.errors import EngineError
from engine.labels import NOTHING, StudyRecording
from engine.study.additions import Added
from engine.study.contents import StudyContents
from engine.study.database import is_there
from engine.study.joining import Joining
from engine.study.store import STUDY_FILE, Study
from engine.study.takes import take_file
from engine.study.whereabouts import OnProgress, ShouldStop, is_file, path_of


def add_study(
    contents: StudyContents,
    folder: Path,
    *,
    study_folder: Path | None,
    recordings: Collection[str] | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Added:
    """Add another study, which is only read, as it is now.

    Recordings that both have are one; tiers and actions are known by name. Segments keep who drew
    them, what was noted and from where they came. What is archived there is left there.

    Args:
        contents: What is there.
        folder: The other study's.
        study_folder: Where this study lies: takes of the other one are copied into it. None leaves
            them where they are.
        recordings: Only those, by title or file name; None for all.
        on_progress: Told the share done.
        should_stop: Where it says so, what was read until then is the edit.

    Raises:
        EngineError: It is no study, this very one, or nothing of it was wanted.
    """
    if not is_there(folder / STUDY_FILE):
        raise EngineError(f"{folder} holds no {STUDY_FILE}; give the folder of a study")
    if study_folder is not None and folder.resolve() == study_folder.resolve():
        raise EngineError(f"{folder} is this very study; give the folder of another one")
    other = Study.open(folder, read_only=True)
    try:
        theirs = other.contents
    finally:
        other.close()
    rows = [row for row in theirs.shown_recordings if _is_wanted(row, recordings)]
    if not rows:
        raise EngineError(f"{folder}: the study has none of the recordings asked for")
    joining = Joining(contents, study_folder)
    stopped = False
    for number, row in enumerate(rows):
        if should_stop():
            stopped = True
            break
        _add(joining, theirs, row, folder, study_folder)
        on_progress((number + 1) / len(rows))
    return joining.added(theirs.facts.name or folder.name, stopped=stopped)


def _is_wanted(row: StudyRecording, recordings: Collection[str] | None) -> bool:
    path = Path(row.path)
    return recordings is None or any(
        name in recordings for name in (row.title, row.path, path.name, path.stem)
    )


def _add(
    joining: Joining,
    theirs: StudyContents,
    row: StudyRecording,
    folder: Path,
    study_folder: Path | None,
) -> None:
    """Add a recording of another study with its segments."""
    path = path_of(folder, row)
    try:
        if row.is_inside and study_folder is not None and is_file(path):
            path = take_file(study_folder, path)
        ours = joining.take_row(row, path)
    except EngineError as error:
        joining.refuse(path, error)
        return
    for segment in theirs.segments_of(row.id):
        tier = theirs.tiers[segment.tier_id]
        action = NOTHING if segment.action_id is None else theirs.actions[segment.action_id].name
        if not tier.is_archived:
            joining.put(replace(segment, recording_id=ours.id), action, tier, path)
