"""How the timeline is painted: ruler, names, and lanes from their drawings."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen, QPolygonF

from app.lanes.answers import AnswerLane
from app.lanes.base import Curve, LaneDrawing, LaneView, Word
from app.lanes.difference import DifferenceLane
from app.lanes.labels import LabelLane
from app.lanes.speed import SpeedLane
from app.lanes.stack import LaneGroup, PlacedLane
from app.theme import TypeRole, font
from app.timecode import clock_text, grouped
from app.timeline_model import Tick, TimeSpan
from app.views.label_painting import paint_blocks
from app.views.painted import (
    blended,
    contrast,
    curve_pixels,
    image_of,
    look_pixels,
    luminance,
    with_opacity,
)
from app.views.timeline_areas import FOLD_WIDTH, LEFT_MARGIN, LaneAreas

LEAST_LINE_SHARE = 0.8
"""Part of a line's height that a name beside the focus lane needs."""
GROUP_NAMES_LEFT = 60
NAME_COLOURS = (QColor("#10131a"), QColor("#f2f4f8"))
"""Of letters on cells: for bright ones, for dark ones."""
DIFFER_COLOURS = (QColor("#ff5d47"), QColor("#c9271a"))
"""Vermilion, on dark and on light: told from the lane by brightness, too."""
FOOT_PX, FOLDED_FOOT_PX = 4, 2
"""Of the line along the foot of a lane."""
WIDE_FRAME_PX = 20.0
"""Frames are told apart by fine lines where they are at least so wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePainter:
    """Paints one state of the timeline; what moves all the time is in ``timeline_moving``."""

    areas: LaneAreas
    view: LaneView
    palette: QPalette
    people: tuple[QColor, ...] = ()
    """Colours of people, as in the 3D view."""
    gap_columns: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Of each person, worked out once for all lanes."""

    @property
    def span(self) -> TimeSpan:
        """The visible part of the axis."""
        return self.view.span

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """A colour of the palette."""
        return self.palette.color(role)

    def x_of(self, position: float) -> float:
        """Where an axis position lies in the widget."""
        return self.areas.strip_left + self.span.x_of(position, self.areas.strip_width)

    # the ruler

    def paint_ruler(self, painter: QPainter, marks: tuple[Tick, ...]) -> None:
        """Write the times and draw the rail of the scrub bar."""
        has_tenths = any(mark.seconds != int(mark.seconds) for mark in marks)
        area = self.areas.ruler
        painter.setFont(font(TypeRole.TINY))
        metrics = painter.fontMetrics()
        for mark in marks:
            x = self.x_of(mark.position)
            if not area.left() <= x <= area.right() + 1:
                continue
            text = clock_text(mark.seconds)[: -1 if has_tenths else -3]
            if mark.frame is not None:
                text = f"f {grouped(mark.frame)}"
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

    # lanes

    def paint_row(self, painter: QPainter, row: PlacedLane) -> None:
        """A lane with its name, or a person's heading."""
        if row.lane is None:
            self._paint_heading(painter, row)
            return
        rect = self.areas.rect(row)
        drawing = row.lane.drawing(self.view)
        self._paint_name(painter, rect, row.lane.name, row.lane.remark)
        if isinstance(row.lane, LabelLane) and row.lane.is_active:
            self._paint_active(painter, rect)
        self._paint_ground(painter, rect)
        if drawing.message:
            self._paint_message(painter, rect, drawing.message)
        self._paint_drawing(painter, rect, drawing)
        self._paint_gaps(painter, rect, row.group)
        if isinstance(row.lane, AnswerLane) and not drawing.message:
            self._paint_threshold(painter, row)
        painter.setFont(font(TypeRole.STRONG))
        for word in drawing.words:
            self._paint_word(painter, rect, word)
        if isinstance(row.lane, SpeedLane | DifferenceLane):
            self._paint_corner(painter, rect, row.lane.scale_text)
        self._paint_frame_lines(painter, rect)

    def _paint_drawing(self, painter: QPainter, rect: QRect, drawing: LaneDrawing) -> None:
        if drawing.picture is not None:
            inset = 2 if len(drawing.picture) == 1 else 0
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.drawImage(rect.adjusted(0, inset, 0, -inset), image_of(drawing.picture))
        if drawing.foot is not None:
            painter.drawImage(_foot(rect, FOOT_PX), image_of(drawing.foot))
        self._paint_looks(painter, rect, drawing)
        if drawing.blocks is not None:
            paint_blocks(painter, rect, drawing.blocks, self.palette)
        if drawing.curve is not None:
            self._paint_curve(painter, rect, drawing.curve)
        if drawing.row_names:
            self._paint_row_names(painter, rect, drawing)

    def _paint_ground(self, painter: QPainter, rect: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.Base))
        painter.drawRoundedRect(rect, 4, 4)

    def _paint_name(self, painter: QPainter, rect: QRect, name: str, remark: str) -> None:
        """The name of a lane, and a quiet second word, in the left column."""
        area = QRect(LEFT_MARGIN, rect.top(), self.areas.strip_left - 26, rect.height())
        line = painter.fontMetrics().height() + 2
        if rect.height() > 3 * line:
            area.setHeight(line + 6)
        elif rect.height() < line:
            area.adjust(0, -(line - rect.height()) // 2 - 1, 0, (line - rect.height()) // 2 + 1)
        across = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(TypeRole.TEXT))
        painter.setPen(self.colour(QPalette.ColorRole.Text))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | across, name)
        room = area.width() - painter.fontMetrics().horizontalAdvance(name) - 10
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        shown = painter.fontMetrics().elidedText(remark, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | across, shown)

    def _paint_active(self, painter: QPainter, rect: QRect) -> None:
        """A bar before the name of the tier that keys draw on."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(QRectF(4, rect.top() + 2, 3, rect.height() - 4), 1.5, 1.5)

    def _paint_message(self, painter: QPainter, rect: QRect, message: str) -> None:
        """Say in a lane why it is empty."""
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        shown = painter.fontMetrics().elidedText(
            message, Qt.TextElideMode.ElideRight, rect.width() - 20
        )
        painter.drawText(
            rect.adjusted(10, 0, -10, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            shown,
        )

    def _paint_word(self, painter: QPainter, rect: QRect, word: Word) -> None:
        left, right = rect.left() + word.left + 8, rect.left() + word.right - 6
        if painter.fontMetrics().horizontalAdvance(word.text) > right - left:
            return
        area = QRectF(left, rect.top(), right - left, rect.height())
        painter.setPen(self._word_colour(word))
        painter.drawText(
            area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word.text
        )

    def _word_colour(self, word: Word) -> QColor:
        """The one of two letter colours that stands out more from the cell."""
        if word.opacity == 0:
            return self.colour(QPalette.ColorRole.PlaceholderText)
        below = self.colour(QPalette.ColorRole.Base)
        seen = luminance(blended(QColor(word.colour), below, word.opacity))
        return max(NAME_COLOURS, key=lambda letters: contrast(luminance(letters), seen))

    def _paint_looks(self, painter: QPainter, rect: QRect, drawing: LaneDrawing) -> None:
        """Hatched blocks where models differ, a line where they agree."""
        if drawing.looks is None:
            return
        colours = (
            self.colour(QPalette.ColorRole.Dark),
            DIFFER_COLOURS[0 if self.view.is_on_dark else 1],
        )
        painter.drawImage(rect, image_of(look_pixels(drawing.looks, rect.height(), colours)))

    def _paint_curve(self, painter: QPainter, rect: QRect, curve: Curve) -> None:
        """A line along the highest, filled to the foot; the range within a column is denser."""
        colour = self.colour(QPalette.ColorRole.PlaceholderText)
        inside = rect.adjusted(0, 2, 0, -1)
        painter.drawImage(inside, image_of(curve_pixels(curve, inside.height(), colour)))

    def _paint_row_names(self, painter: QPainter, rect: QRect, drawing: LaneDrawing) -> None:
        """Say beside the focus lane what its rows are about, where there is room."""
        painter.setPen(QPen(self.colour(QPalette.ColorRole.Window), 1))
        for name in drawing.row_names[1:]:
            y = rect.top() + rect.height() * name.top
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right() + 1, y))
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        line = painter.fontMetrics().height()
        for name in drawing.row_names:
            top, bottom = (rect.top() + rect.height() * share for share in (name.top, name.bottom))
            if bottom - top >= line * LEAST_LINE_SHARE:
                area = QRectF(
                    GROUP_NAMES_LEFT, top, rect.left() - 12 - GROUP_NAMES_LEFT, bottom - top
                )
                across = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(area, across, name.text)

    def _paint_gaps(self, painter: QPainter, rect: QRect, group: LaneGroup) -> None:
        """Hatch where the person is not seen."""
        if group.person not in self.gap_columns:
            self.gap_columns[group.person] = group.gaps.columns(self.span, self.view.width)
        columns = self.gap_columns[group.person]
        if not columns:
            return
        hatching = with_opacity(self.colour(QPalette.ColorRole.Dark), 0.9)
        x, y, tall = rect.left(), rect.top(), rect.height()
        places = [QRect(x + left, y, right - left, tall) for left, right in columns]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(Qt.PenStyle.NoPen)
        brushes = (
            QBrush(self.colour(QPalette.ColorRole.Base)),
            QBrush(hatching, Qt.BrushStyle.FDiagPattern),
        )
        for brush in brushes:
            painter.setBrush(brush)
            painter.drawRects(places)

    def _paint_threshold(self, painter: QPainter, row: PlacedLane) -> None:
        """A dashed line across an answer lane, with a grip and its value at the right."""
        rect = self.areas.rect(row)
        y = self.areas.threshold_y(row, self.view.threshold) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(with_opacity(self.colour(QPalette.ColorRole.Text), 0.32), 1)
        pen.setDashPattern([3, 4])
        painter.setPen(pen)
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right() + 1, y))
        right = rect.right() + 3.0
        grip = QPolygonF([QPointF(right, y), QPointF(right + 6, y - 4), QPointF(right + 6, y + 4)])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour(QPalette.ColorRole.Highlight))
        painter.drawPolygon(grip)
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        half = painter.fontMetrics().height() / 2
        middle = min(max(y, rect.top() + half), rect.bottom() - half)
        area = QRectF(right + 9, middle - half, 30, 2 * half)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, f"{self.view.threshold:.2f}")

    def _paint_corner(self, painter: QPainter, rect: QRect, text: str) -> None:
        """A scale's upper end, inside the lane."""
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        wide = painter.fontMetrics().horizontalAdvance(text)
        area = QRect(rect.right() + 4, rect.top(), max(wide, 42), painter.fontMetrics().height())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft, text)

    def _paint_frame_lines(self, painter: QPainter, rect: QRect) -> None:
        """Tell frames apart where they are wide."""
        wide = self.areas.strip_width / self.span.frames
        clearness = min((wide - WIDE_FRAME_PX) / WIDE_FRAME_PX, 1.0)
        if clearness <= 0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(with_opacity(self.colour(QPalette.ColorRole.Window), 0.7 * clearness))
        for frame in range(int(self.span.first) + 1, int(np.ceil(self.span.last))):
            x = round(self.x_of(frame))
            painter.drawLine(x, rect.top(), x, rect.bottom())

    def _paint_heading(self, painter: QPainter, row: PlacedLane) -> None:
        """A person: colour, name, and when the lanes are folded a thin answer."""
        rect, group = self.areas.rect(row), row.group
        middle = rect.center().y() + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour(QPalette.ColorRole.PlaceholderText), 1.5))
        x = LEFT_MARGIN + 4.0
        fold = (
            [QPointF(x - 4, middle - 2), QPointF(x, middle + 2), QPointF(x + 4, middle - 2)]
            if row.is_open
            else [QPointF(x - 2, middle - 4), QPointF(x + 2, middle), QPointF(x - 2, middle + 4)]
        )
        painter.drawPolyline(QPolygonF(fold))
        painter.setPen(Qt.PenStyle.NoPen)
        dot = LEFT_MARGIN + FOLD_WIDTH + 4.0
        if self.people:
            painter.setBrush(self.people[group.person % len(self.people)])
            painter.drawEllipse(QPointF(dot, middle), 4.5, 4.5)
        painter.setFont(font(TypeRole.STRONG))
        painter.setPen(self.colour(QPalette.ColorRole.Text))
        area = QRectF(dot + 11, rect.top(), self.areas.strip_left - dot - 20, rect.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, group.name)
        thin = QRect(rect.left(), round(middle) - 3, rect.width(), 6)
        if not row.is_open and group.answers and len(group.answers[0].cells):
            self._paint_ground(painter, thin)
            drawing = group.answers[0].drawing(self.view)
            if drawing.picture is not None:
                painter.drawImage(thin, image_of(drawing.picture))
            if drawing.foot is not None:
                painter.drawImage(_foot(thin, FOLDED_FOOT_PX), image_of(drawing.foot))
            self._paint_gaps(painter, thin, group)
        else:
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right() + 1, middle))

    def paint_scroll_bar(self, painter: QPainter) -> None:
        """How much of the lanes is seen, where it is not all."""
        areas = self.areas
        if areas.most_scrolled <= 0:
            return
        field = areas.lanes.adjusted(0, 2, 0, -6)
        share = field.height() / max(areas.content_height, 1)
        top = field.top() + areas.scrolled * share
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_opacity(self.colour(QPalette.ColorRole.PlaceholderText), 0.5))
        painter.drawRoundedRect(QRectF(areas.width - 6, top, 4, field.height() * share), 2, 2)


def _foot(rect: QRect, height: int) -> QRect:
    """The lowest pixels of a lane."""
    return QRect(rect.left(), rect.bottom() + 1 - height, rect.width(), height)
