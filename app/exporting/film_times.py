"""Which frame of the recording each frame of a film shows."""

from fractions import Fraction

import numpy as np

from app.player import NS_PER_S, FrameClock
from engine.arrays import IntArray
from engine.errors import EngineError

SOON = Fraction(1, 4)
"""Of a film's frame: clear of where frames of the recording meet at the usual rates."""
MOST_FRAMES = 500_000
"""Nearly five hours at 30 frames a second."""


def film_frames(
    clock: FrameClock, span: tuple[int, int], *, fps: Fraction, speed: Fraction
) -> IntArray:
    """The frame that is on show soon after each frame of a film begins: times are kept.

    Args:
        clock: When the recording's frames begin.
        span: Half-open, of the recording.
        fps: Frames of the film a second.
        speed: Recording seconds in one second of the film.

    Returns:
        ``(F,)`` ascending, at least one.

    Raises:
        EngineError: It would be a film of hours.
    """
    start, stop = span
    from_ns = clock.start_of(start)
    until_ns = clock.start_of(stop) if stop < clock.num_frames else clock.duration_ns
    step_ns = Fraction(NS_PER_S) * speed / fps
    count = max(round((until_ns - from_ns) / step_ns), 1)
    if count > MOST_FRAMES:
        raise EngineError(f"a film of {count:,} frames is too long; give a shorter span")
    frames = [clock.frame_at(from_ns + int((number + SOON) * step_ns)) for number in range(count)]
    return np.clip(np.array(frames, dtype=np.int64), start, stop - 1)
