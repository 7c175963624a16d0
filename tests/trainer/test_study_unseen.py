from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.splits import read_split
from engine.errors import TrainingError
from engine.formats import read_recording, write_recording
from engine.labels import NOTHING
from engine.places import assets_folder
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.study.clips import CLIPS_FILE, ClipList, read_clips
from engine.study.learning import DIVISION_FILE
from tests.tiny_study import NUM_FRAMES, make_tiny_study
from trainer.data import load_split
from trainer.job import load_job
from trainer.retraining import RetrainMode, RetrainPlan, prepare_run
from trainer.study_quick import material_of
from trainer.study_unseen import looked_through

GONE = (32, 64)
"""Frames in which Ann has left the picture: a pause and a kick."""


def prepared(home: Path, mode: RetrainMode, gone: dict[str, tuple[int, int]]) -> Path:
    """A run of a study with people who are not always there."""
    contents = make_tiny_study(home / "data")
    rows = dict(contents.recordings)
    for key, (start, stop) in gone.items():
        recording = read_recording(Path(rows[key].path))
        positions = recording.positions.copy()
        confidence = recording.confidence.copy()
        positions[start:stop], confidence[start:stop] = np.nan, 0
        path = home / "data" / f"{key}.npz"
        write_recording(replace(recording, positions=positions, confidence=confidence), path, "npz")
        rows[key] = replace(rows[key], path=str(path), format_id="npz")
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    plan = RetrainPlan(mode=mode, base=ModelPackage(folder=folder, card=read_card(folder)))
    return prepare_run(home / "study", replace(contents, recordings=rows), plan)


def begun(run: Path) -> ClipList:
    return looked_through(run, read_clips(run / CLIPS_FILE))


def test_a_quick_run_leaves_out_what_nobody_is_seen_in(tmp_path):
    run = prepared(tmp_path, RetrainMode.QUICK, {"r0": GONE})
    before = read_clips(run / CLIPS_FILE)
    clips = begun(run)
    gone = {each.name for each in before.clips} - {each.name for each in clips.clips}
    assert gone
    assert clips.num_unseen == len(gone)
    assert all(each.startswith("r0#0[") for each in gone)
    card = read_card(assets_folder() / "models" / "everyday-fg-stformer")
    assert len(material_of(card, clips).clips) == len(clips.clips)
    assert read_clips(run / CLIPS_FILE) == clips
    assert begun(run) == clips


@pytest.mark.parametrize("gone", ["r0", "r1", "r2"])
def test_a_full_run_leaves_them_out_on_both_sides(tmp_path, gone):
    run = prepared(tmp_path, RetrainMode.FULL, {gone: GONE})
    clips = begun(run)
    split = read_split(run / DIVISION_FILE)
    assert {*split.train, *split.validation} == {each.name for each in clips.clips}
    read = load_split(load_job(run))
    assert read.actions == ("lift", "kick", NOTHING)
    assert len(read.train) == len(split.train)


def test_a_run_of_people_who_are_never_seen_says_so(tmp_path):
    everywhere = dict.fromkeys(("r0", "r1", "r2"), (1, NUM_FRAMES))
    run = prepared(tmp_path, RetrainMode.QUICK, everywhere)
    with pytest.raises(TrainingError, match=r"nobody is seen in .* where the person is in"):
        begun(run)
