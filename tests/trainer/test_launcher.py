"""Jobs as child processes: written, run, followed, resumed, failed in words."""

import json

import pytest

from engine.commands.runner import run_command
from engine.errors import TrainingError
from engine.runtime.cards import read_card
from tests.tiny_training import tiny_job, write_tiny_dataset
from trainer.commands import TRAIN
from trainer.job import load_job
from trainer.launcher import create_job, read_events


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write_tiny_dataset(folder)
    return folder


def test_a_job_goes_through_its_file_and_comes_back(tmp_path, data):
    create_job(tmp_path / "run", tiny_job(data))
    assert load_job(tmp_path / "run") == tiny_job(data)


def test_a_folder_with_another_job_is_left_alone(tmp_path, data):
    create_job(tmp_path / "run", tiny_job(data))
    create_job(tmp_path / "run", tiny_job(data))
    with pytest.raises(TrainingError, match="another job"):
        create_job(tmp_path / "run", tiny_job(data, passes=3))


def test_a_folder_without_a_job_says_what_to_do(tmp_path):
    with pytest.raises(TrainingError, match=r"job\.toml"):
        load_job(tmp_path)


def test_events_are_read_once_and_half_written_lines_later(tmp_path):
    log = tmp_path / "events.jsonl"
    log.write_text('{"event": "started"}\n{"event": "pa')
    first, offset = read_events(tmp_path, 0)
    with log.open("a") as more:
        more.write('ss"}\n')
    second, _ = read_events(tmp_path, offset)

    assert [event["event"] for event in first] == ["started"]
    assert [event["event"] for event in second] == ["pass"]


@pytest.mark.slow
def test_train_makes_a_package_and_goes_on_where_it_ended(tmp_path, data, capsys):
    run = tmp_path / "run"
    words = ["train", str(run), "--data", str(data), "--size", "tiny", "--passes", "1"]
    status = run_command((TRAIN,), [*words, "--test-people", "2", "--name", "My Actions"])

    assert status == 0
    assert "pass    1/1" in capsys.readouterr().out
    assert read_card(run / "model").id == "my-actions-fg-stformer"
    events = [json.loads(line)["event"] for line in (run / "events.jsonl").read_text().splitlines()]
    assert events == ["started", "pass", "finished"]


@pytest.mark.slow
def test_a_job_that_fails_says_why_in_one_line(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    status = run_command((TRAIN,), ["train", str(tmp_path / "run"), "--data", str(empty)])

    captured = capsys.readouterr()
    assert status == 2
    assert "holds no NW-UCLA files" in captured.err
    assert captured.err.count("\n") <= 2


def test_train_without_a_job_or_data_says_what_is_missing(tmp_path, capsys):
    assert run_command((TRAIN,), ["train", str(tmp_path)]) == 2
    assert "--data DIR" in capsys.readouterr().err
