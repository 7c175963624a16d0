"""What is worked out about a second recording, and which of the answers counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import AnswerPhase, Document
from app.library import Library
from app.scene_model import build_scene
from app.second_manner import Manner
from app.second_questions import SecondQuestions, SecondThreads
from app.second_state import SecondPhase
from app.services.comparing import PaneReply
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.alignment.timing import By
from engine.recording import Recording
from tests.app import stand_ins
from tests.app.figures import recording_of
from tests.app.laid_pairs import raising

OTHER = Path("/recordings/other.npz")
PEOPLE = 3


def of_people(count: int = PEOPLE, *, unseen: int | None = None) -> Recording:
    """People side by side who raise a hand; one of them may never be seen."""
    positions = np.concatenate([raising(place=float(each)) for each in range(count)], axis=1)
    if unseen is not None:
        positions[:, unseen] = np.nan
    return recording_of(positions)


@dataclass
class Desk:
    document: Document
    questions: SecondQuestions
    io: TaskRunner
    recognizer: stand_ins.StandInRecognizer
    qtbot: QtBot

    def hold(self) -> Event:
        """Keep the only io thread busy until the event is set."""
        gate = Event()
        self.io.submit(lambda _: gate.wait(10), on_result=lambda _: None, on_error=_fail)
        return gate

    def open(self) -> None:
        self.questions.open(OTHER)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.questions.is_settled)

    @property
    def laid_upon(self) -> int | None:
        """Whom of the first recording the second is laid upon."""
        laid = self.questions.state.laid
        return None if laid is None else laid.alignment.pair.first.performer.person


def _fail(error: Exception) -> None:
    raise error


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    io, inference = TaskRunner("io"), TaskRunner("inference")
    recognizer = stand_ins.StandInRecognizer()
    document = Document(overlay=stand_ins.overlay_state(), library=Library())
    service = InferenceService(inference, lambda _: recognizer, parent=document)
    threads = SecondThreads(io=io, inference=inference, read=lambda _: of_people())
    questions = SecondQuestions(document, threads, service, document)
    questions.set_manner(Manner(by=By.START))
    first = of_people(unseen=2)
    document.set_recording(first, build_scene(first))
    yield Desk(document, questions, io, recognizer, qtbot)
    io.close()
    inference.close()


def pick(desk: Desk, person: int) -> None:
    """Turn to a person, as the window does."""
    desk.document.select_person(person)
    desk.questions.take_person(person)


def test_a_person_picked_while_the_first_laying_goes_on_is_the_one_compared(desk: Desk) -> None:
    pick(desk, 0)
    desk.questions.open(OTHER)
    desk.qtbot.waitUntil(lambda: desk.questions.state.phase is not SecondPhase.READING)
    pick(desk, 1)
    desk.settle()
    assert desk.laid_upon == 1


def test_a_person_picked_and_taken_back_leaves_the_comparison_as_it_was(desk: Desk) -> None:
    pick(desk, 0)
    desk.open()
    gate = desk.hold()
    pick(desk, 1)
    pick(desk, 0)
    gate.set()
    desk.settle()
    assert desk.laid_upon == 0


def test_who_is_shown_already_is_not_laid_again(desk: Desk) -> None:
    desk.open()
    assert desk.laid_upon is not None
    before = desk.questions.state.laid
    pick(desk, desk.laid_upon)
    assert desk.questions.state.phase is SecondPhase.READY
    assert desk.questions.state.laid is before


def test_after_somebody_who_is_never_seen_another_person_can_be_picked(desk: Desk) -> None:
    pick(desk, 2)
    desk.open()
    assert desk.questions.state.phase is SecondPhase.REFUSED
    assert "person 3 is never seen" in desk.questions.state.message
    pick(desk, 1)
    desk.settle()
    assert desk.laid_upon == 1


def test_progress_is_told_without_all_being_shown_anew(desk: Desk) -> None:
    desk.open()
    states: list[object] = []
    desk.questions.state_changed.connect(states.append)
    with desk.qtbot.waitSignal(desk.questions.progressed):
        desk.questions.aligning.progressed.emit(0.25)
    assert desk.questions.state.fraction == 0.25
    assert states == []


def test_an_answer_about_a_part_before_is_shown_until_the_newer_one_comes(desk: Desk) -> None:
    desk.document.set_model(stand_ins.package())
    desk.open()
    desk.qtbot.waitUntil(lambda: desk.questions.state.answer.phase is AnswerPhase.ANSWERED)
    newest = desk.questions._asked
    assert newest is not None
    clip = replace(newest.clip, stop=newest.clip.stop - 1)
    late = PaneReply(
        question=replace(newest, clip=clip), answer=stand_ins.answer(clip), prepared=()
    )
    desk.questions.asking.answered.emit(late)
    assert desk.questions.state.answer.phase is AnswerPhase.ASKED
    assert desk.questions.state.answer.answer is late.answer


def test_nothing_of_a_comparison_that_was_ended_is_kept(desk: Desk) -> None:
    desk.document.set_model(stand_ins.package())
    desk.open()
    asked = desk.questions._asked
    assert asked is not None
    assert desk.questions.asking.kept(asked) is not None
    desk.questions.close()
    assert desk.questions.asking.kept(asked) is None
