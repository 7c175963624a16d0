import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from engine.errors import EngineError, FileFormatError
from tests.engine.datasets.making import put


@pytest.fixture
def folder(tmp_path):
    for name in ("0002-L", "0002-M", "0291-R"):
        put(tmp_path / "skeleton" / f"{name}.txt", "pku-mmd", frames=20)
        (tmp_path / "label").mkdir(exist_ok=True)
        (tmp_path / "label" / f"{name}.txt").write_text("1,0,5,2\n51,8,30,1\n\n")
    (tmp_path / "cross-subject.txt").write_text(
        "Training videos:\n0002-L, 0002-M, \nValidataion videos:\n0291-R, \n"
    )
    return tmp_path


def test_labels_become_spans_of_their_recording(folder):
    dataset = dataset_by_id("pku-mmd")
    files = dataset.files(folder)
    first = [
        (dataset.actions[f.action], f.view, f.person, f.start, f.stop)
        for f in files
        if f.path.stem == "0002-M"
    ]
    assert first == [("bow", 2, 0, 0, 5), ("writing", 2, 0, 8, 30)]
    assert len(files) == 6
    assert [dataset.read_clip(f).num_frames for f in files[:2]] == [5, 12]


def test_the_published_lists_divide_by_people(folder):
    contents = dataset_by_id("pku-mmd").contents(folder)
    split = split_by_protocol(contents.files, contents.protocol("x-sub"))
    assert {f.path.stem for f in split.train} == {"0002-L", "0002-M"}
    assert {f.path.stem for f in split.test} == {"0291-R"}


def test_cameras_divide_without_a_list(folder):
    (folder / "cross-subject.txt").unlink()
    contents = dataset_by_id("pku-mmd").contents(folder)
    split = split_by_protocol(contents.files, contents.protocol("x-view"))
    assert {f.path.stem for f in split.train} == {"0002-M", "0291-R"}
    assert {f.path.stem for f in split.test} == {"0002-L"}
    assert contents.notes == ("There is no cross-subject.txt: its protocol divides nothing.",)
    with pytest.raises(EngineError, match="x-sub: no clip is there to train on"):
        split_by_protocol(contents.files, contents.protocol("x-sub"))


def test_the_second_phase_names_its_people(tmp_path):
    put(tmp_path / "skeleton" / "A05N13-R.txt", "pku-mmd", frames=20)
    (tmp_path / "label").mkdir()
    (tmp_path / "label" / "A05N13-R.txt").write_text("3,0,5,2\n")
    [file] = dataset_by_id("pku-mmd").files(tmp_path)
    assert (file.person, file.view) == (13, 3)


def test_recordings_without_labels_and_labels_without_recordings_are_counted(folder):
    put(folder / "skeleton" / "0003-L.txt", "pku-mmd")
    (folder / "label" / "0004-L.txt").write_text("1,0,5,2\n")
    contents = dataset_by_id("pku-mmd").contents(folder)
    assert len(contents.files) == 6
    assert contents.notes == (
        "1 recording without labels left out.",
        "1 recording with labels but without a skeleton left out.",
    )


@pytest.mark.parametrize("line", ["52,0,5,2", "0,0,5,2", "1,9,5,2", "1,x,5", "1,2"])
def test_a_damaged_row_is_named(folder, line):
    (folder / "label" / "0002-L.txt").write_text(f"1,0,5,2\n{line}\n")
    with pytest.raises(FileFormatError, match=r"0002-L\.txt:2: expected action,start,end"):
        dataset_by_id("pku-mmd").files(folder)


def test_a_list_without_its_second_half_is_refused(folder):
    (folder / "cross-subject.txt").write_text("Training videos:\n0002-L")
    with pytest.raises(FileFormatError, match="names to judge by"):
        dataset_by_id("pku-mmd").files(folder)


def test_a_real_recording_under_its_published_name(tmp_path, shared_data):
    (tmp_path / "skeleton").mkdir()
    (tmp_path / "label").mkdir()
    path = tmp_path / "skeleton" / "A10N08-L.txt"
    path.write_bytes((shared_data / "formats" / "pkummd_A10N08-L.txt").read_bytes())
    (tmp_path / "label" / "A10N08-L.txt").write_text("22,100,180,2\n")
    dataset = dataset_by_id("pku-mmd")
    [file] = dataset.files(tmp_path)
    clip = dataset.read_clip(file)
    assert (clip.num_frames, clip.recording.num_frames) == (80, 1040)
    assert dataset.actions[file.action] == "pickup"
