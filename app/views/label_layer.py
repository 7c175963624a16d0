"""What lies over the lanes while labelling: marks, what is picked, what a stroke would make.

It is painted anew whenever the playhead moves; what segments there are is in the lanes below.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from app.action_colours import UNKNOWN_COLOUR
from app.label_model import Ghost, LabelWish
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.lanes.spans import span_pixels
from app.lanes.stack import PlacedLane
from app.views.label_mouse import LabelMouse
from app.views.label_painting import paint_ghost, paint_outline
from app.views.painted import with_opacity
from app.views.timeline_painting import LanePainter
from engine.arrays import IntArray
from engine.study.proposals import Proposal

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.views.timeline_view import TimelineView

LEAST_OUTLINE = 5.0
"""Pixels: what is picked can be seen however short it is."""
LEAST_APART = 8
"""Pixels between two rests on the average, or they are not shown."""
FEW = 40
"""So many segments are outlined one by one, however short they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMarks:
    """What is drawn over the lanes."""

    selection: frozenset[str] = frozenset()
    mark_in: int | None = None
    mark_out: int | None = None
    person: int = 0
    proposal: Proposal | None = None


class LabelLayer(QObject):
    """Marks, outlines and ghosts over the timeline, and the strokes that make them."""

    wished = Signal(object)  # LabelWish, once a stroke has ended
    picked = Signal(object)  # LabelPick
    menu_wanted = Signal(object)  # LabelPick

    def __init__(self, timeline: "TimelineView") -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._marks = LabelMarks()
        self._ghost: Ghost | None = None
        self._held: Ghost | None = None
        self._minima: dict[int, IntArray] = {}
        self.is_editable = False
        """Whether strokes change anything."""
        self.judge: Callable[[LabelWish], str] = lambda _: ""
        """Why a wish cannot be fulfilled; empty where it can."""
        self.colour: Callable[[], tuple[str, str]] = lambda: ("", UNKNOWN_COLOUR)
        """Name and colour of what is drawn."""
        self.mouse = LabelMouse(timeline, self)

    # what is shown

    @property
    def marks(self) -> LabelMarks:
        """What is drawn over the lanes."""
        return self._marks

    @property
    def ghost(self) -> Ghost | None:
        """What the stroke in progress would make."""
        return self._ghost

    @property
    def held(self) -> Ghost | None:
        """What is being labelled while it plays."""
        return self._held

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is in progress."""
        return self.mouse.is_busy

    def minima(self, person: int) -> IntArray:
        """Frames in which a person hardly moves."""
        return self._minima.get(person, np.zeros(0, dtype=np.int64))

    def show_marks(self, marks: LabelMarks) -> None:
        """Draw other marks."""
        if marks != self._marks:
            self._marks = marks
            self._timeline.update()

    def show_ghost(self, ghost: Ghost | None) -> None:
        """Draw what a stroke would make."""
        if ghost != self._ghost:
            self._ghost = ghost
            self._timeline.update()

    def show_held(self, ghost: Ghost | None) -> None:
        """Draw what is being labelled while it plays."""
        if ghost != self._held:
            self._held = ghost
            self._timeline.update()

    def set_minima(self, person: int, frames: IntArray) -> None:
        """Where strokes snap because a person hardly moves there."""
        self._minima[person] = frames

    def give_up(self) -> None:
        """Forget the stroke in progress: what it is about has changed meanwhile."""
        self.mouse.let_go()

    def let_go(self) -> None:
        """Forget everything: the recording is another."""
        self.mouse.let_go()
        self._ghost = self._held = None
        self._marks, self._minima = LabelMarks(), {}

    # painting

    def paint(self, painter: QPainter, lanes: LanePainter) -> None:
        """Draw over the lanes.

        Args:
            painter: On the timeline.
            lanes: Knows where everything lies.
        """
        painter.save()
        areas = lanes.areas
        strip = QRectF(areas.strip_left - 1, 0, areas.strip_width + 2, areas.height)
        painter.setClipRect(strip, Qt.ClipOperation.IntersectClip)
        self._paint_marks(painter, lanes)
        painter.setClipRect(areas.lanes, Qt.ClipOperation.IntersectClip)
        for row in areas.rows:
            if not areas.is_visible(row):
                continue
            if isinstance(row.lane, LabelLane):
                self._paint_selection(painter, lanes, row, row.lane)
            elif isinstance(row.lane, ProposalLane):
                self._paint_picked(painter, lanes, row)
        for ghost in (self._held, self._ghost):
            if ghost is not None:
                self._paint_ghost(painter, lanes, ghost)
        painter.restore()

    def _paint_marks(self, painter: QPainter, lanes: LanePainter) -> None:
        """Flags on the rail, lines through the lanes, and the span between them."""
        marks = self._marks
        if marks.mark_in is None and marks.mark_out is None:
            return
        accent = lanes.colour(QPalette.ColorRole.Highlight)
        rail, bottom = lanes.rail_y, lanes.areas.lanes.bottom()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if marks.mark_in is not None and marks.mark_out is not None:
            left, right = lanes.x_of(marks.mark_in), lanes.x_of(marks.mark_out)
            painter.fillRect(QRectF(left, rail, right - left, bottom - rail), _veil(accent))
        pen = QPen(accent, 1.2, Qt.PenStyle.DashLine)
        for position, way in ((marks.mark_in, 1), (marks.mark_out, -1)):
            if position is None:
                continue
            x = lanes.x_of(position)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, rail), QPointF(x, bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            flag = [(x, rail - 9), (x + way * 9, rail - 9), (x, rail + 1)]
            painter.drawPolygon(QPolygonF([QPointF(*each) for each in flag]))

    def _paint_selection(
        self, painter: QPainter, lanes: LanePainter, row: PlacedLane, lane: LabelLane
    ) -> None:
        selection, rect = self._marks.selection, lanes.areas.rect(row)
        if not selection or not len(lane.rows):
            return
        if len(selection) <= FEW:
            around = lane.rows.between(lanes.span.first, lanes.span.last)
            found = [each for each in around if each.id in selection]
            places = [(lanes.x_of(each.start), lanes.x_of(each.stop)) for each in found]
        else:
            pixels = span_pixels(lane.rows.starts, lane.rows.stops, lanes.view)
            ends = zip(pixels.wide.tolist(), pixels.lefts, pixels.rights, strict=True)
            places = [
                (rect.left() + left, rect.left() + right)
                for index, left, right in ends
                if lane.rows.segments[index].id in selection
            ]
        for left, right in places:
            more = max(LEAST_OUTLINE - (right - left), 0.0) / 2
            area = QRectF(left - more, rect.top(), right - left + 2 * more, rect.height())
            paint_outline(painter, area, lanes.palette)

    def _paint_picked(self, painter: QPainter, lanes: LanePainter, row: PlacedLane) -> None:
        proposal = self._marks.proposal
        if proposal is None or row.group.person != self._marks.person:
            return
        rect = lanes.areas.rect(row)
        left, right = lanes.x_of(proposal.start), lanes.x_of(proposal.stop)
        area = QRectF(left, rect.top() + 2, max(right - left, LEAST_OUTLINE), rect.height() - 4)
        paint_outline(painter, area, lanes.palette)

    def _paint_ghost(self, painter: QPainter, lanes: LanePainter, ghost: Ghost) -> None:
        row = self.row_of(ghost)
        if row is None:
            return
        rect = lanes.areas.rect(row)
        for span in ghost.spans[:FEW]:
            left, right = lanes.x_of(span.start), lanes.x_of(span.stop)
            area = QRectF(left, rect.top(), max(right - left, 1.0), rect.height())
            paint_ghost(
                painter, area, QColor(span.colour), lanes.palette, is_refused=bool(ghost.problem)
            )
        if ghost is self._ghost:
            self._paint_minima(painter, lanes, row)

    def _paint_minima(self, painter: QPainter, lanes: LanePainter, row: PlacedLane) -> None:
        """Where the person hardly moves, and ends snap: dots along the foot of the lane."""
        frames = self.minima(row.group.person)
        first, last = np.searchsorted(frames, (lanes.span.first, lanes.span.last)).tolist()
        if (last - first) * LEAST_APART > lanes.areas.strip_width:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(lanes.colour(QPalette.ColorRole.PlaceholderText))
        y = lanes.areas.rect(row).bottom() - 1.5
        for frame in frames[first:last].tolist():
            painter.drawEllipse(QPointF(lanes.x_of(frame), y), 1.5, 1.5)

    def row_of(self, ghost: Ghost) -> PlacedLane | None:
        """The lane in which a ghost is drawn."""
        for row in self._timeline.areas().rows:
            if row.group.person != ghost.person:
                continue
            if ghost.is_proposal and isinstance(row.lane, ProposalLane):
                return row
            is_its = isinstance(row.lane, LabelLane) and row.lane.tier_id == ghost.tier_id
            if is_its and not ghost.is_proposal:
                return row
        return None


def _veil(accent: QColor) -> QColor:
    return with_opacity(accent, 0.10)
