"""Questions to models."""

from collections.abc import Callable, Iterator
from threading import Event, get_ident

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.services.inference import (
    OPEN_MODELS,
    ClipRecognizer,
    ClipRefusal,
    ClipReply,
    FocusQuestion,
    FocusReply,
    InferenceService,
    Question,
    TrackQuestion,
    WholeQuestion,
    WholeReply,
)
from app.services.task_runner import TaskRunner
from engine.errors import LayoutError
from engine.prediction import PredictionTrack
from engine.recording import Clip, Recording
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins

MODEL = stand_ins.package()
SHORT = stand_ins.recording(40)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("inference")
    yield made
    made.close()


def question(number: int, model: ModelPackage = MODEL) -> Question:
    return Question(id=number, model=model, clip=Clip(recording=SHORT, start=number, stop=40))


def serving(
    runner: TaskRunner, recognizer: ClipRecognizer
) -> tuple[InferenceService, list[ClipReply], list[ClipRefusal]]:
    service = InferenceService(runner, lambda _: recognizer)
    replies: list[ClipReply] = []
    refusals: list[ClipRefusal] = []
    service.answered.connect(replies.append)
    service.clip_refused.connect(refusals.append)
    return service, replies, refusals


def test_a_question_is_answered(runner: TaskRunner, qtbot: QtBot) -> None:
    service, replies, _ = serving(runner, stand_ins.StandInRecognizer())
    service.ask(question(1))
    qtbot.waitUntil(lambda: bool(replies))
    assert replies[0].question.id == 1
    assert replies[0].answer.predictions[0].start == 1


def test_only_the_newest_waiting_question_is_asked(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = Event()
    recognizer = stand_ins.StandInRecognizer(gate=gate)
    service, replies, _ = serving(runner, recognizer)
    for number in range(1, 6):
        service.ask(question(number))
    gate.set()
    qtbot.waitUntil(lambda: len(replies) == 2)
    assert [reply.question.id for reply in replies] == [1, 5]
    assert len(recognizer.clips) == 2


def test_nothing_asked_before_forgetting_is_answered(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = Event()
    service, replies, _ = serving(runner, stand_ins.StandInRecognizer(gate=gate))
    service.ask(question(1))
    service.ask(question(2))
    service.forget()
    service.ask(question(3))
    gate.set()
    qtbot.waitUntil(lambda: bool(replies))
    assert [reply.question.id for reply in replies] == [3]


def test_a_refusal_comes_with_its_question(runner: TaskRunner, qtbot: QtBot) -> None:
    error = LayoutError("hands are not bodies")
    service, replies, refusals = serving(runner, stand_ins.StandInRecognizer(refusal=error))
    service.ask(question(4))
    qtbot.waitUntil(lambda: bool(refusals))
    assert (refusals[0].question.id, refusals[0].error) == (4, error)
    assert replies == []


class PatientRecognizer(stand_ins.StandInRecognizer):
    """Its tracks go on until a clip was asked about meanwhile."""

    def track(
        self,
        recording: Recording,
        *,
        person: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> PredictionTrack:
        self.tracks.append(person)
        while not self.clips and not should_stop():
            on_progress(0.5)
        return stand_ins.track(recording, person=person)


def test_a_track_makes_way_for_an_answer(runner: TaskRunner, qtbot: QtBot) -> None:
    recognizer = PatientRecognizer()
    service, _, _ = serving(runner, recognizer)
    order: list[str] = []
    service.tracked.connect(lambda _: order.append("track"))
    service.answered.connect(lambda _: order.append("answer"))
    service.ask_track(TrackQuestion(id=1, model=MODEL, recording=SHORT, person=0))
    qtbot.waitUntil(lambda: bool(recognizer.tracks))
    service.ask(question(2))
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["answer", "track"]


def test_models_are_opened_once_in_one_thread_and_the_oldest_is_closed(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    opened: list[tuple[str, int]] = []

    def open_model(model: ModelPackage) -> ClipRecognizer:
        opened.append((model.card.id, get_ident()))
        return stand_ins.StandInRecognizer()

    service = InferenceService(runner, open_model)
    replies: list[ClipReply] = []
    service.answered.connect(replies.append)
    names = [f"m{number}" for number in range(OPEN_MODELS + 1)]
    for count, name in enumerate([*names, names[-1], names[0]], start=1):
        service.ask(question(1, stand_ins.package(name)))
        qtbot.waitUntil(lambda count=count: len(replies) == count)
    assert [name for name, _ in opened] == [*names, names[0]]
    assert {thread for _, thread in opened} != {get_ident()}
    assert len({thread for _, thread in opened}) == 1


def test_a_model_compared_answers_a_whole_clip_without_explaining(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    service, _, _ = serving(runner, stand_ins.StandInRecognizer())
    found: list[WholeReply] = []
    service.whole_answered.connect(found.append)
    asked = WholeQuestion(id=1, model=MODEL, clip=Clip.whole(stand_ins.recording(40, 2)), person=0)
    service.ask_whole(asked)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].question is asked
    assert len(found[0].answer.predictions) == 2


def test_focus_covers_the_whole_recording(runner: TaskRunner, qtbot: QtBot) -> None:
    recording = stand_ins.recording(100)
    service, _, _ = serving(runner, stand_ins.StandInRecognizer())
    found: list[FocusReply] = []
    service.focus_found.connect(found.append)
    service.ask_focus(
        FocusQuestion(id=1, model=MODEL, recording=recording, person=0, window_frames=32)
    )
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].weights.shape == (100, 20)
    assert found[0].weights[:, 5] == pytest.approx(np.full(100, 0.9))


def test_focus_is_blank_where_the_person_is_not_seen(runner: TaskRunner, qtbot: QtBot) -> None:
    positions = stand_ins.recording(100, 2).positions.copy()
    positions[40:, 1] = np.nan
    recording = stand_ins.figures_of(positions)
    service, _, _ = serving(runner, stand_ins.StandInRecognizer())
    found: list[FocusReply] = []
    service.focus_found.connect(found.append)
    service.ask_focus(
        FocusQuestion(id=1, model=MODEL, recording=recording, person=1, window_frames=20)
    )
    qtbot.waitUntil(lambda: bool(found))
    assert np.isfinite(found[0].weights[:40]).all()
    assert np.isnan(found[0].weights[60:]).all()
