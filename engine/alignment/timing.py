"""Which moment of the second recording belongs to each frame of the first."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.alignment.pairing import Body, Pair
from engine.alignment.warping import (
    Corridor,
    Ends,
    OnProgress,
    Poses,
    ShouldStop,
    cheapest_path,
    corridor_costs,
    known_or,
    met_steps,
    never,
    nothing_to_tell,
)
from engine.arrays import DoubleArray, FloatArray
from engine.errors import EngineError

FASTEST_HZ = 30.0
"""Steps a second are at most so many: what moves faster than that is noise to time warping."""
MOST_PAIRS = 1_500_000
"""Pairs of steps in the first, coarse pass over everything."""
MOST_STEPS = 60_000
"""Steps of both together, in any pass."""
FINER = 4
"""How much finer each further pass is, near the path of the pass before."""
NEAR = 3.0
"""Steps of the pass before by which a finer path may leave it."""
BAND_SHARE = 0.4
"""Reach of the adjustment window, as a part of the shorter sequence."""
LEFT_OUT_SHARE = 0.25
"""Of the shorter sequence, at each end, at most; of the longer one as much as it likes."""
FAIR = 1.8
"""A step of the longer sequence is matched where that costs up to so many times what the shorter
one's steps cost at best. Of 0.5 to 2.6 this finds actions best that another person of NW-UCLA does
between two other ones; positions alone do that better than positions with velocities."""
SMOOTHED_S = 0.2
"""Width over which the steps of the path are evened out."""
FEWEST_STEPS = 2


class By(Enum):
    """How two recordings are laid in time upon each other."""

    START = "start"
    """Both begin together and run at the same rate in seconds."""
    STRETCHED = "stretched"
    """They begin and end together: one is slowed down evenly."""
    MOVEMENT = "movement"
    """What is done alike falls together (dynamic time warping)."""


def met_frames(
    pair: Pair,
    by: By,
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> DoubleArray:
    """For each frame of the first recording the frame of the second.

    Recordings begin with the first frame in which the person is seen, and end with the last.

    Args:
        pair: Both persons.
        by: How.
        on_progress: Told the share done; only by movement takes long.
        should_stop: Asked again and again.

    Returns:
        ``(T1,)`` float64, fractional, ascending or level; NaN where there is no such moment.

    Raises:
        StoppedError: It was stopped.
        EngineError: By movement, and one of them is seen in a single frame only.
    """
    if by is By.MOVEMENT:
        return _by_movement(pair, on_progress, should_stop)
    ours, theirs = pair.first.performer.seconds, pair.second.performer.seconds
    (start, stop), (begin, end) = pair.first.span, pair.second.span
    passed = ours - ours[start]
    if by is By.STRETCHED:
        whole, other = ours[stop] - ours[start], theirs[end] - theirs[begin]
        passed = passed * (other / whole if whole > 0 else 1.0)
    return _frames_at(theirs, theirs[begin] + passed, (begin, end))


def _frames_at(seconds: DoubleArray, wanted: DoubleArray, span: tuple[int, int]) -> DoubleArray:
    """Fractional frames at some seconds; NaN outside a span of frames."""
    begin, end = span
    slack = 1e-6
    inside = (wanted >= seconds[begin] - slack) & (wanted <= seconds[end] + slack)
    frames = np.interp(wanted, seconds[begin : end + 1], np.arange(begin, end + 1))
    return np.where(inside, frames, np.nan)


# by movement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """A body that is looked at evenly in time."""

    body: Body
    poses: FloatArray
    """``(T, J, 3)`` held by its anchor, in body sizes; NaN where missing."""
    begin_s: float
    end_s: float

    def steps_s(self, rate: float) -> DoubleArray:
        """Moments, so many a second."""
        count = int((self.end_s - self.begin_s) * rate + 1e-6) + 1
        return self.begin_s + np.arange(count) / rate

    def at(self, rate: float) -> Poses:
        """The body at those moments."""
        frames = np.interp(
            self.steps_s(rate), self.body.performer.seconds, np.arange(len(self.poses))
        )
        return Poses.of(between_frames(self.poses, frames))


def between_frames(values: FloatArray, frames: DoubleArray) -> FloatArray:
    """Straight lines between frames.

    Args:
        values: ``(T, ..., C)`` float32, NaN where missing.
        frames: ``(S,)`` fractional, 0 .. T - 1; NaN for nothing.

    Returns:
        ``(S, ..., C)`` float32. Between two frames of which one is missing it is the other one, as
        far as that is the nearer; else NaN.
    """
    known = np.isfinite(frames)
    at = np.clip(np.where(known, frames, 0.0), 0, len(values) - 1)
    low = np.floor(at).astype(np.intp)
    high = np.minimum(low + 1, len(values) - 1)
    share = (at - low).astype(np.float32).reshape(-1, *(1,) * (values.ndim - 1))
    before, after = values[low], values[high]
    made = before + share * (after - before)
    nearer = np.where(share < 0.5, before, after)  # noqa: PLR2004  half way
    made = np.where(np.isnan(made), nearer, made)
    made[~known] = np.nan
    return made.astype(np.float32, copy=False)


def _track(body: Body, size: float) -> _Track:
    """A body held by its anchor, in body sizes."""
    held = body.joints - body.anchors[:, None]
    seconds = body.performer.seconds
    begin, end = body.span
    return _Track(
        body=body,
        poses=(held / np.float32(max(size, 1e-9))).astype(np.float32),
        begin_s=float(seconds[begin]),
        end_s=float(seconds[end]),
    )


def _by_movement(pair: Pair, on_progress: OnProgress, should_stop: ShouldStop) -> DoubleArray:
    size = pair.first.height
    first, second = _track(pair.first, size), _track(pair.second, size / pair.ratio)
    lengths = first.end_s - first.begin_s, second.end_s - second.begin_s
    if min(lengths) <= 0:
        raise EngineError(
            "one of the persons is seen in a single frame only, which has no movement; "
            "align by start"
        )
    rates = _rates(pair, lengths)
    met = np.zeros(0)
    for number, rate in enumerate(rates):
        before = sum(rates[:number])  # a pass takes time by its steps

        def tell(share: float, before: float = before, rate: float = rate) -> None:
            on_progress((before + share * rate) / sum(rates))

        poses = first.at(rate), second.at(rate)
        corridor = (
            _first_corridor(*(len(each) for each in poses))
            if number == 0
            else _near(met, rates[number - 1], rate, poses)
        )
        met = _warped(poses, corridor, turns=not pair.is_flat, tell=tell, should_stop=should_stop)
    on_progress(1.0)
    return _frames_of_steps(met, rates[-1], first, second)


def _rates(pair: Pair, lengths: tuple[float, float]) -> tuple[float, ...]:
    """Steps a second of each pass, coarse to fine."""
    fps = max(float(body.performer.recording.shown_fps) for body in (pair.first, pair.second))
    finest = min(fps, FASTEST_HZ, MOST_STEPS / sum(lengths))
    coarse = min(finest, float(np.sqrt(MOST_PAIRS / (lengths[0] * lengths[1]))))
    rates = [coarse]
    while rates[-1] < finest * 0.999:
        rates.append(min(rates[-1] * FINER, finest))
    return tuple(rates)


def _first_corridor(num_first: int, num_second: int) -> Corridor:
    reach = max(BAND_SHARE * min(num_first, num_second), FEWEST_STEPS)
    return Corridor.band(num_first, num_second, reach)


def _near(met: DoubleArray, coarse: float, fine: float, poses: tuple[Poses, Poses]) -> Corridor:
    """The corridor of a finer pass; beyond the ends of the path it goes on at the same rate."""
    scale = fine / coarse
    known = np.flatnonzero(np.isfinite(met))
    steps = np.arange(len(poses[0])) / scale
    centre = np.interp(steps, known, met[known])
    centre += np.minimum(steps - known[0], 0.0) + np.maximum(steps - known[-1], 0.0)
    centre = np.clip(centre * scale, 0, len(poses[1]) - 1)
    return Corridor.around(centre, NEAR * scale, len(poses[1]))


def _warped(
    poses: tuple[Poses, Poses],
    corridor: Corridor,
    *,
    turns: bool,
    tell: OnProgress,
    should_stop: ShouldStop,
) -> DoubleArray:
    """``(N,)`` steps of the second for those of the first."""
    costs = corridor_costs(*poses, corridor, turns=turns)
    if not np.isfinite(costs).any():
        raise EngineError(
            "the two persons are never seen with enough joints in both; "
            "choose another person or recording"
        )
    path = cheapest_path(
        known_or(costs, float(np.nanmedian(costs))),
        corridor,
        len(poses[1]),
        _ends(costs, corridor, (len(poses[0]), len(poses[1]))),
        on_progress=tell,
        should_stop=should_stop,
    )
    return met_steps(path, len(poses[0]))


def _ends(costs: FloatArray, corridor: Corridor, lengths: tuple[int, int]) -> Ends:
    """Prices of steps without a partner.

    A step of the longer sequence has none where matching it would cost clearly more than what the
    shorter one's steps usually cost at best; a step of the shorter one only where it fits no better
    than any two steps do.
    """
    usual = float(np.nanmedian(costs))
    first_is_longer = lengths[0] > lengths[1]
    best = _least(costs, corridor, lengths[1], of_columns=first_is_longer)
    fair = min(FAIR * float(np.nanmedian(best)), usual)
    few = int(LEFT_OUT_SHARE * min(lengths))
    if first_is_longer:
        return Ends(price_first=fair, price_second=usual, most_first=lengths[0], most_second=few)
    return Ends(
        price_first=usual,
        price_second=fair,
        most_first=few,
        most_second=lengths[1] if lengths[1] > lengths[0] else few,
    )


def _least(
    costs: FloatArray, corridor: Corridor, num_second: int, *, of_columns: bool
) -> DoubleArray:
    """The least cost of each step of one sequence; NaN where none is known."""
    filled = np.where(np.isnan(costs), np.inf, costs).astype(np.float64)
    offsets = corridor.offsets
    if of_columns:
        least = np.full(num_second, np.inf)
        widths = corridor.high - corridor.low
        columns = np.arange(len(costs)) - np.repeat(offsets[:-1] - corridor.low, widths)
        np.minimum.at(least, columns, filled)
    else:
        least = np.minimum.reduceat(filled, offsets[:-1])
    return np.where(np.isfinite(least), least, np.nan)


def _frames_of_steps(met: DoubleArray, rate: float, first: _Track, second: _Track) -> DoubleArray:
    """From steps of both to frames of both, evened out."""
    known = np.flatnonzero(np.isfinite(met))
    ours = first.steps_s(rate)[known]
    theirs = second.begin_s + _even(met[known], round(SMOOTHED_S * rate)) / rate
    seconds = first.body.performer.seconds
    half = 0.5 / rate
    inside = (seconds >= ours[0] - half) & (seconds <= ours[-1] + half)
    moments = np.interp(seconds, ours, theirs)
    frames = np.interp(moments, second.body.performer.seconds, np.arange(second.body.num_frames))
    return np.where(inside, frames, np.nan)


def _even(values: DoubleArray, width: int) -> DoubleArray:
    """A running mean that keeps ascending values ascending, and both ends."""
    half = min(width // 2, (len(values) - 1) // 2)
    if half <= 0:
        return values
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    reach = np.minimum(half, np.minimum(at, len(values) - 1 - at))
    even: DoubleArray = (sums[at + reach + 1] - sums[at - reach]) / (2 * reach + 1)
    return even
