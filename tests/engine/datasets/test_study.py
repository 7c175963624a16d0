import pytest

from engine.datasets.study import STUDY, person_of, recording_at
from engine.errors import EngineError
from engine.formats import read_recording
from engine.labels import NOTHING
from engine.study.clips import CLIPS_FILE, clips_of, write_clips
from engine.study.contents import Edit, added
from engine.study.selecting import Choice
from engine.study.store import Study
from tests.tiny_study import make_tiny_study


@pytest.fixture
def frozen(tmp_path):
    clips = clips_of(make_tiny_study(tmp_path), tmp_path, Choice()).clips
    write_clips(clips, tmp_path / CLIPS_FILE)
    return tmp_path / CLIPS_FILE


def test_a_run_s_clips_are_read_with_their_people_numbered(frozen):
    contents = STUDY.contents(frozen)
    assert contents.actions == ("lift", "kick", NOTHING)
    assert {file.person for file in contents.files} == {1, 2, 3}
    assert contents.layout_id == "kinect-v1"
    assert [each.id for each in contents.protocols] == ["leave-one-person-out"]
    assert STUDY.contents(frozen.parent).files == contents.files


def test_a_study_itself_gives_its_labels_as_they_are_now(tmp_path):
    made = make_tiny_study(tmp_path / "data")
    study = Study.create(tmp_path / "study", "Tiny")
    rows = [*made.actions.values(), *made.tiers.values(), *made.recordings.values()]
    rows += [row for table in made.segments.values() for row in table.values()]
    study.do(Edit(name="Fill", changes=tuple(added(row) for row in rows)))
    study.close()
    contents = STUDY.contents(tmp_path / "study")
    assert contents.actions == ("lift", "kick", NOTHING)
    assert len(contents.files) == len(clips_of(made, tmp_path / "data", Choice()).clips.clips)


def test_a_clip_shows_its_person_alone(frozen):
    file = STUDY.files(frozen)[0]
    clip = STUDY.read_clip(file)
    assert (clip.start, clip.stop) == (file.start, file.stop)
    assert clip.recording.num_people == 1


def test_a_person_who_is_not_there_is_an_error_in_words(frozen):
    from dataclasses import replace

    file = replace(STUDY.files(frozen)[0], item=4)
    with pytest.raises(EngineError, match="the labels belong to another recording"):
        STUDY.read_clip(file)


def test_a_recording_that_has_gone_is_an_error_in_words(frozen):
    file = STUDY.files(frozen)[0]
    file.path.unlink()
    with pytest.raises(EngineError, match="put the recording back"):
        STUDY.read_clip(file)


def test_a_recording_that_has_changed_is_read_again(frozen):
    path = STUDY.files(frozen)[0].path
    before = recording_at(path)
    assert recording_at(path) is before
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0.65", "0.75") + " ", encoding="utf-8")
    assert recording_at(path) is not before


def test_one_of_several_people_is_cut_out(tmp_path):
    make_tiny_study(tmp_path)
    recording = read_recording(tmp_path / "r0.json")
    assert person_of(recording, 0).positions.shape == recording.positions.shape


def test_a_folder_that_is_no_study_holds_no_clips(tmp_path):
    with pytest.raises(EngineError, match="holds no recordings of a study"):
        STUDY.contents(tmp_path)
