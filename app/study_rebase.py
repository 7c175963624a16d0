"""Edits that were made from a study as it was a while ago, brought up to what it is now.

Reading a data set takes minutes; meanwhile people label on. What was read adds rows: a recording,
an action or a tier that the study has got meanwhile is used instead of a second one.
"""

from dataclasses import replace
from typing import TypeVar

from engine.labels import Action, LabelError, Rejection, Segment, StudyRecording, Tier
from engine.study.contents import Change, Edit, Row, StudyContents

RowT = TypeVar("RowT", bound=Row)


def rebased(edit: Edit, contents: StudyContents, *, since: StudyContents) -> Edit:
    """The same edit for contents that have changed since it was made.

    Args:
        edit: Rows added elsewhere; changes of rows that are there already stay as they are.
        contents: What is there now.
        since: What it was made from.

    Raises:
        LabelError: What it labels has been labelled meanwhile.
    """
    if contents is since:
        return edit
    same = _ids_of_same(edit, contents)
    edit = _with_same(edit, same) if same else edit
    _refuse_overlaps(edit, contents)
    return edit


def _refuse_overlaps(edit: Edit, contents: StudyContents) -> None:
    for change in edit.changes:
        row = change.after
        if change.before is not None or not isinstance(row, Segment):
            continue
        beside = contents.segments_of(row.recording_id, person=row.person, tier_id=row.tier_id)
        if any(each.overlaps(row.start, row.stop) for each in beside):
            title = contents.recordings[row.recording_id].title
            raise LabelError(f"{title} was labelled meanwhile; read the labels once more")


def _with_same(edit: Edit, same: dict[str, str]) -> Edit:
    changes = tuple(
        change if change.after is None else replace(change, after=_with_ids(change.after, same))
        for change in edit.changes
        if not (change.before is None and change.row.id in same)
    )
    return Edit(name=edit.name, changes=changes)


def _ids_of_same(edit: Edit, contents: StudyContents) -> dict[str, str]:
    """For each added row that is there by now its id, and the id of the one that is there."""
    same: dict[str, str] = {}
    for change in edit.changes:
        there = _same_row(change, contents)
        if there is not None and there.id != change.row.id:
            same[change.row.id] = there.id
    return same


def _same_row(change: Change, contents: StudyContents) -> Row | None:
    row = change.row
    if change.before is not None:
        return None
    if isinstance(row, StudyRecording):
        return contents.recording_by_sha256(row.sha256)
    if isinstance(row, Action):
        return contents.action_named(row.name)
    if isinstance(row, Tier):
        name = row.name.casefold()
        found = (each for each in contents.tiers.values() if each.name.casefold() == name)
        return next(found, None)
    return None


def _with_ids(row: Row, same: dict[str, str]) -> Row:
    if isinstance(row, Segment):
        return replace(
            row,
            recording_id=same.get(row.recording_id, row.recording_id),
            tier_id=same.get(row.tier_id, row.tier_id),
            action_id=same.get(row.action_id, row.action_id) if row.action_id else None,
        )
    if isinstance(row, Rejection):
        return replace(row, recording_id=same.get(row.recording_id, row.recording_id))
    return row
