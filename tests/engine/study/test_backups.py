import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.study import backups
from engine.study.backup_keeping import BackupKeeper
from engine.study.backups import (
    MOST_BACKUPS,
    damaged_backups,
    kept_times,
    list_backups,
    make_backup,
    restore_backup,
)
from engine.study.contents import Edit, changed
from engine.study.store import Study, StudyError
from tests.engine.study.making_labels import segment
from tests.engine.study.making_store import FILE, add, created, let_back_up, on_disk

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


@pytest.fixture
def folder(tmp_path):
    study = created(tmp_path / "study", segment("one", 0, 10))
    study.close()
    return tmp_path / "study"


def draw(folder, number):
    with Study.open(folder) as study:
        let_back_up(study)
        study.do(add(segment(f"s{number}", 20 + number, 21 + number)))


# making


def test_a_backup_is_the_study_of_its_moment(folder):
    path = make_backup(folder, clock=lambda: 1_700_000_000.25)
    (backup,) = list_backups(folder)
    assert backup.path == path
    assert backup.time == pytest.approx(1_700_000_000.25)
    assert (backup.segments, backup.steps, backup.was_replaced) == (1, 1, False)
    kept = on_disk(folder)
    (folder / FILE).unlink()
    shutil.copy(path, folder / FILE)
    assert on_disk(folder) == kept


def test_what_has_not_changed_is_not_backed_up_again(folder):
    assert make_backup(folder) is not None
    assert make_backup(folder) is None
    draw(folder, 1)
    assert len(list_backups(folder)) == 1  # opening found nothing new, either
    assert make_backup(folder) is not None
    with Study.open(folder) as study:
        let_back_up(study)
        study.undo()
    assert make_backup(folder) is not None
    assert [each.segments for each in list_backups(folder)] == [1, 2, 1]


def test_a_study_is_backed_up_while_it_is_edited(folder):
    with Study.open(folder) as study:
        let_back_up(study)
        study.do(add(segment("two", 20, 30)))
        assert make_backup(folder) is not None
        study.do(add(segment("three", 40, 50)))
        assert make_backup(folder) is not None
    assert [each.segments for each in list_backups(folder)] == [3, 2, 1]


def test_a_stopped_backup_leaves_nothing_behind(folder):
    assert make_backup(folder, should_stop=lambda: True) is None
    assert list((folder / "backups").iterdir()) == []


def test_what_an_ended_process_left_is_cleared_away_in_time(folder):
    (folder / "backups").mkdir()
    for name, age in (("old", 7_200), ("new", 5)):
        path = folder / "backups" / f"study-{name}.db-1.unfinished"
        path.write_bytes(b"half")
        now = datetime.now(UTC).timestamp()
        os.utime(path, (now - age, now - age))
    make_backup(folder)
    left = [path.name for path in (folder / "backups").glob("*.unfinished")]
    assert left == ["study-new.db-1.unfinished"]


def test_a_nearly_full_disk_is_left_alone(folder, monkeypatch):
    monkeypatch.setattr(backups, "FREE_BYTES", 2**62)
    with pytest.raises(StudyError, match="the disk is nearly full, so no backup is made"):
        make_backup(folder)
    assert list_backups(folder) == ()


def test_no_backup_is_made_of_what_is_damaged(folder):
    (folder / FILE).write_bytes(b"nonsense" * 1_000)
    with pytest.raises(StudyError, match="it is no database"):
        make_backup(folder)
    assert list_backups(folder) == ()


# which are kept


def test_backups_are_dense_where_they_are_new_and_sparse_where_they_are_old():
    now, kept = 0.0, ()
    for day in range(400):
        for number in range(40):  # ten minutes apart, for some hours each day
            now = day * DAY + number * 10 * MINUTE
            kept = kept_times((*kept, now), now)
    ages = [now - when for when in kept]
    assert len(ages) == MOST_BACKUPS
    assert ages[0] == 0
    assert ages[-1] == 399 * DAY + 390 * MINUTE
    for longest in (HOUR, 6 * HOUR, 2 * DAY, 8 * DAY, 32 * DAY, 128 * DAY):
        assert any(longest / 6 <= age <= longest for age in ages), longest
    assert sum(age <= 8 * HOUR for age in ages) >= 5


@pytest.mark.parametrize("number", [0, 1, 2, 20])
def test_few_backups_are_all_kept(number):
    times = tuple(float(each) for each in range(number))
    assert kept_times(times, 100.0) == tuple(reversed(times))


def test_a_clock_that_goes_back_does_not_matter():
    times = [float(each) for each in range(30)]
    kept = kept_times(times, -100.0)
    assert len(kept) == MOST_BACKUPS
    assert {kept[0], kept[-1]} == {29.0, 0.0}


