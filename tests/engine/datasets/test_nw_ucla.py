from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol, without
from tests.engine.datasets.making import put
from tests.tiny_training import write_tiny_dataset


def test_file_names_give_action_person_and_view_and_skip_the_numbers_that_do_not_exist(tmp_path):
    dataset = dataset_by_id("nw-ucla")
    for name in ("a08_s03_e01_v02.json", "a12_s10_e00_v03.json", "a07_s01_e00_v01.json", "x.json"):
        (tmp_path / name).write_text("{}")

    files = dataset.files(tmp_path)

    assert [(dataset.actions[f.action], f.person, f.view, f.repetition) for f in files] == [
        ("donning", 3, 2, 2),
        ("carry", 10, 3, 1),
    ]


def test_clips_in_subfolders_are_found_and_named_by_their_path(tmp_path):
    put(tmp_path / "all_sqe" / "a01_s01_e00_v01.json", "nw-ucla", frames=5)
    [file] = dataset_by_id("nw-ucla").files(tmp_path)
    assert file.name == "all_sqe/a01_s01_e00_v01.json"
    assert dataset_by_id("nw-ucla").read_clip(file).num_frames == 5


def test_the_published_protocol_judges_by_the_third_view(tmp_path):
    for view in (1, 2, 3):
        (tmp_path / f"a01_s01_e00_v0{view}.json").write_text("{}")
    contents = dataset_by_id("nw-ucla").contents(tmp_path)
    split = split_by_protocol(contents.files, contents.protocol("cross-view"))
    assert [f.view for f in split.train] == [1, 2]
    assert [f.view for f in split.test] == [3]


def test_known_wrong_labels_can_be_left_out(tmp_path):
    for person in (3, 4, 5):
        for view in (1, 2):
            (tmp_path / f"a01_s0{person}_e00_v0{view}.json").write_text("{}")
    dataset = dataset_by_id("nw-ucla")
    kept = without(dataset.files(tmp_path), dataset.leave_out)
    assert [(f.person, f.view) for f in kept] == [(3, 1), (3, 2), (4, 1), (5, 1)]


def test_all_real_recordings_are_found(shared_data):
    files = dataset_by_id("nw-ucla").files(shared_data / "nw-ucla")
    assert len(files) == len({f.name for f in files}) == 1020
    assert {f.view for f in files} == {1, 2}
    assert {f.person for f in files} == set(range(1, 11))
    assert {f.action for f in files} == set(range(10))


def test_the_tiny_data_set_is_one(tmp_path):
    write_tiny_dataset(tmp_path)
    assert len(dataset_by_id("nw-ucla").files(tmp_path)) == 8
