"""How the timeline's lanes are painted, from the numbers of ``app.timeline_model``."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPen

from app.action_colours import action_colour
from app.overlays.colour_scale import scale_rgba
from app.theme import TypeRole, font
from app.timecode import clock_text
from app.timeline_model import AnswerCell, AnswerRun, FocusRows, Tick, TimeSpan
from engine.arrays import FloatArray

WEAKEST_CELL = 0.12
"""Opacity of a cell with probability 0: never quite invisible."""
NAME_COLOUR = "#10131a"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAreas:
    """Where things lie, in logical pixels of the timeline."""

    strip_left: int
    strip_width: int
    ruler: QRect
    answer: QRect
    focus: QRect

    @classmethod
    def fitted(cls, width: int, height: int, metrics: QFontMetrics) -> "LaneAreas":
        """Ruler, answer lane and focus lane in a widget of some size."""
        line = metrics.height()
        left = max(metrics.horizontalAdvance("FG-STFormer") + 40, 124)
        strip = max(width - left - 14, 40)
        ruler_height, answer_height = line + 18, line + 14
        focus_top = ruler_height + answer_height + 8
        return cls(
            strip_left=left,
            strip_width=strip,
            ruler=QRect(left, 0, strip, ruler_height),
            answer=QRect(left, ruler_height, strip, answer_height),
            focus=QRect(left, focus_top, strip, max(height - focus_top - 12, 0)),
        )

    @classmethod
    def height_wanted(cls, metrics: QFontMetrics) -> int:
        """Height at which every lane can be read."""
        line = metrics.height()
        return 2 * line + 32 + 8 + max(6 * line, 84) + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePainter:
    """Paints one state of the timeline, all but the playhead."""

    areas: LaneAreas
    span: TimeSpan
    palette: QPalette
    is_on_dark: bool

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """A colour of the palette."""
        return self.palette.color(role)

    def x_of(self, position: float) -> float:
        """Where an axis position lies in the widget."""
        return self.areas.strip_left + self.span.x_of(position, self.areas.strip_width)

    def paint_names(self, painter: QPainter, names: tuple[tuple[QRect, str, str], ...]) -> None:
        """Write the name of each lane, and a quiet second word, in the left column."""
        for lane, name, remark in names:
            area = QRect(14, lane.top(), self.areas.strip_left - 26, lane.height())
            painter.setFont(font(TypeRole.TEXT))
            painter.setPen(self.colour(QPalette.ColorRole.Text))
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(font(TypeRole.TINY))
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, remark
            )

    def paint_ruler(self, painter: QPainter, marks: tuple[Tick, ...]) -> None:
        """Write the times and draw the rail of the scrub bar."""
        area = self.areas.ruler
        painter.setFont(font(TypeRole.TINY))
        metrics = painter.fontMetrics()
        for mark in marks:
            x = self.x_of(mark.position)
            text = tick_text(mark.seconds)
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, area.left()), area.right() - wide + 1)
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(left, metrics.ascent() + 1.0), text)
        self.paint_rail(painter, area.left(), area.right() + 1, QPalette.ColorRole.Base)

    def paint_rail(
        self, painter: QPainter, left: float, right: float, role: QPalette.ColorRole
    ) -> None:
        """A stretch of the scrub bar."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(role))
        painter.drawRoundedRect(QRectF(left, self.rail_y - 2, right - left, 4), 2, 2)

    @property
    def rail_y(self) -> int:
        """The height at which the scrub bar's handle runs."""
        return self.areas.ruler.bottom() - 8

    def paint_answers(
        self,
        painter: QPainter,
        cells: tuple[AnswerCell, ...],
        runs: tuple[AnswerRun, ...],
        names: tuple[str, ...],
    ) -> None:
        """Cells in the colour of their action, as opaque as they are probable, and the names that fit."""
        lane = self.areas.answer
        self._paint_lane(painter, lane)
        painter.save()
        painter.setClipRect(lane)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for cell in cells:
            left, right = round(self.x_of(cell.start)), round(self.x_of(cell.stop))
            if right < lane.left() or left > lane.right():
                continue
            colour = QColor(action_colour(cell.action))
            colour.setAlphaF(WEAKEST_CELL + (1 - WEAKEST_CELL) * cell.probability)
            painter.fillRect(left, lane.top() + 2, max(right - left, 1), lane.height() - 4, colour)
        painter.setFont(font(TypeRole.STRONG))
        for run in runs:
            self._paint_run_name(painter, run, names[run.action])
        painter.restore()

    def _paint_run_name(self, painter: QPainter, run: AnswerRun, name: str) -> None:
        lane = self.areas.answer
        left = max(self.x_of(run.start), lane.left()) + 8
        right = min(self.x_of(run.stop), lane.right()) - 6
        if painter.fontMetrics().horizontalAdvance(name) > right - left:
            return
        area = QRectF(left, lane.top(), right - left, lane.height())
        painter.setPen(QColor(NAME_COLOUR))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def paint_lane_message(self, painter: QPainter, lane: QRect, message: str) -> None:
        """Say in a lane why it is empty."""
        self._paint_lane(painter, lane)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        painter.drawText(
            lane.adjusted(10, 0, -10, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            message,
        )

    def paint_focus(
        self, painter: QPainter, heat: FloatArray, rows: FocusRows, start: int
    ) -> None:
        """Joint × time: each joint's row in the colours of the scale.

        Args:
            painter: On the timeline.
            heat: ``(V, T)`` in 0..1, NaN where nobody was seen.
            rows: What the rows are about.
            start: Recording frame of the first column.
        """
        lane = self.areas.focus
        self._paint_lane(painter, lane)
        pixels = np.ascontiguousarray(
            np.round(scale_rgba(heat, on_dark=self.is_on_dark) * 255).astype(np.uint8)
        )
        height, width = heat.shape
        picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        target = QRectF(
            self.x_of(start),
            lane.top(),
            self.x_of(start + width) - self.x_of(start),
            lane.height(),
        )
        painter.save()
        painter.setClipRect(lane)
        painter.drawImage(target, picture)
        painter.restore()
        self._paint_group_names(painter, rows)

    def _paint_group_names(self, painter: QPainter, rows: FocusRows) -> None:
        lane = self.areas.focus
        row_height = lane.height() / len(rows.joints)
        painter.setFont(font(TypeRole.TINY))
        line = painter.fontMetrics().height()
        for group in rows.groups:
            top = lane.top() + group.first_row * row_height
            tall = group.rows * row_height
            if group.first_row:
                painter.setPen(QPen(self.colour(QPalette.ColorRole.Window), 1))
                painter.drawLine(QPointF(lane.left(), top), QPointF(lane.right() + 1, top))
            if tall >= line * 0.8:
                area = QRectF(60, top, self.areas.strip_left - 72, tall)
                painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
                painter.drawText(
                    area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, group.name
                )

    def _paint_lane(self, painter: QPainter, lane: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.Base))
        painter.drawRoundedRect(lane, 4, 4)

    def paint_playhead(self, painter: QPainter, frame: int) -> None:
        """The played part of the rail, its handle and the line through the lanes."""
        x = self.x_of(frame + 0.5)
        left, right = self.areas.ruler.left(), self.areas.ruler.right() + 1
        if x > left:
            self.paint_rail(painter, left, min(x, right), QPalette.ColorRole.Highlight)
        if not left <= x <= right:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.colour(QPalette.ColorRole.Text)
        painter.setPen(QPen(line, 1.5))
        painter.drawLine(QPointF(x, self.rail_y), QPointF(x, self.areas.focus.bottom() + 1))
        painter.setPen(QPen(self.colour(QPalette.ColorRole.Window), 2))
        painter.setBrush(QColor("#f4f6f9" if self.is_on_dark else "#ffffff"))
        if not self.is_on_dark:
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Highlight), 2))
        painter.drawEllipse(QPointF(x, self.rail_y), 7, 7)


def tick_text(seconds: float) -> str:
    """``00:12``, or with tenths where the moment is not a whole second."""
    whole = clock_text(seconds)
    return whole[:-3] if whole.endswith("00") else whole[:-1]
