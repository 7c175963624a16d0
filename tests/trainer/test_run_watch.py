import time
from pathlib import Path

import pytest

from trainer.claim import claimed
from trainer.events import CANCELLED, FAILED, FINISHED, EventLog
from trainer.run_watch import (
    JUDGING,
    PHASE,
    PREPARING,
    QUEUED,
    WAITING,
    RunPhase,
    RunWatch,
    is_pending,
    measured_pace,
)


def passed(log: EventLog, network: str, number: int, **more: object) -> None:
    facts: dict[str, object] = {
        "network": network,
        "number": number,
        "passes": 10,
        "loss": 1.0 / number,
        "train_accuracy": 0.5,
        "accuracy": None,
        "clips_per_second": 20.0,
        "memory_mb": 300.0,
        "device_mb": 0.0,
        "recall": None,
        "job_seconds_left": 40.0,
    }
    log.write("pass", **{**facts, **more})


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path)


def test_a_run_that_nobody_has_started_is_prepared(tmp_path):
    state = RunWatch(tmp_path).poll()
    assert (state.phase, state.has_died) == (RunPhase.PREPARED, False)
    assert not is_pending(tmp_path)


def test_a_run_just_started_is_waited_for_before_its_process_says_a_word(tmp_path, log):
    log.write(QUEUED, after=[])
    assert RunWatch(tmp_path).poll().phase is RunPhase.WAITING
    assert is_pending(tmp_path)


def test_a_process_that_never_comes_is_given_up(tmp_path, log, monkeypatch):
    log.write(QUEUED, after=[])
    monkeypatch.setattr("trainer.run_watch.STARTING_S", -1.0)
    state = RunWatch(tmp_path).poll()
    assert (state.phase, state.has_died, state.can_go_on) == (RunPhase.FAILED, True, True)


def test_it_follows_a_run_from_the_queue_to_its_end(tmp_path, log):
    watch = RunWatch(tmp_path)
    with claimed(tmp_path):
        log.write(QUEUED, after=["001-quick"])
        log.write(WAITING, after=["001-quick"])
        state = watch.poll()
        assert (state.phase, state.waits_for) == (RunPhase.WAITING, ("001-quick",))
        log.write(PREPARING)
        assert watch.poll().phase is RunPhase.PREPARING
        log.write("started", networks=["a-joint", "b-joint"], device="cpu")
        passed(log, "a-joint", 10, accuracy=0.75, recall={"lift": 1.0})
        state = watch.poll()
        assert (state.phase, state.share_done) == (RunPhase.TRAINING, 0.5)
        assert state.networks == ("a-joint", "b-joint")
        assert state.recall == {"lift": 1.0}
        assert 0 < (state.seconds_left or 0) <= 40
        passed(log, "b-joint", 1)
        log.write("heartbeat", state="packaging", memory_mb=400.0)
        assert watch.poll().phase is RunPhase.JUDGING
        log.write(JUDGING, doing="asking the old model", share_done=0.93)
        state = watch.poll()
        assert (state.doing, state.share_done) == ("asking the old model", 0.93)
        log.write(FINISHED, accuracy=0.9, package="model", stopped=False)
    state = watch.poll()
    assert (state.phase, state.accuracy, state.can_go_on) == (RunPhase.FINISHED, 0.9, False)
    assert [curve.name for curve in state.curves] == ["a-joint", "b-joint"]
    assert RunWatch(tmp_path).poll() == state  # whoever comes later sees the same


def test_a_run_begun_again_says_nothing_of_how_it_ended_before(tmp_path, log):
    with claimed(tmp_path):
        log.write(FINISHED, accuracy=0.95, package="model", stopped=True)
        log.write(QUEUED, after=[])
        state = RunWatch(tmp_path).poll()
    assert (state.phase, state.accuracy, state.share_done) == (RunPhase.WAITING, None, 0.0)


