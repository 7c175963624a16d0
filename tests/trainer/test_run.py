"""A whole job in this process: told, stopped, cancelled, paused, broken in every way."""

import shutil
import signal
import time
from dataclasses import replace

import pytest
import torch

from engine import places
from engine.errors import TrainingError
from tests.tiny_training import tiny_job
from trainer import run as run_module
from trainer.claim import claimed
from trainer.control import Ask, send
from trainer.events import EventLog
from trainer.launcher import (
    EXIT_CANCELLED,
    EXIT_FAILED,
    create_job,
    last_end,
    read_events,
)
from trainer.learner import Learner
from trainer.objective import CrossEntropy
from trainer.run import run_job

ENDLESS = 100_000
STOPS_WITHIN_S = 3.0


CARD = next((places.SOURCE_ROOT / "assets" / "models").glob("*/card.toml"))


@pytest.fixture
def packaged(monkeypatch):
    """What would be packaged: exporting takes long, and is tested elsewhere."""
    calls = []

    def write(job, split, fitted, folder):
        calls.append((job, fitted))
        (folder / "model").mkdir(exist_ok=True)
        shutil.copy(CARD, folder / "model")
        return folder / "model"

    monkeypatch.setattr(run_module, "write_package", write)
    return calls


@pytest.fixture
def folder(tmp_path, data):
    """Makes the folder of a tiny job with changes."""

    def make(job=None, **schedule):
        create_job(tmp_path / "run", job or tiny_job(data, **schedule))
        return tmp_path / "run"

    return make


def at_step(monkeypatch, number, act):
    """Let something happen during a step of the run, counted from 1."""
    step, done = Learner.step, []

    def acting(self, *words):
        done.append(time.monotonic())
        if len(done) == number:
            act()
        return step(self, *words)

    monkeypatch.setattr(Learner, "step", acting)
    return done


def start(folder):
    return run_job(folder, time.time())


def told(folder):
    return [event["event"] for event in read_events(folder, 0)[0]]


def end_of(folder):
    return last_end(read_events(folder, 0)[0])


def test_a_job_tells_from_its_start_to_its_end(folder, packaged):
    run = folder(passes=2)
    assert start(run) == 0
    events, _ = read_events(run, 0)
    assert told(run)[0] == "heartbeat"
    kinds = [kind for kind in told(run) if kind not in ("heartbeat", "step")]
    assert kinds == ["started", "pass", "pass", "finished"]
    started = next(event for event in events if event["event"] == "started")
    assert (started["clips"], started["held_out"], started["validation"]) == (4, 4, 0)
    assert started["split"].startswith("people 2 held out")
    assert events[-1]["stopped"] is False
    assert events[-1]["report"] == ""
    assert (run / "split.toml").is_file()


def test_the_end_names_the_report(folder, packaged, monkeypatch):
    run = folder(passes=1)
    write = run_module.write_package

    def judge_too(job, split, fitted, place):
        (place / "report.html").write_text("judged", encoding="utf-8")
        return write(job, split, fitted, place)

    monkeypatch.setattr(run_module, "write_package", judge_too)
    assert start(run) == 0
    assert end_of(run)["report"] == str(run / "report.html")


