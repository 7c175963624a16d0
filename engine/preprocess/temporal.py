"""From a recording's frames to a network's and back: gaps, resampling, the map between both."""

from itertools import pairwise

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


def loop_positions(frames: int, length: int) -> DoubleArray:
    """``(frames,)`` frame numbers of a clip of ``length`` frames played over and over."""
    return (np.arange(frames) % length).astype(np.float64)


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
        centres: ``(S,)`` the recording frame on which each step is centred: ascending, or starting
            over where a short clip was repeated; then the repetitions that reach a frame are
            averaged.
        frames: ``(T,)`` recording frames asked for; beyond the first and last centre the end value
            holds.

    Returns:
        ``(T, ...)`` float32.
    """
    runs = ascending_runs(centres)
    shares = _shares_of_runs([centres[run] for run in runs], frames)
    result = np.zeros((len(frames), *values.shape[1:]), dtype=np.float32)
    for run, share in zip(runs, shares, strict=True):
        reached = np.flatnonzero(share)
        weights = share[reached].reshape(-1, *([1] * (values.ndim - 1)))
        result[reached] += weights * _spread_run(values[run], centres[run], frames[reached])
    return result


def _shares_of_runs(runs: list[DoubleArray], frames: DoubleArray) -> FloatArray:
    """``(R, T)`` how much each run counts for each frame: those count that come nearest to it."""
    gaps = np.stack([np.maximum(run[0] - frames, frames - run[-1]).clip(0) for run in runs])
    counts = gaps == gaps.min(axis=0)
    shares: FloatArray = (counts / counts.sum(axis=0)).astype(np.float32)
    return shares


def _spread_run(values: FloatArray, centres: DoubleArray, frames: DoubleArray) -> FloatArray:
    place = np.interp(frames, centres, np.arange(len(centres)))
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(centres) - 1)
    share = (place - below).astype(np.float32).reshape(-1, *([1] * (values.ndim - 1)))
    result: FloatArray = (values[below] * (1 - share) + values[above] * share).astype(np.float32)
    return result


def ascending_runs(centres: DoubleArray) -> list[slice]:
    """The steps of each repetition: a new one begins where time goes back."""
    starts = [0, *(np.flatnonzero(np.diff(centres) < 0) + 1).tolist(), len(centres)]
    return [slice(first, last) for first, last in pairwise(starts)]


def nearest_steps(centres: DoubleArray, frames: DoubleArray) -> IntArray:
    """``(T,)`` int64: the network step nearest to each recording frame.

    Of two steps as near the earlier one is taken, and so is the earlier repetition.
    """
    steps: IntArray = np.abs(frames[:, None] - centres).argmin(axis=1)
    return steps
