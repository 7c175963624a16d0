import sqlite3
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.study import database, schema, store
from engine.study.backups import list_backups
from engine.study.checking import check_study
from engine.study.database import complaint
from engine.study.schema import MIGRATIONS, SCHEMA_VERSION
from engine.study.store import Study, StudyError
from tests.engine.study.making_labels import segment
from tests.engine.study.making_store import FILE, add, created, let_back_up, on_disk, tamper

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65_534


@pytest.fixture
def folder(tmp_path):
    created(tmp_path / "study", segment("one", 0, 10, note="precious")).close()
    return tmp_path / "study"


def refused(folder):
    """Why it cannot be opened, for changing nor for reading; nothing of it is changed."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    words = set()
    for read_only in (False, True):
        with pytest.raises(StudyError) as caught:
            Study.open(folder, read_only=read_only)
        words.add(str(caught.value))
    assert len(words) == 1
    assert (folder / FILE).read_bytes() == before[FILE]
    message = words.pop()
    assert message.startswith(str(folder))
    assert "\n" not in message
    return message


# what is no study


def test_a_text_file_is_no_study(folder):
    (folder / FILE).write_text("Dear diary, " * 1_000)
    assert "it is no database, so it is another file or damaged; see its" in refused(folder)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_was_cut_off_is_no_study(folder, data):
    (folder / FILE).write_bytes(data)
    assert refused(folder)


def test_a_damaged_table_that_sqlite_quotes_is_damage(folder):
    data = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(data.replace(b"CREATE INDEX", b"CREATE \xc3\x28DEX"))
    assert "it is damaged; see its backups" in refused(folder)


def test_a_path_that_cannot_be_looked_at_is_told_of(folder):
    for path in (folder / ("x" * 300), folder / FILE / "below"):
        for opened in (Study.open, check_study):
            with pytest.raises(StudyError, match=r"^[^\n]*$"):
                opened(path)


def test_the_database_of_another_program_is_no_study(folder):
    (folder / FILE).unlink()
    other = sqlite3.connect(folder / FILE)
    other.execute("CREATE TABLE segments (id)")
    other.close()
    assert "is not a study of Skelarium; open another folder" in refused(folder)


def test_a_newer_study_is_refused_politely_and_stays_as_it_is(folder):
    tamper(folder, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert f"was written by a newer Skelarium (version {SCHEMA_VERSION + 1}" in refused(folder)
    tamper(folder, f"PRAGMA user_version = {SCHEMA_VERSION}")
    with Study.open(folder) as study:
        assert study.contents.segment("one").note == "precious"


# what is damaged or hostile


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE segments SET start = 'x'", "row 'one' of segments is damaged"),
        ("UPDATE segments SET note = x'ff'", "row 'one' of segments is damaged"),
        ("UPDATE segments SET note = CAST(x'ff' AS TEXT)", "it is damaged"),
        ("UPDATE segments SET tier_id = 'gone'", "belongs to tier gone, which is not there"),
        ("UPDATE segments SET recording_id = 'gone'", "belongs to recording gone"),
        ("DELETE FROM actions", "segment one belongs to action wave, which is not there"),
        ("UPDATE recordings SET fps = '1/0'", "of recordings is damaged"),
        ("UPDATE actions SET colour = 'red'", "of actions is damaged (clap: a colour is #rrggbb"),
        ("UPDATE journal SET number = 7", "step 1 of the history is missing or damaged"),
        ("UPDATE journal SET time = 'now'", "step 1 of the history is missing or damaged"),
        ("UPDATE journal SET time = 1e300", "step 1 of the history is missing or damaged"),
        ("UPDATE journal SET name = x'00'", "step 1 of the history is missing or damaged"),
        ("UPDATE cursor SET position = 9", "how much of the history holds is not known"),
        ("UPDATE cursor SET position = 'x'", "how much of the history holds is not known"),
        ("DELETE FROM cursor", "how much of the history holds is not known"),
        (
            "CREATE TRIGGER t AFTER UPDATE ON facts BEGIN DELETE FROM segments; END",
            "trigger t does not belong in a study",
        ),
    ],
)
def test_what_is_damaged_is_named_and_how_to_go_back(folder, statement, words):
    tamper(folder, statement)
    message = refused(folder)
    assert words in message
    assert f"'skelarium study check \"{folder}\" --backups'" in message


def test_a_cell_that_is_too_large_is_not_read(folder, monkeypatch):
    tamper(folder, "UPDATE segments SET note = printf('%.*c', 3000000, 'x')")
    monkeypatch.setattr(database, "MOST_CELL_BYTES", 1_000_000)
    assert "too much" in refused(folder)


@pytest.mark.parametrize("seed", range(12))
def test_a_file_with_any_page_overwritten_is_refused_or_read(folder, seed):
    path = folder / FILE
    data = bytearray(path.read_bytes())
    page = (seed * 7 + 1) % (len(data) // 4096) * 4096
    data[page : page + 4096] = bytes((seed * 37 + number * 11) % 256 for number in range(4096))
    path.write_bytes(data)
    found = read_or_refused(folder)
    assert found == "precious" or str(path) in found


def read_or_refused(folder):
    try:
        with Study.open(folder) as study:
            return study.contents.segment("one").note
    except StudyError as error:
        return str(error)


# folders and files that cannot be written


def test_nothing_is_left_open_after_a_refusal(folder):
    tamper(folder, "UPDATE cursor SET position = 9")
    refused(folder)
    tamper(folder, "UPDATE cursor SET position = 1")
    with Study.open(folder) as study:
        assert study.read_only == ""


@pytest.fixture
def public():
    """A folder that everybody may enter, unlike those of the tests."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder, folder / "study"):
            if path.is_dir():
                path.chmod(0o755)


