"""The section that asks why."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.document import AnswerPhase, AnswerState
from app.scene_model import build_scene
from app.seen_model import seen_scene
from app.views.why_bars import change_text
from app.views.why_panel import KEYS, WhyPanel
from app.why_bench import ACTIONS as WHY_ACTIONS
from app.why_state import (
    NOTHING_HIDDEN,
    Contrast,
    Favourites,
    Hidden,
    Measure,
    WhyState,
    WhyTool,
    Work,
)
from engine.inspection.signed import SignedJointMap
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.test_seen_model import filled
from tests.app.test_why_state import RIGHT_ARM, effect
from tests.app.test_why_words import curve, delay

LEFT = Qt.MouseButton.LeftButton
SHORT = stand_ins.recording(60)


class Shown:
    """A panel with an answer, that gets what it wishes for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.panel = WhyPanel(self.page)
        self.state = WhyState()
        self.seeks: list[int] = []
        self.panel.change_requested.connect(self.take)
        self.panel.seek_requested.connect(self.seeks.append)
        self.panel.set_recording(SHORT)
        answer = stand_ins.answer(Clip.whole(SHORT))
        self.panel.show_answer(AnswerState(phase=AnswerPhase.ANSWERED, answer=answer))
        self.panel.show_person(0)
        for widget in (self.page, self.panel):
            widget.resize(300, 900)
        self.page.show()
        qtbot.waitExposed(self.page)

    def take(self, state: WhyState) -> None:
        self.state = state
        self.panel.show_state(state)

    def open(self, tool: WhyTool) -> None:
        self.panel.buttons[tool].click()
        assert self.state.tool is tool


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def contrast_found() -> Contrast:
    weights = np.zeros((60, 1, 20), dtype=np.float32)
    weights[:, 0, RIGHT_ARM] = 1.0
    found = SignedJointMap(
        name="Focus", first="wave", second="clap", weights=weights, strongest=0.25, unit="focus"
    )
    return Contrast(joint_map=found, start=0, measure=Measure.FOCUS, has_focus=True)


def test_without_an_answer_nothing_can_be_asked(qtbot: QtBot) -> None:
    panel = WhyPanel()
    qtbot.addWidget(panel)
    assert not any(button.isEnabled() for button in panel.buttons.values())
    assert "before the model has answered" in panel.buttons[WhyTool.HIDE].toolTip()


def test_every_question_has_the_key_of_its_action() -> None:
    keys = {spec.id: spec.shortcuts for spec in ACTIONS}
    assert {tool: keys[action_id][0] for action_id, tool in WHY_ACTIONS.items()} == KEYS


def test_an_open_question_takes_the_section_and_gives_it_back(shown: Shown) -> None:
    opened: list[bool] = []
    shown.panel.opened.connect(opened.append)
    for tool in WhyTool:
        shown.open(tool)
        visible = [each for each, widget in shown.panel.tools.items() if widget.isVisible()]
        assert visible == [tool]
        assert not shown.panel.header.isVisible()
        shown.panel.close_button.click()
        assert shown.state.tool is None
    assert opened == [True, False] * len(WhyTool)
    assert shown.panel.header.isVisible()


def test_the_question_names_the_two_most_probable_actions(shown: Shown) -> None:
    shown.open(WhyTool.CONTRAST)
    assert shown.panel.question.full_text == "Why “wave”, not “clap”"


def test_a_part_is_hidden_and_its_pill_is_on(shown: Shown) -> None:
    shown.open(WhyTool.HIDE)
    tool = shown.panel.hide_tool
    chip = tool.groups.chips["Right arm"]
    chip.click()
    assert {joint for _, joint in shown.state.hidden.joints} == set(RIGHT_ARM)
    assert chip.isChecked()
    assert tool.reset.isVisible()
    tool.reset.click()
    assert shown.state.hidden == NOTHING_HIDDEN
    assert not chip.isChecked()


