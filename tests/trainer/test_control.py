"""Asking something of a running job through a file in its folder."""

import json

import pytest

from engine.errors import TrainingError
from trainer import control
from trainer.claim import LOCK_FILE, claimed, is_claimed
from trainer.control import COMMAND_FILE, Ask, last_asked, send
from trainer.launcher import ask, cancel_job, pause_job, resume_job, stop_job


@pytest.mark.parametrize("what", Ask)
def test_what_is_sent_is_heard(tmp_path, what):
    send(tmp_path, what)
    heard = last_asked(tmp_path, since=0)
    assert heard.ask is what
    assert [path.name for path in tmp_path.iterdir()] == [COMMAND_FILE]


def test_the_newest_command_counts_and_is_heard_once(tmp_path):
    send(tmp_path, Ask.PAUSE)
    first = last_asked(tmp_path, since=0)
    assert last_asked(tmp_path, since=first.time) is None
    send(tmp_path, Ask.RESUME)
    assert last_asked(tmp_path, since=first.time).ask is Ask.RESUME


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"ask": "dance", "time": 9e9}', '{"ask": "stop"}']
)
def test_what_is_no_command_is_none(tmp_path, text):
    (tmp_path / COMMAND_FILE).write_text(text)
    assert last_asked(tmp_path, since=0) is None


def test_a_file_that_is_being_read_is_replaced_a_moment_later(tmp_path, monkeypatch):
    refusals = [PermissionError(13, "in use"), PermissionError(13, "in use")]
    replace = type(tmp_path).replace

    def refuse_twice(self, target):
        if refusals:
            raise refusals.pop()
        return replace(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", refuse_twice)
    monkeypatch.setattr(control, "PATIENCE_S", 0)
    send(tmp_path, Ask.STOP)
    assert json.loads((tmp_path / COMMAND_FILE).read_text())["ask"] == "stop"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(TrainingError, match="cannot be written"):
        send(tmp_path / "nowhere", Ask.STOP)


def test_one_run_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.claim.PATIENCE_S", 0)
    assert not is_claimed(tmp_path)
    with claimed(tmp_path):
        assert is_claimed(tmp_path)
        with pytest.raises(TrainingError, match="is running already"), claimed(tmp_path):
            pass
        assert is_claimed(tmp_path)
    assert not is_claimed(tmp_path)
    assert (tmp_path / LOCK_FILE).exists()  # deleting it would let two in


def test_nothing_is_asked_where_nothing_runs(tmp_path):
    with pytest.raises(TrainingError, match=r"no job runs in .* nothing to stop"):
        ask(tmp_path, Ask.STOP)
    assert not (tmp_path / COMMAND_FILE).exists()
    with claimed(tmp_path):
        for tell, what in (
            (stop_job, Ask.STOP),
            (cancel_job, Ask.CANCEL),
            (pause_job, Ask.PAUSE),
            (resume_job, Ask.RESUME),
        ):
            tell(tmp_path)
            assert last_asked(tmp_path, since=0).ask is what
