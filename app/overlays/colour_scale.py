"""The scale that scores are coloured with.

A path of our own through OKLCH (Ottosson, "A perceptual color space for image processing", 2020):
lightness climbs evenly from violet over blue and green to yellow, so that order is kept in grey and
for every kind of colour blindness. On bright backgrounds the scale runs the other way, because
there darker reads as stronger (as in FG-STFormer's Fig. 5).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray, read_only

STEPS = 256
SRGB_LINEAR_BELOW = 0.0031308
# lightness, chroma, hue in degrees; evenly spaced
_PATH_ON_DARK = (
    (0.42, 0.150, 300.0),
    (0.51, 0.125, 272.0),
    (0.60, 0.105, 230.0),
    (0.69, 0.110, 185.0),
    (0.78, 0.140, 150.0),
    (0.85, 0.160, 120.0),
    (0.91, 0.165, 96.0),
)
_PATH_ON_LIGHT = (
    (0.885, 0.130, 104.0),
    (0.80, 0.140, 124.0),
    (0.70, 0.120, 156.0),
    (0.59, 0.095, 195.0),
    (0.49, 0.105, 245.0),
    (0.40, 0.130, 280.0),
    (0.31, 0.135, 300.0),
)
_LMS_FROM_LAB = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_RGB_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def scale_rgba(values: NDArray[np.floating], *, on_dark: bool = True) -> FloatArray:
    """Colours of scores.

    Args:
        values: Any shape, 0..1; clipped. NaN becomes fully transparent.
        on_dark: Brighter is stronger, for dark backgrounds; otherwise darker is stronger.

    Returns:
        ``values.shape + (4,)`` float32, sRGB with opacity, 0..1.
    """
    known = np.isfinite(values)
    place = np.clip(np.where(known, values, 0.0), 0.0, 1.0) * (STEPS - 1)
    colours = scale_table(on_dark=on_dark)[np.rint(place).astype(np.intp)]
    return np.concatenate([colours, known[..., None]], axis=-1, dtype=np.float32)


@lru_cache(maxsize=2)
def scale_table(*, on_dark: bool) -> FloatArray:
    """The scale itself, weakest first: ``(STEPS, 3)`` float32, sRGB in 0..1."""
    path = np.array(_PATH_ON_DARK if on_dark else _PATH_ON_LIGHT)
    lightness, chroma, hue = path.T
    lab = np.stack(
        [lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], axis=1
    )
    knots, places = np.linspace(0, 1, len(path)), np.linspace(0, 1, STEPS)
    even = np.stack([np.interp(places, knots, channel) for channel in lab.T], axis=1)
    return read_only(srgb_from_oklab(even).astype(np.float32))


def srgb_from_oklab(lab: DoubleArray) -> DoubleArray:
    """``(N, 3)`` OKLab -> sRGB in 0..1; what no screen can show is clipped."""
    linear = np.clip((lab @ _LMS_FROM_LAB.T) ** 3 @ _RGB_FROM_LMS.T, 0.0, 1.0)
    return np.where(
        linear <= SRGB_LINEAR_BELOW, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
