import pytest

from engine.errors import EngineError
from engine.layouts.coco_17 import COCO_17
from engine.study.contents import StudyContents
from engine.study.importing import add_recordings, take_edit
from engine.study.takes import fit_name
from tests.engine.formats.making import make_recording
from tests.engine.study.making_files import one_row

EMPTY = StudyContents()


def add(contents, folder, path):
    added = add_recordings(contents, folder, (path,))
    return added, contents.applied(added.edit)


def test_a_take_lies_inside_the_study_before_its_row_is_there(tmp_path):
    take = make_recording(COCO_17, frames=5)
    edit = take_edit(EMPTY, tmp_path, take, "Sit down: 3rd try/left")
    row = one_row(EMPTY.applied(edit))
    assert row.is_inside
    assert row.path.startswith("recordings/Sit-down-3rd-try-left-")
    assert (row.title, row.layout_id, row.num_frames) == ("Sit down: 3rd try/left", "coco-17", 5)
    assert edit.name == "Add Sit down: 3rd try/left"
    again, _ = add(EMPTY.applied(edit), tmp_path, tmp_path / row.path)
    assert again.known == 1
    assert [path.name for path in (tmp_path / "recordings").iterdir()] == [row.path[11:]]


def test_a_take_that_is_there_already_is_written_once(tmp_path):
    take = make_recording(COCO_17, frames=5)
    contents = EMPTY.applied(take_edit(EMPTY, tmp_path, take, "one"))
    assert take_edit(contents, tmp_path, take, "one").changes == ()
    other = take_edit(contents, tmp_path, make_recording(COCO_17, frames=6), "one")
    assert sorted(row.title for row in contents.applied(other).recordings.values()) == [
        "one",
        "one (2)",
    ]


def test_a_damaged_file_in_the_place_of_a_take_is_written_anew(tmp_path):
    take = make_recording(COCO_17, frames=5)
    row = one_row(EMPTY.applied(take_edit(EMPTY, tmp_path, take, "one")))
    (tmp_path / row.path).write_bytes(b"cut short")
    take_edit(EMPTY, tmp_path, take, "one")
    added, _ = add(EMPTY, tmp_path, tmp_path / row.path)
    assert added.refused == ()


def test_a_take_that_cannot_be_written_makes_no_edit(tmp_path):
    (tmp_path / "recordings").write_text("in the way")
    with pytest.raises(EngineError, match="recordings cannot be written"):
        take_edit(EMPTY, tmp_path, make_recording(COCO_17), "one")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc", "etc"),
        ("a:b*c", "a-b-c"),
        ("...", "take"),
        ("", "take"),
        ("x" * 300, "x" * 80),
    ],
)
def test_titles_become_names_that_every_system_takes(title, name):
    assert fit_name(title) == name
