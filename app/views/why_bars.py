"""Probabilities before and after something was hidden, side by side."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.theme import TypeRole, font
from app.views.pieces import column
from engine.inspection.effect import Effect, Shift

SHOWN = 3
"""Actions."""
THICKNESS, GAP, ROUND = 7, 3, 3.0
BEFORE_OPACITY = 0.38
SMALLEST_CHANGE = 0.005
"""Less than this is no change in two decimals."""


def change_text(change: float) -> str:
    """``−0.26``, ``+0.13``, ``±0``."""
    if abs(change) < SMALLEST_CHANGE:
        return "±0"
    return f"{change:+.2f}".replace("-", "−")


class ShiftRow(QWidget):
    """One action: its name and change, below it the bars of before (pale) and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shift: Shift | None = None
        self._colour = QColor()
        self._is_first = False
        self.setFont(font(TypeRole.TEXT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def shift(self) -> Shift | None:
        """What it shows."""
        return self._shift

    def show_shift(self, shift: Shift, colour: QColor, *, is_first: bool) -> None:
        """Show an action.

        Args:
            shift: Its probabilities.
            colour: Of the action.
            is_first: Whether it was the answer.
        """
        self._shift, self._colour, self._is_first = shift, colour, is_first
        text = f"{shift.action}: {shift.before:.2f} before, {shift.after:.2f} after"
        self.setAccessibleName(text)
        self.setToolTip(f"{shift.action}: {shift.before:.4f} before, {shift.after:.4f} after")
        self.update()

    def sizeHint(self) -> QSize:
        """A line of text and two bars (called by Qt)."""
        return QSize(200, self.fontMetrics().height() + 2 * THICKNESS + GAP + 6)

    def minimumSizeHint(self) -> QSize:
        """A line of text and two bars (called by Qt)."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        shift = self._shift
        if shift is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = font(TypeRole.STRONG if self._is_first else TypeRole.TEXT)
        painter.setFont(strong)
        metrics, text = painter.fontMetrics(), self.palette().color(QPalette.ColorRole.Text)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        change = change_text(shift.change)
        wide = metrics.horizontalAdvance(change)
        painter.setPen(text if abs(shift.change) >= SMALLEST_CHANGE else quiet)
        painter.drawText(self.width() - wide, metrics.ascent(), change)
        painter.setPen(text)
        name = metrics.elidedText(
            shift.action, Qt.TextElideMode.ElideRight, self.width() - wide - 10
        )
        painter.drawText(0, metrics.ascent(), name)
        pale = QColor(self._colour)
        pale.setAlphaF(BEFORE_OPACITY)
        small = font(TypeRole.TINY)
        painter.setFont(small)
        room = painter.fontMetrics().horizontalAdvance("0.00") + 8
        top = metrics.height() + 3
        for share, colour in ((shift.before, pale), (shift.after, self._colour)):
            self._paint_bar(painter, top, share, colour, self.width() - room)
            painter.setPen(quiet if colour is pale else text)
            number = f"{share:.2f}"
            x = self.width() - painter.fontMetrics().horizontalAdvance(number)
            painter.drawText(x, top + THICKNESS, number)
            top += THICKNESS + GAP
        painter.end()

    def _paint_bar(
        self, painter: QPainter, top: int, share: float, colour: QColor, width: int
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(QRectF(0, top, width, THICKNESS), ROUND, ROUND)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(0, top, max(share * width, 2.0), THICKNESS), ROUND, ROUND)


class EffectBars(QWidget):
    """A row for each of the actions that matter before or after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = column(self, margins=(0, 0, 0, 0), spacing=4)
        self.rows = tuple(ShiftRow() for _ in range(SHOWN))
        self._palette = NO_STUDY_PALETTE
        self._effect: Effect | None = None
        for row in self.rows:
            box.addWidget(row)

    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours."""
        self._palette = palette
        self.show_effect(self._effect)

    def show_effect(self, effect: Effect | None) -> None:
        """Show what hiding did; nothing for None."""
        self._effect = effect
        shifts = () if effect is None else effect.shifts(SHOWN)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(shifts))
            if effect is not None and number < len(shifts):
                shift = shifts[number]
                colour = QColor(self._palette.colour(shift.action, effect.class_names))
                row.show_shift(shift, colour, is_first=shift.action == effect.first.action)
        self.setVisible(bool(shifts))
