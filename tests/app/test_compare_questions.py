"""What models side by side are asked, and what is remembered."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.compare_questions import CompareQuestions
from app.compare_state import CompareState
from app.document import AnswerPhase, Document
from app.inspector import Inspector
from app.library import Library
from app.services.comparing import ComparingService
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.errors import EngineError, LayoutError
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins

SHORT = stand_ins.recording(40)
LONG = stand_ins.recording(900)
ONE, TWO, THREE = (stand_ins.package(name, f"Tried · {name}") for name in ("one", "two", "three"))


@dataclass
class Scene:
    """A document with those who ask the model shown and the ones beside it."""

    document: Document
    inspector: Inspector
    questions: CompareQuestions
    models: dict[str, stand_ins.StandInRecognizer]
    qtbot: QtBot

    def open(self, recording: Recording) -> None:
        self.document.set_recording(recording)
        self.inspector.take_recording()
        self.questions.take_recording()

    def wait(self) -> CompareState:
        self.qtbot.waitUntil(lambda: self.inspector.is_settled and self.questions.is_settled)
        return self.questions.state

    def spans(self, name: str) -> list[tuple[int, int]]:
        return [(clip.start, clip.stop) for clip in self.models[name].clips]


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    runner = TaskRunner("inference")
    models = {name: stand_ins.StandInRecognizer() for name in ("one", "two", "three")}

    def open_model(package: ModelPackage) -> stand_ins.StandInRecognizer:
        return models[package.card.id]

    inference = InferenceService(runner, open_model)
    document = Document(overlay=stand_ins.overlay_state(), library=Library(samples=()))
    inspector = Inspector(document, inference)
    service = ComparingService(runner, inference)
    questions = CompareQuestions(document, service)
    inference.answered.connect(inspector.take_answer)
    inference.answered.connect(questions.take_shown)
    inference.clip_refused.connect(inspector.take_refusal)
    service.answered.connect(questions.take_reply)
    service.refused.connect(questions.take_refusal)
    document.answer_changed.connect(questions.refresh)
    document.set_models((ONE, TWO, THREE))
    document.set_model(ONE)
    made = Scene(document, inspector, questions, models, qtbot)
    yield made
    for each in models.values():
        if each.gate is not None:
            each.gate.set()
    runner.close()


def test_nothing_is_asked_before_models_are_put_beside(scene: Scene) -> None:
    told: list[CompareState] = []
    scene.questions.state_changed.connect(told.append)
    scene.open(SHORT)
    state = scene.wait()
    assert told == [], "nor is anything shown anew"
    assert state.panes == ()
    assert not scene.questions.is_on
    assert scene.spans("two") == []


def test_each_model_says_something_and_is_measured_once_more(scene: Scene) -> None:
    scene.open(SHORT)
    scene.questions.set_beside((TWO, THREE))
    state = scene.wait()
    assert [pane.name for pane in state.panes] == ["one", "two", "three"]
    assert [pane.answer.phase for pane in state.panes] == [AnswerPhase.ANSWERED] * 3
    for pane in state.panes:
        assert pane.timing is not None
        assert pane.timing.later_s == (0.007,)
    assert scene.spans("two") == [(0, 40)] * 2, "asked, and measured"


def test_in_a_long_recording_each_new_window_is_asked_about(scene: Scene) -> None:
    scene.open(LONG)
    scene.questions.set_beside((TWO,))
    scene.wait()
    asked = len(scene.spans("two"))
    scene.questions.follow_frame(3)
    scene.wait()
    assert len(scene.spans("two")) == asked, "the same window"
    scene.questions.follow_frame(450)
    scene.wait()
    start, stop = scene.spans("two")[-1]
    assert start <= 450 < stop


def test_the_one_that_waited_longest_is_asked_first(scene: Scene) -> None:
    scene.open(LONG)
    scene.questions.set_beside((TWO, THREE))
    scene.wait()
    gate = scene.models["two"].gate = Event()
    scene.questions.follow_frame(300)  # two is asked, three waits
    scene.qtbot.waitUntil(lambda: scene.spans("two")[-1][0] > 0)
    scene.questions.follow_frame(600)
    gate.set()
    scene.models["two"].gate = None
    state = scene.wait()
    assert scene.spans("three")[-1] == scene.spans("two")[-1]
    assert [pane.answer.phase for pane in state.panes[1:]] == [AnswerPhase.ANSWERED] * 2


def test_a_window_seen_before_is_not_asked_about_again(scene: Scene) -> None:
    scene.open(LONG)
    scene.questions.set_beside((TWO,))
    for frame in (450, 0):
        scene.questions.follow_frame(frame)
        scene.wait()
    asked = len(scene.spans("two"))
    scene.questions.follow_frame(450)
    state = scene.wait()
    assert len(scene.spans("two")) == asked
    answer = state.panes[1].answer.answer
    assert answer is not None
    assert answer.predictions[0].start > 0


def test_a_refusal_is_the_panes_own_and_is_not_asked_for_again(scene: Scene) -> None:
    scene.models["two"].refusal = LayoutError("expected 20 joints, found 25")
    scene.open(LONG)
    scene.questions.set_beside((TWO, THREE))
    state = scene.wait()
    assert state.panes[1].answer.phase is AnswerPhase.REFUSED
    assert state.panes[1].answer.message == "Expected 20 joints, found 25"
    assert state.panes[2].answer.phase is AnswerPhase.ANSWERED
    scene.questions.follow_frame(450)
    scene.wait()
    assert len(scene.spans("two")) == 1


def test_a_window_without_an_answer_does_not_silence_a_model_in_the_next(scene: Scene) -> None:
    scene.models["two"].refusal = EngineError("nobody is visible in frames 0..74")
    scene.open(LONG)
    scene.questions.set_beside((TWO,))
    assert scene.wait().panes[1].answer.phase is AnswerPhase.REFUSED
    scene.models["two"].refusal = None
    scene.questions.follow_frame(450)
    assert scene.questions.state.panes[1].answer.phase is AnswerPhase.REFUSED, "till it is known"
    assert scene.wait().panes[1].answer.phase is AnswerPhase.ANSWERED


def test_a_defect_is_told_in_the_pane_and_reported(scene: Scene) -> None:
    scene.models["two"].refusal = ZeroDivisionError("a defect")
    scene.open(SHORT)
    with scene.qtbot.captureExceptions() as caught:
        scene.questions.set_beside((TWO,))
        state = scene.wait()
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]
    assert "defect" in state.panes[1].answer.message


def test_turning_to_a_model_beside_needs_no_new_answer(scene: Scene) -> None:
    scene.open(SHORT)
    scene.wait()
    scene.questions.set_beside((TWO,))
    scene.wait()
    asked = len(scene.spans("one"))
    scene.document.set_model(TWO)
    scene.questions.set_beside((ONE,))
    kept = scene.questions.kept_of_shown()
    assert kept is not None
    assert kept.question.model is TWO
    before = scene.questions.state.panes[1]
    assert before.model is ONE
    assert before.answer.phase is AnswerPhase.ANSWERED, "the model shown before, at once"
    assert len(scene.spans("one")) == asked


def test_answers_for_the_recording_before_are_dropped(scene: Scene) -> None:
    gate = scene.models["two"].gate = Event()
    scene.open(LONG)
    scene.questions.set_beside((TWO,))
    scene.qtbot.waitUntil(lambda: len(scene.spans("two")) == 1)
    scene.open(SHORT)
    gate.set()
    state = scene.wait()
    answer = state.panes[1].answer.answer
    assert answer is not None
    assert answer.predictions[0].stop == SHORT.num_frames


def test_off_forgets_everything_that_was_asked(scene: Scene) -> None:
    gate = scene.models["two"].gate = Event()
    scene.open(SHORT)
    scene.questions.set_beside((TWO, THREE))
    scene.qtbot.waitUntil(lambda: len(scene.spans("two")) == 1)
    scene.questions.set_beside(None)
    gate.set()
    state = scene.wait()
    assert state.panes == ()
    assert scene.spans("three") == []
