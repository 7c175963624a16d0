"""The lane of proposals: what a model would add to the labels, waiting for a yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.action_colours import UNKNOWN_COLOUR
from app.label_clock import USUAL_CLOCK, LabelClock
from app.label_words import span_words
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
from app.lanes.spans import column_picture, span_pixels
from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.study.proposals import Proposal

WEAKEST, STRONGEST = 0.14, 0.5
"""Opacity of a proposal with probability 0 and 1: never as full as a label."""
NARROWEST_NAME = 28.0


@dataclass(frozen=True, kw_only=True)
class ProposalLane:
    """Spans that one model names and nobody has judged yet."""

    person: int
    proposals: tuple[Proposal, ...]
    """Open ones, by start; they do not overlap."""
    network_name: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    """``#rrggbb`` by name."""
    clock: LabelClock = USUAL_CLOCK
    message: str = ""
    """What an empty lane says."""
    kind: str = "proposals"

    @property
    def name(self) -> str:
        """In the left column."""
        return "Proposals"

    @property
    def remark(self) -> str:
        """Whose they are."""
        return self.network_name

    @property
    def shape(self) -> LaneShape:
        """A line of text with air around it."""
        return LaneShape(lines=1, pixels=10, dense_lines=1, dense_pixels=4)

    @cached_property
    def starts(self) -> IntArray:
        """``(S,)`` first frames, ascending."""
        return np.array([each.start for each in self.proposals], dtype=np.int64)

    @cached_property
    def stops(self) -> IntArray:
        """``(S,)`` frames after the last ones."""
        return np.array([each.stop for each in self.proposals], dtype=np.int64)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.name for each in self.proposals))

    @cached_property
    def _tints(self) -> IntArray:
        places = {name: place for place, name in enumerate(self._names)}
        return np.array([places[each.name] for each in self.proposals], dtype=np.int64)

    @cached_property
    def _opacities(self) -> FloatArray:
        scores = np.array([each.score for each in self.proposals], dtype=np.float32)
        return (WEAKEST + (STRONGEST - WEAKEST) * scores).astype(np.float32)

    @cached_property
    def _rgba(self) -> PixelArray:
        """``(S, 4)``."""
        rgb = np.array([hex_rgb(self.colour_of(name)) for name in self._names], dtype=np.uint8)
        opacity = np.rint(self._opacities * 255).astype(np.uint8)
        return np.concatenate([rgb[self._tints], opacity[:, None]], axis=1)

    def colour_of(self, name: str) -> str:
        """The colour of an action, as the model calls it."""
        return self.colours.get(name, UNKNOWN_COLOUR)

    def at(self, position: float) -> Proposal | None:
        """The one at an axis position."""
        index = int(np.searchsorted(self.starts, position, side="right")) - 1
        if index < 0 or position >= self.proposals[index].stop:
            return None
        return self.proposals[index]

    def drawing(self, view: LaneView) -> LaneDrawing:
        """Outlines that one sees through; narrow ones merged by column."""
        if not self.proposals:
            return LaneDrawing(message=self.message)
        pixels = span_pixels(self.starts, self.stops, view)
        picture = column_picture(pixels, self._rgba, np.zeros(len(self.proposals), dtype=bool))
        count = len(pixels.wide)
        blocks = Blocks(
            lefts=pixels.lefts,
            rights=pixels.rights,
            tints=self._tints[pixels.wide],
            manners=np.full(count, Manner.PROPOSED, dtype=np.uint8),
            doubtful=np.zeros(count, dtype=bool),
            noted=np.zeros(count, dtype=bool),
            opacities=self._opacities[pixels.wide],
            colours=tuple(self.colour_of(name) for name in self._names),
        )
        words = self._words(pixels.wide.tolist(), blocks, view)
        return LaneDrawing(picture=picture, blocks=blocks, words=words)

    def _words(self, wide: list[int], blocks: Blocks, view: LaneView) -> tuple[Word, ...]:
        left = np.maximum(blocks.lefts, 0.0)
        right = np.minimum(blocks.rights, view.width)
        found = []
        for index in np.flatnonzero(right - left >= NARROWEST_NAME).tolist():
            proposal = self.proposals[wide[index]]
            found.append(
                Word(
                    left=float(left[index]),
                    right=float(right[index]),
                    text=f"{proposal.name} {proposal.score:.2f}",
                    colour=self.colour_of(proposal.name),
                    opacity=float(blocks.opacities[index]),
                )
            )
        return tuple(found)

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """What is proposed there, and what to do with it."""
        del height, view
        found = self.at(position)
        if found is None:
            return ""
        span = span_words(found.start, found.stop, self.clock)
        return f"proposed: {found.name} {found.score:.2f} · {span} · A accepts, X rejects"

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where proposals begin and end."""
        return self.starts.astype(np.float64), self.stops.astype(np.float64)

    @property
    def fine_edges(self) -> DoubleArray:
        """None."""
        return NO_EDGES
