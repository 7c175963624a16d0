import pytest

from engine.datasets import dataset_by_id
from engine.errors import EngineError
from tests.tiny_training import write_tiny_dataset


def test_file_names_give_action_person_and_view_and_skip_the_numbers_that_do_not_exist(tmp_path):
    dataset = dataset_by_id("nw-ucla")
    for name in ("a08_s03_e01_v02.json", "a12_s10_e00_v03.json", "a07_s01_e00_v01.json", "x.json"):
        (tmp_path / name).write_text("{}")

    files = dataset.files(tmp_path)

    assert [(dataset.actions[f.action], f.person, f.view) for f in files] == [
        ("donning", 3, 2),
        ("carry", 10, 3),
    ]


def test_a_folder_without_recordings_says_what_was_looked_for(tmp_path):
    with pytest.raises(EngineError, match="aAA_sSS_eEE_vVV"):
        dataset_by_id("nw-ucla").files(tmp_path)


def test_an_unknown_format_lists_what_there_is():
    with pytest.raises(EngineError, match="nw-ucla"):
        dataset_by_id("nonsense")


def test_all_real_recordings_are_found(shared_data):
    files = dataset_by_id("nw-ucla").files(shared_data / "nw-ucla")
    assert len(files) == 1020
    assert {f.view for f in files} == {1, 2}
    assert {f.action for f in files} == set(range(10))


def test_the_tiny_data_set_is_one(tmp_path):
    write_tiny_dataset(tmp_path)
    assert len(dataset_by_id("nw-ucla").files(tmp_path)) == 8
