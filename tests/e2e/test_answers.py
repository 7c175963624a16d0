"""Reading answers: panel, people, lanes, models."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.document import AnswerPhase, TrackState
from app.providers import shipped_providers
from engine.errors import LayoutError
from engine.runtime import packages
from engine.samples import SAMPLES
from tests.e2e.conftest import HAND, LONG, PAIR, SHORT, Desk
from tests.e2e.hands import NO_KEYS, drop, press

pytestmark = pytest.mark.gl


def test_a_model_that_cannot_answer_says_why_in_the_panel(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    desk.recognizer.refusal = LayoutError("no map from hand to body")
    drop(desk, HAND)
    window = desk.workbench.window
    desk.qtbot.waitUntil(lambda: desk.phase is AnswerPhase.REFUSED)
    assert window.answer.message.text() == "No map from hand to body"
    assert window.dialog is None
    assert not window.answer.rows[0].name.isVisible()
    assert desk.workbench.scene._contents.explanation is None
    desk.recognizer.refusal = None
    drop(desk, SHORT)
    desk.wait_for(SHORT)
    assert window.answer.rows[0].name.isVisible()


def test_people_can_be_picked_by_button_and_by_key(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    answer = desk.workbench.window.answer
    assert answer.rows[0].name.full_text == "wave"
    second = answer.people._group.button(1)
    second.click()
    assert answer.rows[0].name.full_text == "clap"
    assert desk.workbench.scene._contents.selected == 1
    press(desk, Qt.Key.Key_P)
    assert desk.workbench.document.person == 0


def test_a_click_in_the_answer_lane_seeks_and_asks_about_that_part(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    timeline = desk.workbench.window.timeline
    assert len(timeline.cells) > 10
    lane = timeline.areas().answer
    place = QPoint(round(timeline.x_of_frame(600)), lane.center().y())
    assert "frames" in timeline.text_at(place)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, NO_KEYS, place)
    desk.qtbot.waitUntil(lambda: abs(desk.frame_in_view - 600) <= 1)
    desk.qtbot.waitUntil(lambda: desk.workbench.inspector.is_settled)
    prediction = desk.workbench.document.prediction
    assert prediction is not None
    assert prediction.start <= 600 < prediction.stop


def test_the_focus_lane_says_joint_frame_and_score(desk: Desk) -> None:
    timeline = desk.workbench.window.timeline
    lane = timeline.areas().focus
    text = timeline.text_at(QPoint(round(timeline.x_of_frame(7)), lane.center().y()))
    assert "frame 7" in text
    assert "focus 0." in text


def test_the_timeline_zooms_around_the_playhead(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    timeline = desk.workbench.window.timeline
    desk.go_to(450)
    place = timeline.x_of_frame(450)
    press(desk, Qt.Key.Key_Plus)
    assert timeline.span.frames < 900
    assert timeline.x_of_frame(450) == pytest.approx(place)
    press(desk, Qt.Key.Key_Minus)
    assert timeline.span.is_whole


def test_another_model_is_asked_and_remembered(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    picker = desk.workbench.window.top_bar.picker
    picker.model_requested.emit(desk.workbench.document.models[1])
    desk.wait_for(SHORT)
    assert picker.name.full_text == "Other · FG-STFormer"
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    assert again.workbench.document.model is not None
    assert again.workbench.document.model.card.id == "other"


def test_filling_the_lanes_is_seen_and_can_be_stopped(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    chip, document = desk.workbench.window.transport.progress, desk.workbench.document
    said: list[str] = []

    def stop(state: TrackState) -> None:
        if state.progress is not None:
            said.append(chip.text.text())
            assert chip.stop.isVisible()
            press(desk, Qt.Key.Key_Escape)

    document.track_changed.connect(stop)
    drop(desk, LONG)
    desk.qtbot.waitUntil(lambda: document.track_state.is_stopped)
    document.track_changed.disconnect(stop)
    assert said == ["Answers over time  50 %"]
    assert chip.text.text() == "Stopped"
    assert not chip.stop.isVisible()
    chip.go_on.click()
    desk.wait_for(LONG)
    assert document.track_state.focus is not None
    assert not chip.go_on.isVisible()


def test_without_a_model_the_window_works_and_says_what_to_do(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SKELARIUM_HOME", str(tmp_path))
    monkeypatch.setattr(packages, "model_folders", lambda: (tmp_path / "models",))
    desk = open_desk(SAMPLES[1].path, providers=shipped_providers())
    desk.qtbot.waitUntil(lambda: desk.workbench.is_settled)
    window = desk.workbench.window
    assert desk.phase is AnswerPhase.NOTHING_TO_ASK
    assert str(tmp_path / "models") in window.answer.message.text()
    assert window.answer.message.isVisible()
    assert window.top_bar.picker.name.full_text == "No model installed"
    assert not window.top_bar.picker.isEnabled()
    desk.workbench.player.pause()
    desk.go_to(5)


def test_an_answer_that_is_long_in_being_renewed_fades_meanwhile(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    bar = desk.workbench.window.answer.rows[0].bar
    desk.recognizer.gate = Event()
    desk.go_to(600)
    assert bar._colour.alphaF() == 1.0
    desk.qtbot.waitUntil(lambda: bar._colour.alphaF() < 1.0)
    desk.recognizer.gate.set()
    desk.qtbot.waitUntil(lambda: bar._colour.alphaF() == 1.0)
