import pytest

from engine.datasets import dataset_by_id
from engine.datasets.splits import split_by_protocol
from engine.errors import FileFormatError
from tests.engine.datasets.making import put_rows


def place(folder, clip, name):
    gesture, finger, subject, essai = clip
    return folder.joinpath(
        f"gesture_{gesture}", f"finger_{finger}", f"subject_{subject}", f"essai_{essai}", name
    )


CLIPS = ((1, 1, 1, 1), (2, 2, 28, 3), (14, 2, 5, 1))


@pytest.fixture
def shrec(tmp_path):
    for clip in CLIPS:
        put_rows(place(tmp_path, clip, "skeletons_world.txt"), 66)
        put_rows(place(tmp_path, clip, "skeletons_image.txt"), 44)
    (tmp_path / "train_gestures.txt").write_text("1 1 1 1 1 1 6\n14 2 5 1 14 28 6\n")
    (tmp_path / "test_gestures.txt").write_text("2 2 28 3 2 16 6\n9 1 1 1 9 9 6\n")
    return tmp_path


def test_fourteen_and_twenty_eight_labels(shrec):
    for labels, names in (
        (14, ["grab", "shake", "tap"]),
        (28, ["grab (one finger)", "shake (whole hand)", "tap (whole hand)"]),
    ):
        dataset = dataset_by_id(f"shrec17-{labels}")
        files = dataset.files(shrec)
        assert len(set(dataset.actions)) == labels
        assert [dataset.actions[f.action] for f in files] == names
        assert [(f.person, f.repetition) for f in files] == [(1, 1), (5, 1), (28, 3)]


def test_the_published_lists_divide_and_lost_recordings_are_counted(shrec):
    contents = dataset_by_id("shrec17-14").contents(shrec)
    split = split_by_protocol(contents.files, contents.protocol("published"))
    assert [f.action for f in split.train] == [0, 13]
    assert [f.action for f in split.test] == [1]
    assert contents.notes == ("1 listed recordings are not there.",)


def test_a_hand_is_read_with_its_22_joints(shrec):
    dataset = dataset_by_id("shrec17-14")
    clip = dataset.read_clip(dataset.files(shrec)[0])
    assert clip.positions.shape == (6, 1, 22, 3)


def test_dhg_says_where_in_a_recording_the_gesture_is(tmp_path):
    for clip in CLIPS[:2]:
        put_rows(place(tmp_path, clip, "skeleton_world.txt"), 66, frames=8)
    (tmp_path / "informations_troncage_sequences.txt").write_text("1 1 1 1 2 5\n2 2 28 3 0 99\n")
    dataset = dataset_by_id("dhg-14")
    files = dataset.files(tmp_path)
    assert [(f.start, f.stop) for f in files] == [(2, 6), (0, 100)]
    assert [dataset.read_clip(f).num_frames for f in files] == [4, 8]
    folds = dataset.contents(tmp_path).protocol("leave-one-person-out").folds(files)
    assert [fold.test for fold in folds] == [(1,), (28,)]


@pytest.mark.parametrize("line", ["1 1 1", "1 1 one 1 1 1 6", "-1 1 1 1 1 1 6"])
def test_a_damaged_list_is_named(shrec, line):
    (shrec / "train_gestures.txt").write_text(f"1 1 1 1 1 1 6\n{line}\n")
    with pytest.raises(FileFormatError, match=r"train_gestures\.txt:2: expected at least six"):
        dataset_by_id("shrec17-14").files(shrec)


def test_a_recording_that_is_gone_is_named(shrec):
    dataset = dataset_by_id("shrec17-14")
    [file, *_] = dataset.files(shrec)
    file.path.unlink()
    with pytest.raises(FileFormatError, match=r"skeletons_world\.txt: cannot be read"):
        dataset.read_clip(file)
