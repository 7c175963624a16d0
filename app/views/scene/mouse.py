"""What the mouse means in the 3D view: events in, gestures out."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

CLICK_PX = 4.0
"""A press that moves less is a click."""
WHEEL_NOTCH = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoom:
    """A turn of the wheel."""

    steps: float
    """Notches; positive comes nearer."""
    at: QPointF


class SceneMouse(QObject):
    """Left drag orbits; right, middle or shift drag pans; the wheel zooms; clicks are clicks.

    Args:
        view: The widget whose mouse events are watched; owns this object.
    """

    pointed_at = Signal(object)  # QPointF | None, with no button down
    orbited = Signal(QPointF)  # way since the last event
    panned = Signal(QPointF)
    zoomed = Signal(object)  # Zoom
    clicked = Signal(QPointF)
    double_clicked = Signal(QPointF)

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._pressed_at: QPointF | None = None
        self._last = QPointF()
        self._is_drag = False
        view.setMouseTracking(True)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take mouse events away from the view."""
        kind = event.type()
        if isinstance(event, QWheelEvent):
            self._turn_wheel(event)
            return True
        if kind is QEvent.Type.Leave:
            self.pointed_at.emit(None)
        if not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        if kind is QEvent.Type.MouseButtonPress:
            self._press(event)
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._pressed_at = None
            if event.button() is Qt.MouseButton.LeftButton:
                self.double_clicked.emit(event.position())
        elif kind is QEvent.Type.MouseMove:
            self._move(event)
        elif kind is QEvent.Type.MouseButtonRelease:
            self._release(event)
        return True

    def _press(self, event: QMouseEvent) -> None:
        self._pressed_at = self._last = event.position()
        self._is_drag = False

    def _move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed_at is None or not event.buttons():
            self.pointed_at.emit(at)
            return
        if not self._is_drag and (at - self._pressed_at).manhattanLength() < CLICK_PX:
            return
        if not self._is_drag:
            self._is_drag = True
            self.pointed_at.emit(None)
        way, self._last = at - self._last, at
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.buttons() & Qt.MouseButton.LeftButton and not is_shifted:
            self.orbited.emit(way)
        else:
            self.panned.emit(way)

    def _release(self, event: QMouseEvent) -> None:
        was_click = self._pressed_at is not None and not self._is_drag
        if event.buttons() == Qt.MouseButton.NoButton:
            self._pressed_at = None
        if was_click and event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit(event.position())
        self.pointed_at.emit(event.position())

    def _turn_wheel(self, event: QWheelEvent) -> None:
        event.accept()
        self.zoomed.emit(Zoom(steps=event.angleDelta().y() / WHEEL_NOTCH, at=event.position()))
