"""The dialog that asks what to export."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.exporting.choices import ExportChoices, ExportFacts, Kind
from app.exporting.orders import FilmOrder, Ground, LanesOrder, NumbersOrder, PictureOrder
from app.player import NS_PER_S, FrameClock
from app.views.export_dialog import ExportDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def facts(tmp_path: Path) -> ExportFacts:
    return ExportFacts(
        stem="walk", folder=tmp_path, view_size=(800, 500), is_dark=True,
        clock=FrameClock(num_frames=90, fps=Fraction(30)), shown=(0, 90),
    )  # fmt: skip


@pytest.fixture
def dialog(qtbot: QtBot, facts: ExportFacts) -> ExportDialog:
    made = ExportDialog(ExportChoices(), facts)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("kind", "order", "ending"),
    [
        (Kind.PICTURE, PictureOrder, "walk-view.png"),
        (Kind.LANES, LanesOrder, "walk-lanes.svg"),
        (Kind.FILM, FilmOrder, "walk-clip.mp4"),
        (Kind.NUMBERS, NumbersOrder, "walk-numbers"),
    ],
)
def test_each_kind_asks_for_a_file_of_its_own(
    qtbot: QtBot, dialog: ExportDialog, kind: Kind, order: type, ending: str
) -> None:
    dialog.pick_kind(kind)
    with qtbot.waitSignal(dialog.export_requested) as asked:
        QTest.mouseClick(dialog.export, LEFT)
    assert isinstance(asked.args[0], order)
    assert asked.args[0].out.name == ending
    assert not dialog.isVisible()


def test_pills_and_pickers_change_the_order(dialog: ExportDialog) -> None:
    page = dialog.pages[Kind.PICTURE]
    page._pills["has_legend"].click()
    page.ground.picked.emit(list(Ground).index(Ground.TRANSPARENT))
    page.scale.picked.emit(3)
    order = dialog.order()
    assert isinstance(order, PictureOrder)
    assert (order.has_legend, order.ground, order.scale) == (False, Ground.TRANSPARENT, 4.0)
    assert "3\N{NARROW NO-BREAK SPACE}200" in dialog.facts_line.full_text


def test_what_cannot_be_is_said_and_nothing_can_be_pressed(dialog: ExportDialog) -> None:
    page = dialog.pages[Kind.PICTURE]
    page.own_size.clear()
    QTest.keyClicks(page.own_size, "12 miles")
    assert "such as 1920x1080" in dialog.complaint.full_text
    assert not dialog.export.isEnabled()
    page.own_size.clear()
    QTest.keyClicks(page.own_size, "640x480")
    assert dialog.complaint.full_text == ""
    assert dialog.export.isEnabled()


def test_a_path_of_ones_own_stays_while_options_change(dialog: ExportDialog) -> None:
    dialog.path.clear()
    QTest.keyClicks(dialog.path, "/tmp/mine.png")
    dialog.pages[Kind.PICTURE].scale.picked.emit(0)
    order = dialog.order()
    assert order is not None
    assert order.out == Path("/tmp/mine.png")
    dialog.pick_kind(Kind.LANES)
    assert dialog.path.text().endswith("walk-lanes.svg")


def test_choices_are_told_to_be_remembered(qtbot: QtBot, dialog: ExportDialog) -> None:
    with qtbot.waitSignal(dialog.choices_changed) as told:
        dialog.pick_kind(Kind.FILM)
    assert told.args[0].kind is Kind.FILM


def test_a_preview_is_asked_for_once_after_a_burst_of_choices(
    qtbot: QtBot, dialog: ExportDialog
) -> None:
    asked: list[object] = []
    dialog.preview_requested.connect(asked.append)
    with qtbot.waitSignal(dialog.preview_requested):
        for scale in (0, 1, 2):
            dialog.pages[Kind.PICTURE].scale.picked.emit(scale)
    assert len(asked) == 1
    image = QImage(30, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    dialog.show_preview(image)
    assert dialog.preview.image is image
    dialog.pick_kind(Kind.NUMBERS)
    assert dialog.preview.image is None, "numbers are listed"


def test_another_recording_brings_another_name(dialog: ExportDialog, facts: ExportFacts) -> None:
    dialog.set_facts(replace(facts, stem="jump"))
    assert dialog.path.text().endswith("jump-view.png")


def test_the_same_name_in_another_folder_is_another_recording(
    dialog: ExportDialog, facts: ExportFacts, tmp_path: Path
) -> None:
    dialog.path.clear()
    QTest.keyClicks(dialog.path, "/tmp/mine.png")
    (tmp_path / "other").mkdir()
    dialog.set_facts(replace(facts, folder=tmp_path / "other"))
    assert dialog.path.text() == str(tmp_path / "other" / "walk-view.png")


def test_a_file_that_will_be_replaced_is_told(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "old.png").touch()
    dialog.path.clear()
    QTest.keyClicks(dialog.path, str(tmp_path / "old"))
    assert dialog.complaint.full_text == "old.png is there already and will be replaced"
    assert dialog.export.isEnabled()


def test_a_size_can_be_emptied_to_type_another(qtbot: QtBot, dialog: ExportDialog) -> None:
    line = dialog.pages[Kind.PICTURE].own_size
    dialog.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert line.text() == ""
    QTest.keyClicks(line, "640x480")
    order = dialog.order()
    assert isinstance(order, PictureOrder)
    assert (order.width, order.height) == (640, 480)


def test_the_length_of_a_film_is_that_of_the_times(
    dialog: ExportDialog, facts: ExportFacts
) -> None:
    starts = np.arange(90) * NS_PER_S // 30
    starts[45:] += 60 * NS_PER_S
    dialog.set_facts(replace(facts, clock=replace(facts.clock, starts_ns=starts)))
    dialog.pick_kind(Kind.FILM)
    assert "63.0 s at 30 fps" in dialog.facts_line.full_text
    dialog.set_facts(replace(facts, clock=replace(facts.clock, fps=Fraction(1000))))
    assert "0.1 s at 240 fps" in dialog.facts_line.full_text
