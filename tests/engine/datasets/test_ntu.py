import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from engine.formats import write_recording
from tests.engine.datasets.making import put, standing_bodies


def names(folder, *facts):
    for setup, camera, person, take, action in facts:
        name = f"S{setup:03}C{camera:03}P{person:03}R{take:03}A{action:03}.skeleton"
        (folder / name).touch()


def test_names_give_setup_camera_person_repetition_and_action(tmp_path):
    names(tmp_path, (17, 2, 40, 2, 60), (18, 1, 41, 1, 61), (1, 3, 8, 1, 1))
    sixty, all_of_it = dataset_by_id("ntu-60"), dataset_by_id("ntu-120")
    facts = [
        (f.setup, f.view, f.person, f.repetition, sixty.actions[f.action])
        for f in sixty.files(tmp_path)
    ]
    assert facts == [
        (1, 3, 8, 1, "drink water"),
        (17, 2, 40, 2, "walking apart from each other"),
    ]
    assert [all_of_it.actions[f.action] for f in all_of_it.files(tmp_path)][-1] == (
        "put on headphone"
    )


@pytest.mark.parametrize("beside", [True, False])
def test_samples_on_the_list_of_missing_skeletons_are_left_out(tmp_path, beside):
    folder = tmp_path / "skeletons"
    folder.mkdir()
    names(folder, (1, 1, 1, 1, 1), (1, 1, 1, 1, 2))
    listing = (tmp_path if beside else folder) / "NTU_RGBD_samples_with_missing_skeletons.txt"
    listing.write_text("The samples without skeletons:\nS001C001P001R001A002\n\n")
    contents = dataset_by_id("ntu-60").contents(folder)
    assert [f.action for f in contents.files] == [0]
    assert contents.notes == ("1 recording on the lists of missing skeletons left out.",)


def test_without_a_list_nothing_is_left_out_and_that_is_said(tmp_path):
    names(tmp_path, (1, 1, 1, 1, 1))
    [note] = dataset_by_id("ntu-60").contents(tmp_path).notes
    assert "nothing is left out" in note


def test_ntu_60_is_divided_by_people_or_cameras(tmp_path):
    names(tmp_path, *((1, camera, person, 1, 1) for camera in (1, 2, 3) for person in (1, 3, 38)))
    contents = dataset_by_id("ntu-60").contents(tmp_path)
    by_people = split_by_protocol(contents.files, contents.protocol("x-sub"))
    assert {f.person for f in by_people.train} == {1, 38}
    assert {f.person for f in by_people.test} == {3}
    by_view = split_by_protocol(contents.files, contents.protocol("x-view"))
    assert {f.view for f in by_view.train} == {2, 3}
    assert {f.view for f in by_view.test} == {1}


def test_the_published_halves_have_their_published_sizes():
    sixty, more = dataset_by_id("ntu-60"), dataset_by_id("ntu-120")
    sizes = [(len(row.protocols[0].train), len(row.protocols[0].test)) for row in (sixty, more)]
    assert sizes == [(20, 20), (53, 53)]


def test_ntu_120_is_divided_by_setups(tmp_path):
    names(tmp_path, (32, 1, 1, 1, 120), (31, 1, 1, 1, 120), (2, 1, 1, 1, 1))
    contents = dataset_by_id("ntu-120").contents(tmp_path)
    split = split_by_protocol(contents.files, contents.protocol("x-set"))
    assert {f.setup for f in split.train} == {2, 32}
    assert {f.setup for f in split.test} == {31}


def test_a_clip_is_read_without_its_ghosts(tmp_path):
    recording = standing_bodies((0, 60), (5, 12))
    write_recording(recording, tmp_path / "S001C001P001R001A001.skeleton", "ntu")
    dataset = dataset_by_id("ntu-60")
    clip = dataset.read_clip(dataset.files(tmp_path)[0])
    assert clip.positions.shape == (60, 1, 25, 3)
    assert clip.recording.person_ids == ("100",)


def test_other_files_are_no_samples(tmp_path):
    put(tmp_path / "S001C001P001R001A001.skeleton", "ntu", frames=4)
    (tmp_path / "S001C001P001R001A002.txt").touch()
    (tmp_path / "notes.skeleton").touch()
    assert len(dataset_by_id("ntu-60").files(tmp_path)) == 1


def test_the_real_samples_are_found_and_read(shared_data):
    dataset = dataset_by_id("ntu-60")
    contents = dataset.contents(shared_data / "ntu-raw")
    assert len(contents.files) == 5
    people = [dataset.read_clip(f).recording.num_people for f in contents.files]
    assert people == [1, 1, 1, 1, 2]
