"""One lane as SVG elements, from its drawing. No Qt."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.colours import Colours
from app.exporting.png import data_url
from app.exporting.svg import element, fitted_text, text, titled
from app.exporting.svg_blocks import block_parts, nothing_pattern
from app.lanes.base import Curve, LaneDrawing, Look, PixelArray, RowName, Word, hex_rgb

HATCH_ID, DIFFER_ID = "not-seen", "differ"
DIFFER_COLOURS = ("#ff5d47", "#c9271a")
"""On dark and on light."""
WORD_PX, SMALL_PX = 12.0, 10.0
WORD_LEFT, WORD_RIGHT = 8.0, 4.0
LETTERS = ("#10131a", "#f2f4f8")
"""On bright cells, on dark ones."""
CORNER = 3.0
HEAT_ROWS = 6
"""Pixels of a row of heat: programs that smooth pictures then blur little of it."""
AGREE_PX = 2.0
FOOT_PX = 4.0
UNSURE = 0.45
LEAST_LINE_SHARE = 0.8
"""Part of a line's height that the name of some rows needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlace:
    """Where a lane lies."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


def patterns(colours: Colours, *, is_dark: bool) -> str:
    """Hatchings: of where nobody is seen, and of where models differ."""
    red = DIFFER_COLOURS[0 if is_dark else 1]
    gaps = _hatching(HATCH_ID, 6, colours.base, colours.faint, 1.0)
    return gaps + _hatching(DIFFER_ID, 7, red, colours.base, 0.55) + nothing_pattern(colours)


def _hatching(name: str, step: float, ground: str, lines: str, opacity: float) -> str:
    return element(
        "pattern",
        element("rect", width=step, height=step, fill=ground)
        + element("path", d=f"M0 0V{step}", stroke=lines, stroke_width=2.4, stroke_opacity=opacity),
        id=name,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def lane_parts(
    drawing: LaneDrawing, place: LanePlace, colours: Colours, *, is_dark: bool
) -> list[str]:
    """A lane's ground and all that its drawing has, in the order in which it lies."""
    parts = [
        element(
            "rect", x=place.left, y=place.top, width=place.width, height=place.height, rx=CORNER,
            fill=colours.base,
        )
    ]  # fmt: skip
    if drawing.message:
        parts.append(
            text(drawing.message, place.left + 10, place.top + place.height / 2 + 4,
                 font_size=SMALL_PX, fill=colours.muted)
        )  # fmt: skip
    if drawing.picture is not None:
        parts += _picture(drawing.picture, place)
    if drawing.foot is not None:
        low = LanePlace(
            left=place.left, top=place.top + place.height - FOOT_PX, width=place.width,
            height=FOOT_PX,
        )  # fmt: skip
        parts += _cells(drawing.foot, low, "foot")
    if drawing.blocks is not None:
        parts += block_parts(drawing.blocks, place, colours)
    if drawing.looks is not None:
        parts += _looks(drawing.looks, place, colours)
    if drawing.curve is not None:
        parts += _curve(drawing.curve, place, colours)
    parts += _row_names(drawing.row_names, place, colours, page="#1c1f25" if is_dark else "#ffffff")
    parts += [_word(word, place, colours) for word in drawing.words]
    return parts


def runs_of(values: NDArray[np.generic]) -> Iterator[tuple[int, int]]:
    """Half-open stretches of equal neighbours of ``(W,)`` or ``(W, C)``."""
    rows = values.reshape(len(values), -1)
    changes = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1
    edges = [0, *changes.tolist(), len(values)]
    yield from pairwise(edges)


def _picture(picture: PixelArray, place: LanePlace) -> Iterator[str]:
    """Cells as rectangles; heat as a picture with sharp pixels."""
    if len(picture) > 1:
        yield element(
            "image", x=place.left, y=place.top, width=place.width, height=place.height,
            preserveAspectRatio="none", style="image-rendering:pixelated",
            href=data_url(np.repeat(picture, HEAT_ROWS, axis=0)), class_="heat",
        )  # fmt: skip
        return
    inside = replace(place, top=place.top + 2, height=place.height - 4)
    yield from _cells(picture, inside, "cell")


def _cells(picture: PixelArray, place: LanePlace, what: str) -> Iterator[str]:
    """Neighbouring columns of one colour as one rectangle."""
    for first, last in runs_of(picture[0]):
        red, green, blue, opacity = (int(each) for each in picture[0, first])
        if opacity:
            yield element(
                "rect", x=place.left + first, y=place.top, width=last - first,
                height=place.height, fill=f"#{red:02x}{green:02x}{blue:02x}",
                fill_opacity=opacity / 255, class_=what,
            )  # fmt: skip


