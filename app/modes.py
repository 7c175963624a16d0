"""What the window is used for at the moment; the modes share view, timeline and model."""

from enum import Enum

from PySide6.QtCore import QObject, Signal


class Mode(Enum):
    """One of the window's modes."""

    INSPECT = "inspect"
    TEACH = "teach"


class ModeSwitch(QObject):
    """Which mode is on."""

    changed = Signal(object)  # Mode

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = Mode.INSPECT

    @property
    def mode(self) -> Mode:
        """The one that is on."""
        return self._mode

    def switch(self, mode: Mode) -> None:
        """Turn to a mode."""
        if mode is not self._mode:
            self._mode = mode
            self.changed.emit(mode)
