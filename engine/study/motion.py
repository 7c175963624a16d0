"""How fast a person moves, and where movements begin, rest and end.

Speeds are in body sizes a second, so that they mean the same in metres, millimetres and pixels; the
size of a body is how far its joints lie from their middle.
"""

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, missing_joints
from engine.recording import Recording

SMOOTHED_S = 0.25
"""Speeds are means over about this long: shorter than any rest between movements."""
APART_S = 0.3
"""A minimum is the lowest speed within this much to either side."""
STILL = 0.15
"""Slower than this share of the upper speeds of a person, and nothing moves."""
UPPER = 0.9
"""Which share of a person's speeds lies below the upper ones."""
CHUNK = 2048
"""Frames looked at together: what fits the processor's own memory."""
SIZE_SAMPLES = 2000
"""Frames that tell how large a body is."""


def motion_minima(recording: Recording, person: int) -> IntArray:
    """Frames at which the person's speed is lowest all around: where one would cut.

    Of a rest, in which nothing moves for a while, these are its first and its last frame.

    Args:
        recording: Any length.
        person: Index into M.

    Returns:
        Frames, ascending; none where the person does not move or is not seen.
    """
    return minima_of(speeds(recording, person), float(recording.shown_fps))


def speeds(recording: Recording, person: int) -> FloatArray:
    """How fast a person moves, frame by frame, smoothed.

    Joints that are missing in a frame or the next do not count there.

    Args:
        recording: Any length.
        person: Index into M.

    Returns:
        ``(T,)`` float32, body sizes a second; NaN where nobody is seen for longer than is smoothed.
    """
    positions = recording.positions[:, person]  # (T, V, C)
    size = _body_size(positions)
    nothing = np.full(len(positions), np.nan, dtype=np.float32)
    if len(positions) == 1 or size is None:
        return nothing
    steps = _step_lengths(positions) / (size * _seconds_between(recording))
    around = np.concatenate([[np.nan], steps, [np.nan]])  # the steps before and after each frame
    half = round(SMOOTHED_S * float(recording.shown_fps)) // 2
    return _window_means(_window_means(around, 0, 1)[:-1], half, half).astype(np.float32)


def still_below(speed: FloatArray) -> float:
    """The speed below which nothing moves, in a recording with those speeds."""
    seen = speed[~np.isnan(speed)]
    if not len(seen):
        return 0.0
    place = int(UPPER * (len(seen) - 1))
    return STILL * float(np.partition(seen, place)[place])


def minima_of(speed: FloatArray, fps: float) -> IntArray:
    """The frames of :func:`motion_minima`.

    Args:
        speed: ``(T,)`` as from :func:`speeds`.
        fps: Frames a second.
    """
    moving = speed >= still_below(speed)  # False where unknown
    rests = ~moving & ~np.isnan(speed)
    edges = np.flatnonzero(rests & ~(_before(rests) & _after(rests)))
    reach = max(round(APART_S * fps), 1)
    level = np.where(np.isnan(speed), np.inf, speed)
    lowest = moving.copy()
    for shift in range(1, reach + 1):
        lowest[shift:] &= level[shift:] < level[:-shift]
        lowest[:-shift] &= level[:-shift] <= level[shift:]
        lowest[:shift] = lowest[-shift:] = False
    return np.union1d(edges, np.flatnonzero(lowest)).astype(np.int64)


def _before(flags: BoolArray) -> BoolArray:
    """Each frame's flag in the frame before; False before the first."""
    return np.concatenate([[False], flags[:-1]])


def _after(flags: BoolArray) -> BoolArray:
    return np.concatenate([flags[1:], [False]])


def _body_size(positions: FloatArray) -> float | None:
    """How far joints ``(T, V, C)`` lie from their middle, usually; None where nothing is seen."""
    some = positions[:: max(len(positions) // SIZE_SAMPLES, 1)]
    seen = ~missing_joints(some)
    counts = seen.sum(axis=1)
    enough = counts > positions.shape[1] // 2
    if not enough.any():
        enough = counts > 1
    if not enough.any():
        return None
    some, weights = some[enough], seen[enough][..., np.newaxis]
    some = np.where(weights, some, 0.0)
    counts = counts[enough][:, np.newaxis]
    middles = some.sum(axis=1) / counts
    apart = np.where(weights, some - middles[:, np.newaxis], 0.0)
    squares = (apart**2).sum(axis=(1, 2)) / counts[:, 0]
    size = float(np.sqrt(np.median(squares)))
    return size if size > 0 else None


def _step_lengths(positions: FloatArray) -> DoubleArray:
    """How far joints ``(T, V, C)`` move from each frame to the next on average: ``(T - 1,)``."""
    lengths = np.full(len(positions) - 1, np.nan)
    for start in range(0, len(lengths), CHUNK):
        some = positions[start : start + CHUNK + 1]
        apart = np.diff(some, axis=0)
        squares = np.einsum("tvc,tvc->tv", apart, apart)  # NaN where either is missing
        unknown = np.isnan(squares)
        moved = np.sqrt(squares)
        moved[unknown] = 0
        counts = positions.shape[1] - np.count_nonzero(unknown, axis=1)
        np.divide(
            moved.sum(axis=1, dtype=np.float64),
            counts,
            out=lengths[start : start + CHUNK],
            where=counts > 0,
        )
    return lengths


def _seconds_between(recording: Recording) -> DoubleArray | float:
    """Seconds from each frame to the next: ``(T - 1,)``, or one number where they are even."""
    if recording.timestamps is None:
        return float(1 / recording.shown_fps)
    between = np.diff(recording.timestamps)
    usual = float(1 / recording.shown_fps)
    return np.where(between > 0, between, usual)


def _window_means(values: DoubleArray, before: int, after: int) -> DoubleArray:
    """Means over so many values before and after each, of those that are known: ``(T,)``."""
    known = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    places = np.arange(len(values))
    low = np.maximum(places - before, 0)
    high = np.minimum(places + after + 1, len(values))
    number = counts[high] - counts[low]
    total = sums[high] - sums[low]
    return np.divide(total, number, out=np.full(len(values), np.nan), where=number > 0)