def test_bars_stand_side_by_side_with_the_change(shown: Shown) -> None:
    shown.open(WhyTool.HIDE)
    shown.take(replace(shown.state, hidden=NOTHING_HIDDEN.toggled(0, 3)))
    shown.panel.show_effect(effect((0.8, 0.1, 0.1), (0.3, 0.6, 0.1)))
    tool = shown.panel.hide_tool
    rows = [row.shift for row in tool.bars.rows if row.isVisible()]
    assert [(each.action, round(each.change, 2)) for each in rows if each] == [
        ("wave", -0.5),
        ("clap", 0.5),
        ("sit down", 0.0),
    ]
    assert tool.verdict.text() == "Without it the model says “clap” and no longer “wave”."
    picture = tool.bars.rows[0].grab().toImage()
    assert len({picture.pixel(x, picture.height() // 2) for x in range(picture.width())}) > 3


@pytest.mark.parametrize(
    ("change", "text"), [(-0.256, "−0.26"), (0.13, "+0.13"), (0.004, "±0"), (-0.004, "±0")]
)
def test_changes_have_a_sign(change: float, text: str) -> None:
    assert change_text(change) == text


def test_a_drag_on_the_strip_is_a_span_and_its_end_can_be_moved(shown: Shown) -> None:
    shown.open(WhyTool.HIDE)
    strip = shown.panel.hide_tool.strip
    middle, wide = strip.height() // 2, strip.width()

    def drag(start: float, end: float) -> None:
        QTest.mousePress(strip, LEFT, pos=QPoint(round(start * wide), middle))
        QTest.mouseMove(strip, QPoint(round((start + end) / 2 * wide), middle))
        QTest.mouseMove(strip, QPoint(round(end * wide), middle))
        QTest.mouseRelease(strip, LEFT, pos=QPoint(round(end * wide), middle))

    drag(0.5, 0.25)
    assert shown.state.hidden.span == pytest.approx((15, 30), abs=1)
    drag(0.5, 0.75)
    assert shown.state.hidden.span == pytest.approx((15, 45), abs=1)
    assert shown.seeks == []
    QTest.mouseClick(strip, LEFT, pos=QPoint(wide // 10, middle))
    assert shown.seeks == [pytest.approx(6, abs=1)]
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert shown.state.hidden == NOTHING_HIDDEN


def test_an_action_picked_twice_changes_places(shown: Shown) -> None:
    shown.open(WhyTool.CONTRAST)
    shown.panel.contrast.second.picked.emit(0)
    assert shown.state.pair == (1, 0)
    shown.panel.contrast.first.picked.emit(2)
    assert shown.state.pair == (2, 0)


def test_a_contrast_is_read_and_its_moments_are_gone_to(shown: Shown) -> None:
    shown.open(WhyTool.CONTRAST)
    shown.panel.show_contrast(contrast_found())
    tool = shown.panel.contrast
    assert (tool.legend.low.text(), tool.legend.high.text()) == ("−0.25", "+0.25")
    assert tool.view.rows is not None
    area = tool.view.area()
    row = tool.view.rows.names.index("right elbow")
    y = round((row + 0.5) / 20 * area.height())
    at = QPoint(round(area.left() + area.width() / 2), y)
    QTest.mouseMove(tool.view, at)
    assert tool.remark.full_text == "right elbow at 1.00 s: 0.25 for wave"
    QTest.mouseClick(tool.view, LEFT, pos=at)
    assert shown.seeks == [30]
    colour = tool.view.grab().toImage().pixelColor(at + QPoint(20, 0))
    assert colour.red() > colour.blue() + 60, "orange"


def test_stages_have_a_pill_each_and_say_which_frames_are_used(shown: Shown) -> None:
    stage = filled(SHORT)
    few = replace(
        stage,
        name="Resampled to 20 frames",
        positions=stage.positions[::3],
        seen=stage.seen[::3],
        frames=stage.frames[::3],
        repeated=stage.repeated[::3],
        dropped=np.setdiff1d(np.arange(60), np.arange(0, 60, 3)),
        networks=("Stand-in",),
    )
    base, clip = build_scene(SHORT), Clip.whole(SHORT)
    scenes = tuple(seen_scene(each, clip, base) for each in (stage, few))
    shown.open(WhyTool.SEES)
    shown.panel.show_stages(scenes)
    tool = shown.panel.sees
    assert [chip.isChecked() for chip in tool.chips] == [False, True], "the one that is fed"
    assert tool.fed.text() == "Fed to Stand-in"
    assert tool.frames.text() == "20 frames are fed: of 60 recorded, 40 are dropped"
    tool.strip.grab()
    tool.chips[0].click()
    assert shown.state.stage == 0
    assert tool.frames.text() == "All 60 frames are used, none is dropped or repeated"


def test_a_delay_is_a_plot_that_goes_to_moments(shown: Shown) -> None:
    shown.open(WhyTool.DELAY)
    shown.panel.show_delay(delay(0.1, 0.6, 0.7, 0.9))
    view = shown.panel.delay.view
    assert view.plot is not None
    at = view.place(view.plot, 1.0, 0.5).toPoint()
    QTest.mouseMove(view, at)
    assert shown.panel.delay.remark.full_text.startswith("1.00 s: wave 0.70")
    QTest.mouseClick(view, LEFT, pos=at)
    assert shown.seeks == [pytest.approx(10 + 30, abs=1)]
    view.grab()


def test_a_curve_says_whose_favourites_it_is_about(shown: Shown) -> None:
    shown.open(WhyTool.TEST)
    tool = shown.panel.favourites
    assert tool.choice.name.full_text == "Informativeness"
    shown.panel.show_curve(curve(0.2))
    assert tool.verdict.text().startswith("Yes.")
    assert tool.figures.text().startswith("Favourites: right hand, head, hip centre.")
    tool.view.grab()
    tool.choice.picked.emit(1)
    assert shown.state.favourites == Favourites(number=None)
    assert tool.choice.name.full_text == "What is lost standing still"


def test_work_is_told_and_can_be_stopped(shown: Shown, qtbot: QtBot) -> None:
    line = shown.panel.work
    shown.panel.show_work(Work(fraction=0.4))
    assert line.bar.value() == 40
    with qtbot.waitSignal(line.stop_requested):
        line.stop.click()
    shown.panel.show_work(Work(is_stopped=True))
    assert line.text.text() == "Stopped"
    with qtbot.waitSignal(line.again_requested):
        line.again.click()
    shown.panel.show_work(Work(message="Nobody is visible"))
    assert line.text.text() == "Nobody is visible"
    assert not line.stop.isVisible()
    shown.panel.show_work(Work())
    assert not line.isVisible()


def test_a_hand_offers_its_fingers(qtbot: QtBot) -> None:
    from tests.e2e.conftest import hand_recording

    panel = WhyPanel()
    qtbot.addWidget(panel)
    panel.set_recording(SHORT)
    panel.set_recording(hand_recording())
    assert list(panel.hide_tool.groups.chips)[:2] == ["Palm", "Thumb"]
    assert Hidden().is_empty
