"""The curves of a run of training, painted by ourselves in the window's own colours."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.retrain_plot_model import Line, LineRole, RunPlot
from app.theme import TypeRole, font
from app.views.painted import with_opacity

LEFT, RIGHT, HEAD_GAP = 30, 8, 6
AREA_HEIGHT = 84
THICK, THIN = 2.0, 1.3
QUIET, BODY = 0.35, 0.14
DOT = 2.4
KEY_WIDTH, KEY_GAP = 14, 5
MOST_DOTTED = 40
"""Points that are marked each; more of them make a line by themselves."""


class RunPlotView(QWidget):
    """A title with its key, and the curves below; hover reads them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: RunPlot | None = None
        self._at: float | None = None
        self.setAccessibleName(name)
        self.setFont(font(TypeRole.TINY))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def plot(self) -> RunPlot | None:
        """What is painted."""
        return self._plot

    def show_plot(self, plot: RunPlot | None) -> None:
        """Show other curves."""
        self._plot = plot
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel (called by Qt)."""
        text = self.fontMetrics().height()
        return QSize(250, AREA_HEIGHT + 2 * text + HEAD_GAP + 6)

    def colour_of(self, line: Line) -> QColor:
        """What a line is drawn in."""
        role = QPalette.ColorRole
        plain = line.role is LineRole.TRAINED
        colour = QColor(self.palette().color(role.PlaceholderText if plain else role.Highlight))
        return with_opacity(colour, QUIET) if line.is_quiet else colour

    def area(self) -> QRectF:
        """Where the curves are."""
        text = self.fontMetrics().height()
        top = text + HEAD_GAP
        return QRectF(LEFT, top, self.width() - LEFT - RIGHT, self.height() - top - text - 5)

    def place(self, plot: RunPlot, x: float, y: float) -> QPointF:
        """Where a point of the plot is."""
        area, (left, right), (low, high) = self.area(), plot.x_span, plot.y_span
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - low) / (high - low) * area.height(),
        )

    # the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the curves (called by Qt)."""
        if self._plot is not None:
            area, (low, high) = self.area(), self._plot.x_span
            share = (event.position().x() - area.left()) / max(area.width(), 1.0)
            self._at = low + min(max(share, 0.0), 1.0) * (high - low)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self._at = None
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
        painter.setFont(self.font())
        self._paint_head(painter, plot)
        self._paint_axes(painter, plot)
        for line in plot.lines:
            self._paint_line(painter, plot, line)
        painter.end()

    def _paint_head(self, painter: QPainter, plot: RunPlot) -> None:
        """The title, and at the right what the curves are, or what is under the pointer."""
        metrics, palette = self.fontMetrics(), self.palette()
        base = metrics.ascent()
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(QPointF(0, base), plot.title)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        read = plot.text_at(self._at) if self._at is not None else ""
        if read:
            room = self.width() - metrics.horizontalAdvance(plot.title) - 12
            read = metrics.elidedText(read, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(read), base), read)
            return
        if plot.is_share:
            right = float(self.width())
            for role in plot.shown_roles:
                line = next(each for each in reversed(plot.lines) if each.role is role)
                right -= metrics.horizontalAdvance(role.value)
                painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
                painter.drawText(QPointF(right, base), role.value)
                right -= KEY_GAP + KEY_WIDTH
                painter.setPen(self._pen(line))
                middle = base - metrics.ascent() * 0.35
                painter.drawLine(QPointF(right, middle), QPointF(right + KEY_WIDTH, middle))
                right -= 2 * KEY_GAP

    def _paint_axes(self, painter: QPainter, plot: RunPlot) -> None:
        area, palette, metrics = self.area(), self.palette(), self.fontMetrics()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        for y, text in plot.y_ticks():
            at = self.place(plot, plot.x_span[0], y)
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(at, QPointF(area.right(), at.y()))
            painter.setPen(quiet)
            wide = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(LEFT - 5 - wide, at.y() + metrics.ascent() / 2 - 1), text)
        base = area.bottom() + 3 + metrics.ascent()
        ticks = plot.x_ticks()
        for number, (x, text) in enumerate(ticks):
            said = f"{text} passes" if number == len(ticks) - 1 else text
            wide = metrics.horizontalAdvance(said)
            left = self.place(plot, x, plot.y_span[0]).x() - wide / 2
            left = min(max(left, area.left()), self.width() - wide)
            painter.drawText(QPointF(left, base), said)

    def _pen(self, line: Line) -> QPen:
        pen = QPen(self.colour_of(line), THIN if line.role is LineRole.TRAINED else THICK)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        return pen

    def _paint_line(self, painter: QPainter, plot: RunPlot, line: Line) -> None:
        points = [
            self.place(plot, x, y) for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True)
        ]
        if not points:
            return
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        if line.role is LineRole.LOSS and not line.is_quiet and len(points) > 1:
            body = QPainterPath(path)
            body.lineTo(points[-1].x(), self.area().bottom())
            body.lineTo(points[0].x(), self.area().bottom())
            painter.fillPath(body, with_opacity(self.colour_of(line), BODY))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen(line))
        painter.drawPath(path)
        marked = points if self._is_marked(line) else points[-1:]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour_of(line))
        for point in marked:
            painter.drawEllipse(point, DOT, DOT)

    def _is_marked(self, line: Line) -> bool:
        """Whether each of its points is seen: those of a judgement every few passes are."""
        return line.role is LineRole.HELD_OUT and len(line.x) <= MOST_DOTTED
