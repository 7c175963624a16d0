import pytest

from engine.datasets import dataset_by_id
from tests.engine.datasets.making import put, put_rows


def found(folder):
    contents = dataset_by_id("folders").contents(folder)
    return contents, {f.name: f for f in contents.files}


def test_folders_name_the_actions_of_recordings_of_any_format(tmp_path):
    put(tmp_path / "wave" / "one.json", "nw-ucla", frames=7)
    put(tmp_path / "wave" / "two.npz", "npz")
    put(tmp_path / "jump" / "deep" / "three.txt", "utkinect")
    contents, files = found(tmp_path)
    assert contents.actions == ("jump", "wave")
    assert [f.action for f in contents.files] == [0, 1, 1]
    assert contents.layout_id == "kinect-v1"
    assert dataset_by_id("folders").read_clip(files["wave/one.json"]).num_frames == 7


@pytest.mark.parametrize(
    ("path", "person", "view"),
    [
        ("wave/person 3/x.json", 3, 1),
        ("wave/s03/x.json", 3, 1),
        ("wave/Subject_12/takes/x.json", 12, 1),
        ("wave/clip_p4_b.json", 4, 1),
        ("wave/clip_s05.json", 5, 1),
        ("wave/p6-v2.json", 6, 2),
        ("wave/a01_s07_e00_v02.json", 7, 2),
        ("wave/S001C003P008R001A002.json", 8, 3),
        ("wave/x.json", 0, 1),
        ("wave/steps3.json", 0, 1),
        ("person 9/x.json", 0, 1),
    ],
)
def test_who_acts_is_read_from_a_folder_or_the_name(tmp_path, path, person, view):
    put(tmp_path / path, "nw-ucla")
    contents, files = found(tmp_path)
    assert (files[path].person, files[path].view) == (person, view)
    said = "1 recording with nobody's number in its path."
    assert (said in contents.notes) == (person == 0)


def test_what_no_format_knows_is_left_out_and_counted(tmp_path):
    put(tmp_path / "wave" / "p1.json", "nw-ucla")
    (tmp_path / "wave" / "notes.md").write_text("about waving")
    put(tmp_path / "loose.json", "nw-ucla")
    put(tmp_path / ".trash" / "p1.json", "nw-ucla")
    put_rows(tmp_path / "wave" / "rows.txt", 7)
    contents, files = found(tmp_path)
    assert list(files) == ["wave/p1.json"]
    assert contents.notes == ("2 files of no known format left out.",)


def test_the_layout_of_most_actions_counts_and_damaged_files_do_not(tmp_path):
    put(tmp_path / "a" / "p1.json", "nw-ucla")
    put(tmp_path / "b" / "p1.skeleton", "ntu")
    put(tmp_path / "c" / "p1.skeleton", "ntu")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "p1.json").write_text('{"skeletons": [')
    contents, files = found(tmp_path)
    assert contents.layout_id == "kinect-v2"
    assert len(files) == 4
    assert "p1.json:1: broken JSON" in contents.notes[0]


def test_a_single_file_is_no_set_of_folders(tmp_path):
    put(tmp_path / "a.json", "nw-ucla")
    with pytest.raises(Exception, match="holds no recordings of folders of clips"):
        dataset_by_id("folders").files(tmp_path / "a.json")
