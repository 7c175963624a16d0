"""Attention between the moments of one joint, as a square: pure numbers.

Columns are the moments looked at, rows the moments that look; both run in recording time, the first
at the left and at the top. Places are shares of the square's side, 0..1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.overlays import PreparedExplanation
from app.timeline_model import TICK_STEPS_S
from engine.arrays import FloatArray

MOST_TICKS = 4
"""Numbers along an axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSquare:
    """One joint's map, ready to be painted."""

    name: str
    """Of the map."""
    weights: FloatArray
    """``(S, S)``; rows ask, columns are asked."""
    centres: FloatArray
    """``(S,)`` recording frame of each step, ascending."""
    strongest: float
    """Largest weight of this joint; the top of the colour scale."""

    def place(self, frame: float) -> float:
        """Where a recording frame is along either axis."""
        steps = np.arange(len(self.centres)) + 0.5
        return float(np.interp(frame, self.centres, steps)) / len(self.centres)

    def step_at(self, share: float) -> int:
        """The step at a place along either axis."""
        return int(np.clip(share * len(self.centres), 0, len(self.centres) - 1))

    def frame_of(self, step: int) -> int:
        """The recording frame that a step shows."""
        return round(float(self.centres[step]))


def time_square(
    explanation: PreparedExplanation | None, person: int | None, joint: int | None, head: int | None
) -> TimeSquare | None:
    """The map of a joint; None where there is none, or nobody there.

    Args:
        explanation: Where a network looked.
        person: Whose joint; None for the first person.
        joint: Index into V; None for none.
        head: Which head; None for each pair's strongest.
    """
    times = None if explanation is None else explanation.time_map()
    person = person or 0
    if times is None or joint is None or not 0 <= person < len(times.weights):
        return None
    if joint >= times.weights.shape[1]:
        return None
    weights = times.of_joint(person, joint, head)
    if not np.isfinite(weights).any():
        return None
    return TimeSquare(
        name=times.name,
        weights=weights,
        centres=times.centres,
        strongest=float(np.fmax.reduce(weights, axis=None)),
    )


def square_text(square: TimeSquare, x: float, y: float, time_text: Callable[[int], str]) -> str:
    """What a place of the square says.

    Args:
        square: The map.
        x: Share of the side from the left.
        y: From the top.
        time_text: How a recording frame is written.
    """
    row, column = square.step_at(y), square.step_at(x)
    asking, asked = (time_text(square.frame_of(step)) for step in (row, column))
    return f"{asking} looks at {asked}: {square.weights[row, column]:.3g}"


def square_ticks(
    square: TimeSquare, time_s: Callable[[int], float]
) -> tuple[tuple[float, float], ...]:
    """Round moments along either axis: where they are, and their seconds.

    Args:
        square: The map.
        time_s: Seconds at which a recording frame is.
    """
    seconds = np.array([time_s(square.frame_of(step)) for step in range(len(square.centres))])
    length = max(float(seconds[-1] - seconds[0]), 1e-3)
    fitting = (each for each in TICK_STEPS_S if length / each <= MOST_TICKS)
    step = next(fitting, TICK_STEPS_S[-1])
    numbers = np.arange(np.ceil(seconds[0] / step - 1e-9), np.floor(seconds[-1] / step + 1e-9) + 1)
    places = np.interp(numbers * step, seconds, np.arange(len(seconds)) + 0.5) / len(seconds)
    return tuple(zip(places.tolist(), (numbers * step + 0.0).tolist(), strict=True))
