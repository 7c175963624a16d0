from dataclasses import replace

import numpy as np
import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from engine.errors import EngineError, FileFormatError
from engine.formats import write_recording
from engine.layouts.kinect_v1 import KINECT_V1
from tests.engine.formats.making import make_recording

FRAMES = 12


def clips(count):
    """``(N, T, 150)``: two people in the first, one alone in others, six frames and then zeros."""
    x = np.zeros((count, FRAMES, 2, 25, 3), dtype=np.float32)
    x[:, :6] = np.random.default_rng(count).normal(size=(count, 6, 2, 25, 3))
    x[1:, :, 1] = 0
    x[:, 0, 0, 1] = 0  # the origin
    return x.reshape(count, FRAMES, 150)


def one_hot(labels, classes=60):
    return np.eye(classes)[list(labels)]


@pytest.fixture
def content():
    return {
        "x_train": clips(3),
        "y_train": one_hot((0, 59, 1)),
        "x_test": clips(2),
        "y_test": one_hot((5, 6)),
    }


def test_the_two_parts_are_the_protocol(tmp_path, content):
    np.savez(tmp_path / "NTU60_CS.npz", **content)
    contents = dataset_by_id("ctr-gcn").contents(tmp_path)
    assert [f.name for f in contents.files][2:4] == [
        "NTU60_CS.npz#train/2",
        "NTU60_CS.npz#test/0",
    ]
    split = split_by_protocol(contents.files, contents.protocol("published"))
    assert [contents.actions[f.action] for f in split.train] == [
        "drink water",
        "walking apart from each other",
        "eat meal/snack",
    ]
    assert [f.action for f in split.test] == [5, 6]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_clip_ends_with_its_last_frame_and_has_as_many_people_as_there_are(
    tmp_path, content, save
):
    save(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    files = dataset.files(tmp_path)
    two, one = (dataset.read_clip(f) for f in files[:2])
    assert two.positions.shape == (6, 2, 25, 3)
    assert one.positions.shape == (6, 1, 25, 3)
    expected = content["x_train"][1].reshape(FRAMES, 2, 25, 3)[:6, :1]
    assert np.array_equal(one.positions, expected)


def test_the_origin_is_a_place_like_any_other(tmp_path, content):
    np.savez(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    clip = dataset.read_clip(dataset.files(tmp_path)[1])
    assert clip.positions[0, 0, 1].tolist() == [0, 0, 0]


def test_a_person_written_twice_is_one(tmp_path, content):
    """As the scripts for NTU 120 write those who are alone."""
    alone = content["x_train"].reshape(3, FRAMES, 2, 75)
    alone[:, :, 1] = alone[:, :, 0]
    np.savez(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    assert dataset.read_clip(dataset.files(tmp_path)[0]).recording.num_people == 1


def test_a_person_who_comes_later_is_missing_before(tmp_path, content):
    content["x_train"].reshape(3, FRAMES, 2, 75)[0, :2, 1] = 0
    np.savez(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    positions = dataset.read_clip(dataset.files(tmp_path)[0]).positions
    assert np.isnan(positions[:2, 1]).all()
    assert not np.isnan(positions[2:]).any()


def test_an_empty_clip_is_one_frame_of_nobody(tmp_path, content):
    content["x_test"][0] = 0
    np.savez(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    clip = dataset.read_clip(dataset.files(tmp_path)[3])
    assert clip.positions.shape == (1, 1, 25, 3)
    assert np.isnan(clip.positions).all()


def test_labels_of_other_data_sets_have_their_names_or_numbers(tmp_path, content):
    for classes, name in ((120, "drink water"), (51, "bow"), (7, "action 1")):
        content |= {"y_train": one_hot((0, 1, 2), classes), "y_test": one_hot((0, 1), classes)}
        np.savez(tmp_path / "a.npz", **content)
        assert dataset_by_id("ctr-gcn").contents(tmp_path).actions[0] == name


@pytest.mark.parametrize(
    "labels", [np.zeros((3, 60)), np.ones((3, 60)), one_hot((1, 2)), np.zeros(3)]
)
def test_labels_that_are_not_one_for_each_clip_are_refused(tmp_path, content, labels):
    np.savez(tmp_path / "a.npz", **(content | {"y_train": labels}))
    with pytest.raises(FileFormatError, match="y_train: expected one label of several"):
        dataset_by_id("ctr-gcn").files(tmp_path)


def test_clips_of_another_width_are_refused(tmp_path, content):
    np.savez(tmp_path / "a.npz", **(content | {"x_train": content["x_train"][..., :75]}))
    dataset = dataset_by_id("ctr-gcn")
    with pytest.raises(FileFormatError, match=r"expected \(N, T, 150\) numbers"):
        dataset.read_clip(dataset.files(tmp_path)[0])


def test_a_clip_that_is_not_there_is_named(tmp_path, content):
    np.savez(tmp_path / "a.npz", **content)
    dataset = dataset_by_id("ctr-gcn")
    file = replace(dataset.files(tmp_path)[0], item="train/3")
    with pytest.raises(EngineError, match=r"a\.npz has no clip 'train/3'"):
        dataset.read_clip(file)
    file.path.unlink()
    with pytest.raises(EngineError, match="cannot be read"):
        dataset.read_clip(file)


def test_other_npz_files_are_none(tmp_path, content):
    write_recording(make_recording(KINECT_V1), tmp_path / "own.npz", "npz")
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 and no more")
    np.savez(tmp_path / "a.npz", **content)
    assert len(dataset_by_id("ctr-gcn").files(tmp_path)) == 5


def test_of_several_one_has_to_be_named(tmp_path, content):
    for name in ("CS", "CV"):
        np.savez(tmp_path / f"{name}.npz", **content)
    with pytest.raises(EngineError, match=r"several npz files \(CS\.npz, CV\.npz\)"):
        dataset_by_id("ctr-gcn").files(tmp_path)
    assert len(dataset_by_id("ctr-gcn").files(tmp_path / "CV.npz")) == 5
