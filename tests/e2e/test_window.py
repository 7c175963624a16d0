"""The window as a whole: what it remembers, says of itself, and how it bears defects."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.actions import ACTIONS
from app.theme import Theme
from app.views.pieces import ElidedLabel
from tests.e2e.conftest import HAND, PAIR, SHORT, Desk
from tests.e2e.hands import press

pytestmark = pytest.mark.gl


def test_the_window_comes_back_as_it_was_left(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    desk.workbench.set_theme(Theme.LIGHT)
    press(desk, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)  # dark, and kept
    press(desk, Qt.Key.Key_BracketLeft)
    press(desk, Qt.Key.Key_T)
    desk.workbench.window.looked_at.opacity.slider.setValue(40)
    desk.workbench.window.library_dock.close()
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    window = again.workbench.window
    assert again.workbench.presenter.theme is Theme.DARK
    assert again.workbench.player.speed == Fraction(3, 4)
    assert again.workbench.scene._contents.has_trails
    assert window.looked_at.opacity.slider.value() == 40
    assert not window.library_dock.isVisible()


def test_the_sheet_of_keys_comes_and_goes(desk: Desk) -> None:
    sheet = desk.workbench.window.keys_sheet
    press(desk, Qt.Key.Key_F1)
    assert sheet.isVisible()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {spec.text.rstrip("…") for spec in ACTIONS if spec.shortcuts} <= texts


def test_return_presses_the_button_in_focus(desk: Desk) -> None:
    before = desk.workbench.presenter.theme
    (button,) = [
        each
        for each in desk.workbench.window.top_bar.findChildren(QAbstractButton)
        if each.accessibleName() == "Dark or light"
    ]
    button.setFocus()
    desk.qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert desk.workbench.presenter.theme is before.other


def test_every_row_of_the_table_of_actions_does_something(desk: Desk) -> None:
    assert set(desk.workbench._work_of_actions()) == {spec.id for spec in ACTIONS}


def test_a_defect_is_a_report_to_copy_and_the_window_lives_on(desk: Desk) -> None:
    reporter = desk.workbench.defects
    try:
        raise ZeroDivisionError("odd")
    except ZeroDivisionError as error:
        reporter.take(ZeroDivisionError, error, error.__traceback__)
    dialog = desk.workbench.window.dialog
    assert dialog is not None
    copy = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Copy report")
    copy.click()
    assert "ZeroDivisionError: odd" in QApplication.clipboard().text()
    dialog.accept()
    press(desk, Qt.Key.Key_Right)
    desk.wait_for_frame(1)


def visible(desk: Desk, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in desk.workbench.window.findChildren(kind) if each.isVisible()]


def test_everything_that_can_be_used_has_a_name(desk: Desk) -> None:
    nameless = [
        each
        for kind in (QAbstractButton, QAbstractSlider, QLineEdit)
        for each in visible(desk, kind)
        if not each.accessibleName()
        and not (isinstance(each, QAbstractButton) and each.text())
        and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not each.objectName().startswith("qt_")
    ]
    assert nameless == []


@pytest.mark.parametrize("size", [(1400, 880), (800, 500)], ids=["usual", "at 200 %"])
def test_no_text_is_cut(open_desk: Callable[..., Desk], size: tuple[int, int]) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    window = desk.workbench.window
    window.resize(*size)
    desk.qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    QApplication.processEvents()
    cut = [
        each.text()
        for each in visible(desk, QLabel)
        if not isinstance(each, ElidedLabel)
        and not each.wordWrap()
        and each.width() < each.minimumSizeHint().width()
    ]
    cut += [
        each.text()
        for each in visible(desk, QAbstractButton)
        if each.text() and each.width() < each.minimumSizeHint().width()
    ]
    assert cut == []
    stage = window.stage
    inside = stage.rect()
    assert all(
        inside.contains(plate.geometry()) for plate in (stage.looks, stage.drawn, stage.info)
    )


def test_a_key_that_closes_the_sheet_of_keys_does_nothing_else(desk: Desk) -> None:
    sheet = desk.workbench.window.keys_sheet
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_F1):
        press(desk, Qt.Key.Key_F1)
        assert sheet.isVisible()
        QTest.keyClick(sheet, key)
        assert not sheet.isVisible()
        assert not desk.workbench.player.is_playing


def test_escape_puts_one_thing_aside_after_another(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(HAND)
    desk.wait_for(HAND)
    window = desk.workbench.window
    search = window.library.search
    window.stage.info.notes.click()
    search.setFocus()
    desk.qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "pair")
    press(desk, Qt.Key.Key_Escape)
    assert not window.stage.findings.isVisible()
    assert search.text() == "pair"
    press(desk, Qt.Key.Key_Escape)
    assert search.text() == ""
    desk.qtbot.waitUntil(window.library.list.hasFocus)


@pytest.mark.parametrize("size", [(1400, 880), (800, 500)], ids=["usual", "at 200 %"])
def test_bodies_keep_clear_of_what_floats_over_them(
    open_desk: Callable[..., Desk], size: tuple[int, int]
) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    window, scene = desk.workbench.window, desk.workbench.scene
    window.resize(*size)
    desk.qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    desk.qtbot.waitUntil(lambda: scene.size() == window.stage.size())
    QApplication.processEvents()
    places = [scene.joint_place(person, joint) for person in range(2) for joint in range(20)]
    covered = window.stage.covered
    assert covered.top() >= window.stage.looks.geometry().bottom()
    assert all(
        place is not None and covered.top() < place.y() < scene.height() - covered.bottom()
        for place in places
    )


def test_tab_goes_as_the_eye_does(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    window = desk.workbench.window
    wanted = (
        window.library.search,
        window.library.list,
        *window.stage.looks.findChildren(QAbstractButton),
        *window.stage.drawn.findChildren(QAbstractButton),
        window.answer.people._group.checkedButton(),
        *window.why.buttons.values(),
        *(
            chip
            for chip in window.looked_at.chips.findChildren(QAbstractButton)
            if chip.isEnabled()
        ),
        window.looked_at.focal_joints.slider,
        window.looked_at.link_threshold.slider,
        window.looked_at.opacity.slider,
    )
    window.library.search.setFocus()
    for stop in wanted:
        desk.qtbot.waitUntil(stop.hasFocus)
        press(desk, Qt.Key.Key_Tab)
