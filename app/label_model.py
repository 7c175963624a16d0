"""Strokes over labels in numbers: what is under the pointer, where it snaps, what would come of it.

No Qt: positions are on the time axis, reach is in frames.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from app.lanes.edges import nearest_edge
from app.lanes.label_rows import LabelRows
from engine.arrays import DoubleArray
from engine.labels import Segment
from engine.study.proposals import Proposal

ROOM_TO_MOVE = 3.0
"""A segment is at least so many reaches long, or it is moved and not trimmed from inside."""


class Part(Enum):
    """What of a segment is taken hold of."""

    START = "start"
    STOP = "stop"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A segment under the pointer."""

    segment: Segment
    part: Part


def hit(rows: LabelRows, position: float, reach: float) -> Hit | None:
    """What a pointer takes hold of; None on an empty part.

    An end is caught from both sides; where two segments touch, the one that the pointer is over.
    Short segments are caught by their ends from outside only, so that they can be moved.
    """
    inside = rows.at(position)
    if inside is not None:
        part = part_at(inside.start, inside.stop, position, reach)
        return Hit(segment=inside, part=part)
    place = int(np.searchsorted(rows.starts, position))
    if place < len(rows) and rows.segments[place].start - position <= reach:
        return Hit(segment=rows.segments[place], part=Part.START)
    if place > 0 and position - rows.segments[place - 1].stop <= reach:
        return Hit(segment=rows.segments[place - 1], part=Part.STOP)
    return None


def part_at(start: int, stop: int, position: float, reach: float) -> Part:
    """Which part of a span is taken hold of from inside."""
    if stop - start < ROOM_TO_MOVE * reach:
        return Part.BODY
    if position - start <= reach:
        return Part.START
    return Part.STOP if stop - position <= reach else Part.BODY


# what snaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapping:
    """Places where ends like to be."""

    edges: tuple[DoubleArray, ...] = ()
    """Ascending axis positions."""
    reach: float = 0.0
    """How near an end has to be, in frames; 0 for no snapping."""

    def at(self, position: float) -> float:
        """A position, or the edge that it is near."""
        if self.reach <= 0:
            return position
        edge = nearest_edge(self.edges, position)
        return edge if edge is not None and abs(edge - position) <= self.reach else position

    def shift(self, spans: Iterable[tuple[int, int]], frames: float) -> int:
        """How far spans are moved together: so that the end nearest to an edge lies on it."""
        best, nearest = round(frames), self.reach
        for end in (each for span in spans for each in span):
            edge = nearest_edge(self.edges, end + frames) if self.reach > 0 else None
            if edge is not None and abs(edge - end - frames) <= nearest:
                best, nearest = round(edge - end), abs(edge - end - frames)
        return best


def playhead_edges(frame: int) -> DoubleArray:
    """Both sides of the frame on show."""
    return np.array([frame, frame + 1], dtype=np.float64)


# what comes of a stroke


def drawn(ends: tuple[float, float], num_frames: int) -> tuple[int, int]:
    """The frames that a stroke touches, at least one, whichever way it was drawn."""
    first, last = sorted(ends)
    start = min(max(int(np.floor(first)), 0), num_frames - 1)
    stop = min(max(int(np.ceil(last)), start + 1), num_frames)
    return start, stop


def trimmed(span: tuple[int, int], part: Part, position: float, num_frames: int) -> tuple[int, int]:
    """A span with one end elsewhere; at least a frame remains."""
    start, stop = span
    if part is Part.START:
        return min(max(round(position), 0), stop - 1), stop
    return start, max(min(round(position), num_frames), start + 1)


def moved(spans: tuple[tuple[int, int], ...], frames: int, num_frames: int) -> int:
    """How far spans can be moved together: the first that reaches an end stops them all."""
    least = -min(start for start, _ in spans)
    most = num_frames - max(stop for _, stop in spans)
    return max(min(frames, most), least)


# wishes of the mouse


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawWish:
    """A new segment."""

    person: int
    tier_id: str
    """Empty where the study has no tier yet."""
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWish:
    """Segments elsewhere in time, maybe in another lane."""

    ids: tuple[str, ...]
    frames: int
    person: int | None = None
    """None for those that they are of."""
    tier_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWish:
    """Copies of segments elsewhere."""

    ids: tuple[str, ...]
    to_frame: int
    person: int | None = None
    """None for those that they are copied from."""
    tier_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimWish:
    """Another beginning or end."""

    segment_id: str
    start: int | None = None
    stop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptWish:
    """A proposal becomes a label, maybe with other ends."""

    person: int
    proposal: Proposal
    start: int
    stop: int


LabelWish = DrawWish | MoveWish | CopyWish | TrimWish | AcceptWish


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPick:
    """A place in the lanes of labels that was clicked."""

    person: int
    tier_id: str | None
    """None for the lane of proposals."""
    segment: Segment | None = None
    proposal: Proposal | None = None
    is_more: bool = False
    """Whether it joins what is picked already."""
    frame: int = 0
    at: tuple[int, int] = (0, 0)
    """On the screen, where a menu is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostSpan:
    """One of the segments that a stroke would make."""

    start: int
    stop: int
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghost:
    """What a stroke would make, as it is drawn meanwhile."""

    person: int
    tier_id: str
    """Of the lane that it is drawn in; empty for the lane of proposals or a lane without tier."""
    spans: tuple[GhostSpan, ...]
    name: str = ""
    """What is said beside the pointer, before the frames."""
    is_proposal: bool = False
    problem: str = ""
    """Why it cannot be; nothing happens then."""
