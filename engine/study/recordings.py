"""Edits of a study's recordings and of what holds for it as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.formats.reading import plural
from engine.labels import LabelError, StudyRecording
from engine.study.contents import Edit, StudyContents, changed


def archive_recordings(contents: StudyContents, ids: Iterable[str]) -> Edit:
    """Take recordings out of the study; their segments stay, and come back with them.

    Raises:
        LabelError: One is not in the study.
    """
    rows = _rows(contents, ids)
    news = tuple(replace(row, is_archived=True) for row in rows)
    return _edit(f"Take out {_named(rows)}", rows, news)


def restore_recordings(contents: StudyContents, ids: Iterable[str]) -> Edit:
    """Put recordings back that were taken out, with their segments.

    Raises:
        LabelError: One is not in the study.
    """
    rows = _rows(contents, ids)
    news = tuple(replace(row, is_archived=False) for row in rows)
    return _edit(f"Put back {_named(rows)}", rows, news)


def set_actors(contents: StudyContents, recording_id: str, actors: Sequence[str]) -> Edit:
    """Say who the people of a recording are.

    Args:
        contents: What is there.
        recording_id: Which recording.
        actors: By the person's index; an empty name, or none, for somebody of this recording alone.

    Raises:
        LabelError: The recording is not in the study, or has fewer people.
    """
    rows = _rows(contents, (recording_id,))
    row = rows[0]
    names = [" ".join(each.split()) for each in actors]
    while names and not names[-1]:
        names.pop()
    if len(names) > row.num_people:
        raise LabelError(
            f"{row.title} shows {row.num_people:,} in all, not {len(names)}; name those alone"
        )
    new = replace(row, actors=tuple(names))
    return _edit(f"Name the people of {row.title}", rows, (new,))


def set_facts(
    contents: StudyContents,
    *,
    name: str | None = None,
    annotator: str | None = None,
    model: str | None = None,
) -> Edit:
    """Change what holds for the study as a whole; None leaves a thing as it is.

    Args:
        contents: What is there.
        name: Of the study.
        annotator: Whose name new segments bear; empty for nobody's.
        model: The one in use from now on, the one before it is kept; empty for the shipped one.

    Raises:
        LabelError: The name is empty.
    """
    before = after = contents.facts
    names = []
    if name is not None:
        wanted = " ".join(name.split())
        if not wanted:
            raise LabelError("a study needs a name")
        after = replace(after, name=wanted)
        names += ["Rename study"] * (after.name != before.name)
    if annotator is not None:
        after = replace(after, annotator=" ".join(annotator.split()))
        names += ["Change annotator"] * (after.annotator != before.annotator)
    if model is not None and model != before.model:
        after = replace(after, model=model, previous_model=before.model)
        names.append("Switch model")
    what = names[0] if len(names) == 1 else "Change study"
    return Edit(name=what, changes=(changed(before, after),) if after != before else ())


def _rows(contents: StudyContents, ids: Iterable[str]) -> tuple[StudyRecording, ...]:
    found = tuple(contents.recordings.get(each) for each in dict.fromkeys(ids))
    rows = tuple(row for row in found if row is not None)
    if not rows or len(rows) < len(found):
        raise LabelError("the recording is no longer in the study; choose another")
    return rows


def _edit(name: str, rows: Sequence[StudyRecording], news: Sequence[StudyRecording]) -> Edit:
    pairs = zip(rows, news, strict=True)
    return Edit(name=name, changes=tuple(changed(old, new) for old, new in pairs if old != new))


def _named(rows: Sequence[StudyRecording]) -> str:
    return rows[0].title if len(rows) == 1 else plural(len(rows), "recording")
