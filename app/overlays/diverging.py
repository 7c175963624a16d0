"""The scale for what can be for or against: blue below nought, orange above it.

Blue and orange stay apart for every kind of colour blindness, and both ends differ from nought in
lightness alone too. A path of our own through OKLCH, as for the scale of scores; nought is a quiet
grey that sinks into the background.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.overlays.colour_scale import STEPS, srgb_from_oklab
from engine.arrays import FloatArray, read_only

# lightness, chroma, hue in degrees; from -1 to 1, evenly spaced
_ON_DARK = (
    (0.80, 0.125, 235.0),
    (0.62, 0.125, 245.0),
    (0.36, 0.012, 260.0),
    (0.66, 0.135, 58.0),
    (0.82, 0.150, 68.0),
)
_ON_LIGHT = (
    (0.43, 0.135, 252.0),
    (0.62, 0.110, 245.0),
    (0.88, 0.008, 260.0),
    (0.68, 0.130, 60.0),
    (0.50, 0.125, 50.0),
)


def diverging_rgba(values: NDArray[np.floating], *, on_dark: bool) -> FloatArray:
    """Colours of signed weights.

    Args:
        values: Any shape, -1..1; clipped. NaN becomes fully transparent.
        on_dark: For dark backgrounds, where brighter is stronger.

    Returns:
        ``values.shape + (4,)`` float32, sRGB with opacity, 0..1.
    """
    known = np.isfinite(values)
    place = (np.clip(np.where(known, values, 0.0), -1.0, 1.0) + 1.0) / 2 * (STEPS - 1)
    colours = diverging_table(on_dark=on_dark)[np.rint(place).astype(np.intp)]
    return np.concatenate([colours, known[..., None]], axis=-1, dtype=np.float32)


@lru_cache(maxsize=2)
def diverging_table(*, on_dark: bool) -> FloatArray:
    """The scale itself, from -1 to 1: ``(STEPS, 3)`` float32, sRGB in 0..1."""
    path = np.array(_ON_DARK if on_dark else _ON_LIGHT)
    lightness, chroma, hue = path.T
    lab = np.stack(
        [lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], axis=1
    )
    knots, places = np.linspace(-1, 1, len(path)), np.linspace(-1, 1, STEPS)
    even = np.stack([np.interp(places, knots, channel) for channel in lab.T], axis=1)
    return read_only(srgb_from_oklab(even).astype(np.float32))
