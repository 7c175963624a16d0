"""Frames and seconds of a study's recordings."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray
from engine.errors import EngineError
from engine.formats import read_recording
from engine.labels import StudyRecording
from engine.study.whereabouts import path_of

TimesOf = Callable[[StudyRecording], DoubleArray | None]
"""The times of a recording's frames in seconds, ``(T,)``; None where they are even."""


WITH_TIMES = ("npz", "utkinect")
"""Rows of ``engine.formats.FORMATS`` whose files can have times of their own; others need not be
read for their times."""


def even_times(_recording: StudyRecording) -> None:
    """For studies whose recordings are not looked into: all their frames are evenly apart."""


def times_in_files(study_folder: Path) -> TimesOf:
    """Times as the recordings' files have them; even ones for files that are gone or broken."""

    def times_of(recording: StudyRecording) -> DoubleArray | None:
        if recording.format_id not in WITH_TIMES:
            return None
        try:
            return read_recording(path_of(study_folder, recording)).timestamps
        except EngineError:
            return None

    return times_of


class Clock:
    """Turns frames of one recording into seconds since its first frame, and back."""

    def __init__(self, recording: StudyRecording, times: DoubleArray | None) -> None:
        """Begin.

        Args:
            recording: Whose.
            times: ``(T,)`` ascending; None where frames are evenly apart.
        """
        self._step = 1 / Fraction(recording.fps)
        self._starts: DoubleArray | None = None
        if times is not None and len(times):
            last = times[-1] + float(self._step)
            self._starts = np.append(times, last) - times[0]

    def seconds(self, frame: int) -> float:
        """When a frame begins; of the one after the last, when the recording is over."""
        if self._starts is None:
            return float(frame * self._step)
        return float(self._starts[min(max(frame, 0), len(self._starts) - 1)])

    def frame(self, seconds: float) -> int:
        """The frame that begins nearest to a time."""
        if self._starts is None:
            return round(seconds / float(self._step))
        after = int(np.searchsorted(self._starts, seconds))
        before = max(after - 1, 0)
        if after == len(self._starts):
            # times beyond the end stay beyond the end
            over = (seconds - float(self._starts[-1])) / float(self._step)
            return len(self._starts) - 1 + round(over)
        nearer = seconds - self._starts[before] < self._starts[after] - seconds
        return before if nearer else after
