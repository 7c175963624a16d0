"""The state that all panels share."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.document import (
    AnswerPhase,
    AnswerState,
    Document,
    TrackState,
    prediction_for,
)
from app.library import Library
from app.overlay_state import for_network
from app.overlays import prepared
from engine.prediction import none_chosen
from engine.recording import Clip
from tests.app import stand_ins

PAIR = stand_ins.recording(40, people=2)
ANSWER = stand_ins.answer(Clip.whole(PAIR))
ANSWERED = AnswerState(phase=AnswerPhase.ANSWERED, answer=ANSWER)


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    del qtbot
    overlay = stand_ins.overlay_state()
    return Document(overlay=overlay, library=Library())


def test_the_person_who_moves_most_is_picked_with_the_first_answer(document: Document) -> None:
    document.set_recording(PAIR)
    document.set_answer_state(replace(ANSWERED, answer=replace(ANSWER, main=1)))
    assert document.person == 1
    assert document.prediction is ANSWER.predictions[1]


def test_a_person_picked_by_hand_stays_picked(document: Document) -> None:
    document.set_recording(PAIR)
    document.select_person(0)
    document.set_answer_state(replace(ANSWERED, answer=replace(ANSWER, main=1)))
    assert document.person == 0


def test_another_recording_takes_the_answer_and_the_person_with_it(document: Document) -> None:
    document.set_recording(PAIR)
    document.set_answer_state(ANSWERED)
    document.set_track_state(TrackState(is_stopped=True))
    document.set_recording(stand_ins.recording(10))
    assert document.answer_state.phase is AnswerPhase.NOTHING_TO_ASK
    assert document.explanation is None
    assert document.prediction is None
    assert document.person is None
    assert document.track_state == TrackState()


def test_another_model_brings_its_own_number_of_focal_joints(document: Document) -> None:
    document.set_recording(PAIR)
    document.set_answer_state(ANSWERED)
    document.set_model(stand_ins.package())
    assert document.overlay.settings.focal_joints == stand_ins.FOCAL_JOINTS
    assert document.answer_state.answer is None


def test_a_change_is_told_once_and_nothing_is_told_without_one(document: Document) -> None:
    told: list[object] = []
    document.overlay_changed.connect(told.append)
    changed = replace(document.overlay, is_on=False)
    document.change_overlay(changed)
    document.change_overlay(changed)
    assert told == [changed]


def test_the_overlay_of_the_network_s_paper_comes_with_the_answer(document: Document) -> None:
    order: list[str] = []
    document.overlay_changed.connect(lambda _: order.append("overlay"))
    document.explanation_changed.connect(lambda _: order.append("explanation"))
    document.set_recording(PAIR)
    document.set_answer_state(ANSWERED)
    assert document.overlay.drawn == ("focal",)
    assert document.explanation is ANSWER.explanations[0]
    assert order == ["overlay", "explanation"]


def test_an_answer_that_is_renewed_does_not_change_what_is_drawn(document: Document) -> None:
    document.set_recording(PAIR)
    document.set_answer_state(ANSWERED)
    shown, told = document.prepared, []
    document.explanation_changed.connect(told.append)
    document.set_answer_state(replace(document.answer_state, phase=AnswerPhase.ASKED))
    assert document.prepared is shown
    assert told == []


def test_explanations_that_were_made_ready_elsewhere_are_not_made_again(
    document: Document,
) -> None:
    ready = (prepared(ANSWER.explanations[0]),)
    document.set_answer_state(replace(ANSWERED, prepared=ready))
    assert document.prepared is ready[0]


def test_another_network_of_the_model_says_where_it_looked(document: Document) -> None:
    second = replace(ANSWER.explanations[0], network="second", chosen=none_chosen(40, 2), links=())
    answer = replace(ANSWER, explanations=(ANSWER.explanations[0], second))
    document.set_answer_state(replace(ANSWERED, answer=answer))
    told: list[object] = []
    document.overlay_changed.connect(told.append)
    document.change_overlay(for_network(document.overlay, 1))
    assert document.explanation is second
    assert document.overlay.drawn == ("focus",), "what that network's paper draws"
    assert told == [document.overlay]
    document.change_overlay(for_network(document.overlay, 7))
    assert document.explanation is second, "the last there is"


def test_another_recording_lets_the_joint_go(document: Document) -> None:
    told: list[object] = []
    document.joint_changed.connect(told.append)
    document.select_joint(4)
    document.select_joint(4)
    document.set_recording(PAIR)
    assert document.joint is None
    assert told == [4, None]


def test_what_was_asked_while_a_recording_is_announced_is_kept(document: Document) -> None:
    asked = AnswerState(phase=AnswerPhase.ASKED)
    document.recording_changed.connect(lambda _: document.set_answer_state(asked))
    document.set_recording(PAIR)
    assert document.answer_state is asked


def test_a_person_who_is_not_seen_has_no_prediction() -> None:
    assert prediction_for(ANSWER, 5) is None
    assert prediction_for(ANSWER, None) is ANSWER.predictions[0]


def test_an_answer_about_everybody_counts_for_each() -> None:
    everybody = replace(ANSWER.predictions[0], person=None)
    assert prediction_for(replace(ANSWER, predictions=(everybody,)), 1) is everybody
