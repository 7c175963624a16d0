"""The program's own icons: line drawings in ``assets/icons``, in the colours of the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.places import assets_folder

ICON_PX = 18
"""Logical size on buttons."""
DOT_PX = 8
"""Logical size of a coloured dot."""
PIXEL_RATIOS = (1.0, 2.0, 3.0)


def icon(name: str, palette: QPalette) -> QIcon:
    """An icon for a button or a menu, for each of a button's states.

    Args:
        name: A file of ``assets/icons``, without its ending.
        palette: Where the colours come from.
    """
    drawn = QIcon()
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, palette.color(QPalette.ColorRole.ButtonText)),
        (QIcon.Mode.Normal, QIcon.State.On, palette.color(QPalette.ColorRole.Highlight)),
        (QIcon.Mode.Disabled, QIcon.State.Off, palette.color(QPalette.ColorRole.Dark)),
    ):
        for ratio in PIXEL_RATIOS:
            drawn.addPixmap(picture(name, colour, ICON_PX, ratio), mode, state)
    return drawn


def dot(colour: QColor) -> QIcon:
    """A round mark in a colour."""
    drawn = QIcon()
    for ratio in PIXEL_RATIOS:
        pixels = round(DOT_PX * ratio)
        mark = QPixmap(pixels, pixels)
        mark.fill(Qt.GlobalColor.transparent)
        painter = QPainter(mark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(0, 0, pixels, pixels)
        painter.end()
        mark.setDevicePixelRatio(ratio)
        drawn.addPixmap(mark)
    return drawn


def picture(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """One icon as a picture.

    Args:
        name: A file of ``assets/icons``, without its ending.
        colour: Of its lines.
        size: Logical pixels, both ways.
        ratio: Device pixels per logical pixel.
    """
    drawing = _drawing(name).replace("currentColor", colour.name())
    pixels = round(size * ratio)
    drawn = QPixmap(pixels, pixels)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@lru_cache
def _drawing(name: str) -> str:
    return (assets_folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
