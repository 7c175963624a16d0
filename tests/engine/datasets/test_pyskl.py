import pickle

import numpy as np
import pytest

from engine.datasets import dataset_by_id
from engine.datasets.pyskl import read_annotation
from engine.datasets.splits import split_by_protocol
from engine.errors import EngineError, FileFormatError
from engine.recording import Units

RANDOM = np.random.default_rng(3)


def annotation(name, label, shape=(1, 5, 17, 2), score=True):
    made = {
        "frame_dir": name,
        "label": label,
        "total_frames": shape[1],
        "keypoint": RANDOM.uniform(1, 300, shape).astype(np.float16),
    }
    if score:
        made["keypoint_score"] = RANDOM.uniform(0.1, 0.9, shape[:3]).astype(np.float16)
    return made


def write(path, content, protocol=4):
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


@pytest.fixture
def folder(tmp_path):
    annotations = [annotation(f"v_Jump_g0{n}", n % 2, (2, 4 + n, 17, 2)) for n in range(4)]
    split = {
        "train1": ["v_Jump_g00", "v_Jump_g01"],
        "test1": ["v_Jump_g02", "v_Jump_g03"],
        "train2": ["v_Jump_g02"],
        "test2": ["v_Jump_g00"],
    }
    write(tmp_path / "ucf.pkl", {"split": split, "annotations": annotations})
    return tmp_path


def test_a_pickle_of_many_clips_is_listed_and_each_is_read(folder):
    dataset = dataset_by_id("pyskl")
    contents = dataset.contents(folder)
    assert [f.name for f in contents.files][:2] == ["ucf.pkl#v_Jump_g00", "ucf.pkl#v_Jump_g01"]
    assert [f.action for f in contents.files] == [0, 1, 0, 1]
    assert contents.layout_id == "coco-17"
    clips = [dataset.read_clip(f) for f in contents.files]
    assert [c.positions.shape for c in clips] == [(4 + n, 2, 17, 2) for n in range(4)]
    assert clips[0].recording.units is Units.PIXELS
    assert clips[0].recording.source.sha256 != clips[1].recording.source.sha256


def test_the_splits_inside_become_protocols(folder):
    contents = dataset_by_id("pyskl").contents(folder)
    assert [p.id for p in contents.protocols] == ["1", "2"]
    split = split_by_protocol(contents.files, contents.protocol("1"))
    assert [f.item for f in split.test] == ["v_Jump_g02", "v_Jump_g03"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("xsub_train", "xsub_val", "xview_train", "xview_val"), ["xsub", "xview"]),
        (("train", "val"), ["published"]),
        (("train", "other"), []),
    ],
)
def test_names_of_splits_are_paired(tmp_path, names, expected):
    write(
        tmp_path / "a.pkl",
        {"split": {name: [] for name in names}, "annotations": [annotation("x", 0)]},
    )
    protocols = dataset_by_id("pyskl").contents(tmp_path).protocols
    assert [p.id for p in protocols] == expected


def test_ntu_names_give_people_cameras_and_the_names_of_actions(tmp_path):
    clip = annotation("S018C002P042R001A061", 60, (2, 6, 25, 3), score=False)
    clip["keypoint"][1, 3:] = 0
    write(tmp_path / "ntu120_3d.pkl", {"split": {}, "annotations": [clip]})
    dataset = dataset_by_id("pyskl")
    contents = dataset.contents(tmp_path)
    [file] = contents.files
    assert (file.person, file.view, file.setup, file.repetition) == (42, 2, 18, 1)
    assert contents.actions[file.action] == "put on headphone"
    assert contents.layout_id == "kinect-v2"
    recording = dataset.read_clip(file).recording
    assert recording.units is Units.METRES
    assert np.isnan(recording.positions[3:, 1]).all()
    assert not np.isnan(recording.positions[:, 0]).any()


def test_names_of_actions_are_read_from_a_label_map_beside(folder):
    (folder / "label_map_two.txt").write_text("jump\nrun\n")
    assert dataset_by_id("pyskl").contents(folder).actions == ("jump", "run")
    (folder / "label_map_two.txt").write_text("jump\n")
    contents = dataset_by_id("pyskl").contents(folder)
    assert contents.actions == ("action 1", "action 2")
    assert "label_map*.txt" in contents.notes[0]


