import json
from dataclasses import replace
from hashlib import sha256

import pytest

from engine.commands.runner import EXIT_MENDABLE, run_command
from engine.commands.study_check import CHECK
from engine.study.backups import make_backup
from engine.study.store import Study
from tests.engine.study.making_labels import recording, segment
from tests.engine.study.making_store import FILE, add, created, let_back_up, on_disk


@pytest.fixture
def folder(tmp_path):
    """A study of one take that is there, with a segment in it."""
    folder = tmp_path / "study"
    take = tmp_path / "take.npz"
    take.write_bytes(b"content")
    with Study.create(folder, "study") as study:
        digest = sha256(b"content").hexdigest()
        study.do(add(replace(recording("take"), path=str(take), sha256=digest)))
        tier = next(iter(study.contents.tiers))
        study.do(add(replace(segment("one", 0, 10, None), recording_id="take", tier_id=tier)))
    return folder


def check(*words):
    return run_command((CHECK,), ("check", *map(str, words)))


def test_a_whole_study_is_told_to_be_whole(folder, capsys):
    assert check(folder) == 0
    assert capsys.readouterr().out == f"{folder} is whole.\n"
    assert check(folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"study": str(folder), "findings": []}


def test_findings_are_printed_one_a_line(folder, capsys):
    (folder.parent / "take.npz").write_bytes(b"another")
    assert check(folder) == EXIT_MENDABLE
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("The file of take, ")
    assert check(folder, "--json") == EXIT_MENDABLE
    assert json.loads(capsys.readouterr().out)["findings"] == [line]


def test_backups_are_listed_and_one_is_restored(folder, capsys):
    assert check(folder, "--backups") == 0
    assert capsys.readouterr().out == f"{folder} has no backups.\n"
    make_backup(folder)
    then = on_disk(folder)
    with Study.open(folder) as study:
        let_back_up(study)
        study.undo()
    (folder / FILE).write_bytes(b"nonsense")
    assert check(folder) == EXIT_MENDABLE
    assert f'check "{folder}" --backups\'' in capsys.readouterr().out
    check(folder, "--backups")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("  1  20")
    assert line.endswith("segments: 1, steps: 2")
    assert check(folder, "--restore", 1) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{folder} is what it was 20")
    assert "What was there is kept as " in told
    assert on_disk(folder) == then
    assert check(folder) == 0


def test_backups_as_json_have_numbers(folder, capsys):
    make_backup(folder)
    assert check(folder, "--backups", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)["backups"]
    assert (row["number"], row["segments"], row["steps"], row["replaced"]) == (1, 1, 2, False)
    assert check(folder, "--restore", 1, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["restored"] == row
    assert told["kept"].endswith(".db")


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_a_backup_that_is_not_there_is_refused(folder, capsys, number):
    make_backup(folder)
    assert check(folder, "--restore", number) == EXIT_MENDABLE
    assert f"has no backup {number}; list" in capsys.readouterr().err


def test_a_folder_without_a_study_is_refused(tmp_path, capsys):
    assert check(tmp_path) == EXIT_MENDABLE
    assert "holds no study.db" in capsys.readouterr().err


def test_moved_recordings_are_found_again(folder, tmp_path, capsys):
    moved = tmp_path / "elsewhere" / "renamed.npz"
    moved.parent.mkdir()
    (tmp_path / "take.npz").rename(moved)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert check(folder, "--relink", empty) == EXIT_MENDABLE
    told = capsys.readouterr().out.splitlines()
    assert told == [f"{folder}: recordings found again: 0, missing: 1", "  take"]
    assert check(folder, "--relink", moved.parent, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"study": str(folder), "found": 1, "missing": []}
    assert on_disk(folder)[0].recordings["take"].path == str(moved)
    assert check(folder) == 0


def test_a_study_that_is_open_elsewhere_is_checked_but_not_changed(folder, capsys):
    make_backup(folder)
    with Study.open(folder):
        assert check(folder) == 0
        assert check(folder, "--restore", 1) == EXIT_MENDABLE
        assert "another window has it open" in capsys.readouterr().err
        assert check(folder, "--relink", folder.parent) == EXIT_MENDABLE


def test_every_recording_that_is_missing_is_named(tmp_path, capsys):
    created(tmp_path / "other").close()
    assert check(tmp_path / "other") == EXIT_MENDABLE
    assert len(capsys.readouterr().out.splitlines()) == 2
