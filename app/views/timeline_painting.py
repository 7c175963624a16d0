"""How the timeline's lanes are painted, from the numbers of ``app.timeline_model``."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPen

from app.action_colours import action_colour
from app.overlays.colour_scale import scale_rgba
from app.theme import TypeRole, font
from app.timecode import clock_text
from app.timeline_model import (
    AnswerCell,
    AnswerLane,
    AnswerRun,
    FocusHeat,
    FocusRows,
    Tick,
    TimeSpan,
    cell_columns,
)

LEAST_LINE_SHARE = 0.8
"""Part of a line's height that a name beside the focus lane needs."""
GROUP_NAMES_LEFT = 60
WEAKEST_CELL = 0.12
"""Opacity of a cell with probability 0: never quite invisible."""
NAME_COLOURS = (QColor("#10131a"), QColor("#f2f4f8"))
"""Of letters on cells: for bright ones, for dark ones."""


SRGB_KNEE = 0.04045
"""Where sRGB's curve turns into a straight line."""


def blended(over: QColor, below: QColor, opacity: float) -> QColor:
    """What is seen of a colour painted over another."""
    return QColor.fromRgbF(
        over.redF() * opacity + below.redF() * (1 - opacity),
        over.greenF() * opacity + below.greenF() * (1 - opacity),
        over.blueF() * opacity + below.blueF() * (1 - opacity),
    )


