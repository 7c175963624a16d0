"""Small strips of a clip's time: one to drag a span on, one that shows which frames are used."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import TypeRole, font
from engine.inspection.seen import SeenStage

FEWEST_PX = 3
"""Less than this is a click and no drag."""
TRACK = 22
ALL_FRAMES = "all frames  ·  drag for a span"
GRIP_PX = 5
"""An end of the span is met this far beside it."""


class ClipStrip(QWidget):
    """Time of a clip from left to right, with the frame on show."""

    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start, self._stop = 0, 1
        self._frame = 0
        self.setFont(font(TypeRole.TINY))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_clip(self, start: int, stop: int) -> None:
        """Show other frames: half-open, of the recording."""
        if (start, stop) != (self._start, self._stop):
            self._start, self._stop = start, max(stop, start + 1)
            self.update()

    def show_frame(self, frame: int) -> None:
        """Move the cursor."""
        if frame != self._frame:
            self._frame = frame
            if self.isVisible():
                self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel (called by Qt)."""
        return QSize(240, TRACK)

    def frame_at(self, x: float) -> int:
        """The frame at a place."""
        share = min(max(x / max(self.width(), 1), 0.0), 1.0)
        return min(self._start + int(share * (self._stop - self._start)), self._stop - 1)

    def x_of(self, frame: float) -> float:
        """Where a frame begins."""
        return (frame - self._start) / (self._stop - self._start) * self.width()

    def paint_cursor(self, painter: QPainter, top: float, bottom: float) -> None:
        """Draw the frame on show, where it is in the clip."""
        if self._start <= self._frame < self._stop:
            x = self.x_of(self._frame + 0.5)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.4))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))


class SpanStrip(ClipStrip):
    """Drag to hide a span, drag its ends to change it; a click goes to the frame."""

    span_requested = Signal(object)  # tuple[int, int] | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._span: tuple[int, int] | None = None
        self._from: float | None = None
        """Where the pointer was pressed; the fixed end while it is dragged."""
        self._is_dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Frames to hide; Delete shows all of them again")
        self.setToolTip(
            "Drag to hide a span of time; a click goes to the frame, Delete takes the span away"
        )

    def show_span(self, span: tuple[int, int] | None) -> None:
        """Show what is hidden; None for all or nothing."""
        if span != self._span:
            self._span = span
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a span, or take hold of an end (called by Qt)."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._from, self._is_dragged = x, False
        fixed = self._other_end(x)
        if fixed is not None:
            self._from = fixed

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag (called by Qt)."""
        x = event.position().x()
        if self._from is None:
            is_end = self._other_end(x) is not None
            shape = Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            return
        if self._is_dragged or abs(x - self._from) >= FEWEST_PX:
            self._is_dragged = True
            low, high = sorted((self._from, x))
            span = self.frame_at(low), self.frame_at(max(high - 1e-6, low)) + 1
            if span != self._span:
                self.span_requested.emit(span)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the span, or go to the frame (called by Qt)."""
        if self._from is not None and not self._is_dragged:
            self.seek_requested.emit(self.frame_at(event.position().x()))
        self._from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the span away (called by Qt)."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._span is not None:
            self.span_requested.emit(None)
        else:
            super().keyPressEvent(event)

    def _other_end(self, x: float) -> float | None:
        """The end of the span that stays when the one under the pointer is dragged."""
        if self._span is None:
            return None
        first, last = (self.x_of(edge) for edge in self._span)
        near_first, near_last = abs(x - first) <= GRIP_PX, abs(x - last) <= GRIP_PX
        if near_first or near_last:
            return last if near_first and abs(x - first) <= abs(x - last) else first
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, box = self.palette(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        has_focus = self.hasFocus()
        edge = QPalette.ColorRole.Highlight if has_focus else QPalette.ColorRole.Mid
        painter.setPen(palette.color(edge))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 5, 5)
        if self._span is not None:
            left, right = (self.x_of(edge) for edge in self._span)
            part = QRectF(left, 1, right - left, self.height() - 2).intersected(box)
            accent = palette.color(QPalette.ColorRole.Highlight)
            fill = QColor(accent)
            fill.setAlphaF(0.25)
            painter.fillRect(part, fill)
            painter.fillRect(part, QBrush(accent, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(accent, 1.5))
            for x in (part.left(), part.right()):
                painter.drawLine(QPointF(x, part.top()), QPointF(x, part.bottom()))
        self.paint_cursor(painter, 1, self.height() - 1)
        if self._span is None:
            painter.setFont(self.font())
            wide = painter.fontMetrics().horizontalAdvance(ALL_FRAMES) + 10
            middle = QRectF(box.center().x() - wide / 2, 2, wide, self.height() - 4)
            painter.fillRect(middle, palette.color(QPalette.ColorRole.Base))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, ALL_FRAMES)
        painter.end()


