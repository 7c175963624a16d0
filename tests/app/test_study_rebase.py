"""Edits made a while ago, brought up to what a study is now."""

import pytest

from app.study_rebase import rebased
from engine.labels import Action, LabelError, Segment, StudyRecording, Tier
from engine.study.contents import Edit, Row, StudyContents, added


def recording(row_id: str, sha256: str = "same") -> StudyRecording:
    return StudyRecording(
        id=row_id,
        path=f"/{row_id}.json",
        sha256=sha256,
        title=row_id,
        format_id="f",
        layout_id="l",
        num_frames=100,
        num_people=1,
        fps="30",
    )


def segment(row_id: str, recording_id: str, start: int, *, of: str = "") -> Segment:
    return Segment(
        id=row_id,
        recording_id=recording_id,
        person=0,
        tier_id=f"tier{of}",
        start=start,
        stop=start + 10,
        action_id=f"wave{of}",
    )


def edit_of(*rows: Row) -> Edit:
    return Edit(name="Import", changes=tuple(added(row) for row in rows))


def tier(of: str = "") -> Tier:
    return Tier(id=f"tier{of}", name="Labels")


def wave(of: str = "") -> Action:
    return Action(id=f"wave{of}", name="Wave", colour="#112233")


def test_without_changes_meanwhile_the_edit_stays_as_it_is() -> None:
    contents = StudyContents()
    edit = edit_of(recording("a"))
    assert rebased(edit, contents, since=contents) is edit


def test_rows_that_are_there_by_now_are_used_in_place_of_new_ones() -> None:
    since = StudyContents()
    now = since.applied(edit_of(recording("old"), tier(), wave(), segment("s", "old", 0)))
    read = edit_of(recording("new"), tier("-new"), wave("-new"), segment("n", "new", 50, of="-new"))
    after = now.applied(rebased(read, now, since=since))
    assert list(after.recordings) == ["old"]
    assert list(after.tiers) == ["tier"]
    assert list(after.actions) == ["wave"]
    assert [each.id for each in after.segments_of("old")] == ["s", "n"]
    assert {each.action_id for each in after.segments_of("old")} == {"wave"}


def test_what_was_labelled_meanwhile_is_not_labelled_over() -> None:
    since = StudyContents()
    now = since.applied(edit_of(recording("old"), tier(), wave(), segment("s", "old", 0)))
    read = edit_of(recording("new"), segment("n", "new", 5))
    with pytest.raises(LabelError, match="old was labelled meanwhile"):
        rebased(read, now, since=since)
