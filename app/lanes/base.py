"""What a lane is: something laid along the time axis, drawn from numbers, read under the pointer.

No Qt: a lane is asked for a :class:`LaneDrawing`, which the timeline paints and an exporter can
write. A drawing has one entry a pixel column or less, however long the recording is: lanes keep
levels of detail (``app.lanes.detail``), made in another thread when they are built.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.timeline_model import TimeSpan
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray

PixelArray = NDArray[np.uint8]
"""``(R, W, 4)`` RGBA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """How the lanes are looked at."""

    span: TimeSpan
    width: int
    """Pixel columns."""
    is_on_dark: bool = True
    threshold: float = 0.0
    """An answer less probable than this counts as none of these."""

    def x_of(self, position: float) -> float:
        """Where an axis position lies."""
        return self.span.x_of(position, self.width)


class Look(IntEnum):
    """What a stretch of a lane says by its shape, not by its colour alone."""

    NOTHING = 0
    AGREE = 1
    """A thin line."""
    DIFFER_UNSURE = 2
    """A full, hatched block, faint: at least one answer lies below the threshold."""
    DIFFER = 3
    """A full, hatched block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Text inside a stretch of a lane, drawn where it fits."""

    left: float
    right: float
    text: str
    colour: str
    """``#rrggbb`` of what it stands on."""
    opacity: float
    """Of that colour; 0 for text on the bare lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Values by pixel column, as shares of the lane's height; NaN where there are none."""

    low: FloatArray
    """``(W,)`` the smallest within each column."""
    high: FloatArray
    """``(W,)`` the largest."""


class Manner(IntEnum):
    """Who says that something happens in a block of a lane, and what."""

    SAID = 0
    """A person: full, with crisp edges to take hold of."""
    NOTHING = 1
    """A person: it is reviewed, and nothing happens; hatched quietly."""
    PROPOSED = 2
    """A model, and nobody has said yes or no: an outline, seen through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Segments that are wide enough to have two ends; at most one begins in a pixel column."""

    lefts: DoubleArray
    """``(B,)`` pixels, ascending; may lie outside what is seen."""
    rights: DoubleArray
    """``(B,)``."""
    tints: IntArray
    """``(B,)`` index into the colours."""
    manners: NDArray[np.uint8]
    """``(B,)`` a ``Manner`` each."""
    doubtful: BoolArray
    """``(B,)``."""
    noted: BoolArray
    """``(B,)`` somebody has written something about it."""
    opacities: FloatArray
    """``(B,)`` of those that are proposed."""
    colours: tuple[str, ...]
    """``#rrggbb``."""

    def __len__(self) -> int:
        """B."""
        return len(self.lefts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowName:
    """The name of some rows of a lane, beside them."""

    top: float
    bottom: float
    """Shares of the lane's height."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneDrawing:
    """What a lane shows; all parts that are there are drawn over each other in this order."""

    picture: PixelArray | None = None
    """Its rows are stretched over the lane's height, its columns are pixels."""
    foot: PixelArray | None = None
    """``(1, W, 4)`` a thin line along the lane's foot: answers that are no action."""
    looks: NDArray[np.uint8] | None = None
    """``(W,)`` a ``Look`` for each pixel column."""
    curve: Curve | None = None
    blocks: Blocks | None = None
    words: tuple[Word, ...] = ()
    row_names: tuple[RowName, ...] = ()
    message: str = ""
    """Why the lane is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneShape:
    """How high a lane is: lines of text and pixels."""

    lines: float
    pixels: int = 0
    dense_lines: float = 0.0
    dense_pixels: int = 0
    """What is left of both where room is scarce."""
    is_elastic: bool = False
    """Whether it takes the height that nobody needs."""

    def height(self, line: int, *, is_dense: bool = False) -> int:
        """Pixels, for a line of text of some height."""
        if is_dense:
            return round(self.dense_lines * line) + self.dense_pixels
        return round(self.lines * line) + self.pixels


class Lane(Protocol):
    """One lane of one person."""

    @property
    def kind(self) -> str:
        """Id of its row in ``app.lanes.LANES``."""
        ...

    @property
    def person(self) -> int:
        """Index of the person that it is about."""
        ...

    @property
    def name(self) -> str:
        """In the left column."""
        ...

    @property
    def remark(self) -> str:
        """A quiet second word: which model, what unit."""
        ...

    @property
    def shape(self) -> LaneShape:
        """Its height."""
        ...

    def drawing(self, view: LaneView) -> LaneDrawing:
        """What is seen of it."""
        ...

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """What lies at an axis position and a share of the lane's height; empty for nothing."""
        ...

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Ascending axis positions that the playhead can snap to."""
        ...

    @property
    def fine_edges(self) -> DoubleArray:
        """More of them, for when they are far apart: where windows meet."""
        ...


NO_EDGES: DoubleArray = np.zeros(0, dtype=np.float64)


def hex_rgb(colour: str) -> tuple[int, int, int]:
    """The three bytes of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
