import numpy as np
import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from engine.errors import FileFormatError
from tests.engine.datasets.making import put

LABELS = """s01_e01
walk: 12 20
sitDown: 24 30
carry: NaN NaN
push: 90 95
s02_e01
waveHands: 8 8
"""


@pytest.fixture
def folder(tmp_path):
    """Rows for every fourth frame number from 8: 8, 12, … 36."""
    for person in (1, 2):
        path = tmp_path / "joints" / f"joints_s0{person}_e01.txt"
        put(path, "utkinect", frames=8, frame_ids=np.arange(8, 40, 4))
    (tmp_path / "actionLabel.txt").write_text(LABELS)
    return tmp_path


def test_spans_of_frame_numbers_become_spans_of_rows(folder):
    dataset = dataset_by_id("utkinect")
    files = dataset.files(folder)
    spans = [(dataset.actions[f.action], f.person, f.start, f.stop) for f in files]
    assert spans == [("walk", 1, 1, 4), ("sit down", 1, 4, 6), ("wave hands", 2, 0, 1)]
    clip = dataset.read_clip(files[0])
    assert clip.recording.frame_ids[clip.start : clip.stop].tolist() == [12, 16, 20]
    assert files[0].name == "joints/joints_s01_e01.txt[1:4]"


def test_what_has_no_frames_is_left_out_and_said(folder):
    notes = dataset_by_id("utkinect").contents(folder).notes
    assert notes == (
        "s01_e01: carry has no frame numbers; left out.",
        "joints_s01_e01.txt has no rows for push 90 to 95; left out.",
    )


def test_recordings_are_left_out_one_by_one(folder):
    contents = dataset_by_id("utkinect").contents(folder)
    folds = contents.protocol("leave-one-recording-out").folds(contents.files)
    assert [fold.test for fold in folds] == [
        ("joints/joints_s01_e01.txt",),
        ("joints/joints_s02_e01.txt",),
    ]
    split = split_by_protocol(contents.files, folds[0])
    assert [f.person for f in split.train] == [2]
    assert [f.person for f in split.test] == [1, 1]


@pytest.mark.parametrize("line", ["walk 12 20", "swim: 1 2", "walk: 1", "walk: 1 2 3"])
def test_a_damaged_line_is_named(folder, line):
    (folder / "actionLabel.txt").write_text(f"s01_e01\n{line}\n")
    with pytest.raises(FileFormatError, match=r"actionLabel\.txt:2: expected s01_e01 or an action"):
        dataset_by_id("utkinect").files(folder)


def test_a_span_before_any_recording_is_refused(folder):
    (folder / "actionLabel.txt").write_text("walk: 12 20\n")
    with pytest.raises(FileFormatError, match=r"actionLabel\.txt:1"):
        dataset_by_id("utkinect").files(folder)


def test_the_real_recordings_have_a_hundred_spans(shared_data):
    contents = dataset_by_id("utkinect").contents(shared_data / "utkinect")
    assert len(contents.files) == 100
    assert {f.person for f in contents.files} == {1, 2, 3, 4, 5}
    assert {sum(f.action == a for f in contents.files) for a in range(10)} == {10}
    assert all(f.stop - f.start >= 5 for f in contents.files)


def test_the_misprinted_push_is_as_short_as_the_others(shared_data):
    contents = dataset_by_id("utkinect").contents(shared_data / "utkinect")
    lengths = [f.stop - f.start for f in contents.files if contents.actions[f.action] == "push"]
    assert max(lengths) <= 15
    assert contents.notes == ("s03_e01: push 2556 to 3622 is a misprint; taken for 3556 to 3622.",)
