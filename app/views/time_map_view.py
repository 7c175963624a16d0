"""The map of one joint's attention between its moments: a square of time by time."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.overlays.colour_scale import scale_rgba
from app.theme import TypeRole, font
from app.time_map_model import TimeSquare, square_text, square_ticks
from engine.recording import Recording

LEFT, BOTTOM, TOP, RIGHT = 34, 34, 2, 4
"""Room for the numbers, pixels."""
LARGEST = 240
HINT = "Click a joint of the body\nto see which moments look at which"


class TimeMapView(QWidget):
    """Paints the square; hover reads a weight, a click goes to the moment looked at."""

    seek_requested = Signal(int)
    read = Signal(str)
    """What is under the pointer; empty for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._square: TimeSquare | None = None
        self._picture: QImage | None = None
        self._recording: Recording | None = None
        self._frame = 0
        self._is_on_dark = True
        self._at: tuple[float, float] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setAccessibleName("Attention between the moments of the joint")
        self.setFont(font(TypeRole.TINY))

    @property
    def square(self) -> TimeSquare | None:
        """What is painted."""
        return self._square

    def show_square(self, square: TimeSquare | None) -> None:
        """Show the map of another joint or head; None for a hint what to do."""
        self._square, self._picture = square, None
        self._tell()
        self.update()

    def set_recording(self, recording: Recording | None) -> None:
        """Take the times of a recording."""
        self._recording = recording
        self.update()

    def show_frame(self, frame: int) -> None:
        """Move the cursor."""
        if frame != self._frame:
            self._frame = frame
            if self._square is not None and self.isVisible():
                self.update()

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self._is_on_dark, self._picture = is_on_dark, None
        self.update()

    def hasHeightForWidth(self) -> bool:
        """It is a square (called by Qt)."""
        return True

    def heightForWidth(self, width: int) -> int:
        """It is a square (called by Qt)."""
        return min(width - LEFT - RIGHT, LARGEST) + TOP + BOTTOM

    def sizeHint(self) -> QSize:
        """As wide as the panel (called by Qt)."""
        return QSize(260, self.heightForWidth(260))

    def area(self) -> QRectF:
        """Where the square is, without its numbers."""
        side = min(self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        return QRectF(LEFT, TOP, max(side, 1), max(side, 1))

    def _time_s(self, frame: int) -> float:
        recording = self._recording
        if recording is None:
            return float(frame)
        return recording.time_s(min(max(frame, 0), recording.num_frames - 1))

    def _time_text(self, frame: int) -> str:
        return f"{self._time_s(frame):.2f} s"

    # the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the weight under the pointer (called by Qt)."""
        area, at = self.area(), event.position()
        is_inside = self._square is not None and area.contains(at)
        x, y = (at.x() - area.left()) / area.width(), (at.y() - area.top()) / area.height()
        self._at = (x, y) if is_inside else None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if is_inside else Qt.CursorShape.ArrowCursor
        )
        self._tell()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment looked at (called by Qt)."""
        area, at = self.area(), event.position()
        if self._square is None or not area.contains(at):
            return
        step = self._square.step_at((at.x() - area.left()) / area.width())
        self.seek_requested.emit(self._square.frame_of(step))

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self._at = None
        self._tell()
        self.update()
        super().leaveEvent(event)

    def _tell(self) -> None:
        if self._square is None or self._at is None:
            self.read.emit("")
        else:
            self.read.emit(square_text(self._square, *self._at, self._time_text))

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        area, palette = self.area(), self.palette()
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        if self._square is None:
            painter.setFont(font(TypeRole.SMALL))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, HINT)
            painter.end()
            return
        if self._picture is None:
            self._picture = square_picture(self._square, is_on_dark=self._is_on_dark)
        painter.drawImage(area, self._picture)
        self._paint_axes(painter, area, self._square)
        self._paint_cursor(painter, area, self._square)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, square: TimeSquare) -> None:
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(quiet)
        for place, seconds in square_ticks(square, self._time_s):
            text = f"{seconds:g}"
            x = area.left() + place * area.width()
            y = area.top() + place * area.height()
            wide = metrics.horizontalAdvance(text)
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.drawText(QPointF(x - wide / 2, area.bottom() + 4 + metrics.ascent()), text)
            painter.drawLine(QPointF(area.left() - 3, y), QPointF(area.left(), y))
            painter.drawText(QPointF(area.left() - 6 - wide, y + metrics.ascent() / 2 - 1), text)
        below = area.bottom() + 5 + metrics.height() + metrics.ascent()
        across = "moment looked at, s"
        x = area.center().x() - metrics.horizontalAdvance(across) / 2
        painter.drawText(QPointF(x, below), across)
        painter.save()
        painter.translate(metrics.ascent(), area.center().y())
        painter.rotate(-90)
        down = "moment that looks, s"
        painter.drawText(QPointF(-metrics.horizontalAdvance(down) / 2, 0), down)
        painter.restore()

    def _paint_cursor(self, painter: QPainter, area: QRectF, square: TimeSquare) -> None:
        if not square.centres[0] - 1 <= self._frame <= square.centres[-1] + 1:
            return
        place = square.place(self._frame)
        x, y = area.left() + place * area.width(), area.top() + place * area.height()
        for pen in (QPen(QColor(0, 0, 0, 130), 3.0), QPen(QColor(255, 255, 255, 230), 1.0)):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def square_picture(square: TimeSquare, *, is_on_dark: bool) -> QImage:
    """The map in the colours of the scale, a pixel a pair of steps."""
    full = max(square.strongest, 1e-12)
    rgba = (scale_rgba(square.weights / full, on_dark=is_on_dark) * 255).round().astype("uint8")
    rows, columns = square.weights.shape
    image = QImage(rgba.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return image.copy()  # the bytes are not the picture's own
