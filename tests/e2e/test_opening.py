"""Opening recordings: by drop, library, menu and dialog; and what cannot be opened."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from app.providers import shipped_providers
from engine.samples import SAMPLES
from tests.e2e.conftest import BROKEN, HAND, LONG, PAIR, SHORT, Desk
from tests.e2e.hands import NO_KEYS, drop

pytestmark = pytest.mark.gl


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
    assert desk.workbench.scene._contents.overlay_ids == ("focal",)


def test_without_a_file_the_first_sample_is_shown(open_desk: Callable[..., Desk]) -> None:
    open_desk().wait_for(SHORT)


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
    desk.qtbot.waitUntil(lambda: [action.text() for action in menu.actions()] == ["walk"])
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


def test_of_several_files_the_first_opens_and_one_that_is_broken_is_one_dialog(
    desk: Desk,
) -> None:
    drop(desk, BROKEN, PAIR)
    window = desk.workbench.window
    desk.qtbot.waitUntil(lambda: window.dialog is not None)
    assert desk.shown == SHORT
    assert window.dialog is not None
    window.dialog.accept()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.skeleton", b"", "found an empty file"),
        ("none.skeleton", b"0\n", "found"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "found binary data of another kind"),
    ],
)
def test_what_is_no_recording_is_one_dialog_that_says_what_it_is(
    open_desk: Callable[..., Desk],
    name: str,
    content: bytes,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SKELARIUM_HOME", str(tmp_path))
    desk = open_desk(SAMPLES[1].path, providers=replace(shipped_providers(), list_models=tuple))
    desk.qtbot.waitUntil(lambda: desk.shown == SAMPLES[1].path)
    path = tmp_path / name
    path.write_bytes(content)
    drop(desk, path)
    window = desk.workbench.window
    desk.qtbot.waitUntil(lambda: window.dialog is not None)
    assert window.dialog is not None
    assert window.dialog.windowTitle() == f"{name} could not be opened"
    assert reason in window.dialog.message.text()
    assert desk.shown == SAMPLES[1].path
    window.dialog.accept()