def _looks(looks: NDArray[np.uint8], place: LanePlace, colours: Colours) -> Iterator[str]:
    for first, last in runs_of(looks):
        look, x, width = Look(int(looks[first])), place.left + first, last - first
        if look is Look.AGREE:
            middle = place.top + (place.height - AGREE_PX) / 2
            yield element(
                "rect", x=x, y=middle, width=width, height=AGREE_PX, fill=colours.faint,
                class_="agree",
            )  # fmt: skip
        elif look is not Look.NOTHING:
            yield element(
                "rect", x=x, y=place.top, width=width, height=place.height,
                fill=f"url(#{DIFFER_ID})", opacity=1.0 if look is Look.DIFFER else UNSURE,
                class_="differ",
            )  # fmt: skip


def _curve(curve: Curve, place: LanePlace, colours: Colours) -> Iterator[str]:
    """A line along the highest, the range below it denser, all of it filled to the foot."""
    is_known = np.isfinite(curve.high)
    inside = place.height - 3
    for first, last in runs_of(is_known):
        if not is_known[first]:
            continue
        x = place.left + np.arange(first, last) + 0.5
        foot = place.top + place.height - 1
        high = foot - curve.high[first:last] * inside
        low = foot - curve.low[first:last] * inside
        line = _points(x, high)
        body = f"M{x[0]:.1f} {foot:.1f}L{line}L{x[-1]:.1f} {foot:.1f}Z"
        yield element("path", d=body, fill=colours.muted, fill_opacity=0.25)
        if (low - high).max(initial=0.0) > 1:
            back = _points(x[::-1], low[::-1])
            yield element("path", d=f"M{line}L{back}Z", fill=colours.muted, fill_opacity=0.4)
        yield element(
            "path", d=f"M{line}", fill="none", stroke=colours.muted, stroke_width=1.3,
            stroke_linejoin="round", class_="curve",
        )  # fmt: skip


def _points(x: NDArray[np.floating], y: NDArray[np.floating]) -> str:
    return "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def _row_names(
    names: tuple[RowName, ...], place: LanePlace, colours: Colours, *, page: str
) -> Iterator[str]:
    for number, name in enumerate(names):
        top = place.top + place.height * name.top
        height = place.height * (name.bottom - name.top)
        if number:
            yield element("line", x1=place.left, y1=top, x2=place.right, y2=top, stroke=page)
        if height >= SMALL_PX * LEAST_LINE_SHARE:
            yield text(
                name.text, place.left - 12, top + height / 2 + 0.36 * SMALL_PX,
                text_anchor="end", font_size=SMALL_PX, fill=colours.muted, class_="rows",
            )  # fmt: skip


def _word(word: Word, place: LanePlace, colours: Colours) -> str:
    """An action's name in its stretch: smaller, then shorter, where there is little room."""
    left = min(WORD_LEFT, 0.15 * (word.right - word.left))
    room = word.right - word.left - left - min(WORD_RIGHT, left)
    size = WORD_PX if fitted_text(word.text, WORD_PX, room) == word.text else SMALL_PX
    shown = fitted_text(word.text, size, room)
    said = text(
        shown, place.left + word.left + left, place.top + place.height / 2 + 0.36 * size,
        font_size=size, font_weight="500", fill=_letters(word, colours), class_="action",
    )  # fmt: skip
    return said if shown == word.text else said.replace("</text>", f"{titled(word.text)}</text>")


def _letters(word: Word, colours: Colours) -> str:
    """The one of two colours that stands out more from the cell."""
    if word.opacity == 0:
        return colours.muted
    over, below = (np.array(hex_rgb(each)) / 255 for each in (word.colour, colours.base))
    seen = over * word.opacity + below * (1 - word.opacity)
    return LETTERS[0] if _contrast(LETTERS[0], seen) >= _contrast(LETTERS[1], seen) else LETTERS[1]


def _contrast(colour: str, seen: NDArray[np.float64]) -> float:
    """Contrast ratio of a colour on another, 1 to 21 (WCAG 2.2)."""
    bright, dark = sorted((_luminance(np.array(hex_rgb(colour)) / 255), _luminance(seen)))[::-1]
    return (bright + 0.05) / (dark + 0.05)


def _luminance(rgb: NDArray[np.float64]) -> float:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004  sRGB's knee
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
