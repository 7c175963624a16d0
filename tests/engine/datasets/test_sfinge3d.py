import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_person
from engine.errors import EngineError
from tests.engine.datasets.making import put_rows


def test_folders_give_the_gesture_and_numbers_are_in_order(tmp_path):
    for gesture, take in ((10, 2), (10, 11), (9, 1)):
        put_rows(tmp_path / "Dictionary" / str(gesture) / f"{take}.txt", 140, divider=";")
    put_rows(tmp_path / "Sequences" / "1.txt", 140, divider=";")
    dataset = dataset_by_id("sfinge3d")

    files = dataset.files(tmp_path)

    facts = [(dataset.actions[f.action], f.repetition) for f in files]
    assert facts == [("tap", 1), ("swipe left", 2), ("swipe left", 11)]
    assert dataset.read_clip(files[0]).num_frames == 6
    assert len(dataset.files(tmp_path / "Dictionary")) == 3


def test_nobody_is_known_so_a_split_by_person_is_refused(tmp_path):
    for take in (1, 2):
        put_rows(tmp_path / "Dictionary" / "1" / f"{take}.txt", 140, divider=";")
    files = dataset_by_id("sfinge3d").files(tmp_path)
    with pytest.raises(EngineError, match="2 clips of 2 do not state their person"):
        split_by_person(files, 0.5, 1)


def test_all_real_gestures_are_found(shared_data):
    files = dataset_by_id("sfinge3d").files(shared_data / "sfinge3d")
    assert len(files) == 468
    assert {sum(f.action == a for f in files) for a in range(13)} == {36}
