"""The note over the 3D view."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.exporting.exported_file import ExportedFile
from app.views.export_note import ExportNote

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


def test_it_says_how_far_and_how_long_and_can_be_stopped(qtbot: QtBot, stage: QWidget) -> None:
    note = ExportNote(stage)
    assert note.isHidden()
    note.show_progress("Making the film", 0.4, 12.0)
    assert note.text.full_text == "Making the film  40%  ·  12 s left"
    assert note.bar.isVisible()
    with qtbot.waitSignal(note.stop_requested):
        QTest.mouseClick(note.close_button, LEFT)
    assert note.isHidden()


def test_it_shows_the_folder_of_what_is_there(
    stage: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    note = ExportNote(stage)
    note.show_exported(ExportedFile(words="Saved a.png", path=tmp_path / "a.png"))
    QTest.mouseClick(note.folder, LEFT)
    note.show_exported(ExportedFile(words="Saved numbers", path=tmp_path))
    QTest.mouseClick(note.folder, LEFT)
    assert opened == [str(tmp_path), str(tmp_path)]


def test_what_went_wrong_stays_and_has_no_folder(stage: QWidget) -> None:
    note = ExportNote(stage)
    note.say("The disk is full", is_wrong=True)
    assert note.text.property("tone") == "warning"
    assert not note.folder.isVisible()
    assert not note._patience.isActive()
    assert note.put_aside()
    assert not note.put_aside(), "there is nothing left to close"


def test_it_stays_at_the_foot_of_the_stage(stage: QWidget) -> None:
    note = ExportNote(stage)
    note.say("Picture copied")
    stage.resize(500, 300)
    assert stage.rect().contains(note.geometry())
    assert stage.height() - note.geometry().bottom() < 20
    note.say("a very long sentence " * 20, is_wrong=True)
    assert stage.rect().contains(note.geometry())


def test_progress_is_told_a_few_times_a_second(qtbot: QtBot, stage: QWidget) -> None:
    note = ExportNote(stage)
    for number in range(50):
        note.show_progress("Making the film", number / 100, None)
    assert note.text.full_text == "Making the film  0%"
    qtbot.waitUntil(lambda: not note._pace.isActive())
    note.show_progress("Making the film", 0.5, None)
    assert note.text.full_text == "Making the film  50%"
    assert note.bar.value() == 500


def test_a_reminder_stays_while_work_goes_on(stage: QWidget) -> None:
    note = ExportNote(stage)
    note.show_progress("Making the film", 0.1, None)
    note.remind("Something is being exported already")
    note._pace.stop()
    note.show_progress("Making the film", 0.2, None)
    assert note.text.full_text == "Something is being exported already"
    assert note.bar.isVisible()
    assert note.bar.value() == 200
    note._pace.stop()
    note._reminder.stop()
    note.show_progress("Making the film", 0.3, None)
    assert note.text.full_text == "Making the film  30%"
    note.remind("Again")
    note.show_exported(ExportedFile(words="Saved f.mp4", path=None))
    note.show_progress("Drawing the picture", 0.1, None)
    assert note.text.full_text.startswith("Drawing"), "a reminder is of its own work"
