"""How the window looks: two sets of colours, one type scale, one small style sheet.

Widgets that paint themselves take their colours from the palette, so that a change of theme reaches them
without being told.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.settings import ThemeChoice
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The colours of one look, as ``#rrggbb``."""

    window: str
    """Panels and bars."""
    base: str
    """What lies lower: fields, tracks of bars and lanes."""
    raised: str
    """Buttons and cards."""
    hover: str
    line: str
    """Hairlines between panels."""
    text: str
    muted: str
    """Second things: units, counts, headings of sections."""
    faint: str
    """Things that are off."""
    accent: str
    """What can be pressed or is picked: the only colour that is not data."""
    on_accent: str
    picked: str
    """Background of the picked row."""
    warning: str
    handle: str
    """Of sliders."""
    handle_edge: str


DARK_COLOURS = Colours(
    window="#1c1f25",
    base="#14161b",
    raised="#262a32",
    hover="#2f343d",
    line="#2b2f37",
    text="#e7e9ed",
    muted="#969ca8",
    faint="#5f6672",
    accent="#4b90f8",
    on_accent="#ffffff",
    picked="#223450",
    warning="#f0b04a",
    handle="#f4f6f9",
    handle_edge="#f4f6f9",
)
LIGHT_COLOURS = Colours(
    window="#f5f6f8",
    base="#e9ebef",
    raised="#ffffff",
    hover="#eceef2",
    line="#d9dce2",
    text="#1a1e25",
    muted="#616875",
    faint="#a4abb6",
    accent="#1d6ae5",
    on_accent="#ffffff",
    picked="#dbe7fb",
    warning="#b06a00",
    handle="#ffffff",
    handle_edge="#9aa2ae",
)


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
    """The font of a role; digits all have the same width, so that numbers line up and do not dance."""
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


def style_sheet(colours: Colours) -> str:
    """What the palette cannot say: paddings, corners, sliders, scroll bars."""
    c = colours
    return f"""
QMainWindow::separator {{ background: {c.line}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {c.accent}; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 6px; }}
QMenuBar {{ background: transparent; spacing: 2px; }}
QMenuBar::item {{ padding: 5px 9px; border-radius: 5px; color: {c.muted}; background: transparent; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {c.hover}; color: {c.text}; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line}; padding: 5px 0; }}
QMenu::item {{ padding: 6px 26px 6px 26px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 5px 0; }}
QMenu::indicator {{ left: 8px; width: 12px; height: 12px; }}
QMenu::icon {{ left: 6px; }}
QToolButton {{ border: 0; border-radius: 6px; padding: 5px; background: transparent; }}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:pressed {{ background: {c.line}; }}
QToolButton:checked {{ color: {c.accent}; }}
QToolButton:disabled {{ color: {c.faint}; }}
QToolButton:focus {{ border: 1px solid {c.accent}; padding: 4px; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[kind="word"] {{ padding: 4px 8px; color: {c.muted}; }}
QToolButton[kind="word"]:hover, QToolButton[kind="word"]:checked {{ color: {c.text}; }}
QToolButton[kind="word"]:checked {{ color: {c.accent}; }}
QToolButton[kind="word"]:focus {{ padding: 3px 7px; }}
QToolButton[kind="pill"] {{
    padding: 4px 12px; border: 1px solid {c.line}; border-radius: 13px; color: {c.muted}; background: {c.base};
}}
QToolButton[kind="pill"]:hover {{ color: {c.text}; border-color: {c.faint}; }}
QToolButton[kind="pill"]:checked {{ color: {c.on_accent}; background: {c.accent}; border-color: {c.accent}; }}
QToolButton[kind="pill"]:focus {{ border: 1px solid {c.text}; }}
QToolButton[kind="segment"] {{ padding: 2px 8px; border-radius: 5px; color: {c.muted}; }}
QToolButton[kind="segment"]:checked {{ background: {c.raised}; color: {c.text}; }}
QToolButton[kind="segment"]:focus {{ padding: 1px 7px; }}
QFrame[kind="segments"] {{ background: {c.base}; border-radius: 6px; }}
QPushButton {{
    padding: 6px 14px; border: 1px solid {c.line}; border-radius: 6px; background: {c.raised}; color: {c.text};
}}
QPushButton:hover {{ background: {c.hover}; border-color: {c.faint}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:default {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; background: {c.window}; }}
QPushButton[kind="picker"] {{ padding: 0; background: {c.base}; }}
QLineEdit {{
    padding: 6px 8px; border: 1px solid {c.line}; border-radius: 6px; background: {c.base};
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus {{ border-color: {c.accent}; }}
QPlainTextEdit {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 6px; padding: 6px; }}
QListView {{ background: transparent; border: 0; outline: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] {{ background: transparent; border: 0; }}
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: 9px; }}
QScrollBar:horizontal {{ height: 9px; }}
QScrollBar::handle {{ background: {c.line}; border-radius: 3px; margin: 1px 2px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.base}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.faint}; }}
QSlider::handle:horizontal {{
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: {c.handle};
    border: 1px solid {c.handle_edge};
}}
QSlider::handle:horizontal:hover {{ border-color: {c.accent}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.accent}; width: 10px; height: 10px; }}
QSlider::handle:horizontal:disabled {{ background: {c.faint}; border-color: {c.faint}; }}
QLabel[tone="muted"] {{ color: {c.muted}; }}
QLabel[tone="faint"] {{ color: {c.faint}; }}
QLabel[tone="warning"] {{ color: {c.warning}; }}
QFrame[kind="card"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame[kind="rule"] {{ background: {c.line}; border: 0; }}
QLabel[kind="key"] {{
    background: {c.base}; border: 1px solid {c.line}; border-radius: 4px; padding: 1px 6px; color: {c.muted};
}}
"""
