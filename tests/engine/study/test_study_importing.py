from dataclasses import replace

import pytest

from engine.errors import EngineError
from engine.labels import Origin, StudyFacts, Tier
from engine.layouts.coco_17 import COCO_17
from engine.study.contents import Edit, StudyContents, added, changed
from engine.study.importing import add_dataset, add_recordings, path_of, take_edit
from engine.study.placing import Place
from engine.study.recordings import archive_recordings
from engine.study.segments import draw
from engine.study.store import Study
from tests.engine.formats.making import make_recording
from tests.engine.study.making_files import labels, write_clip

EMPTY = StudyContents()


@pytest.fixture
def theirs(tmp_path):
    """A study of somebody else: two recordings and a take, labels on two tiers."""
    write_clip(tmp_path / "data/a.npz", seed=1, label="wave")
    write_clip(tmp_path / "data/b.npz", seed=2)
    study = Study.create(tmp_path / "theirs", "Bo's study")
    study.do(add_recordings(study.contents, study.folder, (tmp_path / "data",)).edit)
    study.do(take_edit(study.contents, study.folder, make_recording(COCO_17, frames=9), "take"))
    tier = Tier(id="second", name="Second look", annotator="Bo", position=1)
    study.do(Edit(name="tier", changes=(added(tier),)))
    row = next(row for row in study.contents.recordings.values() if row.title == "b")
    place = Place(recording_id=row.id, person=0, tier_id=tier.id)
    study.do(draw(study.contents, place, 1, 3, None, annotator="Bo"))
    (drawn,) = study.contents.segments_of(row.id)
    noted = replace(drawn, note="look again", is_doubtful=True)
    study.do(Edit(name="note", changes=(changed(drawn, noted),)))
    yield study
    study.close()


def add(contents, theirs, tmp_path, **more):
    result = add_dataset(contents, theirs.folder, "study", study_folder=tmp_path / "ours", **more)
    return result, contents.applied(result.edit)


def test_another_study_comes_with_recordings_tiers_and_what_is_said_of_segments(theirs, tmp_path):
    result, contents = add(EMPTY, theirs, tmp_path)
    assert labels(contents) == [("a", 0, 0, 6, "wave"), ("b", 0, 1, 3, None)]
    assert {tier.name: tier.annotator for tier in contents.tiers.values()} == {
        "Labels": "",
        "Second look": "Bo",
    }
    segments = [row for rows in contents.segments.values() for row in rows.values()]
    (noted,) = (row for row in segments if row.note)
    assert (noted.annotator, noted.origin, noted.is_doubtful) == ("Bo", Origin.HUMAN, True)
    assert result.edit.name == "Add Bo's study"
    assert (result.num_added, result.num_segments, result.refused) == (3, 2, ())
    ids = {*contents.recordings, *(row.id for row in segments)}
    assert not ids & {*theirs.contents.recordings}


def test_takes_of_the_other_study_are_copied_into_this_one(theirs, tmp_path):
    _, contents = add(EMPTY, theirs, tmp_path)
    (take,) = (row for row in contents.recordings.values() if row.title == "take")
    assert take.is_inside
    assert path_of(tmp_path / "ours", take).is_relative_to(tmp_path / "ours")
    assert path_of(tmp_path / "ours", take).is_file()


def test_what_both_have_is_one_and_nothing_comes_twice(theirs, tmp_path):
    first = add_recordings(EMPTY, tmp_path / "ours", (tmp_path / "data",))
    result, contents = add(EMPTY.applied(first.edit), theirs, tmp_path)
    assert (result.num_added, result.known, result.known_segments) == (1, 2, 1)
    again, _ = add(contents, theirs, tmp_path)
    assert (again.edit.changes, again.known, again.known_segments) == ((), 3, 2)


def test_what_is_archived_there_is_left_there(theirs, tmp_path):
    gone = [row.id for row in theirs.contents.recordings.values() if row.title == "a"]
    theirs.do(archive_recordings(theirs.contents, gone))
    _, contents = add(EMPTY, theirs, tmp_path)
    assert sorted(row.title for row in contents.recordings.values()) == ["b", "take"]
    assert contents.actions == {}


def test_only_the_recordings_asked_for_are_added(theirs, tmp_path):
    _, contents = add(EMPTY, theirs, tmp_path, recordings=("b.npz",))
    assert [row.title for row in contents.recordings.values()] == ["b"]
    with pytest.raises(EngineError, match="none of the recordings asked for"):
        add(EMPTY, theirs, tmp_path, recordings=("x",))


def test_a_study_is_not_added_to_itself(theirs):
    with pytest.raises(EngineError, match="is this very study"):
        add_dataset(theirs.contents, theirs.folder, "study", study_folder=theirs.folder)


def test_a_folder_that_is_no_study_is_refused(theirs, tmp_path):
    with pytest.raises(EngineError, match=r"holds no study\.db; give the folder of a study"):
        add_dataset(EMPTY, tmp_path / "data", "study", study_folder=theirs.folder)


def test_it_can_be_stopped(theirs, tmp_path):
    result, contents = add(EMPTY, theirs, tmp_path, should_stop=lambda: True)
    assert result.stopped
    assert contents == replace(EMPTY, facts=StudyFacts())
