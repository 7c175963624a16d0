"""What the mouse does on lanes of labels: draws, moves, copies and trims segments, picks, asks.

Everywhere else the timeline's own mouse is at work. A stroke shows all the while what would come of
it; where that cannot be it is red, and nothing happens.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent

from app.label_clock import USUAL_CLOCK
from app.label_model import Hit, LabelPick, LabelWish, Part, hit, part_at, playhead_edges
from app.label_words import span_words
from app.lanes.label_rows import LabelRows
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.lanes.stack import PlacedLane
from app.views.label_strokes import Grasp, Stroke, ghost_of, wish_of
from engine.arrays import DoubleArray
from engine.labels import Segment
from engine.study.proposals import Proposal

if TYPE_CHECKING:
    from app.views.label_layer import LabelLayer
    from app.views.timeline_view import TimelineView

CLICK_PX = 4
"""A stroke no longer than this is a click."""
GRIP_PX = 5.0
"""So near an end is taken hold of."""
SNAP_PX = 7.0
CLOSE_UP = 0.15
"""Of a segment's length, on both sides, when one looks at it closely."""
PULL = 0.2
"""Part of the way beyond the strip by which time moves along."""
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class LabelMouse(QObject):
    """Watches the timeline's mouse events before its own mouse does."""

    def __init__(self, timeline: "TimelineView", layer: "LabelLayer") -> None:
        super().__init__(layer)
        self._timeline = timeline
        self._layer = layer
        self._grasp: Grasp | None = None
        self._wish: LabelWish | None = None
        timeline.installEventFilter(self)

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is in progress."""
        return self._grasp is not None

    def let_go(self) -> None:
        """Forget the stroke: nothing comes of it."""
        if self._grasp is not None:
            self._grasp, self._wish = None, None
            self._layer.show_ghost(None)
            self._timeline.read_at(None)
            self._timeline.unsetCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is about labels (called by Qt)."""
        is_ours = watched is self._timeline and isinstance(event, QMouseEvent)
        if not is_ours or not self._timeline.has_recording or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind is QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind is QEvent.Type.MouseMove:
            return self._move(event)
        if kind is QEvent.Type.MouseButtonRelease:
            return self._release(event)
        if kind is QEvent.Type.MouseButtonDblClick:
            return self._look_closely(event)
        return False

    # where

    def _row_at(self, at: QPoint) -> PlacedLane | None:
        """The lane of labels or proposals at a place of the strip."""
        areas = self._timeline.areas()
        if not areas.strip_left <= at.x() <= areas.strip_left + areas.strip_width:
            return None
        row = areas.row_at(at)
        return row if row is not None and isinstance(row.lane, LabelLane | ProposalLane) else None

    @property
    def _frames_a_pixel(self) -> float:
        return self._timeline.span.frames / self._timeline.areas().strip_width

    def _hit(self, row: PlacedLane, position: float) -> Hit | None:
        if not isinstance(row.lane, LabelLane):
            return None
        return hit(row.lane.rows, position, GRIP_PX * self._frames_a_pixel)

    def _proposal(self, row: PlacedLane, position: float) -> tuple[Proposal, Part] | None:
        if not isinstance(row.lane, ProposalLane):
            return None
        found = row.lane.at(position)
        if found is None:
            return None
        reach = GRIP_PX * self._frames_a_pixel
        return found, part_at(found.start, found.stop, position, reach)

    # press

    def _press(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        row = self._row_at(at)
        if self._grasp is not None:  # another button gives the stroke up
            self.let_go()
            return True
        if row is None or not self._layer.is_editable:
            return False
        if event.button() is Qt.MouseButton.RightButton:
            self._ask(event, row)
            return True
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        position = self._timeline.position_at(event.position().x())
        grasp = self._grasp_of(row, at, position, event.modifiers())
        if grasp is None:
            return False
        self._timeline.setFocus(Qt.FocusReason.MouseFocusReason)
        self._timeline.read_at(None)
        self._grasp = grasp
        return True

    def _grasp_of(
        self, row: PlacedLane, at: QPoint, position: float, keys: Qt.KeyboardModifier
    ) -> Grasp | None:
        proposed = self._proposal(row, position)
        if isinstance(row.lane, ProposalLane):
            if proposed is None:
                return None
            proposal, part = proposed
            stroke = Stroke.PICK if part is Part.BODY else Stroke.ADOPT
            edges = self._edges(row, frozenset())
            return Grasp(
                stroke=stroke, at=at, row=row, position=position, part=part, proposal=proposal,
                edges=edges,
            )  # fmt: skip
        found = self._hit(row, position)
        if found is None and keys & SHIFT:
            return None
        if found is None or (self._is_ground(found) and not keys & (SHIFT | CTRL)):
            return Grasp(
                stroke=Stroke.DRAW,
                at=at,
                row=row,
                position=position,
                segment=found.segment if found is not None else None,
                edges=self._edges(row, frozenset()),
            )
        return self._grasp_of_segment(found, row, at, position, keys)

    def _is_ground(self, found: Hit) -> bool:
        """Whether it is drawn on: the inside of a reviewed span that is not picked."""
        is_picked = found.segment.id in self._layer.marks.selection
        return found.segment.action_id is None and found.part is Part.BODY and not is_picked

    def _grasp_of_segment(
        self, found: Hit, row: PlacedLane, at: QPoint, position: float, keys: Qt.KeyboardModifier
    ) -> Grasp:
        segment, part = found.segment, found.part
        segments: tuple[Segment, ...] = (segment,)
        if keys & SHIFT:
            stroke = Stroke.PICK
        elif part is not Part.BODY and not keys & CTRL:
            stroke = Stroke.TRIM
        else:
            stroke = Stroke.COPY if keys & CTRL else Stroke.MOVE
            segments = self._together(segment)
        left_out = frozenset(each.id for each in segments) if stroke is not Stroke.COPY else ()
        return Grasp(
            stroke=stroke,
            at=at,
            row=row,
            position=position,
            segment=segment,
            segments=segments,
            part=part,
            edges=self._edges(row, frozenset(left_out)),
        )

    def _together(self, segment: Segment) -> tuple[Segment, ...]:
        """A segment and, where it is picked, all that are picked with it."""
        selection = self._layer.marks.selection
        if segment.id not in selection:
            return (segment,)
        stack = self._timeline.stack
        lanes = [lane for group in (stack.groups if stack else ()) for lane in group.lanes]
        return tuple(
            each
            for lane in lanes
            if isinstance(lane, LabelLane)
            for each in lane.rows.segments
            if each.id in selection
        )

    def _edges(self, row: PlacedLane, left_out: frozenset[str]) -> tuple[DoubleArray, ...]:
        """What ends snap to: everything but what is moved."""
        found: list[DoubleArray] = [row.group.gaps.edges, playhead_edges(self._timeline.frame)]
        for lane in row.group.lanes:
            if isinstance(lane, LabelLane) and left_out:
                rows = lane.rows.segments
                kept = LabelRows(segments=tuple(each for each in rows if each.id not in left_out))
                found += [kept.starts.astype(float), kept.stops.astype(float)]
            else:
                found += lane.edges
        found.append(self._layer.minima(row.group.person).astype(float))
        return tuple(found)

    # drag

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        grasp = self._grasp
        if grasp is None:
            return self._hover(at, event.buttons() is Qt.MouseButton.NoButton)
        if not grasp.has_moved and (at - grasp.at).manhattanLength() <= CLICK_PX:
            return True
        self._pull(at)
        self._grasp = replace(grasp, has_moved=True)
        self._follow(self._grasp, at, event.modifiers())
        return True

    def _follow(self, grasp: Grasp, at: QPoint, keys: Qt.KeyboardModifier) -> None:
        """Show what the stroke would make by now."""
        areas, span = self._timeline.areas(), self._timeline.span
        is_snapping = self._timeline.is_snapping is not bool(keys & ALT)
        reach = SNAP_PX * span.frames / areas.strip_width if is_snapping else 0.0
        position = self._timeline.position_at(at.x())
        wish = wish_of(grasp, position, reach, span.num_frames, self._row_at(at))
        if wish is not None and (wish != self._wish or self._layer.ghost is None):
            self._wish = wish
            ghost = ghost_of(grasp, wish, self._layer.judge, self._layer.colour())
            self._layer.show_ghost(ghost)
            self._say(grasp, at)

    def _hover(self, at: QPoint, is_free: bool) -> bool:
        row = self._row_at(at) if is_free and self._layer.is_editable else None
        if row is None:
            return False
        position = self._timeline.position_at(at.x())
        found, proposed = self._hit(row, position), self._proposal(row, position)
        part = found.part if found is not None else proposed[1] if proposed is not None else None
        shape = Qt.CursorShape.CrossCursor
        if isinstance(row.lane, ProposalLane):
            shape = Qt.CursorShape.PointingHandCursor if proposed else Qt.CursorShape.ArrowCursor
        elif part is Part.BODY and not (found is not None and self._is_ground(found)):
            shape = Qt.CursorShape.ArrowCursor
        if part in (Part.START, Part.STOP):
            shape = Qt.CursorShape.SizeHorCursor
        self._timeline.setCursor(shape)
        self._timeline.read_at(at)
        return True

    def _pull(self, at: QPoint) -> None:
        """Let time move along where a stroke goes beyond the strip."""
        areas, span = self._timeline.areas(), self._timeline.span
        right = areas.strip_left + areas.strip_width
        beyond = min(at.x() - areas.strip_left, 0) + max(at.x() - right, 0)
        if beyond and not span.is_whole:
            self._timeline.set_span(span.panned(PULL * beyond * self._frames_a_pixel))

    # what it would make

    def _say(self, grasp: Grasp, at: QPoint) -> None:
        """Beside the pointer: what it is, which frames, how long; or why it cannot be."""
        ghost, lane = self._layer.ghost, grasp.row.lane
        if ghost is None or not ghost.spans:
            return
        clock = lane.clock if isinstance(lane, LabelLane | ProposalLane) else USUAL_CLOCK
        start = min(each.start for each in ghost.spans)
        stop = max(each.stop for each in ghost.spans)
        text = f"{ghost.name} · {span_words(start, stop, clock)}" if ghost.name else ""
        text = ghost.problem or text or span_words(start, stop, clock)
        self._timeline.note.say(text, at, self._timeline.areas().rect(grasp.row).top())

    # release

    def _release(self, event: QMouseEvent) -> bool:
        grasp, at = self._grasp, event.position().toPoint()
        if grasp is None:
            return False
        if grasp.has_moved:  # the last move may have been elsewhere, with other keys
            self._follow(grasp, at, event.modifiers())
        wish, ghost = self._wish, self._layer.ghost
        self.let_go()
        if not grasp.has_moved:
            self._click(grasp, at, event.modifiers())
        elif wish is not None and ghost is not None and not ghost.problem:
            self._layer.wished.emit(wish)
        return True

    def _click(self, grasp: Grasp, at: QPoint, keys: Qt.KeyboardModifier) -> None:
        lane = grasp.row.lane
        pick = LabelPick(
            person=grasp.row.group.person,
            tier_id=lane.tier_id if isinstance(lane, LabelLane) else None,
            segment=grasp.segment,
            proposal=grasp.proposal,
            is_more=bool(keys & (SHIFT | CTRL)),
            frame=int(grasp.position),
        )
        self._layer.picked.emit(pick)
        if grasp.stroke is Stroke.DRAW and grasp.segment is None:
            is_snapping = self._timeline.is_snapping is not bool(keys & ALT)
            self._timeline.seek_to(at.x(), is_snapping=is_snapping)

    # at once

    def _ask(self, event: QMouseEvent, row: PlacedLane) -> None:
        """Offer what can be done with what is under the pointer."""
        position = self._timeline.position_at(event.position().x())
        found, proposed = self._hit(row, position), self._proposal(row, position)
        at = event.globalPosition().toPoint()
        pick = LabelPick(
            person=row.group.person,
            tier_id=row.lane.tier_id if isinstance(row.lane, LabelLane) else None,
            segment=found.segment if found is not None else None,
            proposal=proposed[0] if proposed is not None else None,
            frame=int(position),
            at=(at.x(), at.y()),
        )
        self._layer.menu_wanted.emit(pick)

    def _look_closely(self, event: QMouseEvent) -> bool:
        """Look at one segment from end to end."""
        row = self._row_at(event.position().toPoint())
        if row is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self.let_go()
        timeline = self._timeline
        position = timeline.position_at(event.position().x())
        found = row.lane.rows.at(position) if isinstance(row.lane, LabelLane) else None
        proposed = self._proposal(row, position)
        span = found if found is not None else proposed[0] if proposed is not None else None
        if span is not None:
            margin = CLOSE_UP * (span.stop - span.start)
            timeline.set_span(timeline.span.on(span.start - margin, span.stop + margin))
        return True
