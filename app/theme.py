"""How the window looks: two sets of colours, one type scale, one small style sheet.

Widgets that paint themselves take their colours from the palette, so that a change of theme reaches
them without their being told.
"""

from enum import Enum
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.colours import DARK_COLOURS, LIGHT_COLOURS, Colours
from app.settings import ThemeChoice
from app.style_sheet import style_sheet
from engine.places import assets_folder

FONT_FAMILY = "Roboto"
FONT_FILES = ("Roboto-Regular.ttf", "Roboto-Medium.ttf")
SMALLEST_TEXT_PX = 13
"""Of running text; larger where the desktop's own text is."""


class Theme(Enum):
    """The two looks."""

    DARK = "dark"
    LIGHT = "light"

    @property
    def other(self) -> "Theme":
        """The one that is not this."""
        return Theme.LIGHT if self is Theme.DARK else Theme.DARK


class TypeRole(Enum):
    """The type scale: size as a share of running text, and weight."""

    TITLE = (15 / 13, QFont.Weight.Medium)
    CLOCK = (16 / 13, QFont.Weight.Medium)
    STRONG = (1.0, QFont.Weight.Medium)
    TEXT = (1.0, QFont.Weight.Normal)
    SMALL = (11.5 / 13, QFont.Weight.Normal)
    HEADING = (11 / 13, QFont.Weight.Medium)
    TINY = (10.5 / 13, QFont.Weight.Normal)


def font(role: TypeRole) -> QFont:
    """The font of a role; all digits are equally wide, so that numbers line up and do not dance."""
    share, weight = role.value
    made = QFont(QApplication.font())
    made.setPixelSize(max(round(made.pixelSize() * share), 9))
    made.setWeight(weight)
    if role is TypeRole.HEADING:
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 106)
    return made


def chosen_theme(choice: ThemeChoice) -> Theme:
    """The look for a setting."""
    if choice is ThemeChoice.SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        return Theme.LIGHT if scheme is Qt.ColorScheme.Light else Theme.DARK
    return Theme(choice.value)


def colours_of(theme: Theme) -> Colours:
    """The colours of a look."""
    return DARK_COLOURS if theme is Theme.DARK else LIGHT_COLOURS


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give every widget a look, now and later."""
    colours = colours_of(theme)
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))


def install_type(application: QApplication) -> None:
    """Use the shipped typeface throughout, at least as large as the desktop's own text."""
    size = max(SMALLEST_TEXT_PX, QFontInfo(application.font()).pixelSize())
    made = QFont(_shipped_family())
    made.setPixelSize(size)
    made.setFeature(QFont.Tag("tnum"), 1)
    application.setFont(made)


@lru_cache(maxsize=1)
def _shipped_family() -> str:
    folder = assets_folder() / "fonts"
    loaded = [QFontDatabase.addApplicationFont(str(folder / name)) for name in FONT_FILES]
    return FONT_FAMILY if all(number >= 0 for number in loaded) else QApplication.font().family()


def palette(colours: Colours) -> QPalette:
    """The palette of a look; painted widgets use these roles and no others."""
    role = QPalette.ColorRole
    made = QPalette()
    for name, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.picked),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.warning),
        (role.Link, colours.accent),
        (role.Highlight, colours.accent),
        (role.Accent, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.PlaceholderText, colours.muted),
        (role.Light, colours.hover),
        (role.Midlight, colours.hover),
        (role.Mid, colours.line),
        (role.Dark, colours.faint),
        (role.Shadow, colours.base),
    ):
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.faint))
    return made
