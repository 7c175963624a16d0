"""When an open study is backed up: at opening, and every so often while it is edited.

Backups are made in a thread of their own from a connection of its own, so that neither the window
nor the next edit waits for one.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from engine.study.backups import make_backup
from engine.study.history import History
from engine.study.rows import StudyError

EVERY_EDITS = 250
EVERY_S = 600.0
"""After this much time the next edit makes one."""
PATIENCE_S = 3.0
"""So long a study that is closed waits for a backup that is being made."""

logger = logging.getLogger(__name__)


class BackupKeeper:
    """Has backups made of an open study when it is time to."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Make none yet.

        Args:
            folder: The study's.
            clock: Seconds.
        """
        self._folder = folder
        self._clock = clock
        self._edits = 0
        self._time = clock()
        self._thread: Thread | None = None
        self._stopped = Event()

    def opened(self, history: History) -> None:
        """The study was opened: what came of the last time is worth keeping."""
        if history.steps:
            self._begin()

    def edited(self) -> None:
        """Something was changed."""
        self._edits += 1
        if self._edits >= EVERY_EDITS or self._clock() - self._time >= EVERY_S:
            self._begin()

    def close(self) -> None:
        """Make no more; one that is nearly there is awaited."""
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
            self._stopped.set()
            self._thread.join()

    def _begin(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        self._edits, self._time = 0, self._clock()
        self._thread = Thread(target=self._make, name="study-backup")
        self._thread.start()

    def _make(self) -> None:
        try:
            make_backup(self._folder, should_stop=self._stopped.is_set)
        except StudyError as error:
            logger.warning("%s", error)
