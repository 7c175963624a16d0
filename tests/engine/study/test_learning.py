from dataclasses import replace
from pathlib import Path

from engine.datasets import dataset_by_id
from engine.places import assets_folder
from engine.runtime.cards import read_card
from engine.study.clips import CLIPS_FILE, clips_of, write_clips
from engine.study.dividing import Division
from engine.study.learning import (
    data_in_common,
    data_words,
    known_recordings,
    known_segments,
    learnt_clips,
)
from engine.study.selecting import Choice
from tests.tiny_study import tiny_rows

CONTENTS = tiny_rows(Path())
CLIPS = clips_of(CONTENTS, Path(), Choice()).clips
EVERYDAY = read_card(assets_folder() / "models" / "everyday")


def of(actor: str):
    return tuple(each for each in CLIPS.clips if each.actor == actor)


def known(learnt, division: Division, segments=CLIPS.segments) -> set[str]:
    found = known_segments(segments, learnt, division)
    return {each.recording_id for each in segments if each.segment_id in found}


def test_one_clip_of_a_person_makes_all_of_them_known():
    assert known(of("Ann")[:1], Division.PERSON) == {"r0"}
    assert known((), Division.PERSON) == set()


def test_somebody_who_was_named_since_is_known_in_other_recordings_too():
    before = replace(of("Ann")[0], actor="r0/0", has_name=False)
    now = tuple(replace(each, actor="Ann") for each in CLIPS.segments if each.actor != "Cem")
    assert known((before,), Division.PERSON, now) == {"r0", "r1"}


def test_by_recording_whoever_is_in_it_is_known():
    other = replace(of("Ann")[0], person=1, recording_id="elsewhere")
    assert known((other,), Division.RECORDING) == {"r0"}  # of the same path


def test_by_segment_frames_that_were_seen_are_known_under_any_label():
    clip = replace(of("Ann")[0], segment_id="gone", start=20, stop=36)
    assert known_segments(CLIPS.segments, (clip,), Division.SEGMENT) == {"r0:10", "r0:32"}


def test_a_model_knows_what_the_one_knew_from_which_it_started(tmp_path):
    for name, actor, base in (("001", "Ann", "/installed/everyday"), ("002", "Bob", "001")):
        run = tmp_path / "jobs" / name
        (run / "model").mkdir(parents=True)
        write_clips(replace(CLIPS, clips=of(actor)), run / CLIPS_FILE)
        where = base if base.startswith("/") else tmp_path / "elsewhere" / base / "model"
        (run / "receipt.json").write_text(f'{{"version": 1, "base": "{where}"}}')
    model = tmp_path / "jobs" / "002" / "model"
    assert {each.actor for each in learnt_clips(model)} == {"Ann", "Bob"}
    assert known_recordings(CONTENTS, model) == {"r0", "r1"}
    assert learnt_clips(tmp_path / "installed") == ()


def test_a_model_made_from_the_same_published_data_is_named():
    assert data_in_common(EVERYDAY, CONTENTS) == (dataset_by_id("nw-ucla").name,)
    said = data_words([EVERYDAY], CONTENTS)
    assert "everyday was made from Northwestern-UCLA" in said
    own = {key: replace(row, format_id="npz") for key, row in CONTENTS.recordings.items()}
    assert data_words([EVERYDAY], replace(CONTENTS, recordings=own)) == ""
