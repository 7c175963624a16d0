"""Asking several models in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.services import comparing
from app.services.comparing import (
    ComparingService,
    PaneQuestion,
    PaneRefusal,
    PaneReply,
    answer_bytes,
)
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.errors import LayoutError
from engine.recording import Clip
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins

RECORDING = stand_ins.recording(60)
MODELS = tuple(stand_ins.package(name) for name in ("one", "two", "three"))


@dataclass
class Asked:
    """A service, its models, and all it told."""

    service: ComparingService
    models: dict[str, stand_ins.StandInRecognizer]
    qtbot: QtBot
    replies: list[PaneReply] = field(default_factory=list)
    refusals: list[PaneRefusal] = field(default_factory=list)

    def ask(self, *questions: PaneQuestion) -> None:
        self.service.ask(questions)

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not (self.service.is_busy or self.service.is_measuring))

    @property
    def told(self) -> list[tuple[str, int]]:
        """Which model, and which question."""
        return [(each.question.model.card.id, each.question.id) for each in self.replies]


@pytest.fixture
def asked(qtbot: QtBot) -> Iterator[Asked]:
    runner = TaskRunner("inference")
    recognizers = {model.card.id: stand_ins.StandInRecognizer() for model in MODELS}

    def open_model(package: ModelPackage) -> stand_ins.StandInRecognizer:
        return recognizers[package.card.id]

    inference = InferenceService(runner, open_model)
    made = Asked(ComparingService(runner, inference), recognizers, qtbot)
    made.service.answered.connect(made.replies.append)
    made.service.refused.connect(made.refusals.append)
    yield made
    for each in recognizers.values():
        if each.gate is not None:
            each.gate.set()
    runner.close()


def question(number: int, model: int = 0, start: int = 0) -> PaneQuestion:
    clip = Clip(recording=RECORDING, start=start, stop=start + 20)
    return PaneQuestion(id=number, model=MODELS[model], clip=clip)


def test_models_are_asked_in_turn_and_answer_with_what_is_drawn(asked: Asked) -> None:
    asked.ask(question(1, 0), question(2, 1), question(3, 2))
    asked.wait()
    assert asked.told == [("one", 1), ("two", 2), ("three", 3)]
    assert all(len(each.prepared) == 1 for each in asked.replies)


def test_of_questions_that_wait_the_newest_win_and_the_running_one_is_let_through(
    asked: Asked,
) -> None:
    gate = asked.models["one"].gate = Event()
    asked.ask(question(1, 0), question(2, 1))
    asked.qtbot.waitUntil(lambda: len(asked.models["one"].clips) == 1)
    asked.ask(question(3, 0, start=20), question(4, 1, start=20))
    gate.set()
    asked.wait()
    assert asked.told == [("one", 1), ("one", 3), ("two", 4)]
    assert [clip.start for clip in asked.models["two"].clips] == [20]


def test_what_is_kept_is_told_at_once_and_not_asked_again(asked: Asked) -> None:
    asked.ask(question(1))
    asked.wait()
    asked.ask(question(2))
    assert asked.told == [("one", 1), ("one", 2)], "before anything waits"
    assert asked.replies[1].is_kept
    assert len(asked.models["one"].clips) == 1


def test_a_refusal_stops_nobody_else(asked: Asked) -> None:
    asked.models["one"].refusal = LayoutError("expected 20 joints, found 25")
    asked.ask(question(1, 0), question(2, 1))
    asked.wait()
    assert [str(each.error) for each in asked.refusals] == ["expected 20 joints, found 25"]
    assert asked.told == [("two", 2)]


def test_after_forgetting_nothing_is_answered_and_nothing_is_kept(asked: Asked) -> None:
    asked.ask(question(1))
    asked.wait()
    gate = asked.models["two"].gate = Event()
    asked.ask(question(2, 1), question(3, 2))
    asked.qtbot.waitUntil(lambda: len(asked.models["two"].clips) == 1)
    asked.service.forget()
    gate.set()
    asked.ask(question(4))
    asked.wait()
    assert asked.told == [("one", 1), ("one", 4)]
    assert len(asked.models["one"].clips) == 2
    assert asked.models["three"].clips == []


def test_memory_is_bounded_and_what_was_used_last_stays(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = answer_bytes(stand_ins.answer(question(0).clip))
    assert size > 10_000
    monkeypatch.setattr(comparing, "MOST_KEPT_BYTES", 2 * size)
    asked.ask(question(1, 0), question(2, 1))
    asked.wait()
    asked.ask(question(3, 0))
    asked.ask(question(4, 2))
    asked.wait()
    assert asked.service.kept(question(5, 0)) is not None
    assert asked.service.kept(question(6, 2)) is not None
    assert asked.service.kept(question(7, 1)) is None


def test_a_measurement_asks_again_and_gives_way_to_questions(asked: Asked) -> None:
    asked.ask(question(1))
    asked.wait()
    asked.service.measure(question(2))
    asked.wait()
    assert [each.is_repeated for each in asked.replies] == [False, True]
    gate = asked.models["one"].gate = Event()
    asked.service.measure(question(3))
    asked.ask(question(4, 1))
    gate.set()
    asked.wait()
    assert asked.told[2:] == [("two", 4)]
