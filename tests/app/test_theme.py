"""The two looks."""

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from pytestqt.qtbot import QtBot

from app.colours import DARK_COLOURS, LIGHT_COLOURS, Colours
from app.settings import ThemeChoice
from app.style_sheet import style_sheet
from app.theme import Theme, TypeRole, chosen_theme, font, palette
from app.views.painted import contrast, luminance

READABLE = 4.5
"""Contrast of running text (WCAG 2.2, level AA)."""
LOOKS = pytest.mark.parametrize("colours", [DARK_COLOURS, LIGHT_COLOURS], ids=["dark", "light"])


def ratio(first: str, second: str) -> float:
    return contrast(luminance(QColor(first)), luminance(QColor(second)))


def test_contrast_is_measured_as_in_the_standard() -> None:
    assert ratio("#ffffff", "#000000") == pytest.approx(21.0)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@LOOKS
def test_text_can_be_read(colours: Colours) -> None:
    for below in (colours.window, colours.base, colours.raised, colours.picked):
        assert ratio(colours.text, below) >= READABLE
    for below in (colours.window, colours.base):
        assert ratio(colours.muted, below) >= READABLE


@LOOKS
def test_every_colour_is_one(colours: Colours) -> None:
    assert palette(colours).window().color() == QColor(colours.window)
    assert "{" in style_sheet(colours)
    assert "{{" not in style_sheet(colours)


def test_a_choice_wins_over_the_desktop() -> None:
    assert chosen_theme(ThemeChoice.LIGHT) is Theme.LIGHT
    assert chosen_theme(ThemeChoice.DARK) is Theme.DARK
    assert Theme.DARK.other is Theme.LIGHT


@pytest.mark.parametrize("role", list(TypeRole), ids=lambda role: role.name)
def test_all_digits_are_equally_wide(role: TypeRole, qtbot: QtBot) -> None:
    del qtbot
    metrics = QFontMetrics(font(role))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1
