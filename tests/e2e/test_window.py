"""What a person does with the window."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.actions import ACTIONS
from app.document import AnswerPhase
from app.theme import Theme
from app.timecode import frame_text
from app.views.pieces import ElidedLabel
from engine.errors import LayoutError
from tests.e2e.conftest import BROKEN, HAND, LONG, PAIR, SHORT, Desk

pytestmark = pytest.mark.gl

NO_KEYS = Qt.KeyboardModifier.NoModifier


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Press a key wherever the focus is."""
    QTest.keyClick(desk.workbench.window, key, modifier)


def drop(desk: Desk, *paths: Path) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window = desk.workbench.window
    enter = QDragEnterEvent(QPoint(300, 300), copy, data, left, NO_KEYS)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, data, left, NO_KEYS))


def test_a_recording_opens_with_its_answer_and_plays(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR)
    desk.qtbot.waitUntil(lambda: desk.frame_in_view > 0)
    assert desk.workbench.player.is_playing
    desk.wait_for(PAIR)
    rows = desk.workbench.window.answer.rows
    assert [row.name.full_text for row in rows[:3]] == ["wave", "sit down", "clap"]
    assert rows[0].number.text() == "0.80"
    assert not rows[3].name.isVisible()
    assert desk.workbench.scene._contents.explanation is not None
    assert desk.workbench.scene._contents.overlay_id == "focal"


def test_without_a_file_the_first_sample_is_shown(open_desk: Callable[..., Desk]) -> None:
    open_desk().wait_for(SHORT)


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


def test_while_typing_keys_are_letters(desk: Desk) -> None:
    search = desk.workbench.window.library.search
    search.setFocus()
    desk.qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "lo 12")
    assert search.text() == "lo 12"
    assert not desk.workbench.player.is_playing


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


def test_letters_switch_what_is_drawn(desk: Desk) -> None:
    contents = lambda: desk.workbench.scene._contents  # noqa: E731
    press(desk, Qt.Key.Key_T)
    press(desk, Qt.Key.Key_N)
    press(desk, Qt.Key.Key_O)
    assert contents().has_trails
    assert contents().has_labels
    assert contents().overlay_id is None
    assert not desk.workbench.window.looked_at.opacity.isEnabled()
    press(desk, Qt.Key.Key_O)
    assert contents().overlay_id == "focal"
    press(desk, Qt.Key.Key_L)
    assert not desk.workbench.player.is_looping


def test_numbers_turn_the_camera(desk: Desk) -> None:
    before = desk.workbench.scene.camera
    press(desk, Qt.Key.Key_3)
    desk.qtbot.waitUntil(lambda: desk.workbench.scene.camera.elevation > before.elevation + 1)


def test_sliders_change_what_the_view_is_told(desk: Desk) -> None:
    panel = desk.workbench.window.looked_at
    told = lambda: desk.workbench.scene._contents.overlay_settings  # noqa: E731
    assert told().focal_joints == 12
    assert panel.focal_joints.value.text() == "12 of 20"
    panel.focal_joints.slider.setValue(3)
    panel.link_threshold.slider.setValue(55)
    panel.opacity.slider.setValue(40)
    assert told().focal_joints == 3
    assert told().link_threshold == pytest.approx(0.55)
    assert told().opacity == pytest.approx(0.4)
    assert panel.focal_joints.value.text() == "3 of 20"


def test_dropped_files_open_and_join_the_library(desk: Desk) -> None:
    drop(desk, PAIR, LONG)
    desk.wait_for(PAIR)
    titles = [entry.title for entry in desk.workbench.document.library.samples]
    assert titles == ["short", "pair", "hand", "long", "broken"]
    assert desk.workbench.window.windowTitle() == "pair · Skelarium"
    assert not desk.workbench.window.stage.drop.isVisible()


def test_a_broken_file_is_one_dialog_and_the_recording_stays(desk: Desk) -> None:
    drop(desk, BROKEN)
    window = desk.workbench.window
    desk.qtbot.waitUntil(lambda: window.dialog is not None)
    assert window.dialog is not None
    assert window.dialog.message.text() == (
        "broken.npz:7: expected 60 numbers, got 59; copy it again"
    )
    assert desk.shown == SHORT
    assert desk.workbench.document.answer_state.answer is not None
    drop(desk, BROKEN)
    desk.qtbot.waitUntil(lambda: "broken" not in window.top_bar.title.full_text)
    open_dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isModal()]
    assert len(open_dialogs) == 1
    window.dialog.accept()
    assert window.dialog is None


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


def test_a_click_in_the_library_opens_a_recording(desk: Desk) -> None:
    library = desk.workbench.window.library
    index = library._model().index_of(PAIR)
    place = library.list.visualRect(index).center()
    QTest.mouseClick(library.list.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, place)
    desk.wait_for(PAIR)
    assert library.list.currentIndex() == library._model().index_of(PAIR)


def test_recordings_opened_before_are_in_the_menu(open_desk: Callable[..., Desk]) -> None:
    elsewhere = Path("/elsewhere/walk.npz")
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    menu = desk.workbench.window.top_bar.recent
    assert not menu.isEnabled()
    drop(desk, SHORT, elsewhere)
    assert [action.text() for action in menu.actions()] == ["walk"]
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    with again.qtbot.waitSignal(again.workbench.librarian.reading_started) as started:
        (action,) = again.workbench.window.top_bar.recent.actions()
        with again.qtbot.captureExceptions():  # the stand-in knows no such file
            action.trigger()
            again.qtbot.waitUntil(lambda: not again.workbench.document.library.recordings)
    assert started.args == [elsewhere]


def test_the_file_dialog_offers_the_formats_and_opens_what_is_picked(desk: Desk) -> None:
    desk.workbench.actions["file.open"].trigger()
    (dialog,) = desk.workbench.window.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Recordings (*.npz)", "All files (*)"]
    dialog.filesSelected.emit([str(PAIR)])
    dialog.close()
    desk.wait_for(PAIR)


def test_what_a_reader_noticed_is_one_press_away(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(HAND)
    desk.wait_for(HAND)
    stage = desk.workbench.window.stage
    assert stage.info.facts.text() == "1 hand  ·  30 fps assumed  ·  30 frames"
    assert not stage.findings.isVisible()
    stage.info.notes.click()
    assert stage.findings.isVisible()
    texts = [label.text() for label in stage.findings.findChildren(QLabel) if label.isVisible()]
    assert texts[1:] == ["The file states no frame rate."]
    assert desk.workbench.window.answer.stated.full_text == "The file says: grab"


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


def test_every_row_of_the_table_of_actions_does_something(desk: Desk) -> None:
    assert set(desk.workbench._work_of_actions()) == {spec.id for spec in ACTIONS}


def test_both_looks_reach_the_view(desk: Desk) -> None:
    for theme in (Theme.LIGHT, Theme.DARK):
        desk.workbench.set_theme(theme)
        assert desk.workbench.scene._contents.theme.is_dark is (theme is Theme.DARK)


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
