"""The lane of labels: what people say of one person, on one tier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.action_colours import NOTHING_COLOUR, UNKNOWN_COLOUR
from app.label_clock import USUAL_CLOCK, LabelClock
from app.label_words import action_words, segment_words
from app.lanes.base import (
    NO_EDGES,
    Blocks,
    LaneDrawing,
    LaneShape,
    LaneView,
    Manner,
    PixelArray,
    Word,
    hex_rgb,
)
from app.lanes.label_rows import NO_ROWS, LabelRows
from app.lanes.spans import column_picture, span_pixels
from engine.arrays import BoolArray, DoubleArray, IntArray
from engine.labels import Action, Segment

NOTHING_WORD = "nothing"
NOTHING_OPACITY = 0.4
"""Of reviewed spans that are too narrow to be hatched."""
NARROWEST_NAME, NARROWEST_NOTHING = 28.0, 90.0
"""Pixels; no name fits into less."""


@dataclass(frozen=True, kw_only=True)
class LabelLane:
    """Segments of one tier."""

    person: int
    tier_id: str
    """Empty where the study has no tier yet."""
    tier_name: str
    annotator: str = ""
    rows: LabelRows = NO_ROWS
    actions: Mapping[str, Action] = field(default_factory=dict)
    """All of the study's, by id."""
    clock: LabelClock = USUAL_CLOCK
    is_active: bool = False
    """Whether keys draw here."""
    hint: str = ""
    """What an empty lane says."""
    kind: str = "labels"

    @property
    def name(self) -> str:
        """In the left column."""
        return self.tier_name

    @property
    def remark(self) -> str:
        """Whose it is."""
        return self.annotator

    @property
    def shape(self) -> LaneShape:
        """A line of text with air around it."""
        return LaneShape(lines=1, pixels=12, dense_lines=1, dense_pixels=5)

    # drawing

    @cached_property
    def _ids(self) -> tuple[str | None, ...]:
        """Actions of the segments, each once."""
        return tuple(dict.fromkeys(each.action_id for each in self.rows.segments))

    @cached_property
    def _colours(self) -> tuple[str, ...]:
        return tuple(self.colour_of(each) for each in self._ids)

    @cached_property
    def _codes(self) -> IntArray:
        places = {each: place for place, each in enumerate(self._ids)}
        segments = self.rows.segments
        return np.array([places[each.action_id] for each in segments], dtype=np.int64)

    @cached_property
    def _doubts(self) -> BoolArray:
        return np.array([each.is_doubtful for each in self.rows.segments], dtype=bool)

    @cached_property
    def _rgba(self) -> PixelArray:
        """``(A, 4)`` of the actions, for columns in which there is no room for more than colour."""
        rows = [
            (*hex_rgb(colour), 255 if each is not None else round(NOTHING_OPACITY * 255))
            for each, colour in zip(self._ids, self._colours, strict=True)
        ]
        return np.array(rows or [(0, 0, 0, 0)], dtype=np.uint8)

    def colour_of(self, action_id: str | None) -> str:
        """The colour of an action; of a reviewed span where there is none."""
        if action_id is None:
            return NOTHING_COLOUR
        action = self.actions.get(action_id)
        return action.colour if action is not None else UNKNOWN_COLOUR

    def drawing(self, view: LaneView) -> LaneDrawing:
        """Blocks in their action's colour, full and with edges; narrow ones merged by column."""
        if not len(self.rows):
            return LaneDrawing(message=self.hint)
        pixels = span_pixels(self.rows.starts, self.rows.stops, view)
        picture = column_picture(pixels, self._rgba[self._codes], self._doubts)
        segments = [self.rows.segments[index] for index in pixels.wide.tolist()]
        is_nothing = np.array([each.action_id is None for each in segments], dtype=bool)
        blocks = Blocks(
            lefts=pixels.lefts,
            rights=pixels.rights,
            tints=self._codes[pixels.wide],
            manners=np.where(is_nothing, Manner.NOTHING, Manner.SAID).astype(np.uint8),
            doubtful=self._doubts[pixels.wide],
            noted=np.array([bool(each.note) for each in segments], dtype=bool),
            opacities=np.ones(len(segments), dtype=np.float32),
            colours=self._colours,
        )
        return LaneDrawing(
            picture=picture, blocks=blocks, words=self._words(segments, blocks, view)
        )

    def _words(self, segments: list[Segment], blocks: Blocks, view: LaneView) -> tuple[Word, ...]:
        left = np.maximum(blocks.lefts, 0.0)
        right = np.minimum(blocks.rights, view.width)
        is_said = blocks.manners == Manner.SAID
        least = np.where(is_said, NARROWEST_NAME, NARROWEST_NOTHING)
        found = []
        for index in np.flatnonzero(right - left >= least).tolist():
            action = segments[index].action_id
            found.append(
                Word(
                    left=float(left[index]),
                    right=float(right[index]),
                    text=NOTHING_WORD if action is None else action_words(action, self.actions),
                    colour=self.colour_of(action),
                    opacity=0.0 if action is None else 1.0,
                )
            )
        return tuple(found)

    # reading

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """What is said there: action, frames, seconds; who said it first, doubts and notes."""
        del height, view
        segment = self.rows.at(position)
        return "" if segment is None else segment_words(segment, self.actions, self.clock)

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where segments begin and end."""
        return self.rows.starts.astype(np.float64), self.rows.stops.astype(np.float64)

    @property
    def fine_edges(self) -> DoubleArray:
        """None."""
        return NO_EDGES
