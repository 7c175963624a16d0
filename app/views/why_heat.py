"""What speaks for one action and against another: joints by time, with its scale."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.overlays.diverging import diverging_rgba, diverging_table
from app.theme import TypeRole, font
from app.views.legend_view import number_text
from app.views.pieces import ElidedLabel, column, label
from app.why_heat_model import HeatRows
from engine.inspection.signed import SignedJointMap

ROW_PX = 8
FEWEST_PX, MOST_PX = 140, 240
GAP = 6


class HeatView(QWidget):
    """Paints the strip; hover reads a weight, a click goes to the frame."""

    seek_requested = Signal(int)
    read = Signal(str)
    """What is under the pointer; empty for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: HeatRows | None = None
        self._picture: QImage | None = None
        self._times: tuple[float, ...] = ()
        self._frame = 0
        self._is_on_dark = True
        self.setFont(font(TypeRole.TINY))
        self.setMouseTracking(True)
        self.setAccessibleName("What speaks for each action, by joint and time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> HeatRows | None:
        """What is painted."""
        return self._rows

    def show_rows(self, rows: HeatRows | None, times: tuple[float, ...]) -> None:
        """Show another contrast.

        Args:
            rows: What is painted.
            times: Seconds of each frame of it.
        """
        self._rows, self._times, self._picture = rows, times, None
        self.updateGeometry()
        self.read.emit("")
        self.update()

    def show_frame(self, frame: int) -> None:
        """Move the cursor."""
        if frame != self._frame:
            self._frame = frame
            if self._rows is not None and self.isVisible():
                self.update()

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self._is_on_dark, self._picture = is_on_dark, None
        self.update()

    def sizeHint(self) -> QSize:
        """A few pixels a joint (called by Qt)."""
        joints = 0 if self._rows is None else len(self._rows.joints)
        return QSize(260, min(max(joints * ROW_PX, FEWEST_PX), MOST_PX))

    def area(self) -> QRectF:
        """Where the weights are, without the names."""
        names = [] if self._rows is None else [name for name, _, _ in self._rows.parts]
        metrics = self.fontMetrics()
        left = max((metrics.horizontalAdvance(name) for name in names), default=0) + GAP
        return QRectF(left, 0, max(self.width() - left, 1), self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the weight under the pointer (called by Qt)."""
        area, at, rows = self.area(), event.position(), self._rows
        if rows is None or not area.contains(at):
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.read.emit("")
            return
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        across, down = (at.x() - area.left()) / area.width(), at.y() / area.height()
        step = rows.frame_at(across) - rows.contrast.start
        self.read.emit(rows.text_at(across, down, f"{self._times[step]:.2f} s"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a frame (called by Qt)."""
        area, at = self.area(), event.position()
        if self._rows is not None and area.contains(at):
            frame = self._rows.frame_at((at.x() - area.left()) / area.width())
            self.seek_requested.emit(frame)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self.read.emit("")
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        rows = self._rows
        if rows is None:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        area, palette, metrics = self.area(), self.palette(), self.fontMetrics()
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        if self._picture is None:
            self._picture = heat_picture(rows, is_on_dark=self._is_on_dark)
        painter.drawImage(area, self._picture)
        each, lowest = area.height() / len(rows.joints), -1.0
        for name, first, last in rows.parts:
            top = first * each
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 1.0))
            painter.drawLine(QPointF(area.left(), top), QPointF(area.right(), top))
            middle = (first + last) / 2 * each
            if middle - metrics.height() / 2 < lowest:
                continue  # no room: the row above has its name there
            lowest = middle + metrics.height() / 2
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            wide = metrics.horizontalAdvance(name)
            painter.drawText(
                QPointF(area.left() - GAP - wide, middle + metrics.ascent() / 2 - 1), name
            )
        step = self._frame - rows.contrast.start
        if 0 <= step < rows.num_frames:
            x = area.left() + (step + 0.5) / rows.num_frames * area.width()
            for pen in (QPen(QColor(0, 0, 0, 130), 3.0), QPen(QColor(255, 255, 255, 230), 1.0)):
                painter.setPen(pen)
                painter.drawLine(QPointF(x, 0), QPointF(x, area.bottom()))
        painter.end()


def heat_picture(rows: HeatRows, *, is_on_dark: bool) -> QImage:
    """The weights in the colours of the scale, a pixel a joint and frame."""
    rgba = diverging_rgba(rows.weights.T, on_dark=is_on_dark)
    pixels = np.ascontiguousarray((rgba * 255).round().astype("uint8"))
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.copy()  # the bytes are not the picture's own


class DivergingStrip(QWidget):
    """The scale itself, nought in the middle."""

    HEIGHT = 12

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_on_dark = True
        self.setFixedHeight(self.HEIGHT)
        self.setAccessibleName("Scale: one action at the left, the other at the right")

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self._is_on_dark = is_on_dark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        outline = QPainterPath()
        outline.addRoundedRect(box, 3, 3)
        painter.setClipPath(outline)
        table = (diverging_table(on_dark=self._is_on_dark) * 255).round().astype("uint8").copy()
        strip = QImage(table.data, len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
        painter.drawImage(box, strip.copy())
        painter.end()


class DivergingLegend(QWidget):
    """The scale with both actions and the numbers at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.against = ElidedLabel()
        self.favoured = ElidedLabel()
        self.favoured.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.strip = DivergingStrip()
        self.low, self.unit, self.high = (label("", TypeRole.SMALL, tone="muted") for _ in "abc")
        names, numbers = QHBoxLayout(), QHBoxLayout()
        for piece in (self.against, self.favoured):
            piece.setFont(font(TypeRole.SMALL))
            names.addWidget(piece, 1)
        numbers.addWidget(self.low)
        numbers.addStretch(1)
        numbers.addWidget(self.unit)
        numbers.addStretch(1)
        numbers.addWidget(self.high)
        box = column(self, margins=(0, 0, 0, 0), spacing=3)
        box.addLayout(names)
        box.addWidget(self.strip)
        box.addLayout(numbers)

    def show_map(self, found: SignedJointMap) -> None:
        """Say what the ends mean."""
        self.against.set_full_text(f"← {found.second}")
        self.favoured.set_full_text(f"{found.first} →")
        self.low.setText(number_text(-found.strongest))
        self.unit.setText(f"0  ·  {found.unit}")
        self.high.setText(f"+{number_text(found.strongest)}")
