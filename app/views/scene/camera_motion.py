"""Short animated camera moves that any touch of the mouse interrupts."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal
from PySide6.QtWidgets import QStyle, QWidget

from app.camera import CameraState, between, moved

MOVE_MS = 260


class CameraMotion(QObject):
    """Carries the camera from one state to another.

    Args:
        view: Its style says whether animations are wanted; owns this object.
    """

    moved_to = Signal(object)  # CameraState

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._first = self._last = CameraState()
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(MOVE_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._advance)

    @property
    def is_running(self) -> bool:
        """Whether a move is under way."""
        return self._animation.state() is QVariantAnimation.State.Running

    def start(self, first: CameraState, last: CameraState) -> None:
        """Begin a move; arrives at once where the desktop wants no animations or nobody looks."""
        self.stop()
        self._first, self._last = first, last
        if self._is_instant():
            self.moved_to.emit(last)
            return
        self._animation.start()

    def stop(self) -> None:
        """Stay where the camera is."""
        self._animation.stop()

    def shift(self, way: NDArray[np.floating]) -> None:
        """Move both ends by ``(3,)`` scene units: the body that is followed has moved."""
        self._first, self._last = moved(self._first, way), moved(self._last, way)

    def _is_instant(self) -> bool:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return not self._view.isVisible() or self._view.style().styleHint(hint) <= 0

    def _advance(self, progress: float) -> None:
        self.moved_to.emit(between(self._first, self._last, progress))
