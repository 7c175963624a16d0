import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest

from engine.labels import Action, StudyFacts
from engine.study.contents import Edit, StaleEditError, added, changed, removed
from engine.study.database import connect
from engine.study.placing import Place
from engine.study.store import STUDY_FILE, Study, StudyError
from tests.engine.study.making_labels import P2, recording, segment
from tests.engine.study.making_store import add, created, on_disk, tamper

WAVE = Action(id="wave", name="wave", colour="#5c8ffa", key="1", position=0)
BIG = Place(recording_id="big", person=0, tier_id="mine")
ROOT = Path(__file__).resolve().parents[3]
OPENS = """
import sys
from pathlib import Path
from engine.study.placing import Place
from engine.study.store import Study
study = Study.open(Path(sys.argv[1]))
print(study.read_only or "writable", flush=True)
for line in sys.stdin:
    study.undo()
    print(study.history.position, flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my study"


def names(study):
    return [step.name for step in study.history.steps]


# creating and opening


def test_a_new_study_has_a_name_and_a_tier_and_no_history(folder):
    with Study.create(folder, "Gait lab") as study:
        assert study.folder == folder
        assert study.read_only == ""
        assert study.contents.facts == StudyFacts(name="Gait lab")
        assert [tier.name for tier in study.contents.shown_tiers] == ["Labels"]
        assert study.history.steps == ()
        assert study.undo() is None
        assert study.redo() is None
    assert on_disk(folder)[0] == study.contents


def test_a_study_is_not_created_over_another_one(folder):
    created(folder).close()
    before = (folder / STUDY_FILE).read_bytes()
    with pytest.raises(StudyError, match="holds a study already; open it"):
        Study.create(folder, "new")
    assert (folder / STUDY_FILE).read_bytes() == before


def test_a_study_that_was_interrupted_while_it_began_begins_anew(folder):
    folder.mkdir()
    (folder / "study.db-new").write_bytes(b"half a study")
    (folder / "study.db-new-wal").write_bytes(b"the rest")
    Study.create(folder, "new").close()
    assert sorted(path.name for path in folder.iterdir() if "-new" in path.name) == []


def test_a_study_is_not_created_in_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StudyError, match="cannot be made"):
        Study.create(tmp_path / "file", "new")


def test_there_must_be_a_study_to_open(folder):
    with pytest.raises(StudyError, match=f"holds no {STUDY_FILE}"):
        Study.open(folder)


@pytest.mark.parametrize("name", ["a#b", "a%41?b", "it's ü 漢", "x&mode=rw"])
def test_a_study_may_have_any_name(tmp_path, name):
    if sys.platform == "win32" and "?" in name:
        name = name.replace("?", "")
    with created(tmp_path / name, segment("one", 0, 10)) as study:
        assert study.path.is_file()
    assert on_disk(tmp_path / name)[0].num_segments == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(sys.platform != "linux", reason="has no such names")
def test_a_study_may_lie_in_a_folder_whose_name_is_no_text(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    created(folder, segment("one", 0, 10)).close()
    assert on_disk(folder)[0].num_segments == 1


def test_everything_is_there_again_after_opening(folder):
    with created(
        folder, segment("one", 0, 10, note="ü\n"), segment("two", 5, 9, None, P2)
    ) as study:
        contents, history = study.contents, study.history
    with Study.open(folder) as study:
        assert study.contents == contents
        assert study.history == history
    assert not (folder / "study.db-wal").exists()


# undo and redo


def test_steps_are_taken_back_and_done_again_after_opening(folder):
    with created(folder) as study:
        start = study.contents
        study.do(add(segment("one", 0, 10), "Draw one"))
        middle = study.contents
        two = segment("two", 20, 30)
        study.do(add(two, "Draw two"))
        end = study.contents
    with Study.open(folder) as study:
        back = study.undo()
        assert back == Edit(name="Draw two", changes=(removed(two),))
        assert study.contents == middle
        assert study.history.position == 2
        study.undo()
        assert study.contents == start
    with Study.open(folder) as study:
        assert study.contents == start
        assert names(study) == ["Fill", "Draw one", "Draw two"]
        assert study.redo() == add(segment("one", 0, 10), "Draw one")
        study.redo()
        assert study.redo() is None
        assert study.contents == end
    assert on_disk(folder)[0] == end


def test_a_new_edit_drops_what_could_be_done_again(folder):
    with created(folder) as study:
        for number in range(3):
            study.do(add(segment(f"s{number}", number, number + 1), f"Draw {number}"))
        study.undo()
        study.undo()
        study.do(add(segment("other", 50, 60), "Draw other"))
        assert names(study) == ["Fill", "Draw 0", "Draw other"]
        assert study.redo() is None
        history = study.history
    with Study.open(folder) as study:
        assert study.history == history
        assert study.undo().name == "Draw other"
        assert study.undo().name == "Draw 0"


def test_any_step_can_be_gone_to(folder):
    with created(folder) as study:
        moments = [study.contents]
        for number in range(5):
            study.do(add(segment(f"s{number}", number, number + 1)))
            moments.append(study.contents)
        for position in (6, 2, 2, 4, 1, 6):
            edits = study.go_to(position)
            assert study.contents == moments[position - 1]
            assert on_disk(folder) == (study.contents, study.history)
        assert [len(edit.changes) for edit in edits] == [1] * 5
        assert len(study.go_to(0)) == 6
        assert study.contents.recordings == {}
        for nowhere in (-1, 7):
            with pytest.raises(StudyError, match="the history has 6 steps"):
                study.go_to(nowhere)


def test_going_back_writes_all_steps_or_none(folder):
    with created(folder) as study:
        for number in range(4):
            study.do(add(segment(f"s{number}", number, number + 1)))
        before = study.contents, study.history
        study._connection.execute("UPDATE journal SET changes = '[' WHERE number = 3")
        with pytest.raises(StudyError, match="a step of the history is damaged"):
            study.go_to(1)
        assert (study.contents, study.history) == before
        assert on_disk(folder) == before


# edits that cannot be


def test_a_stale_edit_writes_nothing(folder):
    with created(folder, segment("one", 0, 10)) as study:
        before = study.contents, study.history
        stale = changed(segment("one", 0, 9), segment("one", 0, 8))
        with pytest.raises(StaleEditError):
            study.do(Edit(name="Trim", changes=(added(segment("two", 20, 30)), stale)))
        assert (study.contents, study.history) == before
        assert on_disk(folder) == before


def test_an_edit_without_changes_is_no_step(folder):
    with created(folder) as study:
        study.do(Edit(name="Nothing", changes=()))
        assert names(study) == ["Fill"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (added(segment("two", 5, 15)), "overlaps"),
        (added(segment("two", 20, 301)), "does not lie in the recording's 300 frames"),
        (added(replace(segment("two", 20, 30), person=2)), "the recording has 2"),
        (added(replace(segment("two", 20, 30), tier_id="no")), "belongs to tier no"),
        (added(replace(segment("two", 20, 30), action_id="no")), "belongs to action no"),
        (added(replace(segment("two", 20, 30), recording_id="no")), "belongs to recording no"),
        (removed(WAVE), "still belongs to"),
        (added(replace(recording("new"), path="/data/\udcff.npz")), "is no text"),
    ],
)
def test_an_edit_that_breaks_the_study_writes_nothing(folder, change, words):
    with created(folder, segment("one", 0, 10)) as study:
        before = study.contents, study.history
        with pytest.raises(StudyError, match=words):
            study.do(Edit(name="Bad", changes=(added(segment("fine", 40, 50, None)), change)))
        assert (study.contents, study.history) == before
        assert on_disk(folder) == before
        study.do(add(segment("fine", 40, 50)))


def test_names_of_steps_are_lines_that_can_be_kept(folder):
    with created(folder) as study:
        study.do(add(segment("one", 0, 10), "Add\ntake \udcff"))
        assert names(study)[-1] == "Add take ?"
        assert on_disk(folder)[1] == study.history


# others


@contextmanager
def another_process(folder):
    words = (sys.executable, "-c", OPENS, str(folder))
    with subprocess.Popen(words, cwd=ROOT, stdin=-1, stdout=-1, text=True, bufsize=1) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_reads_what_the_first_one_writes(folder):
    created(folder, segment("one", 0, 10)).close()
    with another_process(folder) as process:
        assert process.stdout.readline() == "writable\n"
        with Study.open(folder) as study:
            assert study.read_only == f"another window has it open (process {process.pid})"
            with pytest.raises(StudyError, match="cannot be changed: another window has it open"):
                study.do(add(segment("two", 20, 30)))
            with pytest.raises(StudyError, match="cannot be changed"):
                study.undo()
            assert study.contents.num_segments == 1
            process.stdin.write("undo\n")
            assert process.stdout.readline() == "0\n"
            assert study.contents.num_segments == 1
            study.refresh()
            assert study.contents.num_segments == 0
            assert study.history.position == 0
        process.kill()
        process.wait()
        with Study.open(folder) as study:
            assert study.read_only == ""
            assert study.redo().name == "Fill"


def test_a_study_opened_for_reading_only_cannot_be_changed(folder):
    created(folder).close()
    with Study.open(folder, read_only=True) as study:
        with pytest.raises(StudyError, match="it was opened for reading only"):
            study.do(add(segment("one", 0, 10)))
        with Study.open(folder) as other:
            assert other.read_only == ""


def test_a_program_that_holds_the_file_is_told_of(folder):
    with created(folder) as study:
        before = study.contents, study.history
        study._connection.execute("PRAGMA busy_timeout = 1")
        other = sqlite3.connect(study.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        edit = add(segment("one", 0, 10))
        with pytest.raises(StudyError, match="another program holds the file; close it"):
            study.do(edit)
        assert (study.contents, study.history) == before
        other.execute("ROLLBACK")
        other.close()
        study.do(edit)
        assert on_disk(folder) == (study.contents, study.history)


def test_what_another_program_wrote_is_read_before_anything_is_written(folder):
    with created(folder, segment("one", 0, 10)) as study:
        tamper(folder, "UPDATE segments SET note = 'from elsewhere'")
        edit = add(segment("two", 20, 30))
        with pytest.raises(StudyError, match="another program has changed it"):
            study.do(edit)
        assert study.contents.segment("one").note == "from elsewhere"
        study.do(edit)
        assert on_disk(folder) == (study.contents, study.history)


def test_another_program_that_changes_nothing_is_no_hindrance(folder):
    with created(folder) as study:
        tamper(folder, "PRAGMA user_version = 1", "PRAGMA wal_checkpoint(TRUNCATE)")
        study.do(add(segment("one", 0, 10)))
        assert on_disk(folder) == (study.contents, study.history)


def test_what_damages_the_file_while_it_is_open_is_not_taken_over(folder):
    with created(folder, segment("one", 0, 10)) as study:
        before = study.contents
        tamper(folder, "UPDATE segments SET person = 'P1'")
        for try_it in (lambda: study.do(add(segment("two", 20, 30))), study.refresh):
            with pytest.raises(StudyError, match="row 'one' of segments is damaged"):
                try_it()
            assert study.contents == before


# the disk


def test_a_full_file_loses_nothing(folder):
    with with_big(folder) as study:
        before = study.contents, study.history
        pages = study._connection.execute("PRAGMA page_count").fetchone()[0]
        study._connection.execute(f"PRAGMA max_page_count = {pages}")
        edit = Edit(name="Import", changes=tuple(added(each) for each in many(2_000)))
        with pytest.raises(StudyError, match="the disk is full; make room and try again"):
            study.do(edit)
        assert (study.contents, study.history) == before
        assert on_disk(folder) == before
        study._connection.execute("PRAGMA max_page_count = 100000")
        study.do(edit)
        assert on_disk(folder) == (study.contents, study.history)
        assert study.contents.num_segments == 2_001


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits of file sizes")
def test_a_disk_that_takes_no_more_loses_nothing(folder):
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    with with_big(folder) as study:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
        try:
            edits = [add(row) for row in many(2_000)]
            while (written := study.contents.num_segments) < len(edits):
                edit, before = edits[written], (study.contents, study.history)
                words = refusal(study, edit)
                if words:
                    break
            assert "see that there is room and try again" in words
            assert 1 < written < len(edits)
            assert (study.contents, study.history) == before
            with pytest.raises(StudyError, match="see that there is room and try again"):
                study.undo()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert on_disk(folder) == before
        study.do(edit)
        assert study.contents.num_segments == written + 1
        assert on_disk(folder) == (study.contents, study.history)
    assert on_disk(folder) == (study.contents, study.history)


def refusal(study, edit):
    """Why an edit cannot be made; empty where it was."""
    try:
        study.do(edit)
    except StudyError as error:
        return str(error)
    return ""


def with_big(folder):
    """A study with room for many segments."""
    study = created(folder, segment("one", 0, 10))
    study.do(add(recording("big", num_frames=10_000)))
    return study


def many(number):
    """Segments that do not overlap, with notes that fill the disk."""
    return [
        segment(f"s{each}", each, each + 1, place=BIG, note=f"{each} " * 50)
        for each in range(number)
    ]


def test_the_write_ahead_file_does_not_grow_for_ever(folder):
    with created(folder) as study:
        wal = folder / "study.db-wal"
        for _ in range(120):
            study.do(Edit(name="Rename", changes=(renamed(study, token_hex(20_000)),)))
        assert wal.stat().st_size < 6_000_000
    assert not wal.exists()
    assert sorted(path.name for path in folder.iterdir()) == [
        "study.db",
        "study.db-lock",
        "study.db-lock-holder",
    ]


def renamed(study, name):
    return changed(study.contents.facts, replace(study.contents.facts, name=name))


def test_the_history_is_listed_without_reading_what_its_steps_changed(folder):
    created(folder, segment("one", 0, 10)).close()
    tamper(folder, "UPDATE journal SET changes = 'nonsense'")
    with Study.open(folder) as study:
        assert names(study) == ["Fill"]
        with pytest.raises(StudyError, match="a step of the history is damaged"):
            study.undo()
        assert study.contents.num_segments == 1


def test_a_file_is_read_at_one_moment(folder):
    with created(folder, segment("one", 0, 10)) as study:
        reader = connect(study.path, mode="ro")
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM segments").fetchone()[0] == 1
        study.go_to(0)
        assert reader.execute("SELECT position FROM cursor").fetchone()[0] == 1
        reader.close()
