"""From a recording's frames to a network's and back: gaps, resampling, the map between both."""

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray, missing_joints


def fill_gaps(positions: FloatArray) -> FloatArray:
    """Fill missing joints in time: linear between sightings, held at the ends.

    A joint that is never seen takes the mean of the person's visible joints in each frame; a person
    never seen becomes all zero.

    Args:
        positions: ``(T, M, V, C)`` float32, NaN where missing.

    Returns:
        ``(T, M, V, C)`` float32 without NaN, a new array.
    """
    filled = np.array(positions, dtype=np.float32)
    missing = missing_joints(filled)
    if not missing.any():
        return filled
    frames = np.arange(len(filled))
    for person, joint in np.argwhere(missing.any(axis=0)):
        seen = np.flatnonzero(~missing[:, person, joint])
        if len(seen) == 0:
            continue
        for channel in range(filled.shape[-1]):
            track = filled[:, person, joint, channel]
            filled[:, person, joint, channel] = np.interp(frames, seen, track[seen])
    never = missing_joints(filled)[..., np.newaxis]
    counts = (~never).sum(axis=2, keepdims=True)
    sums = np.where(never, 0, filled).sum(axis=2, keepdims=True)
    return np.where(never, sums / np.maximum(counts, 1), filled).astype(np.float32)


def sample_positions(frames: int, start: float, stop: float) -> DoubleArray:
    """``(frames,)`` evenly spaced fractional frame numbers, ``start`` and ``stop`` included."""
    return np.linspace(start, stop, frames)


def resample(positions: FloatArray, at: DoubleArray) -> FloatArray:
    """Linear interpolation in time.

    Args:
        positions: ``(T, M, V, C)`` float32 without NaN.
        at: ``(S,)`` fractional frame numbers in ``0 .. T - 1``.

    Returns:
        ``(S, M, V, C)`` float32.
    """
    below = np.clip(np.floor(at).astype(np.int64), 0, len(positions) - 1)
    above = np.minimum(below + 1, len(positions) - 1)
    share = (at - below).astype(np.float32)[:, None, None, None]
    result: FloatArray = positions[below] * (1 - share) + positions[above] * share
    return result


def spread_steps(values: FloatArray, centres: DoubleArray, frames: DoubleArray) -> FloatArray:
    """Bring values at a network's time steps back to recording frames by linear interpolation.

    Args:
        values: ``(S, ...)`` one slice a step.
        centres: ``(S,)`` ascending: the recording frame on which each step is centred.
        frames: ``(T,)`` recording frames asked for; beyond the first and last centre the end value
            holds.

    Returns:
        ``(T, ...)`` float32.
    """
    place = np.interp(frames, centres, np.arange(len(centres)))
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(centres) - 1)
    share = (place - below).astype(np.float32).reshape(-1, *([1] * (values.ndim - 1)))
    result: FloatArray = (values[below] * (1 - share) + values[above] * share).astype(np.float32)
    return result


def nearest_steps(centres: DoubleArray, frames: DoubleArray) -> IntArray:
    """``(T,)`` int64: the network step nearest to each recording frame."""
    place = np.interp(frames, centres, np.arange(len(centres)))
    return np.rint(place).astype(np.int64)
