import numpy as np
from scipy.io import savemat

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol


def put_mat(folder, name, frames=4):
    values = np.random.default_rng(frames).normal(size=(20, 3, frames))
    savemat(folder / name, {"d_skel": values})


def test_names_give_action_person_and_repetition_and_the_clip_is_read(tmp_path):
    put_mat(tmp_path, "a27_s8_t4_skeleton.mat", frames=6)
    put_mat(tmp_path, "a3_s1_t2_skeleton.mat")
    (tmp_path / "a28_s1_t1_skeleton.mat").touch()
    dataset = dataset_by_id("utd-mhad")

    files = dataset.files(tmp_path)

    facts = [(dataset.actions[f.action], f.person, f.repetition) for f in files]
    assert facts == [("squat", 8, 4), ("wave", 1, 2)]
    clip = dataset.read_clip(files[0])
    assert clip.num_frames == 6
    assert clip.recording.layout.id == dataset.layout_id


def test_odd_people_train_and_even_people_judge(tmp_path):
    for person in range(1, 9):
        (tmp_path / f"a1_s{person}_t1_skeleton.mat").touch()
    contents = dataset_by_id("utd-mhad").contents(tmp_path)
    split = split_by_protocol(contents.files, contents.protocol("cross-person"))
    assert [f.person for f in split.train] == [1, 3, 5, 7]
    assert [f.person for f in split.test] == [2, 4, 6, 8]


def test_all_real_recordings_are_found(shared_data):
    files = dataset_by_id("utd-mhad").files(shared_data / "utd-mhad")
    assert len(files) == 646
    assert {f.person for f in files} == set(range(1, 7))
    assert {f.action for f in files} == set(range(27))
    assert {f.repetition for f in files} == {1, 2, 3, 4}
