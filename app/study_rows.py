"""The recording on show as a row of a study, and edits that bring it along."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.labels import LabelError, StudyRecording
from engine.recording import Recording
from engine.study.contents import Change, Edit, StudyContents, changed
from engine.study.tiers import FIRST_TIER, add_tier, first_tier

NEAREST = 3
"""Folders around a file that tell it from others of its name."""
Ids = tuple[str, ...]
MakeWithRecording = Callable[[StudyContents, StudyRecording], Edit]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecording:
    """A recording that is on show, with the name that the window gives it."""

    recording: Recording
    title: str


def joined(contents: StudyContents, folder: Path | None, shown: ShownRecording) -> Edit:
    """Add a recording that is not there, from what is in memory; nothing is read.

    Args:
        contents: What is there.
        folder: The study's; files below it are named from there.
        shown: The recording.

    Raises:
        LabelError: It lies in no file, so the study could not find it again.
    """
    from engine.formats.names import facts_from_name
    from engine.study.acting import actors_at, named_actor
    from engine.study.additions import Facts
    from engine.study.joining import Joining

    recording = shown.recording
    path = recording.source.path
    if path is None:
        raise LabelError(f"{shown.title} lies in no file yet; export it, then open that file")
    actor = named_actor(recording, path.stem) if recording.num_people == 1 else ""
    facts = Facts(
        title=shown.title,
        place=path.absolute().parent.parts[1:][-NEAREST:],
        actors=actors_at(0, actor),
        view=facts_from_name(path.stem).view or 0,
    )
    joining = Joining(contents, folder)
    joining.take(recording, path, facts)
    return joining.added().edit


def with_recording(
    contents: StudyContents, folder: Path | None, shown: ShownRecording, make: MakeWithRecording
) -> Edit:
    """One edit that adds a recording where it is missing, and a tier, and does something there.

    Args:
        contents: What is there.
        folder: The study's.
        shown: The recording.
        make: Called with contents that have the recording and at least one tier.

    Raises:
        LabelError: As ``make`` does, or the recording lies in no file.
    """
    changes: list[Change] = []
    sha256 = shown.recording.source.sha256
    row = contents.recording_by_sha256(sha256)
    if row is None:
        changes += joined(contents, folder, shown).changes
    elif row.is_archived:
        changes += restore(contents, (row.id,)).changes
    if first_tier(contents) is None:
        changes += add_tier(contents, FIRST_TIER).changes
    before = contents.applied(Edit(name="Add recording", changes=tuple(changes)))
    row = before.recording_by_sha256(sha256)
    if row is None:
        raise LabelError(f"{shown.title} could not be added to the study")
    edit = make(before, row)
    return Edit(name=edit.name, changes=(*changes, *edit.changes)) if edit.changes else edit


def add_shown(contents: StudyContents, folder: Path | None, shown: ShownRecording) -> Edit:
    """Add the recording on show.

    Raises:
        LabelError: The study has it, or it lies in no file.
    """
    row = contents.recording_by_sha256(shown.recording.source.sha256)
    if row is None:
        return joined(contents, folder, shown)
    if row.is_archived:
        return restore(contents, (row.id,))
    raise LabelError(f"the study has {row.title} already")


def archive(contents: StudyContents, ids: Ids) -> Edit:
    """Take recordings out of the study; their segments stay and come back with them."""
    return _with_all(contents, ids, "Take out", lambda row: replace(row, is_archived=True))


def restore(contents: StudyContents, ids: Ids) -> Edit:
    """Put recordings back that were taken out."""
    return _with_all(contents, ids, "Put back", lambda row: replace(row, is_archived=False))


def name_actors(contents: StudyContents, ids: Ids, actors: tuple[str, ...]) -> Edit:
    """Say who the people of recordings are, by index; empty names are nobody in particular."""

    def named(row: StudyRecording) -> StudyRecording:
        given = actors[: row.num_people] if any(actors) else ()
        while given and not given[-1]:
            given = given[:-1]
        return replace(row, actors=given)

    return _with_all(contents, ids, "Name the people of", named)


def known_actors(contents: StudyContents) -> tuple[str, ...]:
    """Every name in use, in order."""
    rows = contents.recordings.values()
    return tuple(sorted({name for row in rows for name in row.actors if name}))


def state_facts(contents: StudyContents, name: str, annotator: str) -> Edit:
    """Call the study otherwise, or give new segments another annotator's name.

    Raises:
        LabelError: Without a name.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise LabelError("a study needs a name")
    before = contents.facts
    after = replace(before, name=wanted, annotator=" ".join(annotator.split()))
    what = "Rename study" if after.name != before.name else "Change annotator"
    return Edit(name=what, changes=() if after == before else (changed(before, after),))


def _with_all(
    contents: StudyContents,
    ids: Ids,
    what: str,
    make: Callable[[StudyRecording], StudyRecording],
) -> Edit:
    rows = [contents.recordings[each] for each in ids if each in contents.recordings]
    if not rows:
        raise LabelError("the recording is no longer in the study")
    news = ((row, make(row)) for row in rows)
    changes = tuple(changed(old, new) for old, new in news if new != old)
    name = rows[0].title if len(rows) == 1 else f"{len(rows)} recordings"
    return Edit(name=f"{what} {name}", changes=changes)
