"""What the mouse does on the timeline: seeks, pans, zooms, marks, moves the threshold, reads."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.lanes.answers import AnswerLane
from app.lanes.brush import Brush, brush_between
from app.lanes.focus import FocusLane
from app.lanes.stack import PlacedLane
from app.views.timeline_areas import FOLD_WIDTH, LEFT_MARGIN

if TYPE_CHECKING:
    from app.views.timeline_view import TimelineView

CLICK_PX = 4
"""A stroke no longer than this is a click."""
PLAYHEAD_REACH = 12
"""Pixels left of the strip at which its first frame can still be taken hold of."""
WHEEL_ZOOM = 0.8
"""Part of the visible time that stays after one notch closer."""
WHEEL_PAN = 0.1
"""Part of the visible time that one notch moves on by."""
WHEEL_LINES = 3
CLOSE_UP_MARGIN = 0.15
"""Of an answer's length, on both sides, when one looks at it closely."""
NOTCH = 120
"""Qt's unit of wheels."""


class Stroke(Enum):
    """What is done between press and release."""

    SEEK = "seek"
    """The playhead goes with the pointer."""
    PAN = "pan"
    """Time and lanes go with the pointer."""
    BRUSH = "brush"
    """Frames and joints are marked."""
    THRESHOLD = "threshold"
    """The threshold's line goes with the pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grasp:
    """A stroke in progress."""

    stroke: Stroke
    at: QPoint
    """Where it began, in the widget."""
    position: float
    """And on the time axis."""
    row: PlacedLane | None
    """The lane it began in."""
    height: float
    """And at which share of that lane's height."""
    first: float
    """Where the visible part of the axis began."""
    scrolled: int
    """How far the lanes were moved up."""

    def is_click(self, at: QPoint) -> bool:
        """Whether the pointer has hardly moved."""
        return (at - self.at).manhattanLength() <= CLICK_PX


