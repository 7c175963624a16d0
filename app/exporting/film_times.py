"""Which frame of the recording each frame of a film shows."""

from fractions import Fraction

import numpy as np

from app.exporting.orders import FASTEST_FPS, SLOWEST_FPS
from app.player import NS_PER_S, FrameClock
from engine.arrays import IntArray
from engine.errors import EngineError

SOON = Fraction(1, 4)
"""Of a film's frame: clear of where frames of the recording meet at the usual rates."""
MOST_FRAMES = 500_000
"""Nearly five hours at 30 frames a second."""


def film_fps(wanted: Fraction | None, own: Fraction) -> Fraction:
    """Frames of a film a second: those wanted, else the recording's own as far as films have them.

    Args:
        wanted: None for the recording's own.
        own: The recording's.
    """
    return wanted or min(max(own, Fraction(SLOWEST_FPS)), Fraction(FASTEST_FPS))


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
    from_ns, until_ns = clock.start_of(start), end_of(clock, stop)
    step_ns = Fraction(NS_PER_S) * speed / fps
    count = max(round((until_ns - from_ns) / step_ns), 1)
    if count > MOST_FRAMES:
        raise EngineError(f"a film of {count:,} frames is too long; give a shorter span")
    due_ns = from_ns + (np.arange(count) + float(SOON)) * float(step_ns)
    if clock.starts_ns is None:
        shown = np.floor(due_ns * (float(clock.fps) / NS_PER_S)).astype(np.int64)
    else:
        shown = np.searchsorted(clock.starts_ns, due_ns, side="right") - 1
    return np.clip(shown, start, stop - 1)


def end_of(clock: FrameClock, stop: int) -> int:
    """Nanosecond at which the frames before ``stop`` are over."""
    return clock.start_of(stop) if stop < clock.num_frames else clock.duration_ns
