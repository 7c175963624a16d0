import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from tests.engine.datasets.making import put


def test_names_give_action_person_and_repetition(tmp_path):
    put(tmp_path / "a20_s10_e02_skeleton3D.txt", "msr-action3d", frames=4)
    dataset = dataset_by_id("msr-action3d")
    [file] = dataset.files(tmp_path)
    assert (dataset.actions[file.action], file.person, file.repetition) == (
        "pick up and throw",
        10,
        2,
    )
    assert dataset.read_clip(file).num_frames == 4


@pytest.mark.parametrize(
    ("subset", "first", "last"),
    [
        ("as1", "horizontal arm wave", "pick up and throw"),
        ("as2", "high arm wave", "forward kick"),
        ("as3", "high throw", "pick up and throw"),
    ],
)
def test_a_subset_has_eight_actions_of_its_own(tmp_path, subset, first, last):
    for action in range(1, 21):
        (tmp_path / f"a{action:02}_s01_e01_skeleton3D.txt").touch()
    dataset = dataset_by_id(f"msr-action3d-{subset}")
    files = dataset.files(tmp_path)
    assert [f.action for f in files] == list(range(8))
    assert (dataset.actions[0], dataset.actions[-1]) == (first, last)


def test_together_the_subsets_hold_every_action():
    subsets = [dataset_by_id(f"msr-action3d-as{n}").actions for n in (1, 2, 3)]
    assert {a for subset in subsets for a in subset} == set(dataset_by_id("msr-action3d").actions)


def test_odd_people_train_and_even_people_judge(tmp_path):
    for person in range(1, 11):
        (tmp_path / f"a01_s{person:02}_e01_skeleton3D.txt").touch()
    contents = dataset_by_id("msr-action3d").contents(tmp_path)
    split = split_by_protocol(contents.files, contents.protocol("cross-person"))
    assert [f.person for f in split.train] == [1, 3, 5, 7, 9]
    assert [f.person for f in split.test] == [2, 4, 6, 8, 10]


def test_the_real_samples_are_found(shared_data):
    dataset = dataset_by_id("msr-action3d")
    files = dataset.files(shared_data / "msr-action3d-samples")
    assert len(files) == 5
    assert all(dataset.read_clip(f).num_frames > 10 for f in files)
