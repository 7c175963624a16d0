"""The caption under a pane."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.pane_caption import PaneCaption, Standing
from app.views.pane_caption_bar import PaneCaptionBar

SAID = PaneCaption(
    title="SEM-Net",
    detail="12 ms",
    answer="wave",
    number="0.93",
    colour="#ff00ff",
    remark="differs",
    standing=Standing.DIFFERS,
    hint="Press to turn the panels to it",
)


@pytest.fixture
def bar(qtbot: QtBot) -> PaneCaptionBar:
    made = PaneCaptionBar()
    qtbot.addWidget(made)
    made.resize(260, made.heightForWidth(260))
    return made


def drawn(bar: PaneCaptionBar, caption: PaneCaption) -> QImage:
    bar.show_caption(caption)
    return bar.grab().toImage()


def test_all_of_it_is_said_aloud(bar: PaneCaptionBar) -> None:
    bar.show_caption(SAID)
    assert bar.accessibleName() == "SEM-Net, wave 0.93, differs, 12 ms"
    assert bar.toolTip() == "Press to turn the panels to it"


@pytest.mark.parametrize(
    "part", ["title", "detail", "answer", "number", "colour", "remark", "standing"]
)
def test_every_part_is_seen(bar: PaneCaptionBar, part: str) -> None:
    without = replace(SAID, **{part: Standing.AGREES if part == "standing" else ""})
    assert drawn(bar, SAID) != drawn(bar, without)


def test_a_message_takes_the_answers_place_and_the_lines_that_it_needs(
    bar: PaneCaptionBar,
) -> None:
    two_lines = bar.heightForWidth(260)
    long = "expected 20 joints, found 22; choose a model that was made for hands " * 3
    refused = PaneCaption(title="SEM-Net", message=long, standing=Standing.REFUSED)
    bar.show_caption(refused)
    assert two_lines < bar.heightForWidth(260) < 2.5 * two_lines
    assert bar.heightForWidth(900) < bar.heightForWidth(260)
    assert bar.toolTip() == long
    assert drawn(bar, refused) != drawn(bar, replace(refused, message="short"))
