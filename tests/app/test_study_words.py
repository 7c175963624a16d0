"""Words about studies, and where they lie."""

from pathlib import Path

import pytest

from app.study_places import MOST_RECENT, sort_paths, with_recent
from app.study_words import added_words, folder_name, not_written_words, refused_report
from engine.study.store import STUDY_FILE


@pytest.mark.parametrize(
    ("name", "folder"),
    [("Gait 2026", "Gait 2026"), ("a/b: c?", "a-b- c"), (" .. ", "study"), ("été", "été")],
)
def test_a_name_becomes_a_folder_on_every_system(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_what_was_added_is_said_in_one_line() -> None:
    assert added_words(1, 0, 0, 0) == "1 recording added"
    assert added_words(20, 199, 2, 1) == (
        "20 recordings added  ·  199 segments  ·  2 known already  ·  1 left out"
    )
    assert added_words(0, 0, 3, 0) == "Nothing new: the study has them all"
    assert added_words(0, 0, 0, 0) == "There was nothing to add"


def test_a_list_of_what_was_left_out_has_an_end() -> None:
    refused = tuple((Path(f"{number}.txt"), "broken") for number in range(402))
    lines = refused_report(refused).splitlines()
    assert lines[0] == "0.txt: broken"
    assert lines[-1] == "… and 2 more"


def test_changes_that_were_taken_back_are_named_or_counted() -> None:
    assert not_written_words(("Split segment",), "disk full").startswith("“Split segment” could")
    assert not_written_words(("a", "b"), "disk full").startswith("2 changes could")


def test_a_study_is_its_folder_or_its_database(tmp_path: Path) -> None:
    study, folder, file = tmp_path / "gait", tmp_path / "takes", tmp_path / "walk.json"
    for each in (study, folder):
        each.mkdir()
    (study / STUDY_FILE).touch()
    found = sort_paths((study, study / STUDY_FILE, folder, file))
    assert found.studies == (study, study)
    assert found.folders == (folder,)
    assert found.files == (file,)


def test_recent_studies_are_few_and_each_is_there_once() -> None:
    folders = tuple(Path(str(number)) for number in range(MOST_RECENT))
    recent = with_recent(folders, Path("3"))
    assert recent[:3] == (Path("3"), Path("0"), Path("1"))
    assert len(with_recent(folders, Path("new"))) == MOST_RECENT
