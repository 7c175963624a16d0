"""The note of the study over the 3D view: what goes by itself and what stays."""

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QEvent, QMargins, QPointF, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.views.study_note import Note, StudyNote

if TYPE_CHECKING:
    from app.views.stage import Stage

pytestmark = pytest.mark.gl
WELL = Note(text="37 recordings added", buttons=(("undo", "Undo"),))
LEFT_OUT = Note(text="36 recordings added  ·  1 left out", stays=True)
WRONG = Note(text="the segments overlap", is_wrong=True)


class BareStage(QWidget):
    """What a note needs of the stage."""

    covered_changed = Signal(QMargins)
    covered = QMargins(0, 40, 0, 0)


@pytest.fixture
def note(qtbot: QtBot) -> StudyNote:
    stage = BareStage()
    qtbot.addWidget(stage)
    stage.resize(800, 500)
    stage.show()
    made = StudyNote(cast("Stage", stage))
    made._patience.setInterval(1)
    return made


def enter(note: StudyNote) -> None:
    at = QPointF(4, 4)
    QApplication.sendEvent(note, QEnterEvent(at, at, at))


def leave(note: StudyNote) -> None:
    QApplication.sendEvent(note, QEvent(QEvent.Type.Leave))


def test_what_went_well_goes_by_itself(qtbot: QtBot, note: StudyNote) -> None:
    note.show_note(WELL)
    assert note.isVisible()
    qtbot.waitUntil(note.isHidden)


def test_what_went_well_goes_with_the_next_step(note: StudyNote) -> None:
    note.show_note(WELL)
    note.pass_on()
    assert note.isHidden()


@pytest.mark.parametrize("told", [LEFT_OUT, WRONG], ids=["left out", "wrong"])
def test_what_has_to_be_read_stays_until_it_is_closed(note: StudyNote, told: Note) -> None:
    note.show_note(told)
    note.pass_on()
    leave(note)
    assert not note._patience.isActive()
    assert note.isVisible()
    note.close_button.click()
    assert note.isHidden()


def test_work_under_way_stays_whatever_is_done_meanwhile(note: StudyNote) -> None:
    note.show_note(WELL)
    note.show_progress("Adding recordings", 0.5, None)
    note.pass_on()
    assert note.isVisible()
    assert not note._patience.isActive()


def test_the_pointer_keeps_it_and_leaving_lets_it_go(qtbot: QtBot, note: StudyNote) -> None:
    note._patience.setInterval(60_000)
    note.show_note(WELL)
    enter(note)
    assert not note._patience.isActive()
    note._patience.setInterval(1)
    leave(note)
    qtbot.waitUntil(note.isHidden)


def test_a_button_with_the_focus_keeps_it(qtbot: QtBot, note: StudyNote) -> None:
    note._patience.setInterval(60_000)
    note.show_note(WELL)
    note.window().activateWindow()
    note.buttons[0].setFocus()
    qtbot.waitUntil(note.buttons[0].hasFocus)
    note._go()
    assert note.isVisible()
    assert note._patience.isActive()
