"""What moves over the lanes: the playhead, what is marked, and what the answer is about."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from app.lanes.brush import Brush
from app.lanes.focus import FocusLane
from app.views.painted import with_opacity
from app.views.timeline_areas import LaneAreas
from app.views.timeline_painting import LanePainter


def paint_asked_span(lanes: LanePainter, painter: QPainter, start: int, stop: int) -> None:
    """A bracket under the answer lane: the frames that the answer panel is about."""
    bracket = lanes.areas.bracket
    left, right = max(lanes.x_of(start), bracket.left()), min(lanes.x_of(stop), bracket.right() + 1)
    if right <= left or bracket.top() < lanes.areas.lanes.top():
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(lanes.colour(QPalette.ColorRole.PlaceholderText))
    painter.drawRoundedRect(QRectF(left, bracket.top(), right - left, 3), 1.5, 1.5)


def paint_brush(lanes: LanePainter, painter: QPainter, brush: Brush) -> None:
    """What is marked: on the rail, through the lanes, and around the joints' rows.

    Args:
        lanes: What they are painted with.
        painter: On the timeline.
        brush: What is marked.
    """
    rows = _brush_rows(lanes.areas, brush)
    left, right = lanes.x_of(brush.start), lanes.x_of(brush.stop)
    accent = lanes.colour(QPalette.ColorRole.Highlight)
    painter.save()
    strip = QRect(lanes.areas.strip_left, 0, lanes.areas.strip_width, lanes.areas.height)
    painter.setClipRect(strip, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    field = lanes.areas.lanes
    marked = QRectF(left, field.top(), right - left, field.height())
    painter.fillRect(marked, with_opacity(accent, 0.10))
    painter.setPen(QPen(with_opacity(accent, 0.8), 1))
    for x in (left, right):
        painter.drawLine(QPointF(x, lanes.rail_y), QPointF(x, field.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_opacity(accent, 0.7))
    painter.drawRoundedRect(QRectF(left, lanes.rail_y - 4, right - left, 8), 3, 3)
    if rows.height() > 0:
        painter.setPen(QPen(lanes.colour(QPalette.ColorRole.Text), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(left, rows.top(), right - left, rows.height()))
    painter.restore()


def paint_playhead(lanes: LanePainter, painter: QPainter, frame: int) -> None:
    """The played part of the rail, its handle and the line through the lanes."""
    x = lanes.x_of(frame + 0.5)
    left, right = lanes.areas.ruler.left(), lanes.areas.ruler.right() + 1
    if x > left:
        lanes.paint_rail(painter, left, min(x, right), QPalette.ColorRole.Highlight)
    if not left <= x <= right:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(lanes.colour(QPalette.ColorRole.Text), 1.5))
    bottom = min(lanes.areas.content_height + lanes.areas.lanes.top(), lanes.areas.height) - 6
    painter.drawLine(QPointF(x, lanes.rail_y), QPointF(x, bottom))
    painter.setPen(QPen(lanes.colour(QPalette.ColorRole.Window), 2))
    painter.setBrush(QColor("#f4f6f9" if lanes.view.is_on_dark else "#ffffff"))
    if not lanes.view.is_on_dark:
        painter.setPen(QPen(lanes.colour(QPalette.ColorRole.Highlight), 2))
    painter.drawEllipse(QPointF(x, lanes.rail_y), 7, 7)


def _brush_rows(areas: LaneAreas, brush: Brush) -> QRectF:
    """Between which heights the rows of the joints that are marked lie."""
    for row in areas.rows:
        lane = row.lane
        if isinstance(lane, FocusLane) and lane.person == brush.person and brush.joints:
            order = [lane.rows.joints.index(joint) for joint in brush.joints]
            rect, count = areas.rect(row), len(lane.rows.joints)
            top = rect.top() + rect.height() * min(order) / count
            bottom = rect.top() + rect.height() * (max(order) + 1) / count
            return QRectF(0, top, 0.0, bottom - top)
    return QRectF()
