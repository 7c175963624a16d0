"""How long work will still take, and how that is written."""

from collections.abc import Callable
from time import monotonic

SURE_AFTER_S = 0.4
"""So long the work goes on before the time left is told."""
SHORT_S = 90.0
"""Up to here time left is told in seconds."""


class TimeLeft:
    """Guesses from how long the work has taken; it begins when this is made.

    Args:
        now_s: The clock of real time.
    """

    def __init__(self, now_s: Callable[[], float] = monotonic) -> None:
        self._now_s = now_s
        self._since_s = now_s()

    def at(self, fraction: float) -> float | None:
        """Seconds, when so much is done (0..1); None while nobody can know."""
        spent_s = self._now_s() - self._since_s
        if spent_s < SURE_AFTER_S or fraction <= 0:
            return None
        return spent_s * (1 - fraction) / fraction


def time_left_text(seconds: float) -> str:
    """``12 s left`` or ``3 min left``."""
    return f"{seconds:.0f} s left" if seconds < SHORT_S else f"{seconds / 60:.0f} min left"
