"""Words about studies, and where they lie."""

from pathlib import Path

import pytest

from app.study_places import MOST_RECENT, sort_paths, with_recent
from app.study_words import (
    added_words,
    faults_listing,
    folder_name,
    left_out_listing,
    not_written_words,
)
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
    assert added_words(37, 0, 0, 0, is_part=True) == "37 recordings added  ·  stopped"
    assert added_words(0, 0, 2, 0, is_part=True) == "Stopped before anything was added"


def test_a_list_of_what_was_left_out_has_an_end() -> None:
    refused = tuple((Path(f"/x/{number}.txt"), "broken") for number in range(402))
    listing = left_out_listing(refused)
    assert listing is not None
    assert listing.title == "402 things were left out"
    lines = listing.text.splitlines()
    assert lines[0] == f"0.txt: broken   ({Path('/x')})"
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


def test_a_listing_is_about_what_was_left_out_or_only_noticed() -> None:
    path = Path("/x/a.csv")
    left_out, noticed = left_out_listing(((path, "broken"),), ((path, "odd"),)), None
    assert left_out is not None
    assert left_out.lines == tuple(f"a.csv: {why}   ({path.parent})" for why in ("broken", "odd"))
    noticed = left_out_listing((), ((path, "odd"),))
    assert noticed is not None
    assert (noticed.button, noticed.is_wrong) == ("1 note", False)
    assert left_out_listing(()) is None


def test_a_check_lists_what_it_found() -> None:
    assert faults_listing(()) is None
    found = faults_listing(("The history has a gap. Restore a backup.",))
    assert found is not None
    assert found.title == "1 fault found in the study"
