"""The editor of keys, and what the actions make of it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from app.action_spec import Menu
from app.actions import ACTIONS
from app.modes import Mode
from app.views.action_set import ActionSet
from app.views.keys_editor import KeysEditor
from app.views.keys_sheet import KeysSheet

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(qtbot: QtBot) -> KeysEditor:
    made = KeysEditor(ACTIONS, {}, None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[ActionSet]:
    window = QWidget()
    qtbot.addWidget(window)
    yield ActionSet(ACTIONS, window)
    window.close()


def test_a_free_key_is_set_at_once(editor: KeysEditor) -> None:
    told: list[dict[str, tuple[str, ...]]] = []
    editor.overrides_changed.connect(told.append)
    editor.pick("view.trails")
    QTest.keyClick(editor.field, Qt.Key.Key_F9)
    assert editor.remark.text() == "F9 is free."
    editor.set_button.click()
    assert told == [{"view.trails": ("F9",)}]


def test_whoever_has_the_key_is_named_and_loses_it(editor: KeysEditor) -> None:
    editor.pick("view.trails")
    QTest.keyClick(editor.field, Qt.Key.Key_E, CTRL)
    assert "“Export”" in editor.remark.text()
    assert editor.set_button.text() == "Set here"
    editor.set_button.click()
    assert editor.overrides == {"view.trails": ("Ctrl+E",), "file.export": ()}
    editor.pick("file.export")
    editor.reset_button.click()
    assert editor.overrides == {"view.trails": ()}
    editor.reset_all_button.click()
    assert editor.overrides == {}


def test_a_key_that_a_mode_has_is_named(editor: KeysEditor) -> None:
    editor.pick("view.trails")
    QTest.keyClick(editor.field, Qt.Key.Key_I)
    assert editor.remark.text() == "In Teach, I stays the key of “Mark the first frame”."


def test_a_sign_that_needs_shift_is_the_sign(editor: KeysEditor) -> None:
    editor.pick("view.trails")
    QTest.keyClick(editor.field, Qt.Key.Key_Percent, SHIFT)
    editor.add_button.click()
    assert editor.overrides == {"view.trails": ("T", "%")}


def test_the_search_finds_rows_by_words_and_keys(editor: KeysEditor) -> None:
    editor.search.setText("trails")
    assert [each for each, row in editor._rows.items() if not row.isHidden()] == ["view.trails"]
    editor.search.setText("ctrl+e")
    assert "file.export" in [each for each, row in editor._rows.items() if not row.isHidden()]


def test_tooltips_and_keys_follow(actions: ActionSet) -> None:
    actions.set_overrides({"playback.toggle": ("F9",)})
    action = actions["playback.toggle"]
    assert [key.toString() for key in action.shortcuts()] == ["F9"]
    assert action.toolTip() == "Play or pause  (F9)"
    actions.rename("study.undo", "Undo Split segment")
    assert actions["study.undo"].toolTip() == "Undo Split segment  (Ctrl+Z)"


def test_rows_of_a_mode_are_there_in_it_alone(actions: ActionSet) -> None:
    assert not actions["label.mark-in"].isVisible()
    assert [key.toString() for key in actions["view.overlay"].shortcuts()] == ["O"]
    actions.set_mode(Mode.TEACH)
    assert actions["label.mark-in"].isVisible()
    assert actions["view.overlay"].shortcuts() == []
    assert actions["view.overlay"].isVisible()


def test_keys_of_the_labels_are_left_to_them(actions: ActionSet) -> None:
    actions.set_mode(Mode.TEACH)
    actions.set_taken(("1", "2"))
    assert actions.keys_of("view.front") == ()
    assert actions.keys_of("view.top") == ("3",)
    actions.set_taken(())
    assert actions.keys_of("view.front") == ("1",)


def test_the_sheet_shows_what_really_holds(actions: ActionSet, qtbot: QtBot) -> None:
    window = actions.parent()
    assert isinstance(window, QWidget)
    sheet = KeysSheet(actions, window)
    window.resize(1400, 880)
    window.show()
    qtbot.waitExposed(window)
    sheet.present()
    assert "F9" not in shown(sheet)
    sheet.present()
    actions.set_overrides({"playback.toggle": ("F9",)})
    sheet.present()
    assert "F9" in shown(sheet)
    assert "LABEL · IN TEACH" in shown(sheet)


def test_the_sheet_needs_no_scrolling_in_a_usual_window(actions: ActionSet, qtbot: QtBot) -> None:
    window = actions.parent()
    assert isinstance(window, QWidget)
    sheet = KeysSheet(actions, window)
    window.resize(1400, 880)
    window.show()
    qtbot.waitExposed(window)
    for mode in Mode:
        actions.set_mode(mode)
        sheet.present()
        card = sheet._card.size()
        assert card.width() <= 1400
        assert card.height() <= 880
        sheet.present()


def shown(sheet: KeysSheet) -> set[str]:
    return {each.text() for each in sheet._card.findChildren(QLabel)}


def test_rows_of_one_kind_stand_in_a_menu_of_their_own_that_comes_and_goes_with_them(
    actions: ActionSet,
) -> None:
    bar = QMenuBar()
    label = actions.fill(bar)[Menu.LABEL]
    actions.set_mode(Mode.TEACH)
    inner = {each.menu().title(): each.menu() for each in label.actions() if each.menu()}
    assert actions["label.earlier"] in inner["Nudge"].actions()
    assert actions["label.earlier"] not in label.actions()
    assert inner["Nudge"].menuAction().isVisible()
    assert label.menuAction().isVisible()
    actions.set_mode(Mode.INSPECT)
    assert not inner["Nudge"].menuAction().isVisible()
    assert not label.menuAction().isVisible()