def test_clips_without_a_label_are_left_out_and_counted(tmp_path):
    write(tmp_path / "a.pkl", [annotation("x", 0), annotation("y", None), annotation("z", -1)])
    contents = dataset_by_id("pyskl").contents(tmp_path)
    assert [f.item for f in contents.files] == ["x"]
    assert contents.notes[-1] == "2 clips without a label left out."


def test_clips_of_one_name_are_told_apart(tmp_path):
    write(tmp_path / "a.pkl", [annotation("x", 0), annotation("x", 1, (1, 9, 17, 2))])
    dataset = dataset_by_id("pyskl")
    files = dataset.files(tmp_path)
    assert [f.item for f in files] == ["0:x", "1:x"]
    assert [dataset.read_clip(f).num_frames for f in files] == [5, 9]


def test_a_file_that_changes_is_read_again(tmp_path):
    dataset = dataset_by_id("pyskl")
    write(tmp_path / "a.pkl", [annotation("x", 0)])
    [old] = dataset.files(tmp_path)
    write(tmp_path / "a.pkl", [annotation("longer name", 0)])
    with pytest.raises(EngineError, match=r"a\.pkl has no clip 'x'; it is another version"):
        dataset.read_clip(old)


def test_joints_nobody_is_sure_of_are_missing(tmp_path):
    clip = annotation("x", 0)
    clip["keypoint_score"][0, 2, 5] = 0
    clip["keypoint_score"][0, 2, 6] = 1.5
    write(tmp_path / "a.pkl", [clip])
    dataset = dataset_by_id("pyskl")
    recording = dataset.read_clip(dataset.files(tmp_path)[0]).recording
    assert np.isnan(recording.positions[2, 0, 5]).all()
    assert recording.confidence[2, 0, 5] == 0
    assert recording.confidence[2, 0, 6] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"other": 1}, "expected annotations with frame_dir"),
        ([1, 2], "expected annotations with frame_dir"),
        ([], "expected annotations with frame_dir"),
        ({"annotations": [annotation("x", 0)], "split": [1]}, "expected annotations"),
        ({"annotations": [annotation("x", 0)], "split": {"train": 3}}, "expected annotations"),
        ({"annotations": [annotation("x", 0)], "split": {"train": [3]}}, "expected annotations"),
        ([annotation("x", 0, (1, 5, 19, 2))], "found 19 × 2"),
        ([annotation("x", 0) | {"keypoint": 3}], r"expected joints \(M, T, V, C\)"),
        ([{"frame_dir": "x", "label": 0, "raw_file": "k.pkl"}], "joints are in another file"),
    ],
)
def test_other_pickles_are_refused_in_words(tmp_path, content, words):
    write(tmp_path / "a.pkl", content)
    with pytest.raises(FileFormatError, match=words):
        dataset_by_id("pyskl").contents(tmp_path)


def test_scores_of_other_joints_are_refused(tmp_path):
    clip = annotation("x", 0)
    clip["keypoint_score"] = clip["keypoint_score"][:, :3]
    write(tmp_path / "a.pkl", [clip])
    dataset = dataset_by_id("pyskl")
    with pytest.raises(FileFormatError, match="expected a score for each joint"):
        dataset.read_clip(dataset.files(tmp_path)[0])


def test_of_several_pickles_one_has_to_be_named(folder):
    write(folder / "other.pkl", [annotation("x", 0)])
    dataset = dataset_by_id("pyskl")
    with pytest.raises(EngineError, match=r"several pickles \(other\.pkl, ucf\.pkl\)"):
        dataset.files(folder)
    assert len(dataset.files(folder / "ucf.pkl")) == 4


def test_a_pickle_that_calls_something_is_not_opened(tmp_path):
    (tmp_path / "a.pkl").write_bytes(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    with pytest.raises(FileFormatError, match=r"found a call of 'os\.system'"):
        dataset_by_id("pyskl").files(tmp_path)


def test_a_single_annotation_is_a_recording(tmp_path, folder):
    path = write(tmp_path / "one.pickle", annotation("x", 0))
    assert read_annotation(path).num_frames == 5
    with pytest.raises(FileFormatError, match="expected one clip, found 4 clips"):
        read_annotation(folder / "ucf.pkl")


def test_the_real_annotation_is_read(shared_data):
    path = shared_data / "formats" / "example_UCF101_skeleton.pkl"
    recording = read_annotation(path)
    assert recording.positions.shape == (163, 2, 17, 2)
    [file] = dataset_by_id("pyskl").files(path)
    assert file.item == "v_ApplyEyeMakeup_g01_c01"
