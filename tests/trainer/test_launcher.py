"""Jobs as child processes: written, run, followed, resumed, failed in words."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.commands.runner import run_command
from engine.errors import FileFormatError, TrainingError
from engine.preprocess.streams import Stream
from engine.runtime.cards import Fusion, read_card
from tests.tiny_training import tiny_job
from trainer import commands
from trainer.commands import TRAIN
from trainer.job import NetworkChoice, PreprocessingChoice, load_job
from trainer.launcher import (
    EXIT_CANCELLED,
    complaint,
    create_job,
    is_running,
    read_events,
)

ROOT = Path(__file__).resolve().parents[2]


def test_a_job_goes_through_its_file_and_comes_back(tmp_path, data):
    create_job(tmp_path / "run", tiny_job(data))
    assert load_job(tmp_path / "run") == tiny_job(data)


def test_a_job_of_several_networks_goes_through_its_file(tmp_path, data):
    networks = (
        NetworkChoice(streams=(Stream.JOINT, Stream.BONE), weights=(0.6, 0.4)),
        NetworkChoice(size="full", dropout=0.5, base="elsewhere/weights.safetensors"),
    )
    job = replace(
        tiny_job(data),
        networks=networks,
        preprocessing=PreprocessingChoice(preset="2s-agcn", people=2),
        fusion=Fusion.LOGITS,
    )
    create_job(tmp_path / "run", job)
    assert load_job(tmp_path / "run") == job


def test_a_job_of_few_words_has_the_usual_for_the_rest(tmp_path):
    (tmp_path / "job.toml").write_text(
        'name = "Few"\n[data]\nfolder = "clips"\nformat = "nw-ucla"\n[[networks]]\nsize = "full"\n',
        encoding="utf-8",
    )
    job = load_job(tmp_path)
    assert job.networks == (NetworkChoice(size="full"),)
    assert job.preprocessing.num_frames == 52


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('[[networks]]\nkind = "gru"', "no network 'gru'"),
        ('[[networks]]\nsize = "huge"', "no size 'huge'"),
        ("networks = []", "at least one network"),
        ('[preprocessing]\npreset = "mine"', "no preprocessing 'mine'"),
        ('[preprocessing]\npreset = "dsta"\nlength = "loop"', "leave out length"),
        ("[network]\nframes = 52", "unknown key network"),
    ],
)
def test_a_job_that_cannot_be_says_why(tmp_path, lines, words):
    text = f'name = "Odd"\ndata = {{folder = "clips", format = "nw-ucla"}}\n{lines}\n'
    (tmp_path / "job.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError, match=words):
        load_job(tmp_path)


def test_the_words_of_the_command_become_the_job(tmp_path, data, monkeypatch):
    monkeypatch.setattr(commands, "follow", lambda folder, processes: 0)
    words = ["train", str(tmp_path / "run"), "--data", str(data), "--size", "tiny"]
    words += ["--streams", "joint", "bone", "--preset", "ctr-gcn-nw-ucla", "--people", "2"]
    assert run_command((TRAIN,), words) == 0

    job = load_job(tmp_path / "run")
    assert job.networks == (NetworkChoice(size="tiny", streams=(Stream.JOINT, Stream.BONE)),)
    assert job.preprocessing == PreprocessingChoice(preset="ctr-gcn-nw-ucla", people=2)
    assert job.preprocessing.num_frames == 52


def test_a_size_that_is_none_leaves_no_job_behind(tmp_path, data, capsys):
    words = ["train", str(tmp_path / "run"), "--data", str(data), "--size", "huge"]
    assert run_command((TRAIN,), words) == 2
    assert "no size 'huge'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


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
    words += ["--network", "sem-net", "--frames", "16"]
    status = run_command((TRAIN,), [*words, "--test-people", "2", "--name", "My Actions"])

    assert status == 0
    assert "pass    1/1" in capsys.readouterr().out
    assert read_card(run / "model").id == "my-actions-sem-net"
    kinds = [event["event"] for event in read_events(run, 0)[0]]
    assert [kind for kind in kinds if kind not in ("heartbeat", "step")] == [
        "started",
        "pass",
        "finished",
    ]


@pytest.mark.slow
def test_a_job_that_fails_says_why_in_one_line(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    status = run_command((TRAIN,), ["train", str(tmp_path / "run"), "--data", str(empty)])

    captured = capsys.readouterr()
    assert status == 2
    assert "holds no recordings of Northwestern-UCLA" in captured.err
    assert captured.err.count("\n") <= 2


@pytest.mark.slow
def test_a_job_outlives_who_started_it_and_hears_the_command_line(tmp_path, data, capsys):
    run = tmp_path / "run"
    create_job(run, tiny_job(data, passes=100_000))
    starter = f"from trainer.launcher import start_job; from pathlib import Path; import os; \
start_job(Path({str(run)!r})); os.kill(os.getpid(), 9)"
    died = subprocess.run([sys.executable, "-c", starter], cwd=ROOT, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL

    wait_for(run, "pass")
    assert is_running(run)
    assert run_command((TRAIN,), ["train", str(run), "--cancel"]) == 0
    assert "asked the job" in capsys.readouterr().out
    asked = wait_for(run, "asked")
    ended = wait_for(run, "cancelled")
    assert ended["time"] - asked["time"] < 3
    assert list(run.glob("*.checkpoint.pt"))


def wait_for(folder, kind):
    """The first event of a kind, once it is there."""
    pause, end = threading.Event(), time.monotonic() + 120
    while time.monotonic() < end:
        for event in read_events(folder, 0)[0]:
            if event["event"] == kind:
                return event
        pause.wait(0.1)
    return pytest.fail(f"no event {kind}: {(folder / 'trainer.log').read_text()}")


def test_asking_a_job_that_does_not_run_says_so(tmp_path, capsys):
    assert run_command((TRAIN,), ["train", str(tmp_path), "--stop"]) == 2
    assert "no job runs in" in capsys.readouterr().err


def test_a_job_that_failed_without_a_log_still_says_something(tmp_path):
    assert "died without a word" in complaint(tmp_path)


@pytest.mark.parametrize(
    ("end", "status", "words"),
    [
        ({"event": "finished"}, 0, "model package: "),
        ({"event": "finished", "report": "run/report.html"}, 0, "report: run/report.html"),
        ({"event": "cancelled"}, EXIT_CANCELLED, "goes on from the last checkpoint"),
    ],
)
def test_how_a_job_ended_is_said(tmp_path, capsys, end, status, words):
    assert commands.ended(tmp_path, end) == status
    assert words in capsys.readouterr().out


def test_a_failure_is_the_commands(tmp_path):
    with pytest.raises(TrainingError, match="the disk is full"):
        commands.ended(tmp_path, {"event": "failed", "reason": "the disk is full"})


def test_train_without_a_job_or_data_says_what_is_missing(tmp_path, capsys):
    assert run_command((TRAIN,), ["train", str(tmp_path)]) == 2
    assert "--data DIR" in capsys.readouterr().err