def luminance(colour: QColor) -> float:
    """Relative luminance of a colour, 0 for black to 1 for white (WCAG 2.2)."""
    linear = [
        channel / 12.92 if channel <= SRGB_KNEE else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(first: float, second: float) -> float:
    """Contrast ratio of two luminances, 1 to 21 (WCAG 2.2)."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def cell_opacity(probability: float) -> float:
    """How opaque a cell is."""
    return WEAKEST_CELL + (1 - WEAKEST_CELL) * probability


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAreas:
    """Where things lie, in logical pixels of the timeline."""

    strip_left: int
    strip_width: int
    ruler: QRect
    answer: QRect
    focus: QRect

    @property
    def bracket(self) -> QRect:
        """Between the lanes: which frames the answer panel is about."""
        return QRect(self.answer.left(), self.answer.bottom() + 3, self.answer.width(), 3)

    @classmethod
    def fitted(cls, width: int, height: int, metrics: QFontMetrics) -> "LaneAreas":
        """Ruler, answer lane and focus lane in a widget of some size."""
        line = metrics.height()
        left = metrics.horizontalAdvance("P1 answerFG-STFormer") + 40
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
        has_tenths = any(mark.seconds != int(mark.seconds) for mark in marks)
        area = self.areas.ruler
        painter.setFont(font(TypeRole.TINY))
        metrics = painter.fontMetrics()
        for mark in marks:
            x = self.x_of(mark.position)
            text = clock_text(mark.seconds)[: -1 if has_tenths else -3]
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

    def paint_answers(self, painter: QPainter, answers: AnswerLane) -> None:
        """Cells in their action's colour, as opaque as they are probable, with names that fit."""
        lane = self.areas.answer
        self.paint_lane(painter, lane)
        if not answers.cells:
            return
        painter.drawImage(lane.adjusted(0, 2, 0, -2), self._cell_picture(answers.cells))
        painter.setFont(font(TypeRole.STRONG))
        narrowest = painter.fontMetrics().horizontalAdvance("aaa")
        for run in answers.runs:
            if self.span.x_of(run.stop - run.start + self.span.first, lane.width()) > narrowest:
                self._paint_run_name(painter, run, answers.class_names[run.action])

    def _cell_picture(self, cells: tuple[AnswerCell, ...]) -> QImage:
        """One pixel a column of the strip."""
        colours = np.zeros((len(cells) + 1, 4), dtype=np.uint8)  # the last one: no cell
        for place, cell in enumerate(cells):
            colour = QColor(action_colour(cell.action))
            opacity = round(cell_opacity(cell.probability) * 255)
            colours[place] = colour.red(), colour.green(), colour.blue(), opacity
        width = self.areas.strip_width
        pixels = np.ascontiguousarray(colours[cell_columns(cells, self.span, width)])
        row = QImage(pixels.data, width, 1, 4 * width, QImage.Format.Format_RGBA8888)
        return row.copy()  # the pixels belong to numpy

    def paint_asked_span(self, painter: QPainter, start: int, stop: int) -> None:
        """A bracket under the answer lane: the frames that the answer panel is about."""
        lane = self.areas.bracket
        left, right = max(self.x_of(start), lane.left()), min(self.x_of(stop), lane.right() + 1)
        if right <= left:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.PlaceholderText))
        painter.drawRoundedRect(QRectF(left, lane.top(), right - left, 3), 1.5, 1.5)

    def _paint_run_name(self, painter: QPainter, run: AnswerRun, name: str) -> None:
        lane = self.areas.answer
        left = max(self.x_of(run.start), lane.left()) + 8
        right = min(self.x_of(run.stop), lane.right()) - 6
        if painter.fontMetrics().horizontalAdvance(name) > right - left:
            return
        area = QRectF(left, lane.top(), right - left, lane.height())
        painter.setPen(self._name_colour(run))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _name_colour(self, run: AnswerRun) -> QColor:
        """The one of two letter colours that stands out more from the run's cells."""
        over, below = QColor(action_colour(run.action)), self.colour(QPalette.ColorRole.Base)
        seen = luminance(blended(over, below, cell_opacity(run.probability)))
        return max(NAME_COLOURS, key=lambda letters: contrast(luminance(letters), seen))

    def paint_lane_message(self, painter: QPainter, lane: QRect, message: str) -> None:
        """Say in a lane why it is empty."""
        self.paint_lane(painter, lane)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        painter.drawText(
            lane.adjusted(10, 0, -10, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            message,
        )

    def paint_focus(self, painter: QPainter, picture: QImage, start: int, rows: FocusRows) -> None:
        """Joint × time.

        Args:
            painter: On the timeline.
            picture: One pixel a joint and frame, as ``heat_picture`` makes it.
            start: Recording frame of its first column.
            rows: What its rows are about.
        """
        lane = self.areas.focus
        left, right = self.x_of(start), self.x_of(start + picture.width())
        painter.save()
        painter.setClipRect(lane, Qt.ClipOperation.IntersectClip)
        painter.drawImage(QRectF(left, lane.top(), right - left, lane.height()), picture)
        painter.setPen(QPen(self.colour(QPalette.ColorRole.Window), 1))
        for group in rows.groups[1:]:
            top = self._row_top(group.first_row, rows)
            painter.drawLine(QPointF(lane.left(), top), QPointF(lane.right() + 1, top))
        painter.restore()

    def paint_group_names(self, painter: QPainter, rows: FocusRows) -> None:
        """Write beside the focus lane what its rows are about, where there is room."""
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        line = painter.fontMetrics().height()
        for group in rows.groups:
            top = self._row_top(group.first_row, rows)
            tall = self._row_top(group.first_row + group.rows, rows) - top
            if tall >= line * LEAST_LINE_SHARE:
                area = QRectF(GROUP_NAMES_LEFT, top, self.areas.strip_left - 12, tall)
                area.setRight(self.areas.strip_left - 12)
                painter.drawText(
                    area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, group.name
                )

    def _row_top(self, row: int, rows: FocusRows) -> float:
        lane = self.areas.focus
        return lane.top() + lane.height() * row / len(rows.joints)

    def paint_lane(self, painter: QPainter, lane: QRect) -> None:
        """An empty lane."""
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


def heat_picture(heat: FocusHeat, *, is_on_dark: bool) -> QImage:
    """The focus lane's values in the colours of the scale, one pixel a joint and frame."""
    colours = scale_rgba(heat.values, on_dark=is_on_dark)
    pixels = np.ascontiguousarray(np.round(colours * 255).astype(np.uint8))
    height, width = heat.values.shape
    picture = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return picture.copy()  # the pixels belong to numpy