def test_a_pause_stops_the_clock_and_resuming_sets_it_going(tmp_path, log):
    watch = RunWatch(tmp_path)
    with claimed(tmp_path):
        log.write("started", networks=["a-joint"], device="cpu")
        passed(log, "a-joint", 1, job_seconds_left=100.0)
        log.write("paused")
        state = watch.poll()
        assert state.phase is RunPhase.PAUSED
        assert watch.poll().seconds_left == state.seconds_left
        log.write("resumed")
        assert watch.poll().phase is RunPhase.TRAINING


def test_passes_done_again_after_a_break_replace_those_that_were_lost(tmp_path, log):
    with claimed(tmp_path):
        log.write("started", networks=["a-joint"], device="cpu")
        for number in (1, 2, 3):
            passed(log, "a-joint", number)
        log.write(QUEUED, after=[])
        log.write("started", networks=["a-joint"], device="cpu")
        passed(log, "a-joint", 2, loss=9.0)
        (curve,) = RunWatch(tmp_path).poll().curves
    assert [(point.number, point.loss) for point in curve.points] == [(1, 1.0), (2, 9.0)]


def test_a_process_that_died_says_so_and_can_go_on(tmp_path, log):
    with claimed(tmp_path):
        log.write(QUEUED, after=[])
        log.write("started", networks=["a-joint"], device="cpu")
    state = RunWatch(tmp_path).poll()
    assert (state.phase, state.has_died, state.can_go_on) == (RunPhase.FAILED, True, True)
    assert "start it again to go on" in state.message
    assert not is_pending(tmp_path)


@pytest.mark.parametrize(
    ("kind", "phase"), [(FAILED, RunPhase.FAILED), (CANCELLED, RunPhase.CANCELLED)]
)
def test_a_run_that_ended_badly_says_why_and_can_go_on(tmp_path, log, kind, phase):
    log.write(QUEUED, after=[])
    log.write(kind, reason="the disk is full")
    state = RunWatch(tmp_path).poll()
    assert (state.phase, state.message, state.can_go_on) == (phase, "the disk is full", True)
    assert not state.has_died


def test_a_lesson_tells_its_phases_and_the_time_left(tmp_path, log):
    with claimed(tmp_path):
        log.write("started", networks=["a-joint"], device="cpu")
        log.write(PHASE, doing="learning", share_done=0.35, seconds_left=30.0)
        state = RunWatch(tmp_path).poll()
    assert (state.doing, state.share_done) == ("learning", 0.35)
    assert 0 < (state.seconds_left or 0) <= 30


def test_a_line_half_written_is_left_for_the_next_look(tmp_path, log):
    watch = RunWatch(tmp_path)
    with claimed(tmp_path):
        log.write("started", networks=["a-joint"], device="cpu")
        path = tmp_path / "events.jsonl"
        with path.open("ab") as file:
            file.write(b'{"event": "paused", "time": ')
        assert watch.poll().phase is RunPhase.TRAINING
        with path.open("ab") as file:
            file.write(f"{time.time()}}}\n".encode())
        assert watch.poll().phase is RunPhase.PAUSED


def test_looking_at_a_long_run_again_reads_what_is_new_alone(tmp_path, log, monkeypatch):
    for number in range(1, 11):
        passed(log, "a-joint", number)
    log.write(FINISHED, accuracy=None, stopped=False)
    watch = RunWatch(tmp_path)
    first = watch.poll()
    monkeypatch.setattr(RunWatch, "_take", None)  # there is nothing to take any more
    assert watch.poll() == first


def test_the_rates_of_earlier_runs_are_known_by_the_kind_of_network(tmp_path):
    for name, rate in (("one", 10.0), ("two", 25.0)):
        (tmp_path / name).mkdir()
        passed(EventLog(tmp_path / name), "fg-stformer-joint", 1, clips_per_second=rate)
    pace = measured_pace((tmp_path / "one", tmp_path / "two", tmp_path / "none"))
    assert pace.clips_per_second == (("fg-stformer", 25.0),)
