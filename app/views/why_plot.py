"""A small plot of probabilities, painted by ourselves in the window's own colours."""

from math import isnan

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import TypeRole, font
from app.why_plot_model import Curve, Plot
from engine.arrays import DoubleArray

LEFT, TOP, RIGHT = 26, 18, 6
HEIGHT = 150
THICK, THIN = 2.2, 1.4
BAND_OPACITY = 0.22


class PlotView(QWidget):
    """Paints curves; hover reads them, a click picks a place along x."""

    picked = Signal(float)
    """Where along x."""
    read = Signal(str)
    """What is under the pointer; empty for nothing."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: Plot | None = None
        self._step: int | None = None
        self._cursor: float | None = None
        self.setAccessibleName(name)
        self.setFont(font(TypeRole.TINY))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def plot(self) -> Plot | None:
        """What is painted."""
        return self._plot

    def show_plot(self, plot: Plot | None) -> None:
        """Show other curves."""
        self._plot, self._step = plot, None
        self.read.emit("")
        self.update()

    def show_cursor(self, x: float | None) -> None:
        """Mark where the frame on show is along x; None for nowhere."""
        if x != self._cursor:
            self._cursor = x
            if self.isVisible():
                self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel (called by Qt)."""
        return QSize(260, HEIGHT)

    def colour_of(self, curve: Curve) -> QColor:
        """The colour of a curve: its action's, or the quiet one."""
        if not curve.colour:
            return self.palette().color(QPalette.ColorRole.PlaceholderText)
        return QColor(curve.colour)

    def area(self) -> QRectF:
        """Where the curves are."""
        bottom = 2 * self.fontMetrics().height() + 6
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - bottom)

    def place(self, plot: Plot, x: float, y: float) -> QPointF:
        """Where a point of the plot is."""
        area, (low, high) = self.area(), plot.span
        return QPointF(
            area.left() + (x - low) / (high - low) * area.width(), area.bottom() - y * area.height()
        )

    def _x_at(self, plot: Plot, at: QPointF) -> float:
        area, (low, high) = self.area(), plot.span
        share = min(max((at.x() - area.left()) / max(area.width(), 1.0), 0.0), 1.0)
        return low + share * (high - low)

    # the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the curves (called by Qt)."""
        if self._plot is not None:
            self._step = self._plot.step_at(self._x_at(self._plot, event.position()))
            self.read.emit(self._plot.text_at(self._step))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a place (called by Qt)."""
        if self._plot is not None:
            self.picked.emit(self._x_at(self._plot, event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self._step = None
        self.read.emit("")
        self.update()
        super().leaveEvent(event)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        plot = self._plot
        if plot is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, plot)
        if plot.band is not None:
            self._paint_band(painter, plot, plot.band)
        for curve in plot.curves:
            self._paint_curve(painter, plot, curve)
        self._paint_marks(painter, plot)
        painter.end()

    def _paint_axes(self, painter: QPainter, plot: Plot) -> None:
        area, palette, metrics = self.area(), self.palette(), self.fontMetrics()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setFont(self.font())
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        for y, text in ((0.0, "0"), (0.5, "0.5"), (1.0, "1")):
            at = self.place(plot, plot.span[0], y)
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(at, QPointF(area.right(), at.y()))
            painter.setPen(quiet)
            wide = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(LEFT - 5 - wide, at.y() + metrics.ascent() / 2 - 1), text)
        base = area.bottom() + 4 + metrics.ascent()
        for x, text in plot.ticks():
            at = self.place(plot, x, 0.0)
            painter.drawLine(at, at + QPointF(0, 3))
            wide = metrics.horizontalAdvance(text)
            left = min(max(at.x() - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QPointF(left, base), text)
        wide = metrics.horizontalAdvance(plot.x_title)
        painter.drawText(
            QPointF(area.center().x() - wide / 2, base + metrics.height()), plot.x_title
        )

    def _points(self, plot: Plot, curve: DoubleArray) -> list[QPointF]:
        known = ~np.isnan(curve)
        pairs = zip(plot.x[known].tolist(), curve[known].tolist(), strict=True)
        return [self.place(plot, x, y) for x, y in pairs]

    def _paint_band(
        self, painter: QPainter, plot: Plot, band: tuple[DoubleArray, DoubleArray]
    ) -> None:
        low, high = band
        fill = QColor(self.colour_of(plot.curves[0]))
        fill.setAlphaF(BAND_OPACITY)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        edge = self._points(plot, low) + self._points(plot, high)[::-1]
        painter.drawPolygon(QPolygonF(edge))

    def _paint_curve(self, painter: QPainter, plot: Plot, curve: Curve) -> None:
        points = self._points(plot, curve.y)
        if not points:
            return
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        pen = QPen(self.colour_of(curve), THIN if curve.is_thin else THICK)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawPath(path)
        if len(points) == 1:
            painter.setBrush(self.colour_of(curve))
            painter.drawEllipse(points[0], 2.5, 2.5)

    def _paint_marks(self, painter: QPainter, plot: Plot) -> None:
        area, palette, metrics = self.area(), self.palette(), self.fontMetrics()
        text = palette.color(QPalette.ColorRole.Text)
        if plot.mark is not None:
            x = self.place(plot, plot.mark.x, 0.0).x()
            painter.setPen(QPen(text, 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top() - 3), QPointF(x, area.bottom()))
            wide = metrics.horizontalAdvance(plot.mark.text)
            left = min(max(x - wide / 2, area.left()), area.right() - wide)
            painter.setPen(text)
            painter.drawText(QPointF(left, area.top() - 6), plot.mark.text)
        low, high = plot.span
        if self._cursor is not None and low <= self._cursor <= high:
            x = self.place(plot, self._cursor, 0.0).x()
            painter.setPen(QPen(text, 1.4))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self._step is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            for curve in plot.curves:
                y = float(curve.y[self._step])
                if not isnan(y):
                    painter.setBrush(self.colour_of(curve))
                    painter.drawEllipse(self.place(plot, float(plot.x[self._step]), y), 3.2, 3.2)
