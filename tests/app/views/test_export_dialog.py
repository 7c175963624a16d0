"""The dialog that asks what to export."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.exporting.choices import ExportChoices, ExportFacts, Kind
from app.exporting.orders import FilmOrder, Ground, LanesOrder, NumbersOrder, PictureOrder
from app.views.export_dialog import ExportDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def facts(tmp_path: Path) -> ExportFacts:
    return ExportFacts(
        stem="walk", folder=tmp_path, view_size=(800, 500), is_dark=True, num_frames=90,
        fps=30.0, shown=(0, 90),
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
