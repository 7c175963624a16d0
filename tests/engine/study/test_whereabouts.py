import os
import shutil
from dataclasses import replace

import pytest

from engine.errors import EngineError
from engine.study.contents import StudyContents
from engine.study.importing import add_recordings, missing, path_of, relink
from engine.study.whereabouts import place_of_file, walk
from tests.engine.study.making_files import one_row, write_clip


@pytest.fixture
def project(tmp_path):
    """A study beside its data: ``project/study`` and ``project/data/day 1/wave.npz``."""
    write_clip(tmp_path / "project/data/day 1/wave.npz", seed=1)
    (tmp_path / "project/study").mkdir()
    return tmp_path / "project"


def study_of_clip(folder):
    write_clip(folder / "take.npz")
    return StudyContents().applied(add_recordings(StudyContents(), folder, (folder,)).edit)


def study_of(project):
    added = add_recordings(StudyContents(), project / "study", (project / "data",))
    return StudyContents().applied(added.edit)


def test_a_recording_lies_where_its_row_says(project):
    contents = study_of(project)
    row = one_row(contents)
    assert path_of(project / "study", row) == project / "data/day 1/wave.npz"
    assert missing(contents, project / "study") == ()


def test_a_study_copied_together_with_its_recordings_finds_them(project, tmp_path):
    contents = study_of(project)
    moved = tmp_path / "another computer"
    shutil.move(project, moved)
    found = path_of(moved / "study", one_row(contents))
    assert found == moved / "data/day 1/wave.npz"
    assert missing(contents, moved / "study") == ()


def test_recordings_put_into_the_study_s_folder_are_found_there(project, tmp_path):
    contents = study_of(project)
    shutil.copytree(project / "data/day 1", tmp_path / "usb/day 1")
    shutil.rmtree(project)
    assert path_of(tmp_path / "usb", one_row(contents)) == tmp_path / "usb/day 1/wave.npz"


def test_a_path_of_windows_is_followed_on_any_system(project):
    row = replace(one_row(study_of(project)), path="D:\\films\\data\\day 1\\wave.npz")
    assert path_of(project / "study", row) == project / "data/day 1/wave.npz"


def test_a_path_of_another_system_is_told_as_it_was(project):
    row = replace(one_row(study_of(project)), path="D:\\films\\gone.npz")
    assert str(path_of(project / "study", row)) == "D:\\films\\gone.npz"


def test_a_take_lies_in_the_folder_of_whatever_copy_of_the_study(tmp_path):
    row = replace(
        one_row(study_of_clip(tmp_path / "one")), path="recordings/take.npz", is_inside=True
    )
    assert path_of(tmp_path / "two", row) == tmp_path / "two/recordings/take.npz"


def test_another_file_of_the_same_name_is_not_taken_for_it(project, tmp_path):
    contents = study_of(project)
    moved = tmp_path / "elsewhere"
    shutil.move(project, moved)
    write_clip(moved / "data/day 1/wave.npz", seed=2)
    assert missing(contents, moved / "study") == (one_row(contents),)
    assert path_of(moved / "study", one_row(contents)) == project / "data/day 1/wave.npz"


def test_a_file_in_a_folder_that_must_not_be_entered_is_missing(project, monkeypatch):
    contents = study_of(project)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", refuse)
    assert missing(contents, project / "study") == (one_row(contents),)


def test_only_a_file_among_the_study_s_takes_is_named_from_there(tmp_path):
    assert place_of_file(tmp_path, tmp_path / "recordings/a.npz") == ("recordings/a.npz", True)
    beside = tmp_path / "films/a.npz"
    assert place_of_file(tmp_path, beside) == (str(beside), False)


@pytest.mark.parametrize("name", ["\\a.npz", "..\\a.npz", "c:a.npz"])
def test_a_name_that_leads_elsewhere_on_windows_is_kept_as_a_full_path(tmp_path, name):
    kept, is_inside = place_of_file(tmp_path, tmp_path / "recordings" / name)
    assert not is_inside
    assert kept.startswith(str(tmp_path))


# relinking


def test_a_moved_and_renamed_recording_is_found_again_by_its_content(project, tmp_path):
    contents = study_of(project)
    (tmp_path / "new").mkdir()
    shutil.move(project / "data/day 1/wave.npz", tmp_path / "new/first take.npz")
    write_clip(tmp_path / "new/other.npz", seed=3)
    edit = relink(contents, project / "study", tmp_path / "new")
    after = contents.applied(edit)
    assert one_row(after).path == str(tmp_path / "new/first take.npz")
    assert one_row(after).id == one_row(contents).id
    assert edit.name == "Find 1 recording again"
    assert missing(after, project / "study") == ()
    assert after.applied(edit.inverse) == contents


def test_what_is_found_inside_the_study_is_named_from_there(project):
    contents = study_of(project)
    (project / "study/recordings").mkdir()
    shutil.move(project / "data/day 1/wave.npz", project / "study/recordings/wave.npz")
    row = one_row(contents.applied(relink(contents, project / "study", project)))
    assert (row.path, row.is_inside) == ("recordings/wave.npz", True)


def test_a_recording_whose_file_was_replaced_is_found_again_by_name(project, tmp_path):
    contents = study_of(project)
    (tmp_path / "kept").mkdir()
    shutil.move(project / "data/day 1/wave.npz", tmp_path / "kept/wave.npz")
    write_clip(project / "data/day 1/wave.npz", seed=2)
    edit = relink(contents, project / "study", tmp_path / "kept")
    assert [change.after.path for change in edit.changes] == [str(tmp_path / "kept/wave.npz")]


def test_nothing_is_changed_where_nothing_is_missing(project):
    contents = study_of(project)
    assert relink(contents, project / "study", project / "data").changes == ()


def test_looking_can_be_stopped_and_tells_how_far_it_is(project, tmp_path):
    contents = study_of(project)
    shutil.move(project / "data", tmp_path / "moved")
    told = []
    edit = relink(contents, project / "study", tmp_path / "moved", should_stop=lambda: True)
    assert edit.changes == ()
    relink(contents, project / "study", tmp_path / "moved", on_progress=told.append)
    assert told == [1.0, 1.0]


def test_looking_in_no_folder_is_refused(project):
    with pytest.raises(EngineError, match="is no folder; give one that holds the recordings"):
        relink(study_of(project), project / "study", project / "nowhere")
    with pytest.raises(EngineError, match="is no folder; give one that holds the recordings"):
        relink(study_of(project), project / "study", project / ("x" * 300))


# folders


def test_a_folder_is_gone_through_by_name_without_hidden_files(tmp_path):
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden/x.txt", ".x", "b/10/deep.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in walk(tmp_path)]
    assert found == ["a.txt", "b/1.txt", "b/2.txt", "b/10/deep.txt"]


def test_of_a_study_only_its_recordings_are_looked_at(tmp_path):
    for name in ("study.db", "study.lock", "recordings/a.npz", "models/m/bank.npz", "jobs/1/c.npz"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert list(walk(tmp_path)) == [tmp_path / "recordings/a.npz"]


def test_a_link_back_to_the_folder_itself_does_no_harm(tmp_path):
    (tmp_path / "a.txt").touch()
    try:
        (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert list(walk(tmp_path)) == [tmp_path / "a.txt"]


def test_a_folder_that_cannot_be_read_is_told_of(tmp_path):
    assert list(walk(tmp_path / "gone")) == [
        (tmp_path / "gone", "cannot be read (No such file or directory)")
    ]
