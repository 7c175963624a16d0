"""Work of the main thread in small steps, between what the window has to do."""

from collections.abc import Iterator
from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

WAIT_MS = 8
"""Before it is looked again whether a step can be done."""
REST_MS = 1
"""Between steps: the window's own events come first."""


class Step(Enum):
    """What came of a step."""

    DONE = "done"
    WAITING = "waiting"
    """For another thread."""


class Stepper(QObject):
    """Takes one step after the other until there are no more."""

    finished = Signal()
    failed = Signal(object)  # Exception

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Iterator[Step] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._take)

    @property
    def is_running(self) -> bool:
        """Whether there are steps to take."""
        return self._steps is not None

    def start(self, steps: Iterator[Step]) -> None:
        """Begin; steps that are not finished are forgotten."""
        self._steps = steps
        self._timer.start(0)

    def stop(self) -> None:
        """Take no more steps; nothing is told."""
        self._steps = None
        self._timer.stop()

    @Slot()
    def _take(self) -> None:
        steps = self._steps
        if steps is None:
            return
        try:
            step = next(steps, None)
        except Exception as error:  # noqa: BLE001  told to whoever asked, who raises defects again
            self.stop()
            self.failed.emit(error)
            return
        if steps is not self._steps:  # stopped or begun anew by what the step did
            return
        if step is None:
            self.stop()
            self.finished.emit()
            return
        self._timer.start(WAIT_MS if step is Step.WAITING else REST_MS)
