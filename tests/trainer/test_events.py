"""The log of a job: whole lines, whatever happened to the run before."""

import json
import threading

import pytest

from trainer.events import EventLog, memory_mb
from trainer.launcher import last_end, read_events


def test_a_line_that_a_killed_run_left_behind_is_passed_over(tmp_path):
    log = tmp_path / "events.jsonl"
    log.write_bytes(b'{"event": "started"}\n{"event": "pass", "numb')
    EventLog(tmp_path).write("started", pid=2)
    EventLog(tmp_path).write("finished")

    told, offset = read_events(tmp_path, 0)
    assert [event["event"] for event in told] == ["started", "started", "finished"]
    assert offset == log.stat().st_size
    assert last_end(told)["event"] == "finished"
    assert last_end(told[:2]) is None


def test_what_is_no_number_is_told_as_nothing(tmp_path):
    EventLog(tmp_path).write("pass", loss=float("nan"), recall={"wave": float("inf"), "clap": 0.5})
    line = (tmp_path / "events.jsonl").read_text()
    event = json.loads(line, parse_constant=pytest.fail)
    assert event["loss"] is None
    assert event["recall"] == {"wave": None, "clap": 0.5}


def test_lines_of_several_threads_stay_whole(tmp_path):
    log = EventLog(tmp_path)
    threads = [
        threading.Thread(target=lambda n=n: [log.write("step", thread=n) for _ in range(50)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 200


def test_one_of_many_tells(tmp_path):
    EventLog(tmp_path, is_silent=True).write("started")
    assert read_events(tmp_path, 0) == ((), 0)


def test_memory_is_what_a_process_with_numpy_has():
    assert 10 < memory_mb() < 100_000
