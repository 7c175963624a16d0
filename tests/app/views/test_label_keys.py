"""The keys of a study's actions, and keys that belong to the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDockWidget,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.views.action_menu import ActionMenu
from app.views.label_keys import ActionKeys, FocusKeys, is_wanted
from tests.app.labels_made import ACTIONS


class Keyboard:
    """A window with a field, a list and shortcuts, and what was pressed."""

    def __init__(self, window: QMainWindow) -> None:
        self.window = window
        self.events: list[str] = []
        middle = QWidget()
        self.field, self.list = QLineEdit(middle), QListWidget(middle)
        self.list.addItems(["one", "1 two"])
        self.list.move(0, 40)
        window.setCentralWidget(middle)
        for key in ("1", "Return"):
            action = QAction(key, window)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _=False, key=key: self.events.append(f"shortcut {key}"))
            window.addAction(action)
        self.keys = ActionKeys(window)
        self.focus_keys = FocusKeys(window)
        self.keys.pressed.connect(lambda key: self.events.append(f"down {key}"))
        self.keys.released.connect(lambda key: self.events.append(f"up {key}"))


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    window = QMainWindow()
    qtbot.addWidget(window)
    made = Keyboard(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.list.setFocus()
    return made


def test_a_key_goes_down_and_up_once_and_before_any_shortcut(keyboard: Keyboard) -> None:
    keyboard.keys.set_keys({"1"})
    QTest.keyPress(keyboard.list, Qt.Key.Key_1)
    QTest.keyRelease(keyboard.list, Qt.Key.Key_1)
    assert keyboard.events == ["down 1", "up 1"]


def test_other_keys_and_keys_with_control_are_left_alone(keyboard: Keyboard) -> None:
    keyboard.keys.set_keys({"1"})
    QTest.keyClick(keyboard.list, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(keyboard.list, Qt.Key.Key_2)
    assert keyboard.events == []


def test_a_field_keeps_what_is_typed_into_it(keyboard: Keyboard) -> None:
    keyboard.keys.set_keys({"1"})
    keyboard.field.setFocus()
    QTest.keyClick(keyboard.field, Qt.Key.Key_1)
    assert keyboard.events == []
    assert keyboard.field.text() == "1"


def test_enter_and_arrows_belong_to_fields_buttons_and_lists(keyboard: Keyboard) -> None:
    button = QPushButton()
    assert is_wanted(keyboard.field, Qt.Key.Key_Return)
    assert is_wanted(button, Qt.Key.Key_Return)
    assert is_wanted(keyboard.list, Qt.Key.Key_Up)
    assert not is_wanted(button, Qt.Key.Key_Up)
    assert not is_wanted(keyboard.window, Qt.Key.Key_Return)
    assert not is_wanted(None, Qt.Key.Key_Return)
    button.deleteLater()


def test_a_menu_of_actions_takes_a_key_or_a_name(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = ActionMenu(ACTIONS, parent, suggestions=("walk", "clap"), has_nothing=True)
    found: list[str] = []
    menu.picked.connect(found.append)
    menu.named.connect(found.append)
    texts = [each.text() for each in menu.actions() if each.text()]
    assert texts == ["walk\t1", "sit down\t2", "Nothing happens\tR", "clap"]
    QTest.keyClick(menu, Qt.Key.Key_2)
    menu.field.setText("  hop ")
    menu.field.returnPressed.emit()
    assert found == ["sit", "hop"]


def test_a_menu_of_actions_knows_the_key_for_nothing_and_cuts_long_names(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = ActionMenu((), parent, suggestions=("a very long name " * 9,), has_nothing=True)
    assert menu.actions()[2].text() == "a very long name a very long name a very lo…"
    said: list[bool] = []
    menu.nothing_picked.connect(lambda: said.append(True))
    QTest.keyClick(menu, Qt.Key.Key_R)
    assert said == [True]


def test_a_panel_that_is_a_window_of_its_own_gives_the_keys_too(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dock, button = QDockWidget("Labels", window), QPushButton()
    dock.setWidget(button)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    keys, events = ActionKeys(window), []
    keys.set_keys({"1"})
    keys.pressed.connect(lambda key: events.append(f"down {key}"))
    window.show()
    qtbot.waitExposed(window)
    QTest.keyClick(button, Qt.Key.Key_1)
    assert events == ["down 1"]
    dock.setFloating(True)
    qtbot.waitExposed(dock)
    QTest.keyClick(button, Qt.Key.Key_1)
    assert events == ["down 1", "down 1"]
