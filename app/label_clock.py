"""When frames of the recording on show begin, for words and numbers about labels.

Recordings may have times of their own: seconds are never frames divided by a rate.
"""

from collections.abc import Callable
from dataclasses import dataclass

USUAL_FPS = 30.0


def _usual(frame: int) -> float:
    return frame / USUAL_FPS


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelClock:
    """From frames to seconds and back; two are the same where they are of the same recording."""

    num_frames: int = 0
    start_s: Callable[[int], float] = _usual
    """When a frame begins; of the one after the last, when that ends."""

    def length(self, start: int, stop: int) -> float:
        """Seconds of a half-open span."""
        return self.start_s(stop) - self.start_s(start)

    def edge_at(self, seconds: float) -> int:
        """The place between two frames that is nearest to a moment: how many frames are before."""
        low, high = 0, max(self.num_frames, 1)
        while low < high:
            middle = (low + high) // 2
            if self.start_s(middle) < seconds:
                low = middle + 1
            else:
                high = middle
        before = max(low - 1, 0)
        is_nearer = seconds - self.start_s(before) < self.start_s(low) - seconds
        return before if is_nearer else low


USUAL_CLOCK = LabelClock()