def test_twenty_backups_lie_on_the_disk(folder, monkeypatch):
    monkeypatch.setattr(BackupKeeper, "opened", lambda *_: None)
    with Study.open(folder) as study:
        for number in range(MOST_BACKUPS + 4):
            facts = study.contents.facts
            rename = changed(facts, replace(facts, name=f"{number}"))
            study.do(Edit(name="Rename", changes=(rename,)))
            when = 1_700_000_000 + number * HOUR
            make_backup(folder, clock=lambda when=when: when)
    steps = [each.steps for each in list_backups(folder)]
    assert len(steps) == MOST_BACKUPS
    assert steps[0] == MOST_BACKUPS + 5
    assert list((folder / "backups").glob("*unfinished*")) == []


# listing


def test_damaged_and_strange_files_are_not_listed(folder):
    make_backup(folder)
    broken = folder / "backups" / "study-2024-05-01T10-00-00.000000.db"
    broken.write_bytes(b"nonsense")
    (folder / "backups" / "study-yesterday.db").write_bytes(b"nonsense")
    (folder / "backups" / "notes.txt").write_bytes(b"nonsense")
    assert len(list_backups(folder)) == 1
    assert damaged_backups(folder) == (broken,)
    assert list_backups(folder / "nowhere") == ()


def test_listing_changes_nothing(folder):
    make_backup(folder)
    before = sorted(path.name for path in (folder / "backups").iterdir())
    list_backups(folder)
    assert sorted(path.name for path in (folder / "backups").iterdir()) == before


# going back


def test_a_study_becomes_what_it_was_and_back_again(folder):
    make_backup(folder)
    then = on_disk(folder)
    draw(folder, 1)
    now = on_disk(folder)
    aside = restore_backup(folder, list_backups(folder)[0])
    assert on_disk(folder) == then
    listed = {each.path: each for each in list_backups(folder)}
    assert listed[aside].was_replaced
    assert listed[aside].segments == 2
    restore_backup(folder, aside)
    assert on_disk(folder) == now
    with Study.open(folder) as study:
        assert study.undo().name == "Add"
    assert sum(each.was_replaced for each in list_backups(folder)) == 2


def test_what_was_replaced_is_never_thinned_out(folder):
    make_backup(folder)
    for _ in range(MOST_BACKUPS + 2):
        restore_backup(folder, list_backups(folder)[-1])
    draw(folder, 1)
    make_backup(folder)
    assert sum(each.was_replaced for each in list_backups(folder)) == MOST_BACKUPS + 2


@pytest.mark.parametrize("data", [b"", b"nonsense" * 1_000, None])
def test_a_study_comes_back_although_its_file_is_damaged_or_gone(folder, data):
    make_backup(folder)
    then = on_disk(folder)
    for path in folder.glob("study.db*"):
        path.unlink()
    if data is not None:
        (folder / FILE).write_bytes(data)
        (folder / "study.db-wal").write_bytes(b"the last changes")
    aside = restore_backup(folder, list_backups(folder)[0].path)
    assert on_disk(folder) == then
    if data is None:
        assert aside is None
    else:
        assert aside.read_bytes() == data
        assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"the last changes"


def test_the_last_changes_of_a_killed_process_are_kept_aside(folder):
    make_backup(folder)
    study = Study.open(folder)
    study._backups.close()
    study.do(add(segment("two", 20, 30)))
    wal = (folder / "study.db-wal").read_bytes()
    data = (folder / FILE).read_bytes()
    study.close()
    (folder / FILE).write_bytes(data)
    (folder / "study.db-wal").write_bytes(wal)
    aside = restore_backup(folder, list_backups(folder)[0])
    assert on_disk(folder)[0].num_segments == 1
    assert {each.path: each.segments for each in list_backups(folder)}[aside] == 2


@pytest.mark.parametrize("read_only", [False, True])
def test_a_study_that_is_open_is_not_replaced(folder, read_only):
    make_backup(folder)
    (backup,) = list_backups(folder)
    with Study.open(folder, read_only=read_only) as study:
        before = study.contents
        with pytest.raises(StudyError, match="another window"):
            restore_backup(folder, backup)
        study.refresh()
        assert study.contents == before
    assert list_backups(folder) == (backup,)


def test_a_damaged_backup_replaces_nothing(folder):
    path = make_backup(folder)
    kept = on_disk(folder)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE segments SET start = 'x'")
    connection.commit()
    connection.close()
    with pytest.raises(StudyError, match="of segments is damaged"):
        restore_backup(folder, path)
    with pytest.raises(StudyError, match="is not there; choose another backup"):
        restore_backup(folder, path.with_name("gone.db"))
    assert on_disk(folder) == kept


def test_a_disk_that_refuses_leaves_the_study_as_it_was(folder, monkeypatch):
    make_backup(folder)
    draw(folder, 1)
    kept = on_disk(folder)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups.shutil, "copyfile", refuse)
    with pytest.raises(StudyError, match=r"nothing was restored \(No space left on device\)"):
        restore_backup(folder, list_backups(folder)[0])
    assert on_disk(folder) == kept
    assert not list(folder.glob("*restoring*"))