def as_nobody(folder, code):
    """Run a program without the rights of the tests' user; what it printed."""
    head = (
        "import os, sys, datetime, zoneinfo\nfrom pathlib import Path\n"
        "from engine.study.store import Study, StudyError\n"
        "from engine.labels import *\nfrom engine.study.contents import *\n"
        f"folder = Path(sys.argv[1])\nif os.geteuid() == 0: os.setgid({NOBODY}); "
        f"os.setuid({NOBODY})\n"
    )
    words = (sys.executable, "-c", head + code, str(folder))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


SHOWS = """
with Study.open(folder) as study:
    print(study.read_only)
    print(study.contents.segment("one").note)
    try:
        study.undo()
    except StudyError as error:
        print(error)
    study.refresh()
    print(len(study.history.steps))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has other rights")
@pytest.mark.parametrize("is_crashed", [False, True])
def test_a_folder_that_cannot_be_written_is_opened_for_reading(public, is_crashed):
    study = created(public / "study", segment("one", 0, 10, note="precious"))
    if not is_crashed:
        study.close()
    else:
        study._backups.close()  # the write-ahead file stays beside it
    for path in (public / "study").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)
    (public / "study").chmod(0o555)
    lines = as_nobody(public / "study", SHOWS)
    assert lines[0] == "its file cannot be written; see to its permissions"
    assert lines[1] == "precious"
    assert lines[2].startswith("the study cannot be changed: its file cannot be written")
    assert lines[3] == "1"
    study.close()


@pytest.mark.skipif(sys.platform == "win32", reason="has other rights")
def test_what_can_only_be_read_with_rights_to_write_says_so(public):
    study = created(public, segment("one", 0, 10))
    wal = (public / "study.db-wal").read_bytes()
    study.close()
    (public / "study.db-wal").write_bytes(wal)
    public.chmod(0o555)
    (line,) = as_nobody(public, OPENS)
    assert line.startswith(f"{public / FILE}: its last changes are still in study.db-wal")


OPENS = """
try:
    Study.open(folder)
except StudyError as error:
    print(error)
"""
CREATES = """
try:
    Study.create(folder, "new")
except StudyError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has other rights")
def test_no_study_begins_where_nothing_can_be_written(public):
    public.chmod(0o555)
    (line,) = as_nobody(public, CREATES)
    assert "no study can be begun there: its folder cannot be written" in line
    (line,) = as_nobody(public / "new", CREATES)
    assert "cannot be made (Permission denied)" in line
    assert not list(public.iterdir())


# older files


def test_an_older_study_is_backed_up_before_it_is_brought_up_to_date(folder, monkeypatch):
    for path in (folder / "backups").glob("*"):
        path.unlink()

    def second(connection):
        connection.execute("CREATE TABLE more (x)")

    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, second))
    for module in (schema, database, store):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    with pytest.raises(StudyError, match="was written by an older Skelarium"):
        Study.open(folder, read_only=True)
    with Study.open(folder) as study:
        let_back_up(study)
        study.do(add(segment("two", 20, 30)))
    (backup,) = (each for each in list_backups(folder))
    with sqlite3.connect(backup.path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1
    with sqlite3.connect(folder / FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
    assert on_disk(folder)[0].num_segments == 2


def test_an_older_study_that_cannot_be_brought_up_stays_as_it_was(folder, monkeypatch):
    def broken(connection):
        connection.execute("DELETE FROM segments")
        connection.execute("CREATE TABLE segments (x)")

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, broken))
        for module in (schema, database, store):
            patch.setattr(module, "SCHEMA_VERSION", 2)
        with pytest.raises(StudyError):
            Study.open(folder)
    with Study.open(folder) as study:
        assert study.read_only == ""
        assert study.contents.segment("one").note == "precious"


# words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_FULL", "the disk is full"),
        ("SQLITE_IOERR_WRITE", "see that there is room"),
        ("SQLITE_CANTOPEN", "see to the permissions"),
        ("SQLITE_READONLY_DBMOVED", "see to the permissions"),
        ("SQLITE_BUSY_SNAPSHOT", "another program holds the file"),
        ("SQLITE_CORRUPT_INDEX", "--backups"),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", "still belongs to"),
        ("SQLITE_MISUSE", "the database complains (bad)"),
    ],
)
def test_every_error_of_the_database_says_what_to_do(name, words):
    error = sqlite3.OperationalError("bad")
    error.sqlite_errorname = name
    assert words in str(complaint(Path("/s/study.db"), error))
