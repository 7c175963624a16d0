"""Runs of training followed from their folders; one is really started, and cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.retrain_state import RunTold
from app.services.task_runner import TaskRunner
from app.services.training import OutcomeRead, Prospect, TrainingService, with_missing
from engine.formats import write_recording
from engine.runtime.packages import ModelPackage, find_model
from engine.study.forecast import RetrainMode
from engine.study.outcome import write_outcome
from tests.app import retrain_made, stand_ins
from trainer.claim import claimed
from trainer.events import EventLog
from trainer.receipts import given_segments
from trainer.retraining import Ask, RetrainPlan, RunPhase

LONGEST_MS = 20_000
FULL = RetrainPlan(mode=RetrainMode.FULL, base=None)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("io", threads=2)
    yield made
    made.close()


@dataclass
class Followed:
    """A service, and all it told."""

    service: TrainingService
    qtbot: QtBot
    prospects: list[Prospect] = field(default_factory=list)
    started: list[Path] = field(default_factory=list)
    outcomes: list[OutcomeRead] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)
    models: list[tuple[ModelPackage, ...]] = field(default_factory=list)

    @property
    def phases(self) -> tuple[RunPhase, ...]:
        return tuple(each.state.phase for each in self.service.runs)

    @property
    def last(self) -> RunTold:
        return self.service.runs[-1]

    def wait_for(self, *phases: RunPhase) -> None:
        self.qtbot.waitUntil(lambda: self.phases == phases, timeout=LONGEST_MS)


@pytest.fixture
def followed(runner: TaskRunner, qtbot: QtBot) -> Iterator[Followed]:
    service = TrainingService(runner)
    made = Followed(service=service, qtbot=qtbot)
    service.foretold.connect(made.prospects.append)
    service.started.connect(made.started.append)
    service.outcome_found.connect(made.outcomes.append)
    service.refused.connect(made.refused.append)
    service.models_changed.connect(made.models.append)
    yield made
    service.close()


def pass_told(log: EventLog, number: int) -> None:
    """As the trainer tells of a pass."""
    log.write(
        "pass",
        network="joint",
        number=number,
        passes=9,
        loss=1.0 / number,
        learning_rate=0.1,
        clips_per_second=30.0,
        accuracy=0.5,
        train_accuracy=0.6,
        recall={"walk": 0.5},
        memory_mb=700.0,
        device_mb=0.0,
        job_seconds_left=90.0,
    )


def test_a_run_at_work_is_found_when_its_study_is_opened_and_followed(
    followed: Followed, tmp_path: Path
) -> None:
    folder = retrain_made.run_folder(tmp_path)
    log = EventLog(folder)
    log.write("queued")
    log.write("started", networks=["joint"], device="cpu")
    with claimed(folder):
        followed.service.open(tmp_path)
        followed.wait_for(RunPhase.TRAINING)
        assert followed.last.run.title == "Run 1 · quick · stand-in"
        for number in (1, 2):
            pass_told(log, number)
        followed.qtbot.waitUntil(lambda: bool(followed.last.state.curves), timeout=LONGEST_MS)
        followed.qtbot.waitUntil(
            lambda: len(followed.last.state.curves[0].points) == 2, timeout=LONGEST_MS
        )
        assert followed.last.state.recall == {"walk": 0.5}
        log.write("finished", accuracy=0.7)
    followed.wait_for(RunPhase.FINISHED)


def test_a_run_that_somebody_else_starts_shows_up(followed: Followed, tmp_path: Path) -> None:
    followed.service.open(tmp_path)
    folder = retrain_made.run_folder(tmp_path)
    EventLog(folder).write("finished", accuracy=0.7)
    followed.service.look_again()
    followed.wait_for(RunPhase.FINISHED)


def test_a_process_that_died_without_a_word_is_told_of_and_can_go_on(
    followed: Followed, tmp_path: Path
) -> None:
    folder = retrain_made.run_folder(tmp_path)
    EventLog(folder).write("started", networks=["joint"], device="cpu")
    followed.service.open(tmp_path)
    followed.wait_for(RunPhase.FAILED)
    assert followed.last.state.has_died
    assert followed.last.state.can_go_on


def test_several_runs_are_told_with_the_first_one_first(followed: Followed, tmp_path: Path) -> None:
    first, second = (retrain_made.run_folder(tmp_path, number) for number in (1, 2))
    EventLog(first).write("finished", accuracy=0.7)
    waiting = EventLog(second)
    waiting.write("queued", after=[first.name])
    waiting.write("waiting", after=[first.name])
    with claimed(second):
        followed.service.open(tmp_path)
        followed.wait_for(RunPhase.FINISHED, RunPhase.WAITING)
        assert followed.last.state.waits_for == (first.name,)


def test_another_study_takes_the_place_of_the_one_before(
    followed: Followed, tmp_path: Path
) -> None:
    EventLog(retrain_made.run_folder(tmp_path / "one")).write("finished", accuracy=0.7)
    (tmp_path / "two").mkdir()
    followed.service.open(tmp_path / "one")
    followed.wait_for(RunPhase.FINISHED)
    followed.service.open(tmp_path / "two")
    assert followed.service.runs == ()
    followed.service.open(None)
    assert followed.service.folder is None


def test_what_came_of_a_run_is_read(followed: Followed, tmp_path: Path) -> None:
    folder = retrain_made.run_folder(tmp_path)
    followed.service.open(tmp_path)
    write_outcome(folder, retrain_made.outcome())
    followed.service.read_outcome(folder)
    followed.qtbot.waitUntil(lambda: bool(followed.outcomes), timeout=LONGEST_MS)
    assert followed.outcomes[0] == OutcomeRead(folder=folder, outcome=retrain_made.outcome())


def test_clips_are_counted_without_recordings_that_are_gone(
    followed: Followed, tmp_path: Path
) -> None:
    study = retrain_made.contents(folder=tmp_path / "recordings")
    (tmp_path / "recordings").mkdir()
    write_recording(stand_ins.recording(2000), tmp_path / "recordings" / "r1.npz", "npz")
    plan = with_missing(tmp_path, study, FULL)
    assert plan.wish.choice.missing == {"r2", "r3", "r4"}
    followed.service.open(tmp_path)
    followed.service.foretell(study, FULL)
    followed.qtbot.waitUntil(lambda: bool(followed.prospects), timeout=LONGEST_MS)
    (prospect,) = followed.prospects
    assert prospect.forecast.actors == ("s1",)
    assert prospect.untrained.count == 28


def test_what_a_finished_run_was_given_is_no_longer_untrained(
    followed: Followed, tmp_path: Path
) -> None:
    study = retrain_made.contents()
    folder = retrain_made.run_folder(
        tmp_path, trained=given_segments(study, retrain_made.receipt().choice)
    )
    (folder / "model").mkdir()
    (folder / "model" / "card.toml").write_text("", encoding="utf-8")
    EventLog(folder).write("finished", accuracy=0.7)
    followed.service.open(tmp_path)
    followed.wait_for(RunPhase.FINISHED)
    more = retrain_made.contents(people=5)
    followed.service.foretell(more, FULL)
    followed.qtbot.waitUntil(lambda: bool(followed.prospects), timeout=LONGEST_MS)
    assert followed.prospects[0].untrained.count == 7
    assert followed.refused == []


def test_a_run_that_cannot_start_says_why(followed: Followed, tmp_path: Path) -> None:
    followed.service.open(tmp_path)
    followed.service.start(retrain_made.contents(people=0), FULL)
    followed.qtbot.waitUntil(lambda: bool(followed.refused), timeout=LONGEST_MS)
    assert "no labels" in str(followed.refused[0])
    assert not followed.service.is_starting
    assert list(tmp_path.glob("jobs/*")) == []


def test_a_run_is_started_in_a_process_of_its_own_and_cancelled(
    followed: Followed, tmp_path: Path
) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    for number in (1, 2):
        write_recording(stand_ins.recording(800), recordings / f"r{number}.npz", "npz")
    study = retrain_made.contents(people=2, folder=recordings)
    base = find_model("everyday-fg-stformer")
    followed.service.open(tmp_path)
    followed.service.start(study, RetrainPlan(mode=RetrainMode.QUICK, base=base))
    followed.qtbot.waitUntil(lambda: bool(followed.started or followed.refused), timeout=LONGEST_MS)
    assert followed.refused == []
    (folder,) = followed.started
    followed.qtbot.waitUntil(
        lambda: (folder / "running.lock").exists() and bool(followed.service.runs),
        timeout=LONGEST_MS,
    )
    followed.service.ask(folder, Ask.CANCEL)
    followed.wait_for(RunPhase.CANCELLED)
    assert not followed.last.has_model
