"""What is asked of a model, and when; and what is learnt about long recordings."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.document import (
    AnswerPhase,
    AnswerState,
    Document,
    LanesProgress,
    LaneWork,
    TrackState,
)
from app.inspector import Inspector
from app.library import Library
from app.overview import Overview
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.errors import LayoutError
from engine.recording import Clip, Recording
from tests.app import stand_ins

SHORT = stand_ins.recording(40)
LONG = stand_ins.recording(900, people=2)


@dataclass
class Scene:
    """A document with somebody who asks."""

    document: Document
    inspector: Inspector
    overview: Overview
    recognizer: stand_ins.StandInRecognizer

    @property
    def spans(self) -> list[tuple[int, int]]:
        """What was asked so far."""
        return [(clip.start, clip.stop) for clip in self.recognizer.clips]

    @property
    def phase(self) -> AnswerPhase:
        return self.document.answer_state.phase

    @property
    def is_settled(self) -> bool:
        return self.inspector.is_settled and self.overview.is_settled


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("inference")
    yield made
    made.close()


@pytest.fixture
def scene(runner: TaskRunner) -> Scene:
    recognizer = stand_ins.StandInRecognizer()
    overlay = stand_ins.overlay_state()
    document = Document(overlay=overlay, library=Library())
    service = InferenceService(runner, lambda _: recognizer, parent=document)
    inspector = Inspector(document, service, parent=document)
    overview = Overview(document, service, parent=document)
    service.answered.connect(inspector.take_answer)
    service.clip_refused.connect(inspector.take_refusal)
    service.tracked.connect(overview.take_track)
    service.overview_progressed.connect(overview.take_progress)
    service.focus_found.connect(overview.take_focus)
    service.overview_refused.connect(overview.take_refusal)
    inspector.answered.connect(overview.show_person)
    document.recording_changed.connect(overview.forget)
    document.recording_changed.connect(inspector.take_recording)
    document.model_changed.connect(overview.turn_to_model)
    document.model_changed.connect(inspector.ask_anew)
    document.person_changed.connect(overview.show_person)
    return Scene(document, inspector, overview, recognizer)


def show(scene: Scene, recording: Recording, qtbot: QtBot) -> None:
    scene.document.set_model(stand_ins.package())
    scene.document.set_recording(recording)
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED and scene.is_settled)


def test_a_short_recording_is_asked_about_once(scene: Scene, qtbot: QtBot) -> None:
    show(scene, SHORT, qtbot)
    for frame in range(40):
        scene.inspector.follow_frame(frame)
    assert scene.spans == [(0, 40)]
    assert scene.recognizer.tracks == []
    assert scene.document.prediction is not None


def test_it_does_not_matter_whether_model_or_recording_comes_first(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.document.set_recording(SHORT)
    assert scene.phase is AnswerPhase.NOTHING_TO_ASK
    scene.document.set_model(stand_ins.package())
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED)


def test_the_answer_of_the_recording_before_is_dropped(scene: Scene, qtbot: QtBot) -> None:
    gate = Event()
    scene.recognizer.gate = gate
    scene.document.set_model(stand_ins.package())
    scene.document.set_recording(SHORT)
    other = stand_ins.recording(50)
    scene.document.set_recording(other)
    answers: list[object] = []
    scene.document.answer_changed.connect(
        lambda state: answers.append(state.answer) if state.answer else None
    )
    gate.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert len(answers) == 1
    assert answers[0].predictions[0].stop == 50


def test_the_answer_of_the_model_before_is_dropped(scene: Scene, qtbot: QtBot) -> None:
    gate = Event()
    scene.recognizer.gate = gate
    scene.document.set_recording(SHORT)
    scene.document.set_model(stand_ins.package("slow"))
    qtbot.waitUntil(lambda: len(scene.recognizer.clips) == 1)
    scene.document.set_model(stand_ins.package("quick"))
    phases: list[AnswerPhase] = []
    scene.document.answer_changed.connect(lambda state: phases.append(state.phase))
    gate.set()
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED)
    assert len(scene.recognizer.clips) == 2
    assert phases == [AnswerPhase.ANSWERED]


def test_a_long_recording_is_asked_about_around_the_frame(scene: Scene, qtbot: QtBot) -> None:
    show(scene, LONG, qtbot)
    scene.recognizer.clips.clear()
    scene.inspector.follow_frame(450)
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED and scene.is_settled)
    ((start, stop),) = scene.spans
    assert start <= 450 < stop
    assert stop - start == 75


def test_the_last_answer_stays_until_the_next_one_is_there(scene: Scene, qtbot: QtBot) -> None:
    show(scene, LONG, qtbot)
    scene.inspector.follow_frame(450)
    assert scene.phase is AnswerPhase.ASKED
    assert scene.document.answer_state.answer is not None


def test_a_refusal_says_why_and_the_next_recording_is_asked_about(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.recognizer.refusal = LayoutError("hands are not bodies")
    scene.document.set_model(stand_ins.package())
    scene.document.set_recording(SHORT)
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.REFUSED)
    assert scene.document.answer_state.message == "Hands are not bodies"
    scene.recognizer.refusal = None
    scene.document.set_recording(stand_ins.recording(50))
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED)


def test_a_defect_of_a_model_is_raised_after_the_panel_was_told(scene: Scene, qtbot: QtBot) -> None:
    scene.recognizer.refusal = ZeroDivisionError("by zero")
    with qtbot.captureExceptions() as raised:
        scene.document.set_model(stand_ins.package())
        scene.document.set_recording(SHORT)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    assert scene.phase is AnswerPhase.REFUSED


def test_a_long_recording_gets_a_track_and_a_focus(scene: Scene, qtbot: QtBot) -> None:
    show(scene, LONG, qtbot)
    state = scene.document.track_state
    assert state.track is not None
    assert state.track.person == 0
    assert state.focus is not None
    assert state.focus.shape == (900, 20)


def test_each_person_is_tracked_once(scene: Scene, qtbot: QtBot) -> None:
    show(scene, LONG, qtbot)
    for person in (1, 0, 1):
        scene.document.select_person(person)
        qtbot.waitUntil(lambda: scene.is_settled)
        track = scene.document.track_state.track
        assert track is not None
        assert track.person == person
    assert scene.recognizer.tracks == [0, 1]


def test_a_track_is_forgotten_with_its_recording(scene: Scene, qtbot: QtBot) -> None:
    show(scene, LONG, qtbot)
    scene.document.set_recording(SHORT)
    qtbot.waitUntil(lambda: scene.phase is AnswerPhase.ANSWERED)
    assert scene.document.track_state.track is None
    assert scene.recognizer.tracks == [0]


def test_progress_of_the_track_is_shown(scene: Scene, qtbot: QtBot) -> None:
    told: list[LanesProgress | None] = []
    scene.document.track_changed.connect(lambda state: told.append(state.progress))
    show(scene, LONG, qtbot)
    seen = [(progress.work, progress.fraction) for progress in told if progress]
    assert seen[0] == (LaneWork.ANSWERS, 0.5)
    assert seen[-1] == (LaneWork.FOCUS, 1.0)
    assert told[-1] is None


def test_the_time_left_is_told_once_it_is_known(scene: Scene, qtbot: QtBot) -> None:
    show(scene, SHORT, qtbot)
    clock = iter((0.0, 0.0, 0.1, 2.0))
    overview = Overview(scene.document, scene.inspector._inference, now_s=lambda: next(clock))
    scene.document.set_recording(LONG)
    scene.document.set_answer_state(
        AnswerState(phase=AnswerPhase.ANSWERED, answer=stand_ins.answer(Clip.whole(LONG)))
    )
    overview.show_person()

    overview.take_progress(0.1)
    early = scene.document.track_state.progress
    overview.take_progress(0.25)
    later = scene.document.track_state.progress

    assert early == LanesProgress(work=LaneWork.ANSWERS, fraction=0.1)
    assert later == LanesProgress(work=LaneWork.ANSWERS, fraction=0.25, left_s=6.0)


def test_work_on_the_lanes_can_be_stopped_and_taken_up_again(scene: Scene, qtbot: QtBot) -> None:
    def stop(state: TrackState) -> None:
        if state.progress is not None and state.progress.work is LaneWork.FOCUS:
            scene.overview.stop()

    scene.document.track_changed.connect(stop)
    show(scene, LONG, qtbot)
    state = scene.document.track_state
    assert state.is_stopped
    assert state.track is not None
    assert state.focus is None
    scene.overview.show_person()
    assert scene.overview.is_settled, "an answer for another frame does not take it up again"

    scene.document.track_changed.disconnect(stop)
    scene.overview.go_on()
    qtbot.waitUntil(lambda: scene.is_settled)

    assert not scene.document.track_state.is_stopped
    assert scene.document.track_state.focus is not None
    assert scene.recognizer.tracks == [0]
