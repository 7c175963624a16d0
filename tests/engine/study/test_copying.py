"""A study taken to another folder."""

from pathlib import Path

import pytest

from engine.labels import Action
from engine.study.contents import Edit, added
from engine.study.copying import copy_study
from engine.study.rows import StudyError
from engine.study.store import Study


def with_a_step(folder: Path) -> Study:
    study = Study.create(folder, "Gait")
    action = Action(id="a", name="wave", colour="#112233")
    study.do(Edit(name="Add wave", changes=(added(action),)))
    return study


def test_a_copy_of_an_open_study_has_its_labels_history_and_takes(tmp_path: Path) -> None:
    with with_a_step(tmp_path / "one") as study:
        take = tmp_path / "one" / "recordings" / "take.npz"
        take.parent.mkdir()
        take.write_bytes(b"take")
        copy_study(tmp_path / "one", tmp_path / "two")
        contents = study.contents
    with Study.open(tmp_path / "two") as copy:
        assert copy.contents == contents
        assert copy.undo() is not None
    assert (tmp_path / "two" / "recordings" / "take.npz").read_bytes() == b"take"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    with_a_step(tmp_path / "one").close()
    target = tmp_path / "two"
    target.mkdir()
    (target / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="is not empty"):
        copy_study(tmp_path / "one", target)
    assert [each.name for each in target.iterdir()] == ["mine.txt"]


def test_a_copy_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_step(tmp_path / "one").close()

    def full(*_: object) -> None:
        raise StudyError("the disk is full")

    monkeypatch.setattr("engine.study.copying.restore_backup", full)
    with pytest.raises(StudyError, match="full"):
        copy_study(tmp_path / "one", tmp_path / "two")
    assert not (tmp_path / "two").exists()
