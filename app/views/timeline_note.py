"""A small plate beside the pointer that says what is under it."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from app.theme import TypeRole, font

MARGIN = 4
"""Pixels that stay free at the edges of the widget below."""


class PointerNote(QWidget):
    """Lies over a widget; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = parent
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text

    def say(self, text: str, at: QPoint, above: int) -> None:
        """Say something about a place.

        Args:
            text: Empty to hide the plate.
            at: Where the pointer is, in the widget below.
            above: The plate is above this height, so that it does not cover what it is about.
        """
        self._text = text
        if not text:
            self.hide()
            return
        self.setGeometry(self._place(text, at, above))
        self.show()
        self.update()

    def _place(self, text: str, at: QPoint, above: int) -> QRect:
        metrics = QFontMetrics(font(TypeRole.SMALL))
        field = self._below.rect()
        wide, tall = metrics.horizontalAdvance(text) + 18, metrics.height() + 8
        top = above - tall - MARGIN
        if top < 0:
            top = at.y() + 22
        left = min(max(at.x() - wide // 2, MARGIN), max(field.width() - wide - MARGIN, MARGIN))
        return QRect(left, top, wide, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        palette = self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
