"""All lanes of a recording: person by person, one above the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.action_colours import ActionPalette
from app.lanes import LANES
from app.lanes.agreement import AgreementLane
from app.lanes.answers import AnswerLane
from app.lanes.base import Lane, LaneShape
from app.lanes.detail import FrameRuns
from app.lanes.facts import Kept, LaneFacts
from app.lanes.focus import FocusLane
from engine.arrays import BoolArray, DoubleArray
from engine.recording import Recording
from engine.skeleton import SkeletonLayout

CHUNK = 65536
HEADING = LaneShape(lines=1, pixels=10, dense_lines=1, dense_pixels=3)
LANE_GAP, DENSE_GAP = 5, 3
"""Pixels between lanes."""
END_GAP = 8
LABEL_KINDS = ("labels", "proposals")
"""Of lanes that follow edits at once; they are above all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneGroup:
    """The lanes of one person."""

    person: int
    name: str
    """``P1``, and what the source calls the person."""
    lanes: tuple[Lane, ...]
    gaps: FrameRuns
    """Frames in which the person is not seen at all."""

    @property
    def answers(self) -> tuple[AnswerLane, ...]:
        """Of each model."""
        return tuple(lane for lane in self.lanes if isinstance(lane, AnswerLane))

    @property
    def agreement(self) -> AgreementLane | None:
        """Where there are two models or more."""
        found = (lane for lane in self.lanes if isinstance(lane, AgreementLane))
        return next(found, None)

    @property
    def focus(self) -> FocusLane | None:
        """Where the model looked."""
        return next((lane for lane in self.lanes if isinstance(lane, FocusLane)), None)

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where something changes: answers, agreement, gaps."""
        return (*(edges for lane in self.lanes for edges in lane.edges), self.gaps.edges)

    @property
    def fine_edges(self) -> tuple[DoubleArray, ...]:
        """Where windows meet."""
        return tuple(lane.fine_edges for lane in self.lanes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStack:
    """What the timeline shows."""

    recording: Recording
    groups: tuple[LaneGroup, ...]

    @property
    def layout(self) -> SkeletonLayout:
        """Of the recording."""
        return self.recording.layout

    def group(self, person: int | None) -> LaneGroup | None:
        """The lanes of a person; of the first one where nobody is picked."""
        found = (group for group in self.groups if group.person == (person or 0))
        return next(found, None)


def has_same_lanes(one: LaneStack, other: LaneStack) -> bool:
    """Whether two stacks show the very same lanes."""
    lanes = ([id(lane) for group in each.groups for lane in group.lanes] for each in (one, other))
    return next(lanes) == next(lanes)


def with_labels(stack: LaneStack, lanes: tuple[Lane, ...]) -> LaneStack:
    """The same with other lanes of labels and proposals, in their places; quick.

    Args:
        stack: What there is; lanes of other kinds stay the very same.
        lanes: Of labels and proposals, of any people.
    """
    groups = []
    for group in stack.groups:
        of_it = tuple(each for each in lanes if each.person == group.person)
        rest = tuple(each for each in group.lanes if each.kind not in LABEL_KINDS)
        labels = tuple(each for kind in LABEL_KINDS for each in of_it if each.kind == kind)
        groups.append(replace(group, lanes=(*labels, *rest)))
    return replace(stack, groups=tuple(groups))


def in_palette(stack: LaneStack, palette: ActionPalette) -> LaneStack:
    """The same with its answers in other colours; quick.

    Args:
        stack: What there is; the very same lanes where their colours are no others.
        palette: The colours.
    """
    groups = tuple(
        replace(
            group,
            lanes=tuple(
                each.in_palette(palette) if isinstance(each, AnswerLane) else each
                for each in group.lanes
            ),
        )
        for group in stack.groups
    )
    return replace(stack, groups=groups)


def build_stack(
    facts: LaneFacts, kept: Kept, should_stop: Callable[[], bool] = lambda: False
) -> LaneStack:
    """All lanes, with their levels of detail: slow for a long recording, for another thread.

    Args:
        facts: What they are built from.
        kept: Parts that may be used again; gets those that are used now.
        should_stop: Asked between lanes; the rest is left out then.
    """
    groups: list[LaneGroup] = []
    for person in range(facts.recording.num_people):
        lanes: list[Lane] = []
        for kind in LANES:
            if should_stop():
                break
            lanes += kind.build(facts, person, kept)
        if should_stop():
            break
        groups.append(_group(facts.recording, person, tuple(lanes), kept))
    return LaneStack(recording=facts.recording, groups=tuple(groups))


def _group(recording: Recording, person: int, lanes: tuple[Lane, ...], kept: Kept) -> LaneGroup:
    gaps = kept.take(
        ("gaps", person), (recording,), lambda: FrameRuns.of(is_missing(recording, person))
    )
    return LaneGroup(person=person, name=f"P{person + 1}", lanes=lanes, gaps=gaps)


def is_missing(recording: Recording, person: int) -> BoolArray:
    """``(T,)`` where no joint of a person is seen."""
    found = np.empty(recording.num_frames, dtype=bool)
    for start in range(0, recording.num_frames, CHUNK):
        part = recording.positions[start : start + CHUNK, person, :, 0]
        found[start : start + CHUNK] = ~np.isfinite(part).any(axis=1)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLane:
    """Where a lane lies, or the heading of a group."""

    group: LaneGroup
    lane: Lane | None
    """None for the heading."""
    top: int
    height: int
    is_open: bool = True
    """Of a heading: whether its lanes are below it."""

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.top + self.height


def placed(
    stack: LaneStack, *, line: int, room: int, open_people: frozenset[int]
) -> tuple[PlacedLane, ...]:
    """Lay the lanes out from the top, in pixels.

    Where room is scarce all are lower; elastic lanes take what is left of the room. With one person
    there is no heading.

    Args:
        stack: What there is.
        line: Height of a line of text.
        room: Height there is; lanes may need more.
        open_people: Whose lanes are to be seen.
    """
    has_headings = len(stack.groups) > 1
    wanted: list[tuple[LaneGroup, Lane | None]] = []
    for group in stack.groups:
        if has_headings:
            wanted.append((group, None))
        if not has_headings or group.person in open_people:
            wanted += [(group, lane) for lane in group.lanes]
    shapes = [HEADING if lane is None else lane.shape for _, lane in wanted]
    for is_dense, gap in ((False, LANE_GAP), (True, DENSE_GAP)):
        heights = [shape.height(line, is_dense=is_dense) for shape in shapes]
        left = room - sum(heights) - gap * len(heights) - END_GAP
        if left >= 0:
            break
    elastic = sum(shape.is_elastic for shape in shapes)
    more = max(left, 0) // elastic if elastic else 0
    rows: list[PlacedLane] = []
    top = 0
    for (group, lane), shape, height in zip(wanted, shapes, heights, strict=True):
        tall = height + more if shape.is_elastic else height
        is_open = group.person in open_people
        rows.append(PlacedLane(group=group, lane=lane, top=top, height=tall, is_open=is_open))
        top += tall + gap
    return tuple(rows)
