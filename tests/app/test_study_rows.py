"""The recording on show as a row of a study, and edits of rows."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.study_rows import (
    ShownRecording,
    add_shown,
    archive,
    joined,
    known_actors,
    name_actors,
    restore,
    state_facts,
    with_recording,
)
from engine.labels import Action, LabelError, Segment, StudyRecording
from engine.study.contents import Edit, StudyContents, added
from tests.app import stand_ins

FOLDER = Path("/studies/gait").absolute()
PATH = Path("/recordings/walk.json").absolute()


def shown(path: Path | None = PATH) -> ShownRecording:
    return ShownRecording(recording=stand_ins.recording(40, people=2, path=path), title="walk")


def wave(contents: StudyContents, row: StudyRecording) -> Edit:
    (tier,) = contents.shown_tiers
    action = Action(id="a", name="wave", colour="#aa0000")
    segment = Segment(
        id="s",
        recording_id=row.id,
        person=0,
        tier_id=tier.id,
        start=3,
        stop=9,
        action_id="a",
    )
    changes = () if "a" in contents.actions else (added(action),)
    return Edit(name="Label wave", changes=(*changes, added(segment)))


def test_a_row_says_what_is_in_memory() -> None:
    (change,) = joined(StudyContents(), FOLDER, shown()).changes
    row = change.row
    assert isinstance(row, StudyRecording)
    assert (row.path, row.title, row.num_frames, row.num_people) == (str(PATH), "walk", 40, 2)
    assert row.fps == "30"
    assert row.sha256 == shown().recording.source.sha256


def test_a_recording_without_a_file_cannot_join() -> None:
    with pytest.raises(LabelError, match="lies in no file"):
        joined(StudyContents(), FOLDER, shown(path=None))


def test_the_first_label_brings_recording_and_tier_along_in_one_edit() -> None:
    edit = with_recording(StudyContents(), FOLDER, shown(), wave)
    after = StudyContents().applied(edit)
    assert edit.name == "Label wave"
    assert [row.title for row in after.shown_recordings] == ["walk"]
    assert [tier.name for tier in after.shown_tiers] == ["Labels"]
    assert after.num_segments == 1
    assert after.applied(edit.inverse) == StudyContents()


def test_a_recording_that_is_there_is_not_added_again() -> None:
    once = StudyContents().applied(with_recording(StudyContents(), FOLDER, shown(), wave))

    def nothing_more(contents: StudyContents, row: StudyRecording) -> Edit:
        assert contents is not None
        return Edit(name=f"Look at {row.title}", changes=())

    assert with_recording(once, FOLDER, shown(), nothing_more).changes == ()


def test_a_label_puts_a_recording_back_that_was_taken_out() -> None:
    once = StudyContents().applied(with_recording(StudyContents(), FOLDER, shown(), wave))
    (row,) = once.shown_recordings
    out = once.applied(archive(once, (row.id,)))
    assert out.shown_recordings == ()

    def note(contents: StudyContents, found: StudyRecording) -> Edit:
        assert contents.recordings[found.id].is_archived is False
        return state_facts(contents, "Gait", "")

    assert out.applied(with_recording(out, FOLDER, shown(), note)).shown_recordings == (row,)


def test_taking_out_keeps_the_segments() -> None:
    once = StudyContents().applied(with_recording(StudyContents(), FOLDER, shown(), wave))
    (row,) = once.shown_recordings
    edit = archive(once, (row.id,))
    out = once.applied(edit)
    assert edit.name == "Take out walk"
    assert out.num_segments == 1
    assert out.applied(restore(out, (row.id,))) == once


def test_adding_what_is_there_says_so() -> None:
    once = StudyContents().applied(add_shown(StudyContents(), FOLDER, shown()))
    with pytest.raises(LabelError, match="has walk already"):
        add_shown(once, FOLDER, shown())


def test_people_are_named_by_index_and_names_are_known_afterwards() -> None:
    once = StudyContents().applied(add_shown(StudyContents(), FOLDER, shown()))
    (row,) = once.shown_recordings
    named = once.applied(name_actors(once, (row.id,), ("Ada", "")))
    assert named.recordings[row.id].actors == ("Ada",)
    assert known_actors(named) == ("Ada",)
    assert name_actors(named, (row.id,), ("", "")).changes[0].after == replace(row, actors=())


def test_a_study_needs_a_name() -> None:
    with pytest.raises(LabelError, match="needs a name"):
        state_facts(StudyContents(), "  ", "Ada")
