"""Asking why in the real window, with the shipped model and the shipped throw."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.overlays.signed import DrawnContrast
from app.providers import shipped_providers
from app.why_state import NOTHING_HIDDEN, Measure, WhyTool
from engine.inspection.seen import Station
from engine.layouts.kinect_v1 import KINECT_V1
from engine.places import assets_folder
from tests.e2e.conftest import Desk, providers_of
from tests.e2e.hands import press

pytestmark = pytest.mark.gl

LEFT_BUTTON = Qt.MouseButton.LeftButton
THROW: Path = assets_folder() / "samples" / "throw.npz"
PAIR: Path = assets_folder() / "samples" / "two-people.npz"
RIGHT_ARM = {KINECT_V1.index(f"right {name}") for name in ("shoulder", "elbow", "wrist", "hand")}
RIGHT_WRIST = KINECT_V1.index("right wrist")
LONGEST_MS = 20_000


@pytest.fixture
def throw_desk(open_desk: Callable[..., Desk]) -> Desk:
    """The window on the shipped throw, and a model that has no focus on single actions."""
    desk = open_desk(THROW, providers=providers_of("everyday-fg-stformer"))
    wait(desk, lambda: desk.workbench.is_settled)
    desk.workbench.player.pause()
    desk.go_to(40)
    return desk


def wait(desk: Desk, condition: Callable[[], bool]) -> None:
    """Let the window live until a condition holds; models take a while."""
    desk.qtbot.waitUntil(condition, timeout=LONGEST_MS)


def shifts(desk: Desk) -> dict[str, tuple[float, float]]:
    """The bars: before and after of each action shown."""
    rows = desk.workbench.window.why.hide_tool.bars.rows
    found = (row.shift for row in rows if row.isVisibleTo(row.window()))
    return {each.action: (each.before, each.after) for each in found if each is not None}


def drawn_joints(desk: Desk) -> int:
    """Limbs in the 3D view that are no ghosts."""
    scene = desk.workbench.scene
    scene._refresh()
    assert scene._drawing is not None
    return len(scene._drawing.limbs)


def test_the_answer_falls_without_the_right_arm_and_comes_back(throw_desk: Desk) -> None:
    bench = throw_desk.workbench
    tool = bench.window.why.hide_tool
    recorded = bench.document.recording
    assert recorded is not None
    before = recorded.positions.copy()
    whole = drawn_joints(throw_desk)
    press(throw_desk, Qt.Key.Key_M)
    assert tool.isVisible()
    tool.groups.chips["Right arm"].click()
    wait(throw_desk, lambda: "throw" in shifts(throw_desk))
    was, now = shifts(throw_desk)["throw"]
    assert now < was - 0.2
    model = bench.document.model
    assert model is not None
    assert model.card.calibration is not None
    best = max(after for _, after in shifts(throw_desk).values())
    fall = f"{was:.2f} falls to {now:.2f}" if best == now else "no longer “throw”"
    if best < model.card.calibration.none_below:
        fall = f"too unsure to mean any action: “throw” falls from {was:.2f} to {now:.2f}"
    assert fall in tool.verdict.text()
    assert {joint for _, joint in bench.why.questions.state.hidden.joints} == RIGHT_ARM
    assert drawn_joints(throw_desk) == whole - 2 * len(RIGHT_ARM), "its joints and bones are ghosts"
    tool.reset.click()
    assert bench.why.questions.state.hidden == NOTHING_HIDDEN
    assert shifts(throw_desk) == {}
    assert drawn_joints(throw_desk) == whole
    prediction = bench.document.prediction
    assert prediction is not None
    assert prediction.top(1)[0][1] == pytest.approx(was)
    np.testing.assert_array_equal(recorded.positions, before)


def test_clicks_on_the_body_hide_and_show_and_escape_takes_back(throw_desk: Desk) -> None:
    bench = throw_desk.workbench
    scene, questions = bench.scene, bench.why.questions
    press(throw_desk, Qt.Key.Key_M)

    def click() -> None:
        place = scene.joint_place(0, RIGHT_WRIST)
        assert place is not None
        QTest.mouseClick(scene, LEFT_BUTTON, pos=place.toPoint())

    click()
    assert questions.state.hidden.joints == {(0, RIGHT_WRIST)}
    assert bench.document.joint is None, "it is hidden, not picked"
    click()
    assert questions.state.hidden == NOTHING_HIDDEN
    click()
    press(throw_desk, Qt.Key.Key_Escape)
    assert questions.state.hidden == NOTHING_HIDDEN
    assert questions.state.tool is WhyTool.HIDE
    press(throw_desk, Qt.Key.Key_Escape)
    assert questions.state.tool is None
    click()
    assert bench.document.joint == RIGHT_WRIST


def test_a_span_dragged_on_the_strip_is_hidden(throw_desk: Desk) -> None:
    bench = throw_desk.workbench
    press(throw_desk, Qt.Key.Key_M)
    strip = bench.window.why.hide_tool.strip
    throw_desk.qtbot.waitUntil(lambda: not strip.visibleRegion().isEmpty())
    middle, wide = strip.height() // 2, strip.width()
    QTest.mousePress(strip, LEFT_BUTTON, pos=QPoint(wide // 4, middle))
    QTest.mouseMove(strip, QPoint(wide // 2, middle))
    QTest.mouseMove(strip, QPoint(3 * wide // 4, middle))
    QTest.mouseRelease(strip, LEFT_BUTTON, pos=QPoint(3 * wide // 4, middle))
    span = bench.why.questions.state.hidden.span
    assert span is not None
    assert span == pytest.approx((87 / 4, 3 * 87 / 4), abs=2)
    wait(throw_desk, lambda: "throw" in shifts(throw_desk))
    was, now = shifts(throw_desk)["throw"]
    assert now < was - 0.02
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert bench.why.questions.state.hidden == NOTHING_HIDDEN


def test_why_not_another_is_drawn_on_the_body_while_it_is_open(throw_desk: Desk) -> None:
    bench = throw_desk.workbench
    tool, scene = bench.window.why.contrast, bench.scene
    press(throw_desk, Qt.Key.Key_Y)
    wait(throw_desk, lambda: tool.view.rows is not None)
    prediction = bench.document.prediction
    assert prediction is not None
    (best, _), (second, _) = prediction.top(2)
    assert (tool.first.name.full_text, tool.second.name.full_text) == (best, second)
    assert best == "throw"
    assert "no focus on single actions" in tool.words.text()
    contrast = scene._contents.contrast
    assert isinstance(contrast, DrawnContrast)
    assert contrast.joint_map.first == "throw"
    assert tool.legend.high.text().startswith("+")
    tool.pair_requested.emit((3, 8))
    wait(throw_desk, lambda: scene._contents.contrast is not contrast)
    assert bench.why.questions.state.measure is Measure.FOCUS
    press(throw_desk, Qt.Key.Key_Y)
    assert scene._contents.contrast is None


def test_what_the_model_sees_takes_the_place_of_the_recording(throw_desk: Desk) -> None:
    bench = throw_desk.workbench
    tool, scene = bench.window.why.sees, bench.scene
    recorded, camera = scene._contents.shown, scene.camera
    press(throw_desk, Qt.Key.Key_V)
    wait(throw_desk, lambda: scene._contents.seen is not None)
    seen = scene._contents.seen
    assert seen is not None
    assert seen.stage.station is Station.SCALED
    model = bench.document.model
    assert model is not None
    fed = model.card.preprocessing.frames
    assert f"{fed} frames are fed: of 87 recorded, {87 - fed} are dropped" in tool.frames.text()
    for chip in tool.chips:
        chip.click()
        assert chip.isChecked()
        scene.grabFramebuffer()
    throw_desk.go_to(60)
    press(throw_desk, Qt.Key.Key_V)
    assert scene._contents.seen is None
    assert scene._contents.shown is recorded
    assert scene.camera == camera


def test_when_it_settled_and_whether_the_favourites_matter(throw_desk: Desk) -> None:
    window = throw_desk.workbench.window
    press(throw_desk, Qt.Key.Key_E)
    wait(throw_desk, lambda: window.why.delay.view.plot is not None)
    settled = re.match(r"Settled on “throw” after ([\d.]+) s", window.why.delay.verdict.text())
    assert settled is not None
    assert 0.3 < float(settled[1]) < 2.9
    assert not window.looked_at.isVisible()
    press(throw_desk, Qt.Key.Key_U)
    assert window.why.work.isVisible()
    wait(throw_desk, lambda: window.why.favourites.view.plot is not None)
    plot = window.why.favourites.view.plot
    assert plot is not None
    at_random, favourites = (float(curve.y.mean()) for curve in plot.curves)
    falls_sooner = {"Yes": favourites < at_random, "No": favourites > at_random}
    assert falls_sooner.get(window.why.favourites.verdict.text().partition(".")[0], True)
    assert favourites < 0.9, "without its joints it is no throw"
    press(throw_desk, Qt.Key.Key_Escape)
    assert window.looked_at.isVisible()


def test_hiding_is_about_the_person_picked(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR, providers=shipped_providers())
    wait(desk, lambda: desk.workbench.is_settled)
    desk.workbench.player.pause()
    document, questions = desk.workbench.document, desk.workbench.why.questions
    tool = desk.workbench.window.why.hide_tool
    for person in (0, 1):
        document.select_person(person)
        press(desk, Qt.Key.Key_M)
        tool.groups.chips["Legs"].click()
        assert {each for each, _ in questions.state.hidden.joints} == {person}
        wait(desk, lambda: bool(shifts(desk)))
        assert document.prediction is not None
        name, share = document.prediction.top(1)[0]
        assert shifts(desk)[name][0] == pytest.approx(share)
        assert f"P{person + 1} legs hidden" in tool.key.hidden.full_text
        press(desk, Qt.Key.Key_M)
        assert questions.state.hidden == NOTHING_HIDDEN
