"""How far a command is, and how long it will still take, on standard error."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

ON_SCREEN_S = 0.2
IN_A_FILE_S = 30.0
SETTLED_S = 1.0
"""Earlier than this, nothing is said of the time left."""
MINUTE_S = 60
HOUR_S = 3600


class Progress:
    """Says ``120 of 504 clips, 12 s left``: over and over on a screen, now and then in a file."""

    def __init__(
        self,
        total: int,
        what: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin.

        Args:
            total: How many there are to do.
            what: Of what, in the plural.
            stream: Where to say it; None for standard error.
            clock: Seconds.
        """
        self._total = total
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._began = self._told = clock()
        self._is_screen = self._stream.isatty()
        self._width = 0

    def __call__(self, done: int) -> None:
        """Say that so many are done, if it is time to."""
        now = self._clock()
        is_last = done >= self._total
        if now - self._told < (ON_SCREEN_S if self._is_screen else IN_A_FILE_S) and not (
            is_last and self._width
        ):
            return
        self._told = now
        words = f"{done:,} of {self._total:,} {self._what}"
        spent = now - self._began
        if spent >= SETTLED_S and 0 < done < self._total:
            words += f", {duration_text(spent * (self._total - done) / done)} left"
        if not self._is_screen:
            self._stream.write(f"{words}\n")
        else:
            self._stream.write(f"\r{words.ljust(self._width)}{chr(10) if is_last else ''}")
            self._width = len(words)
        self._stream.flush()


def duration_text(seconds: float) -> str:
    """A length of time for people."""
    if seconds < MINUTE_S:
        return f"{max(round(seconds), 1)} s"
    if seconds < HOUR_S:
        return f"{round(seconds / MINUTE_S)} min"
    return f"{seconds / HOUR_S:.1f} h"