def test_a_job_that_is_stopped_keeps_what_it_has_learnt(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    asked = []
    steps = at_step(monkeypatch, 5, lambda: (asked.append(time.monotonic()), send(run, Ask.STOP)))
    assert start(run) == 0
    assert steps[-1] - asked[0] < STOPS_WITHIN_S
    end = end_of(run)
    assert (end["event"], end["stopped"]) == ("finished", True)
    assert "asked" in told(run)
    ((job, (fitted,)),) = packaged
    assert fitted.was_stopped
    assert job.schedule.passes == fitted.passes >= 2
    assert fitted.logits.shape == (4, 10)


def test_a_stopped_job_goes_on_when_started_again(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    with monkeypatch.context() as during:
        at_step(during, 5, lambda: send(run, Ask.STOP))
        start(run)
    first = packaged[-1][1][0].passes
    at_step(monkeypatch, 3, lambda: send(run, Ask.STOP))
    start(run)
    assert packaged[-1][1][0].passes > first


def test_a_network_that_was_not_reached_is_left_out(folder, packaged, monkeypatch, data):
    job = tiny_job(data, passes=2)
    job = replace(job, networks=(job.networks[0], replace(job.networks[0], dropout=0.5)))
    run = folder(job)
    at_step(monkeypatch, 5, lambda: send(run, Ask.STOP))
    monkeypatch.setattr(Learner, "refuse_narrow", None)
    hear_at_once(monkeypatch)
    assert start(run) == 0
    ((kept, fitted),) = packaged
    assert [each.planned.name for each in fitted] == ["fg-stformer-joint"]
    assert kept.networks == (job.networks[0],)


def hear_at_once(monkeypatch):
    """Let the job look at its commands between all steps, not ten times a second."""
    from trainer.control import last_asked
    from trainer.workplace import Workplace

    heard = Workplace.heard

    def look_first(self):
        asked = last_asked(self.folder, 0)
        if asked is not None:
            self.pulse.ask(asked.ask)
        return heard(self)

    monkeypatch.setattr(Workplace, "heard", look_first)


def test_a_cancelled_job_keeps_its_checkpoint_and_nothing_else(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    at_step(monkeypatch, 5, lambda: send(run, Ask.CANCEL))
    assert start(run) == EXIT_CANCELLED
    assert end_of(run)["event"] == "cancelled"
    assert packaged == []
    assert (run / "fg-stformer-joint.checkpoint.pt").is_file()


def test_a_terminated_job_is_cancelled(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    at_step(monkeypatch, 3, lambda: signal.raise_signal(signal.SIGTERM))
    assert start(run) == EXIT_CANCELLED
    state = torch.load(run / "fg-stformer-joint.checkpoint.pt", weights_only=True)
    assert state["progress"]["moves"] == 3


def test_a_job_that_pauses_computes_nothing_until_told_to_resume(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    write = EventLog.write

    def resume_when_paused(self, kind, **facts):
        write(self, kind, **facts)
        if kind == "paused":
            assert (run / "fg-stformer-joint.checkpoint.pt").is_file()
            send(run, Ask.RESUME)
        if kind == "resumed":
            send(run, Ask.STOP)

    monkeypatch.setattr(EventLog, "write", resume_when_paused)
    steps = at_step(monkeypatch, 2, lambda: send(run, Ask.PAUSE))
    assert start(run) == 0
    events = read_events(run, 0)[0]
    times = {event["event"]: event["time"] for event in events}
    assert times["paused"] <= times["resumed"] <= times["finished"]
    assert len(steps) > 2


def test_a_paused_job_can_be_cancelled(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    write = EventLog.write

    def cancel_when_paused(self, kind, **facts):
        write(self, kind, **facts)
        if kind == "paused":
            send(run, Ask.CANCEL)

    monkeypatch.setattr(EventLog, "write", cancel_when_paused)
    at_step(monkeypatch, 2, lambda: send(run, Ask.PAUSE))
    assert start(run) == EXIT_CANCELLED


def test_a_step_that_takes_too_long_is_broken_off(folder, packaged, monkeypatch):
    run = folder(passes=ENDLESS)
    began = []

    def endless(self, network, inputs, targets):
        began.append(time.monotonic())
        send(run, Ask.STOP)
        while True:
            pass

    at_step(monkeypatch, 4, lambda: monkeypatch.setattr(CrossEntropy, "__call__", endless))
    assert start(run) == 0
    assert time.monotonic() - began[0] < 2 * STOPS_WITHIN_S  # with the evaluation
    ((_, (fitted,)),) = packaged
    assert fitted.passes == 1
    assert end_of(run)["stopped"]


def test_a_job_that_is_stopped_while_it_loads_has_nothing_to_keep(folder, packaged, monkeypatch):
    run = folder()

    def endless(job, place):
        send(run, Ask.STOP)
        while True:
            pass

    monkeypatch.setattr(run_module, "load_split", endless)
    assert start(run) == EXIT_CANCELLED
    assert end_of(run)["reason"].startswith("stopped before anything was learnt")


def test_a_folder_where_a_job_runs_is_left_alone(folder, monkeypatch, capsys):
    run = folder()
    monkeypatch.setattr("trainer.claim.PATIENCE_S", 0)
    with claimed(run):
        assert start(run) == EXIT_FAILED
    assert "is running already" in capsys.readouterr().err


def test_a_loss_that_is_no_number_ends_with_the_last_good_checkpoint(
    folder, packaged, monkeypatch, data, capsys
):
    job = replace(tiny_job(data, passes=ENDLESS), checkpoint_every=0)
    run = folder(job)
    judge = CrossEntropy.__call__

    def spoilt(self, network, inputs, targets):
        judged = judge(self, network, inputs, targets)
        return replace(judged, loss=judged.loss * float("nan"))

    at_step(monkeypatch, 4, lambda: monkeypatch.setattr(CrossEntropy, "__call__", spoilt))
    assert start(run) == EXIT_FAILED
    assert end_of(run)["reason"].startswith("the loss became nan; start a new job")
    assert capsys.readouterr().err.count("\n") == 1
    state = torch.load(run / "fg-stformer-joint.checkpoint.pt", weights_only=True)
    assert state["progress"]["moves"] == 3
    assert all(torch.isfinite(each).all() for each in state["network"].values())


FULL = OSError(28, "No space left on device")


def raising(error):
    def refuse(*words, **more):
        raise error

    return refuse


@pytest.mark.parametrize(
    ("where", "told_of"),
    [
        ("trainer.checkpoints.os.fsync", True),
        ("trainer.run.write_package", True),
        ("trainer.events.EventLog.pass_done", True),
        ("trainer.events.EventLog.write", False),
    ],
)
def test_a_full_disk_ends_the_run_in_words(folder, packaged, monkeypatch, capsys, where, told_of):
    run = folder(passes=1)
    with monkeypatch.context() as during:
        during.setattr(where, raising(FULL))
        assert start(run) == EXIT_FAILED
    assert "the disk is full" in capsys.readouterr().err.splitlines()[-1]
    assert not (run / "model").exists()
    assert not list(run.glob("model.partial"))
    if told_of:
        assert end_of(run)["reason"].startswith("the disk is full")
    assert start(run) == 0  # once there is space
    assert told(run)[-1] == "finished"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "there is not enough memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "there is not enough memory"),
        (torch.AcceleratorError("CUDA error: device lost"), "the GPU does not answer any more"),
        (TrainingError("a reason of its own"), "a reason of its own"),
    ],
)
def test_what_happens_to_a_step_ends_the_run_in_words(
    folder, packaged, monkeypatch, capsys, error, words
):
    run = folder(passes=3)
    at_step(monkeypatch, 5, raising(error))
    assert start(run) == EXIT_FAILED
    assert end_of(run)["reason"].startswith(words)
    assert capsys.readouterr().err.splitlines()[-1].startswith(words)
    state = torch.load(run / "fg-stformer-joint.checkpoint.pt", weights_only=True)
    assert state["progress"]["passes"] == 2


def test_a_defect_is_told_and_not_hidden(folder, packaged, monkeypatch):
    run = folder(passes=3)
    at_step(monkeypatch, 1, raising(KeyError("wave")))
    with pytest.raises(KeyError):
        start(run)
    assert end_of(run)["reason"] == "a defect of the program: KeyError: 'wave'"


def test_a_job_that_cannot_be_read_says_so(tmp_path, capsys):
    (tmp_path / "job.toml").write_text("passes = 1\n")
    assert start(tmp_path) == EXIT_FAILED
    assert "job.toml" in end_of(tmp_path)["reason"]
    assert capsys.readouterr().err.count("\n") == 1
