"""Answers over the whole of a recording, of several models and for several people."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.inspector import Inspector
from app.library import Library
from app.overview import Overview
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from engine.errors import LayoutError
from engine.prediction import Prediction, PredictionTrack
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins

SHORT = stand_ins.recording(40, people=2)
LONG = stand_ins.recording(900, people=2)
SHOWN, OTHER, THIRD = (stand_ins.package(name, f"{name} · Net") for name in "abc")


@dataclass
class Desk:
    document: Document
    overview: Overview
    inspector: Inspector
    recognizers: dict[str, stand_ins.StandInRecognizer]
    qtbot: QtBot

    def show(self, recording: Recording, model: ModelPackage = SHOWN) -> None:
        self.document.set_model(model)
        self.document.set_recording(recording)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: (
                self.inspector.is_settled
                and self.overview.is_settled
                and self.document.answer_state.answer is not None
            )
        )

    def tracks(self, model: ModelPackage) -> list[int]:
        """People whose track a model was asked for."""
        return self.recognizers[model.card.id].tracks


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    runner = TaskRunner("inference")
    recognizers = {model.card.id: stand_ins.StandInRecognizer() for model in (SHOWN, OTHER, THIRD)}
    document = Document(overlay=stand_ins.overlay_state(), library=Library())
    service = InferenceService(
        runner, lambda package: recognizers[package.card.id], parent=document
    )
    inspector = Inspector(document, service, parent=document)
    overview = Overview(document, service, parent=document)
    service.answered.connect(inspector.take_answer)
    service.clip_refused.connect(inspector.take_refusal)
    service.tracked.connect(overview.take_track)
    service.overview_progressed.connect(overview.take_progress)
    service.focus_found.connect(overview.take_focus)
    service.whole_answered.connect(overview.take_whole)
    service.overview_refused.connect(overview.take_refusal)
    inspector.answered.connect(overview.show_person)
    inspector.refused.connect(overview.show_person)
    document.recording_changed.connect(overview.forget)
    document.recording_changed.connect(inspector.take_recording)
    document.model_changed.connect(overview.turn_to_model)
    document.model_changed.connect(inspector.ask_anew)
    document.person_changed.connect(overview.show_person)
    yield Desk(document, overview, inspector, recognizers, qtbot)
    runner.close()


def test_models_compared_answer_after_the_one_shown(desk: Desk) -> None:
    desk.overview.set_compared((OTHER, THIRD))
    desk.show(LONG)
    assert [desk.tracks(model) for model in (SHOWN, OTHER, THIRD)] == [[0], [0], [0]]
    for model in (SHOWN, OTHER, THIRD):
        assert isinstance(desk.overview.answers_of(model, 0), PredictionTrack)
    assert desk.overview.focus_of(SHOWN, 0) is not None
    assert desk.overview.focus_of(OTHER, 0) is None


def test_a_short_recording_is_answered_whole_by_every_model_for_everybody(desk: Desk) -> None:
    desk.show(SHORT)
    desk.overview.set_compared((OTHER,))
    desk.settle()
    for model in (SHOWN, OTHER):
        for person in (0, 1):
            found = desk.overview.answers_of(model, person)
            assert isinstance(found, Prediction)
            assert found.person == person
    assert len(desk.recognizers["b"].clips) == 1
    assert desk.tracks(OTHER) == []


def test_switching_back_to_a_model_costs_no_track(desk: Desk) -> None:
    desk.show(LONG)
    known = desk.overview.answers_of(SHOWN, 0)
    desk.document.set_model(OTHER)
    desk.settle()
    desk.document.set_model(SHOWN)
    assert desk.overview.answers_of(SHOWN, 0) is known
    assert desk.document.track_state.track is known, "it is there at once"
    assert desk.document.track_state.focus is not None
    desk.settle()
    assert desk.tracks(SHOWN) == [0]


def test_a_model_that_is_shown_is_not_compared_with_itself(desk: Desk) -> None:
    desk.overview.set_compared((SHOWN, OTHER))
    desk.show(LONG)
    assert desk.overview.compared == (OTHER,)
    desk.document.set_model(OTHER)
    assert desk.overview.compared == (SHOWN,)
    desk.settle()
    assert (desk.tracks(SHOWN), desk.tracks(OTHER)) == ([0], [0])


def test_people_whose_lanes_are_opened_are_asked_about_last(desk: Desk) -> None:
    desk.show(LONG)
    assert desk.overview.answers_of(SHOWN, 1) is None
    desk.overview.set_open_people(frozenset({0, 1}))
    desk.settle()
    assert desk.tracks(SHOWN) == [0, 1]
    assert desk.overview.focus_of(SHOWN, 1) is not None


def test_a_model_that_cannot_answer_leaves_its_lane_with_a_reason(desk: Desk) -> None:
    desk.recognizers["b"].refusal = LayoutError("hands are not bodies")
    desk.overview.set_compared((OTHER, THIRD))
    desk.show(SHORT)
    assert desk.overview.refusal_of(OTHER, 0) == "Hands are not bodies"
    assert desk.overview.answers_of(OTHER, 0) is None
    assert isinstance(desk.overview.answers_of(THIRD, 0), Prediction), "the next one is asked"
    assert desk.overview.refusal_of(THIRD, 0) == ""


@pytest.mark.parametrize("recording", [SHORT, LONG])
def test_models_compared_answer_where_the_one_shown_refuses(
    desk: Desk, recording: Recording
) -> None:
    desk.recognizers["a"].refusal = LayoutError("hands are not bodies")
    desk.overview.set_compared((OTHER, THIRD))
    desk.document.set_model(SHOWN)
    desk.document.set_recording(recording)
    desk.qtbot.waitUntil(lambda: desk.overview.answers_of(THIRD, 0) is not None)
    assert desk.overview.answers_of(OTHER, 0) is not None


def test_a_model_that_refused_a_short_recording_is_not_asked_again(desk: Desk) -> None:
    desk.recognizers["a"].refusal = LayoutError("hands are not bodies")
    desk.document.set_model(SHOWN)
    desk.document.set_recording(SHORT)
    desk.qtbot.waitUntil(lambda: desk.overview.refusal_of(SHOWN, 0) != "")
    assert desk.overview.refusal_of(SHOWN, 0) == "Hands are not bodies"
    assert desk.overview.is_settled
    assert len(desk.recognizers["a"].clips) == 1


def test_a_defect_of_a_model_compared_is_raised_once(desk: Desk) -> None:
    desk.recognizers["b"].refusal = ZeroDivisionError("by zero")
    desk.show(SHORT)
    with desk.qtbot.captureExceptions() as raised:
        desk.overview.set_compared((OTHER,))
        desk.qtbot.waitUntil(lambda: bool(raised))
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert "defect" in desk.overview.refusal_of(OTHER, 0)


def test_another_recording_forgets_every_model(desk: Desk) -> None:
    desk.overview.set_compared((OTHER,))
    desk.show(LONG)
    desk.document.set_recording(stand_ins.recording(800))
    assert desk.overview.answers_of(OTHER, 0) is None
    desk.settle()
    assert desk.tracks(OTHER) == [0, 0]
