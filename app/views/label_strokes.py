"""Strokes over lanes of labels: what one has in hand, what it asks for, what would come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint

from app.label_model import (
    AcceptWish,
    CopyWish,
    DrawWish,
    Ghost,
    GhostSpan,
    LabelWish,
    MoveWish,
    Part,
    Snapping,
    TrimWish,
    drawn,
    moved,
    trimmed,
)
from app.label_words import action_words
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.lanes.stack import PlacedLane
from engine.arrays import DoubleArray
from engine.labels import Segment
from engine.study.proposals import Proposal


class Stroke(Enum):
    """What is done between press and release."""

    DRAW = "draw"
    MOVE = "move"
    COPY = "copy"
    TRIM = "trim"
    ADOPT = "adopt"
    """A proposal's end is dragged: it is accepted with that."""
    PICK = "pick"
    """A click on something that cannot be dragged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grasp:
    """A stroke in progress."""

    stroke: Stroke
    at: QPoint
    row: PlacedLane
    position: float
    """On the axis, where it began."""
    segment: Segment | None = None
    segments: tuple[Segment, ...] = ()
    """All that are moved."""
    part: Part = Part.BODY
    proposal: Proposal | None = None
    edges: tuple[DoubleArray, ...] = ()
    """What ends snap to."""
    has_moved: bool = False


def wish_of(
    grasp: Grasp, position: float, reach: float, total: int, below: PlacedLane | None
) -> LabelWish | None:
    """What a stroke asks for by now.

    Args:
        grasp: What one has in hand.
        position: On the axis, where the pointer is.
        reach: How near an edge has to be for an end to snap to it, in frames; 0 for no snapping.
        total: Frames of the recording.
        below: The lane of labels that the pointer is over.
    """
    row, snapping = grasp.row, Snapping(edges=grasp.edges, reach=reach)
    person = row.group.person
    if grasp.stroke is Stroke.DRAW and isinstance(row.lane, LabelLane):
        ends = snapping.at(grasp.position), snapping.at(position)
        start, stop = drawn(ends, total)
        return DrawWish(person=person, tier_id=row.lane.tier_id, start=start, stop=stop)
    if grasp.stroke is Stroke.TRIM and grasp.segment is not None:
        old = grasp.segment
        start, stop = trimmed((old.start, old.stop), grasp.part, snapping.at(position), total)
        return TrimWish(
            segment_id=old.id,
            start=start if grasp.part is Part.START else None,
            stop=stop if grasp.part is Part.STOP else None,
        )
    if grasp.stroke is Stroke.ADOPT and grasp.proposal is not None:
        span = grasp.proposal.start, grasp.proposal.stop
        start, stop = trimmed(span, grasp.part, snapping.at(position), total)
        return AcceptWish(person=person, proposal=grasp.proposal, start=start, stop=stop)
    if grasp.stroke in (Stroke.MOVE, Stroke.COPY):
        spans = tuple((each.start, each.stop) for each in grasp.segments)
        frames = moved(spans, snapping.shift(spans, position - grasp.position), total)
        return _move_wish(grasp, frames, below)
    return None


def _move_wish(grasp: Grasp, frames: int, below: PlacedLane | None) -> LabelWish:
    ids = tuple(each.id for each in grasp.segments)
    lane = below.lane if below is not None else None
    person: int | None = None
    tier_id: str | None = None
    if isinstance(lane, LabelLane) and _can_change_lane(grasp, lane):
        person, tier_id = lane.person, lane.tier_id
    if grasp.stroke is Stroke.MOVE:
        return MoveWish(ids=ids, frames=frames, person=person, tier_id=tier_id)
    first = min(each.start for each in grasp.segments) + frames
    return CopyWish(ids=ids, to_frame=first, person=person, tier_id=tier_id)


def _can_change_lane(grasp: Grasp, lane: LabelLane) -> bool:
    """Whether a stroke that is over another lane goes there: segments of several lanes do not."""
    old = grasp.row.lane
    if not isinstance(old, LabelLane) or (old.person, old.tier_id) == (lane.person, lane.tier_id):
        return False
    return len({(each.person, each.tier_id) for each in grasp.segments}) == 1


def ghost_of(
    grasp: Grasp,
    wish: LabelWish,
    judge: Callable[[LabelWish], str],
    current: tuple[str, str],
) -> Ghost:
    """What would come of a stroke.

    Args:
        grasp: What one has in hand.
        wish: What it asks for.
        judge: Why that cannot be; empty where it can.
        current: Name and colour of the action that is drawn.
    """
    lane, person = grasp.row.lane, grasp.row.group.person
    tier_id = lane.tier_id if isinstance(lane, LabelLane) else ""
    name, colour = current
    spans: tuple[GhostSpan, ...] = ()
    if isinstance(wish, DrawWish):
        spans = (GhostSpan(start=wish.start, stop=wish.stop, colour=colour),)
    elif isinstance(wish, AcceptWish) and isinstance(lane, ProposalLane):
        name = wish.proposal.name
        spans = (GhostSpan(start=wish.start, stop=wish.stop, colour=lane.colour_of(name)),)
    elif isinstance(lane, LabelLane) and grasp.segment is not None:
        name = action_words(grasp.segment.action_id, lane.actions)
        spans = _moved_spans(grasp, wish, lane)
        if isinstance(wish, MoveWish | CopyWish) and wish.tier_id is not None:
            tier_id, person = wish.tier_id, wish.person if wish.person is not None else person
    return Ghost(
        person=person,
        tier_id=tier_id,
        spans=spans,
        name=name,
        is_proposal=isinstance(lane, ProposalLane),
        problem=judge(wish),
    )


def _moved_spans(grasp: Grasp, wish: LabelWish, lane: LabelLane) -> tuple[GhostSpan, ...]:
    """Where segments of a lane would be."""
    segment = grasp.segment
    if isinstance(wish, TrimWish) and segment is not None:
        start = segment.start if wish.start is None else wish.start
        stop = segment.stop if wish.stop is None else wish.stop
        return (GhostSpan(start=start, stop=stop, colour=lane.colour_of(segment.action_id)),)
    frames = 0
    if isinstance(wish, MoveWish):
        frames = wish.frames
    elif isinstance(wish, CopyWish):
        frames = wish.to_frame - min(each.start for each in grasp.segments)
    return tuple(
        GhostSpan(
            start=each.start + frames,
            stop=each.stop + frames,
            colour=lane.colour_of(each.action_id),
        )
        for each in grasp.segments
        if (each.person, each.tier_id) == (lane.person, lane.tier_id)
    )
