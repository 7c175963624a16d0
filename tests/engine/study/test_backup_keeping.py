import logging
from threading import Event

import pytest

from engine.study import backup_keeping
from engine.study.backup_keeping import EVERY_EDITS, EVERY_S, BackupKeeper
from engine.study.backups import list_backups
from engine.study.history import History, Step
from engine.study.rows import StudyError
from engine.study.store import Study
from tests.engine.study.making_labels import segment
from tests.engine.study.making_store import FILE, add, created

STEPS = History(steps=(Step(number=1, name="x", time=0.0),), position=1)


@pytest.fixture
def made(monkeypatch):
    """How often backups were made, by when."""
    made = []
    monkeypatch.setattr(backup_keeping, "make_backup", lambda folder, **_: made.append(folder))
    return made


def wait(keeper):
    keeper._thread.join()


def test_a_study_is_backed_up_when_it_is_opened(tmp_path):
    created(tmp_path, segment("one", 0, 10)).close()
    assert list_backups(tmp_path) == ()
    Study.open(tmp_path).close()
    (backup,) = list_backups(tmp_path)
    assert backup.segments == 1
    Study.open(tmp_path).close()
    Study.open(tmp_path, read_only=True).close()
    assert list_backups(tmp_path) == (backup,)


def test_many_edits_make_one(tmp_path, made):
    keeper = BackupKeeper(tmp_path, clock=lambda: 0.0)
    for _ in range(EVERY_EDITS - 1):
        keeper.edited()
    assert not made
    keeper.edited()
    wait(keeper)
    assert made == [tmp_path]
    for _ in range(EVERY_EDITS):
        keeper.edited()
    wait(keeper)
    assert len(made) == 2


def test_an_edit_after_a_while_makes_one(tmp_path, made):
    now = [0.0]
    keeper = BackupKeeper(tmp_path, clock=lambda: now[0])
    keeper.edited()
    now[0] = EVERY_S - 1
    keeper.edited()
    assert not made
    now[0] = EVERY_S
    keeper.edited()
    wait(keeper)
    assert len(made) == 1
    now[0] += EVERY_S - 1
    keeper.edited()
    assert len(made) == 1


def test_a_study_without_steps_is_not_worth_one(tmp_path, made):
    keeper = BackupKeeper(tmp_path)
    keeper.opened(History())
    keeper.close()
    assert not made
    keeper.opened(STEPS)
    keeper.close()
    assert len(made) == 1


def test_one_at_a_time_and_a_long_one_is_stopped_at_the_end(tmp_path, monkeypatch):
    began, stopped = [], Event()

    def make(_, should_stop):
        began.append(1)
        while not should_stop():
            stopped.wait(0.001)
        stopped.set()

    monkeypatch.setattr(backup_keeping, "make_backup", make)
    monkeypatch.setattr(backup_keeping, "PATIENCE_S", 0.01)
    keeper = BackupKeeper(tmp_path)
    keeper.opened(STEPS)
    keeper.opened(STEPS)
    keeper.close()
    assert began == [1]
    assert stopped.is_set()


def test_a_backup_that_cannot_be_made_hinders_nothing(tmp_path, monkeypatch, caplog):
    def refuse(*_, **__):
        raise StudyError("the disk is nearly full")

    created(tmp_path).close()
    monkeypatch.setattr(backup_keeping, "make_backup", refuse)
    with caplog.at_level(logging.WARNING), Study.open(tmp_path) as study:
        study.do(add(segment("one", 0, 10)))
    assert caplog.messages == ["the disk is nearly full"]
    assert (tmp_path / FILE).exists()
