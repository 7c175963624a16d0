"""Asking models about all labels, in the inference thread, with a shipped network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.checking import Checked, CheckingService, CheckQuestion
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import TaskRunner
from engine.formats import write_recording
from engine.labels import Action
from engine.runtime.packages import ModelPackage, find_model
from engine.runtime.recognizer import open_recognizer
from engine.study.contents import Edit, StudyContents, added
from engine.study.outcome import write_outcome
from engine.study.segments import relabel
from tests.app import retrain_made, stand_ins

LONGEST_MS = 30_000
MODEL = find_model("everyday-fg-stformer")


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("inference")
    yield made
    made.close()


@dataclass
class Asked:
    """A service, and all it told."""

    service: CheckingService
    found: list[Checked] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)


def open_one(package: ModelPackage) -> ClipRecognizer:
    return (
        stand_ins.StandInRecognizer()
        if package.card.id == "stand-in"
        else (open_recognizer(package))
    )


@pytest.fixture
def asked(runner: TaskRunner) -> Asked:
    service = CheckingService(runner, InferenceService(runner, open_one))
    made = Asked(service=service)
    service.found.connect(made.found.append)
    service.refused.connect(made.refused.append)
    service.progressed.connect(made.progress.append)
    return made


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyContents:
    """Two people who stand still, which is labelled once as an action that the model knows."""
    folder = tmp_path_factory.mktemp("recordings")
    for number in (1, 2):
        write_recording(stand_ins.recording(320), folder / f"r{number}.npz", "npz")
    made = retrain_made.contents(people=2, per_action=1, folder=folder)
    wave = Action(id="wave", name="wave", colour="#f2a93b", position=2)
    made = made.applied(Edit(name="Add", changes=(added(wave),)))
    return made.applied(relabel(made, ("r1-0",), "wave"))


def question(
    study: StudyContents, *models: ModelPackage, runs: dict[str, Path] | None = None
) -> CheckQuestion:
    return CheckQuestion(
        folder=Path("/nowhere"), contents=study, models=models or (MODEL,), runs=runs or {}
    )


def test_labels_that_a_model_calls_something_else_are_found(
    asked: Asked, study: StudyContents, qtbot: QtBot
) -> None:
    asked.service.ask(question(study))
    assert asked.service.is_busy
    qtbot.waitUntil(lambda: bool(asked.found or asked.refused), timeout=LONGEST_MS)
    assert asked.refused == []
    (checked,) = asked.found
    assert checked.num_asked == 6
    assert asked.progress[-1] == pytest.approx(1.0)
    for suspect in checked.suspects:
        assert suspect.word != suspect.label
        assert [title for title, _, _ in suspect.said] == [MODEL.card.title]
    assert not asked.service.is_busy


def test_what_a_model_said_before_it_learnt_from_a_clip_counts_more(
    asked: Asked, study: StudyContents, tmp_path: Path, qtbot: QtBot
) -> None:
    said = retrain_made.verdict("r1-0", "wave", ("", "throw"), score=0.97)
    found = retrain_made.outcome(verdicts=(said,), class_names=MODEL.card.class_names)
    write_outcome(tmp_path, found)
    asked.service.ask(question(study, runs={MODEL.card.id: tmp_path}))
    qtbot.waitUntil(lambda: bool(asked.found or asked.refused), timeout=LONGEST_MS)
    suspect = next(each for each in asked.found[0].suspects if each.segment_id == "r1-0")
    assert suspect.word == "throw"
    assert suspect.said == ((MODEL.card.title, "throw", 0.97),)


def test_asking_that_is_stopped_tells_what_was_answered_by_then(
    asked: Asked, study: StudyContents, qtbot: QtBot
) -> None:
    asked.service.ask(question(study, MODEL, find_model("everyday-sem-net")))
    asked.service.stop()
    qtbot.waitUntil(lambda: bool(asked.found), timeout=LONGEST_MS)
    assert asked.found[0].num_asked < 6
    assert not asked.service.is_busy


def test_what_is_forgotten_is_never_told(
    asked: Asked, study: StudyContents, qtbot: QtBot, runner: TaskRunner
) -> None:
    asked.service.ask(question(study))
    asked.service.forget()
    ended: list[bool] = []
    runner.submit(lambda _: True, on_result=ended.append, on_error=ended.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(ended), timeout=LONGEST_MS)
    assert asked.found == asked.refused == []


def test_a_model_that_cannot_be_asked_says_so(
    asked: Asked, study: StudyContents, qtbot: QtBot
) -> None:
    asked.service.ask(question(study, stand_ins.package()))
    qtbot.waitUntil(lambda: bool(asked.refused), timeout=LONGEST_MS)
    assert "cannot be asked" in str(asked.refused[0])
