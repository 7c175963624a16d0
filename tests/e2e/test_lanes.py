"""The lanes in the real window: models compared, disagreements, marks, people."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.lanes.brush import Brush
from app.providers import Providers
from app.settings import ANSWER_THRESHOLD, COMPARED_MODELS
from engine.prediction import PredictionTrack
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins
from tests.e2e.conftest import LONG, PAIR, SHORT, Desk, recordings
from tests.e2e.hands import NO_KEYS, press

pytestmark = pytest.mark.gl
MODELS = tuple(stand_ins.package(name, f"{name} · FG-STFormer") for name in ("one", "two", "three"))


class Contrarian(stand_ins.StandInRecognizer):
    """Says something else in the middle of a long recording."""

    def track(self, recording: Recording, **wishes: object) -> PredictionTrack:
        made = super().track(recording, **wishes)  # type: ignore[arg-type]  # handed on
        middles = (made.starts + made.stops) / 2
        odd = np.roll(made.probabilities, 1, axis=1)
        is_odd = ((middles > 300) & (middles < 400)) | (middles > 700)
        return replace(made, probabilities=np.where(is_odd[:, None], odd, made.probabilities))


def providers() -> Providers:
    recognizers = {
        "one": stand_ins.StandInRecognizer(),
        "two": Contrarian(),
        "three": stand_ins.StandInRecognizer(),
    }

    def open_model(package: ModelPackage) -> stand_ins.StandInRecognizer:
        return recognizers[package.card.id]

    made = stand_ins.providers(recordings(), recognizers["one"], models=MODELS)
    return replace(made, open_model=open_model)


@pytest.fixture
def compared(open_desk: Callable[..., Desk]) -> Desk:
    """A long recording with two models, on its first frame."""
    desk = open_desk(LONG, providers=providers())
    desk.wait_for(LONG)
    timeline = desk.workbench.window.timeline
    timeline.compare.menu_of_models().actions()[1].trigger()
    desk.wait_for(LONG)
    return desk


def lanes(desk: Desk) -> list[str]:
    group = desk.workbench.window.timeline.group
    return [lane.kind for lane in group.lanes] if group else []


def test_each_model_ticked_gets_a_lane_and_two_get_the_lane_of_agreement(
    compared: Desk,
) -> None:
    assert lanes(compared) == ["answers", "answers", "agreement", "focus", "speed"]
    timeline = compared.workbench.window.timeline
    timeline.compare.menu_of_models().actions()[2].trigger()
    compared.wait_for(LONG)
    assert lanes(compared).count("answers") == 3
    for number in (1, 2):
        timeline.compare.menu_of_models().actions()[number].trigger()
    compared.wait_for(LONG)
    assert lanes(compared) == ["answers", "focus", "speed"]


def test_the_keys_go_from_disagreement_to_disagreement(compared: Desk) -> None:
    press(compared, Qt.Key.Key_D)
    first = compared.workbench.player.frame
    press(compared, Qt.Key.Key_D)
    second = compared.workbench.player.frame
    assert 290 < first < 320
    assert 690 < second < 720
    press(compared, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    compared.wait_for_frame(first)
    timeline = compared.workbench.window.timeline
    group = timeline.group
    assert group is not None
    assert group.agreement is not None
    text = group.agreement.text_at(first + 0.5, 0.5, timeline._view)
    assert text.startswith("differ · one · FG-STFormer:")


def test_the_choice_and_the_threshold_are_remembered(
    compared: Desk, open_desk: Callable[..., Desk]
) -> None:
    timeline = compared.workbench.window.timeline
    timeline.set_threshold(0.85)
    timeline.threshold_changed.emit(0.85)
    settings = compared.workbench._settings
    assert settings.get(COMPARED_MODELS) == ("two",)
    assert settings.get(ANSWER_THRESHOLD) == 0.85
    again = open_desk(LONG, providers=providers())
    again.wait_for(LONG)
    assert lanes(again).count("answers") == 2
    assert again.workbench.window.timeline.threshold == 0.85


def test_switching_between_compared_models_asks_for_nothing_twice(compared: Desk) -> None:
    recognizers = compared.workbench.inference._shelf._recognizers
    two = recognizers[MODELS[1].folder]
    assert isinstance(two, Contrarian)
    assert two.tracks == [0]
    compared.workbench.window.top_bar.picker.model_requested.emit(MODELS[1])
    compared.wait_for(LONG)
    group = compared.workbench.window.timeline.group
    assert group is not None
    assert two.tracks == [0]
    assert [lane.network_name for lane in group.answers] == [
        "two · FG-STFormer",
        "one · FG-STFormer",
    ], "the one shown before takes its place"


def test_a_mark_over_the_heat_lights_joints_and_is_played_over_and_over(desk: Desk) -> None:
    timeline = desk.workbench.window.timeline
    lane = timeline.areas().focus
    start = QPoint(round(timeline.x_of_frame(10)), lane.top() + lane.height() // 2 + 4)
    stop = QPoint(round(timeline.x_of_frame(20)), lane.top() + lane.height() // 2 + 8)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, NO_KEYS, start)
    QTest.mouseMove(timeline, stop)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, NO_KEYS, stop)
    brush = timeline.brush
    assert brush is not None
    assert brush.joints
    assert desk.workbench.scene._contents.lit == tuple((0, joint) for joint in brush.joints)
    assert desk.workbench.player.span == (brush.start, brush.stop)
    assert (brush.start, brush.stop) == (10, 21)
    desk.wait_for_frame(10)
    press(desk, Qt.Key.Key_Escape)
    assert timeline.brush is None
    assert desk.workbench.scene._contents.lit == ()
    assert desk.workbench.player.span is None


def test_another_recording_forgets_the_mark(desk: Desk) -> None:
    desk.workbench.window.timeline.set_brush(Brush(person=0, start=3, stop=9, joints=(4,)))
    desk.workbench.librarian.open_path(PAIR)
    desk.wait_for(PAIR)
    assert desk.workbench.player.span is None
    assert desk.workbench.scene._contents.lit == ()


def test_people_have_groups_of_their_own(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    timeline = desk.workbench.window.timeline
    assert timeline.open_people == {0}
    names = [row.group.name for row in timeline.areas().rows if row.lane is None]
    assert names == ["P1", "P2"]
    place = QPoint(60, timeline.areas().rect(timeline.areas().rows[-1]).center().y())
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, NO_KEYS, place)
    assert desk.workbench.document.person == 1
    assert timeline.open_people == {1}


def test_the_keys_go_from_change_to_change(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    press(desk, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    group = desk.workbench.window.timeline.group
    assert group is not None
    changes = group.answers[0].runs.starts
    assert desk.workbench.player.frame == int(np.ceil(changes[1]))
    press(desk, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert desk.workbench.player.frame == 0


def test_the_speed_is_of_the_joint_clicked_in_the_view(desk: Desk) -> None:
    desk.workbench.document.select_joint(7)
    desk.wait_for(SHORT)
    group = desk.workbench.window.timeline.group
    assert group is not None
    assert group.lanes[-1].remark == desk.workbench.document.recording.layout.joints[7]
