"""How long the program takes from the start of its process until something can be seen.

Switched on by two environment variables, for ``skelarium bench``; without them nothing of it runs.
"""

import json
import os
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

REPORT_VARIABLE = "SKELARIUM_STARTUP_REPORT"
"""A file to write the report to; the program then ends by itself."""
STARTED_VARIABLE = "SKELARIUM_STARTED_NS"
"""Nanoseconds since 1970 when the process was started, as its parent saw it."""
NS_PER_MS = 1e6


def wanted_report() -> Path | None:
    """Where a report is to be written; None when nobody asked."""
    place = os.environ.get(REPORT_VARIABLE)
    return Path(place) if place else None


class StartupReport(QObject):
    """Waits for the first picture of a recording and the first answer, then writes both times."""

    finished = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._started_ns = int(os.environ.get(STARTED_VARIABLE, time.time_ns()))
        self._times_ms: dict[str, float] = {}
        self._has_recording = False
        self._has_answer = False

    def note(self, name: str) -> None:
        """Take the time of something, the first time it happens."""
        self._times_ms.setdefault(name, (time.time_ns() - self._started_ns) / NS_PER_MS)

    @Slot()
    def take_recording(self) -> None:
        """A recording was handed to the view."""
        self.note("recording_read_ms")
        self._has_recording = True

    @Slot()
    def take_answer(self) -> None:
        """An answer was handed to the panels."""
        self.note("answer_ms")
        self._has_answer = True

    @Slot()
    def take_frame(self) -> None:
        """A frame is on the screen."""
        self.note("window_ms")
        if self._has_recording:
            self.note("first_frame_ms")
        if self._has_recording and self._has_answer:
            self.note("answer_shown_ms")
            self._path.write_text(json.dumps(self._times_ms), encoding="utf-8")
            self.finished.emit()
