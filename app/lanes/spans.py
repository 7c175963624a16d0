"""Spans on the axis as pixels: wide ones one by one, narrow ones merged into columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.lanes.base import LaneView, PixelArray
from engine.arrays import BoolArray, DoubleArray, IntArray

NARROWEST_BLOCK = 16.0
"""Pixels: narrower spans are columns of a picture, wider ones are painted one by one."""
NARROWEST_WITH_ENDS = 4
"""Pixel columns: narrower spans are all of one colour."""
NONE = -1
DOUBT_RGBA = (240, 176, 74, 255)
ROWS = 12
"""Of the picture: the first and the last stay free, the second tells of doubts."""
END_SHADE = 0.6
"""How bright the ends of a span are, compared with what is between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanPixels:
    """Where spans lie on a strip."""

    wide: NDArray[np.intp]
    """``(B,)`` which are wide enough for a block of their own, ascending."""
    lefts: DoubleArray
    rights: DoubleArray
    """``(B,)`` pixels."""
    columns: NDArray[np.intp]
    """``(W,)`` which narrow one each pixel column shows; -1 for none."""
    is_end: BoolArray
    """``(W,)`` whether it is the first or last column of one that has ends."""


def span_pixels(starts: IntArray, stops: IntArray, view: LaneView) -> SpanPixels:
    """Lay out spans that do not overlap.

    A span narrower than a pixel still takes one, unless its neighbours take it; of several in a
    column one is shown. So there are never more entries than columns, however many spans there are.

    Args:
        starts: ``(S,)`` first frames, ascending.
        stops: ``(S,)`` frames after the last ones, ascending.
        view: How it is looked at.
    """
    span, width = view.span, view.width
    first = int(np.searchsorted(stops, span.first, side="right"))
    last = int(np.searchsorted(starts, span.last, side="left"))
    seen = np.arange(first, max(first, last))
    scale = width / span.frames
    lefts = ((starts[seen] - span.first) * scale).astype(np.float64)
    rights = ((stops[seen] - span.first) * scale).astype(np.float64)
    is_wide = rights - lefts >= NARROWEST_BLOCK
    columns, is_end = _columns(seen[~is_wide], lefts[~is_wide], rights[~is_wide], width)
    return SpanPixels(
        wide=seen[is_wide],
        lefts=lefts[is_wide],
        rights=rights[is_wide],
        columns=columns,
        is_end=is_end,
    )


def _columns(
    narrow: NDArray[np.intp], lefts: DoubleArray, rights: DoubleArray, width: int
) -> tuple[NDArray[np.intp], BoolArray]:
    """Which of some narrow spans each column shows, and where they end."""
    columns = np.full(width, NONE, dtype=np.intp)
    is_end = np.zeros(width, dtype=bool)
    if not len(narrow):
        return columns, is_end
    first = np.clip(np.rint(lefts), 0, width - 1).astype(np.intp)
    last = np.clip(np.rint(rights), first + 1, width).astype(np.intp)
    wide = last - first
    before = np.cumsum(wide) - wide
    place = np.arange(int(wide.sum())) - np.repeat(before - first, wide)
    columns[place] = np.repeat(narrow, wide)
    has_ends = wide >= NARROWEST_WITH_ENDS
    is_end[first[has_ends]] = True
    is_end[last[has_ends] - 1] = True
    return columns, is_end


def column_picture(pixels: SpanPixels, rgba: PixelArray, doubts: BoolArray) -> PixelArray | None:
    """The narrow spans as a picture; None where there are none.

    Args:
        pixels: Where they lie.
        rgba: ``(S, 4)`` of each span.
        doubts: ``(S,)`` which bear the mark of doubt.

    Returns:
        ``(ROWS, W, 4)``.
    """
    shown = np.flatnonzero(pixels.columns != NONE)
    if not len(shown):
        return None
    index = pixels.columns[shown]
    colours = rgba[index]
    ends = pixels.is_end[shown]
    colours[ends, :3] = (colours[ends, :3] * END_SHADE).astype(np.uint8)
    picture = np.zeros((ROWS, len(pixels.columns), 4), dtype=np.uint8)
    picture[1:-1, shown] = colours
    picture[1, shown[doubts[index]]] = DOUBT_RGBA
    return picture
