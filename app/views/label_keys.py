"""The keys of a study's actions: down and up, wherever the focus is, except while typing."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QDockWidget,
    QLineEdit,
    QWidget,
)

KEYPAD = Qt.KeyboardModifier.KeypadModifier


class ActionKeys(QObject):
    """Watches the keys of a window and its panels; a field that one types into keeps its own."""

    pressed = Signal(str)  # such as "1" or "W"
    released = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._keys: frozenset[str] = frozenset()
        self._down: set[str] = set()
        window.installEventFilter(self)
        for dock in window.findChildren(QDockWidget):
            dock.installEventFilter(self)

    def set_keys(self, keys: Collection[str]) -> None:
        """Watch for these; none to leave all keys alone."""
        self._keys = frozenset(keys)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that actions have (called by Qt).

        What counts is the question whether somebody wants a key before its shortcut: lists that
        search by letters would take the key itself.
        """
        if watched is not self._window and not _is_afloat(watched):
            return False
        kind = event.type()
        if kind is QEvent.Type.WindowDeactivate:
            self._let_go()
        if not isinstance(event, QKeyEvent):
            return False
        key = _key_of(event)
        if kind is QEvent.Type.KeyRelease and key in self._down:
            if not event.isAutoRepeat():
                self._down.discard(key)
                self.released.emit(key)
            return True
        if key not in self._keys or event.modifiers() & ~KEYPAD:
            return False
        if kind is QEvent.Type.ShortcutOverride:
            event.accept()  # no row of the table of actions gets it
            if not event.isAutoRepeat():
                self._press(key)
            return True
        return kind is QEvent.Type.KeyPress

    def _press(self, key: str) -> None:
        if key in self._down:
            self.released.emit(key)
        self._down.add(key)
        self.pressed.emit(key)

    def _let_go(self) -> None:
        for key in tuple(self._down):
            self._down.discard(key)
            self.released.emit(key)


class FocusKeys(QObject):
    """Leaves keys to whoever has the focus: Enter to buttons and fields, arrows to lists.

    Where a row of the table of actions has the same key, it would go first.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say that somebody wants a key (called by Qt)."""
        is_asked = watched is self._window and event.type() is QEvent.Type.ShortcutOverride
        if not is_asked or not isinstance(event, QKeyEvent) or event.modifiers() & ~KEYPAD:
            return False
        if is_wanted(QApplication.focusWidget(), event.key()):
            event.accept()
            return True
        return False


def is_wanted(focused: QWidget | None, key: int) -> bool:
    """Whether a widget with the focus does something with a key itself."""
    if focused is None:
        return False
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return isinstance(focused, QAbstractButton | QLineEdit | QAbstractItemView)
    if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        fields = QAbstractItemView | QAbstractSlider | QAbstractSpinBox | QLineEdit
        return isinstance(focused, fields)
    return False


def _is_afloat(watched: QObject) -> bool:
    """Whether it is a panel that is a window of its own: keys go no farther then."""
    return isinstance(watched, QDockWidget) and watched.isWindow()


def _key_of(event: QKeyEvent) -> str:
    """A digit or an upper-case letter; empty for other keys."""
    code = event.key()
    is_letter = Qt.Key.Key_A <= code <= Qt.Key.Key_Z
    is_digit = Qt.Key.Key_0 <= code <= Qt.Key.Key_9
    return chr(code) if is_letter or is_digit else ""
