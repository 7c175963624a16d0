"""Colours seen through, letters that stand out, arrays as pictures."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.lanes.base import Curve, Look, PixelArray

SRGB_KNEE = 0.04045
"""Where sRGB's curve turns into a straight line."""
AGREE_LINE = 2
HATCH_STEP, HATCH_WIDTH = 7, 2
"""Pixels from one line of a hatching to the next, and those that it is wide."""
BLOCK_OPACITY, HATCH_OPACITY, UNSURE_SHARE = 0.78, 0.3, 0.45
BODY_OPACITY, RANGE_OPACITY = 0.25, 0.45
"""Of what is below a curve, and of the range that it has within a column."""


def blended(over: QColor, below: QColor, opacity: float) -> QColor:
    """What is seen of a colour painted over another."""
    return QColor.fromRgbF(
        over.redF() * opacity + below.redF() * (1 - opacity),
        over.greenF() * opacity + below.greenF() * (1 - opacity),
        over.blueF() * opacity + below.blueF() * (1 - opacity),
    )


def luminance(colour: QColor) -> float:
    """Relative luminance of a colour, 0 for black to 1 for white (WCAG 2.2)."""
    return _luminance(colour.red(), colour.green(), colour.blue())


@lru_cache(maxsize=4096)
def _luminance(red: int, green: int, blue: int) -> float:
    """Of bytes; asked for with every word that is painted on a colour."""
    shares = [byte / 255 for byte in (red, green, blue)]
    linear = [
        share / 12.92 if share <= SRGB_KNEE else ((share + 0.055) / 1.055) ** 2.4
        for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: float, second: float) -> float:
    """Contrast ratio of two luminances, 1 to 21 (WCAG 2.2)."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def with_opacity(colour: QColor, opacity: float) -> QColor:
    """The same colour, seen through."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def image_of(pixels: PixelArray) -> QImage:
    """``(R, W, 4)`` RGBA as a picture of its own."""
    rows, columns = pixels.shape[:2]
    whole = np.ascontiguousarray(pixels)
    image = QImage(whole.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    return image.copy()  # the pixels belong to numpy


def curve_pixels(curve: Curve, height: int, colour: QColor) -> PixelArray:
    """A curve as a picture, one pixel a column, with soft edges.

    Args:
        curve: Shares of the height.
        height: Rows of the picture.
        colour: Of the line; what is below it is the same, seen through.
    """
    high = np.where(np.isfinite(curve.high), curve.high, -1.0) * height
    low = np.where(np.isfinite(curve.low), curve.low, -1.0) * height
    between = (high[:-1] + high[1:]) / 2
    halfway = np.stack([high, np.append(high[:1], between), np.append(between, high[-1:])])
    rows = height - 0.5 - np.arange(height)[:, None]  # heights of the rows' middles
    line = np.maximum(rows - halfway.max(axis=0), halfway.min(axis=0) - rows)
    shares = np.clip(1.2 - np.maximum(line, 0.0), 0.0, 1.0)
    shares = np.maximum(shares, RANGE_OPACITY * np.clip(high - rows + 0.5, 0, 1) * (rows >= low))
    shares = np.maximum(shares, BODY_OPACITY * np.clip(high - rows + 0.5, 0, 1))
    pixels = np.empty((height, len(high), 4), dtype=np.uint8)
    pixels[..., :3] = colour.red(), colour.green(), colour.blue()
    pixels[..., 3] = np.rint(shares * 255 * np.isfinite(curve.high))
    return pixels


def look_pixels(
    looks: NDArray[np.uint8], height: int, colours: tuple[QColor, QColor]
) -> PixelArray:
    """Blocks and lines as a picture: shapes tell them apart, colours help.

    Args:
        looks: ``(W,)`` a ``Look`` for each column.
        height: Rows of the picture.
        colours: Of lines, and of blocks.
    """
    rows, columns = np.arange(height)[:, None], np.arange(len(looks))[None]
    is_hatch = (rows + columns) % HATCH_STEP < HATCH_WIDTH
    is_edge = (rows < AGREE_LINE) | (rows >= height - AGREE_LINE)
    block = np.where(is_edge, 1.0, np.where(is_hatch, HATCH_OPACITY, BLOCK_OPACITY))
    middle = (height - AGREE_LINE) // 2
    line = (rows >= middle) & (rows < middle + AGREE_LINE)
    unsure = looks == Look.DIFFER_UNSURE
    differ = unsure | (looks == Look.DIFFER)
    opacity = np.where(differ, block * np.where(unsure, UNSURE_SHARE, 1.0), 0.0)
    opacity = np.where((looks == Look.AGREE) & line, 1.0, opacity)
    pixels = np.empty((height, len(looks), 4), dtype=np.uint8)
    quiet, loud = (np.array([c.red(), c.green(), c.blue()], np.uint8) for c in colours)
    pixels[..., :3] = np.where(differ[None, :, None], loud, quiet)
    pixels[..., 3] = np.rint(opacity * 255)
    return pixels
