"""Answers to windows, as a film comes to them."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.exporting.clip_answers import NOTHING, ClipAnswers, Explained
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.errors import LayoutError
from engine.recording import Clip
from tests.app import stand_ins

LONG = stand_ins.recording(900)


@pytest.fixture
def recognizer() -> stand_ins.StandInRecognizer:
    return stand_ins.StandInRecognizer()


@pytest.fixture
def answers(qtbot: QtBot, recognizer: stand_ins.StandInRecognizer) -> Iterator[ClipAnswers]:
    runner = TaskRunner("inference")
    service = InferenceService(runner, lambda _: recognizer)
    yield ClipAnswers(service, runner, stand_ins.package(), LONG)
    runner.close()


def test_a_window_is_asked_once_and_the_next_one_before_it_is_due(
    qtbot: QtBot, answers: ClipAnswers, recognizer: stand_ins.StandInRecognizer
) -> None:
    assert answers.at(0) is None
    qtbot.waitUntil(lambda: answers.at(0) is not None)
    found = answers.at(0)
    assert found is not None
    assert found.answer is not None
    assert len(found.prepared) == 1
    qtbot.waitUntil(lambda: len(recognizer.clips) >= 2)
    assert recognizer.clips[0].start == 0
    assert recognizer.clips[1].start > 0


def test_an_answer_that_is_there_is_not_asked_again(
    answers: ClipAnswers, recognizer: stand_ins.StandInRecognizer
) -> None:
    asked: list[Explained] = []
    short = stand_ins.recording(40)
    known = ClipAnswers(answers._inference, answers._runner, stand_ins.package(), short)
    there = Explained(answer=stand_ins.answer(Clip.whole(short)))
    known.learn(there)
    for frame in range(40):
        found = known.at(frame)
        assert found is not None
        asked.append(found)
    assert set(map(id, asked)) == {id(there)}
    assert recognizer.clips == []


def test_a_model_that_refuses_says_nothing(
    qtbot: QtBot, answers: ClipAnswers, recognizer: stand_ins.StandInRecognizer
) -> None:
    recognizer.refusal = LayoutError("hands are not bodies")
    qtbot.waitUntil(lambda: answers.at(0) is not None)
    assert answers.at(0) is NOTHING


def test_a_defect_comes_out_where_it_is_asked(
    qtbot: QtBot, answers: ClipAnswers, recognizer: stand_ins.StandInRecognizer
) -> None:
    recognizer.refusal = ZeroDivisionError("ours")

    def has_come_out() -> bool:
        try:
            answers.at(0)
        except ZeroDivisionError:
            return True
        return False

    qtbot.waitUntil(has_come_out)


def test_nobody_is_asked_without_a_model(answers: ClipAnswers) -> None:
    nobody = ClipAnswers(answers._inference, answers._runner, None, LONG)
    assert nobody.at(100) is NOTHING
