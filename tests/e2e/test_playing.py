"""Playing, stepping and the keys for it."""

from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.timecode import frame_text
from tests.e2e.conftest import Desk
from tests.e2e.hands import NO_KEYS, press

pytestmark = pytest.mark.gl


def test_space_plays_and_pauses_wherever_the_focus_is(desk: Desk) -> None:
    window, player = desk.workbench.window, desk.workbench.player
    for focused in (
        window.library.list,
        window.looked_at.focal_joints.slider,
        window.top_bar.picker,
        window.timeline,
    ):
        focused.setFocus()
        press(desk, Qt.Key.Key_Space)
        assert player.is_playing
        press(desk, Qt.Key.Key_Space)
        assert not player.is_playing


def test_at_first_keys_are_for_playing_and_not_for_searching(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.workbench.window.timeline)


def test_while_typing_keys_are_letters(desk: Desk) -> None:
    search = desk.workbench.window.library.search
    search.setFocus()
    desk.qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "lo 12")
    assert search.text() == "lo 12"
    assert not desk.workbench.player.is_playing


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Right, NO_KEYS, 21),
        (Qt.Key.Key_Left, NO_KEYS, 19),
        (Qt.Key.Key_Period, NO_KEYS, 21),
        (Qt.Key.Key_Comma, NO_KEYS, 19),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 30),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 10),
        (Qt.Key.Key_Home, NO_KEYS, 0),
        (Qt.Key.Key_End, NO_KEYS, 39),
    ],
)
def test_keys_step_through_frames_and_everything_shows_the_same_one(
    desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier, expected: int
) -> None:
    desk.go_to(20)
    press(desk, key, modifier)
    desk.wait_for_frame(expected)
    window = desk.workbench.window
    assert window.transport.frame.text() == frame_text(expected, 40)
    assert window.timeline._frame == expected


def test_brackets_change_the_speed_and_the_button_says_so(desk: Desk) -> None:
    press(desk, Qt.Key.Key_BracketLeft)
    assert desk.workbench.player.speed == Fraction(3, 4)
    assert desk.workbench.window.transport.speed.text() == "0.75×"
    press(desk, Qt.Key.Key_BracketRight)
    assert desk.workbench.player.speed == 1