class TimelineMouse(QObject):
    """Watches the timeline's mouse events and does what they ask for."""

    def __init__(self, timeline: "TimelineView") -> None:
        super().__init__(timeline)
        self._timeline = timeline
        self._grasp: Grasp | None = None
        timeline.setMouseTracking(True)
        timeline.installEventFilter(self)

    @property
    def stroke(self) -> Stroke | None:
        """What is being done."""
        return self._grasp.stroke if self._grasp else None

    def let_go(self) -> None:
        """Forget the stroke: what it was about is gone."""
        self._grasp = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse's events (called by Qt)."""
        if watched is not self._timeline or not self._timeline.has_recording:
            return False
        kind = event.type()
        if isinstance(event, QWheelEvent):
            self._turn(event)
        elif kind is QEvent.Type.Leave:
            self._timeline.read_at(None)
            return False
        elif not isinstance(event, QMouseEvent):
            return False
        elif kind is QEvent.Type.MouseButtonPress:
            self._press(event)
            return False  # the click also gives the focus
        elif kind is QEvent.Type.MouseMove:
            self._move(event)
        elif kind is QEvent.Type.MouseButtonRelease:
            self._release(event)
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._look_closely(event.position().toPoint())
        return False

    # strokes

    def _press(self, event: QMouseEvent) -> None:
        timeline, areas = self._timeline, self._timeline.areas()
        at = event.position().toPoint()
        row = areas.row_at(at)
        if event.button() is Qt.MouseButton.MiddleButton:
            self._begin(at, Stroke.PAN, row)
            timeline.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() is not Qt.MouseButton.LeftButton:
            return
        elif areas.grip_at(at, timeline.threshold) is not None:
            self._begin(at, Stroke.THRESHOLD, row)
        elif row is not None and row.lane is None and at.x() < areas.strip_left:
            timeline.press_heading(row.group.person, is_fold=at.x() <= LEFT_MARGIN + FOLD_WIDTH)
        elif at.x() >= areas.strip_left - PLAYHEAD_REACH:
            is_marking = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if is_marking or (row is not None and isinstance(row.lane, FocusLane)):
                self._begin(at, Stroke.BRUSH, row)
            else:
                self._begin(at, Stroke.SEEK, row)
                self._seek(event)

    def _begin(self, at: QPoint, stroke: Stroke, row: PlacedLane | None) -> None:
        timeline = self._timeline
        self._grasp = Grasp(
            stroke=stroke,
            at=at,
            position=timeline.position_at(at.x()),
            row=row,
            height=timeline.areas().share_of_height(row, at.y()) if row is not None else 0.0,
            first=timeline.span.first,
            scrolled=timeline.areas().scrolled,
        )
        timeline.read_at(None)

    def _seek(self, event: QMouseEvent) -> None:
        is_other = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        is_in_lanes = self._grasp is not None and self._grasp.row is not None
        is_snapping = (self._timeline.is_snapping is not is_other) and is_in_lanes
        self._timeline.seek_to(event.position().x(), is_snapping=is_snapping)

    def _move(self, event: QMouseEvent) -> None:
        timeline, grasp = self._timeline, self._grasp
        at = event.position().toPoint()
        if grasp is None:
            self._hover(at)
        elif grasp.stroke is Stroke.SEEK:
            self._seek(event)
        elif grasp.stroke is Stroke.PAN:
            span = timeline.span
            moved = (grasp.at.x() - at.x()) / timeline.areas().strip_width * span.frames
            timeline.set_span(span.panned(grasp.first + moved - span.first))
            timeline.scroll_to(grasp.scrolled + grasp.at.y() - at.y())
        elif grasp.stroke is Stroke.THRESHOLD and grasp.row is not None:
            height = timeline.areas().threshold_at(grasp.row, at.y())
            timeline.set_threshold(round(height, 2))
        elif not grasp.is_click(at):
            timeline.mark(self._brush_of(grasp, at))

    def _hover(self, at: QPoint) -> None:
        timeline = self._timeline
        is_on_grip = timeline.areas().grip_at(at, timeline.threshold) is not None
        shape = Qt.CursorShape.SizeVerCursor if is_on_grip else Qt.CursorShape.ArrowCursor
        timeline.setCursor(shape)
        timeline.read_at(at)

    def _brush_of(self, grasp: Grasp, at: QPoint) -> Brush:
        """What a stroke has marked so far."""
        timeline = self._timeline
        group = grasp.row.group if grasp.row is not None else timeline.group
        joints: tuple[int, ...] = ()
        if grasp.row is not None and isinstance(grasp.row.lane, FocusLane):
            lane = grasp.row.lane
            height = timeline.areas().share_of_height(grasp.row, at.y())
            found = lane.joints_between(grasp.height, height)
            joints = found if len(found) < len(lane.rows.joints) else ()
        ends = grasp.position, timeline.position_at(at.x())
        if timeline.is_snapping:
            ends = timeline.snapped(ends[0], group), timeline.snapped(ends[1], group)
        person = group.person if group is not None else 0
        return brush_between(person, ends, timeline.span.num_frames, joints)

    def _release(self, event: QMouseEvent) -> None:
        grasp, self._grasp = self._grasp, None
        if grasp is None:
            return
        timeline, at = self._timeline, event.position().toPoint()
        timeline.setCursor(Qt.CursorShape.ArrowCursor)
        if grasp.stroke is Stroke.THRESHOLD:
            timeline.threshold_changed.emit(timeline.threshold)
        elif grasp.stroke is Stroke.BRUSH and grasp.is_click(at):
            timeline.set_brush(None)
            timeline.seek_to(at.x(), is_snapping=False)
        elif grasp.stroke is Stroke.BRUSH:
            timeline.brushed.emit(timeline.brush)

    # at once

    def _look_closely(self, at: QPoint) -> None:
        """Look at one answer; set the threshold back on its grip; all of the time on the ruler."""
        timeline, areas = self._timeline, self._timeline.areas()
        row = areas.row_at(at)
        if areas.grip_at(at, timeline.threshold) is not None:
            timeline.reset_threshold()
        elif row is not None and isinstance(row.lane, AnswerLane):
            run = row.lane.runs.at(timeline.position_at(at.x()))
            if run is not None:
                margin = CLOSE_UP_MARGIN * (run[1] - run[0])
                timeline.set_span(timeline.span.on(run[0] - margin, run[1] + margin))
        elif row is None and at.y() <= areas.ruler.bottom():
            timeline.zoom.whole()

    def _turn(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; move the lanes with Shift or over their names; else move along."""
        timeline, turns, keys = self._timeline, event.angleDelta(), event.modifiers()
        notches = (turns.x() or turns.y()) / NOTCH
        span, x = timeline.span, event.position().x()
        is_on_names = x < timeline.areas().strip_left
        if keys & Qt.KeyboardModifier.ControlModifier:
            timeline.set_span(span.zoomed(WHEEL_ZOOM**notches, timeline.position_at(x)))
        elif is_on_names or keys & Qt.KeyboardModifier.ShiftModifier:
            lines = WHEEL_LINES * timeline.fontMetrics().height()
            timeline.scroll_to(timeline.areas().scrolled - round(notches * lines))
        else:
            timeline.set_span(span.panned(-notches * span.frames * WHEEL_PAN))
        timeline.read_at(None)
        event.accept()