USED_ROW, FED_ROW, ROW_GAP = 14, 14, 12
MOST_STACKED = 4


class FramesStrip(ClipStrip):
    """Recorded frames, dropped ones as short marks; below them what is fed, repeats stacked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage: SeenStage | None = None
        self._dropped: frozenset[int] = frozenset()
        self._stacks: dict[int, int] = {}
        self.setAccessibleName("Which recorded frames the model is fed with")
        self.setToolTip(
            "Above: the recorded frames, short marks are dropped. Below: the frames that are fed, "
            "repeats on top of each other. Click to go to a frame"
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_stage(self, stage: SeenStage | None) -> None:
        """Show which frames a stage uses."""
        self._stage = stage
        self._dropped = frozenset() if stage is None else frozenset(stage.dropped.tolist())
        self._stacks = {}
        if stage is not None:
            for frame in stage.frames.round().astype(int).tolist():
                self._stacks[frame] = self._stacks.get(frame, 0) + 1
        self.update()

    def sizeHint(self) -> QSize:
        """Two rows and a word for each (called by Qt)."""
        text = self.fontMetrics().height()
        return QSize(240, USED_ROW + FED_ROW + ROW_GAP + 2 * text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a frame (called by Qt)."""
        self.seek_requested.emit(self.frame_at(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        if self._stage is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        palette, text = self.palette(), self.fontMetrics()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(quiet)
        painter.drawText(QPointF(0, text.ascent()), "recorded")
        top = text.height() + 1
        self._paint_recorded(painter, top)
        below = top + USED_ROW + ROW_GAP // 2
        painter.setPen(quiet)
        painter.drawText(QPointF(0, below + text.ascent()), "fed to the model")
        self._paint_fed(painter, below + text.height() + 1)
        self.paint_cursor(painter, top - 1, self.height())
        painter.end()

    def _slot(self, frame: int) -> tuple[float, float]:
        """Left and width of a frame's mark."""
        width = self.width() / (self._stop - self._start)
        return self.x_of(frame) + 0.12 * width, max(0.76 * width, 1.0)

    def _paint_recorded(self, painter: QPainter, top: int) -> None:
        used = self.palette().color(QPalette.ColorRole.Dark)
        gone = self.palette().color(QPalette.ColorRole.BrightText)
        for frame in range(self._start, self._stop):
            left, width = self._slot(frame)
            if frame in self._dropped:
                middle = left + width / 2
                painter.setPen(QPen(gone, 1.2))
                painter.drawLine(
                    QPointF(middle, top + USED_ROW - 4), QPointF(middle, top + USED_ROW)
                )
            else:
                painter.fillRect(QRectF(left, top, width, USED_ROW), used)

    def _paint_fed(self, painter: QPainter, top: int) -> None:
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        for frame, count in self._stacks.items():
            left, width = self._slot(frame)
            stacked = min(count, MOST_STACKED)
            tall = (FED_ROW - (stacked - 1) * 1.5) / stacked
            for number in range(stacked):
                painter.fillRect(QRectF(left, top + number * (tall + 1.5), width, tall), accent)
