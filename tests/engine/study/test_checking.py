import sqlite3
from dataclasses import replace
from hashlib import sha256

import pytest

from engine.study import checking
from engine.study.backups import make_backup
from engine.study.checking import check_study
from engine.study.contents import Edit, changed
from engine.study.store import Study, StudyError
from tests.engine.study.making_labels import segment
from tests.engine.study.making_store import FILE, add, created, tamper

DATA = {"walk": b"w" * 3_000_000, "sit": b"sits"}


@pytest.fixture
def folder(tmp_path):
    """A study whose recordings are there."""
    folder = tmp_path / "study"
    with created(folder, segment("one", 0, 10), segment("two", 20, 30)) as study:
        for name, data in DATA.items():
            path = tmp_path / f"{name}.npz"
            path.write_bytes(data)
            old = study.contents.recordings[name]
            new = replace(old, path=str(path), sha256=sha256(data).hexdigest())
            study.do(Edit(name="Find", changes=(changed(old, new),)))
        study.do(add(segment("three", 40, 50)))
        study.undo()
    return folder


def state(folder):
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "-shm" not in path.name and path.stat().st_size
    }


def test_a_whole_study_has_no_findings_and_stays_as_it_is(folder):
    make_backup(folder)
    before = state(folder)
    told = []
    assert check_study(folder, on_progress=told.append) == ()
    assert state(folder) == before
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5


def test_a_study_is_checked_while_it_is_edited(folder):
    with Study.open(folder) as study:
        study.do(add(segment("four", 60, 70)))
        assert check_study(folder) == ()
        study.do(add(segment("five", 80, 90)))
        assert study.undo().name == "Add"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE segments SET stop = 25 WHERE id = 'one'", "overlaps"),
        ("UPDATE segments SET stop = 900 WHERE id = 'two'", "the recording's 300 frames"),
        ("UPDATE segments SET person = 7 WHERE id = 'two'", "is of person 8, the recording has 2"),
        (
            "UPDATE segments SET note = 'x' WHERE id = 'two'",
            "History and labels differ: step 1 of the history (Fill) did something else. The ",
        ),
        ("DELETE FROM segments", "step 1 of the history (Fill) did something else"),
        ("UPDATE journal SET changes = '[]' WHERE number = 1", "came from no step"),
        ("UPDATE journal SET changes = '[' WHERE number = 2", "a step of the history is damaged"),
        (
            "UPDATE journal SET changes = (SELECT changes FROM journal WHERE number = 1) "
            "WHERE number = 4",
            "step 4 of the history (Add) cannot be done again",
        ),
        ("UPDATE segments SET tier_id = 'gone'", "belongs to one that is not there"),
        ("UPDATE segments SET origin = 'robot'", "of segments is damaged"),
        ("PRAGMA user_version = 9", "was written by a newer Skelarium"),
        ("CREATE TRIGGER t AFTER UPDATE ON facts BEGIN SELECT 1; END", "trigger t does not"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(folder, statement, words):
    tamper(folder, statement)
    before = (folder / FILE).read_bytes()
    found = check_study(folder)
    assert any(words in each for each in found), found
    assert all(each.endswith(".") for each in found)
    assert all(". " in each or "; " in each for each in found)
    assert (folder / FILE).read_bytes() == before


def test_a_damaged_index_is_found(folder):
    path = folder / FILE
    connection = sqlite3.connect(path)
    root = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'segments_of_actions'"
    ).fetchone()[0]
    connection.close()
    data = bytearray(path.read_bytes())
    page = slice((root - 1) * 4096, root * 4096)
    data[page] = bytes(data[page]).replace(b"wave", b"wavy")
    path.write_bytes(data)
    (words,) = check_study(folder)
    assert "it is damaged (" in words
    assert "--backups" in words


def test_files_that_are_gone_or_others_are_named(folder):
    walk, sit = folder.parent / "walk.npz", folder.parent / "sit.npz"
    walk.write_bytes(DATA["walk"][:-1] + b"!")
    sit.unlink()
    gone, other = check_study(folder)
    assert gone.startswith(
        f"The file of sit, {sit}, is not there. Put it back, or let the study look"
    )
    assert other.startswith(f"The file of walk, {walk}, is another one than was labelled. ")


def test_a_file_that_cannot_be_looked_at_is_told_of_as_one_that_is_gone(folder):
    with Study.open(folder) as study:
        old = study.contents.recordings["sit"]
        new = replace(old, path=str(folder / ("x" * 300)))
        study.do(Edit(name="Find", changes=(changed(old, new),)))
    (words,) = check_study(folder)
    assert words.startswith("The file of sit, ")
    assert "x, is not there. Put it back" in words


def test_recordings_that_were_taken_out_are_not_missed(folder):
    (folder.parent / "sit.npz").unlink()
    with Study.open(folder) as study:
        old = study.contents.recordings["sit"]
        study.do(Edit(name="Out", changes=(changed(old, replace(old, is_archived=True)),)))
    assert check_study(folder) == ()


def test_a_damaged_backup_is_named(folder):
    path = make_backup(folder)
    path.write_bytes(b"nonsense")
    (words,) = check_study(folder)
    assert words == f"The backup {path.name} is damaged. Take it out of the folder backups."


def test_many_faults_are_counted(folder, monkeypatch):
    monkeypatch.setattr(checking, "MOST_FAULTS", 1)
    tamper(folder, "UPDATE segments SET stop = 900")
    found = check_study(folder)
    assert "There are 2 more segments like these. Mend those above and check again." in found


@pytest.mark.parametrize("asked", [0, 1, 3, 6])
def test_it_can_be_stopped_at_any_time(folder, asked):
    answers = iter([False] * asked)
    found = check_study(folder, should_stop=lambda: next(answers, True))
    assert found == ("Not everything was looked at. Check once more and let it end.",)


def test_there_must_be_a_study(folder, tmp_path):
    with pytest.raises(StudyError, match=r"holds no study\.db$"):
        check_study(tmp_path)
    make_backup(folder)
    (folder / FILE).unlink()
    with pytest.raises(StudyError, match=r"holds no study\.db; one of its backups can be restored"):
        check_study(folder)
