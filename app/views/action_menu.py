"""A menu of actions at the pointer: with their keys, and a field for a new one."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from app.views.icons import dot
from engine.labels import Action

FIELD_WIDTH = 190
LONGEST = 44
"""Letters of a name; longer ones are cut, the panel of labels has them in full."""
NOTHING_KEY = "R"


class ActionMenu(QMenu):
    """Asks for an action: by mouse, by its key, or by a name that is typed."""

    picked = Signal(str)  # the action's id
    named = Signal(str)  # the name of a new one
    nothing_picked = Signal()

    def __init__(
        self,
        actions: tuple[Action, ...],
        parent: QWidget,
        *,
        title: str = "",
        suggestions: tuple[str, ...] = (),
        has_nothing: bool = False,
    ) -> None:
        """Offer actions.

        Args:
            actions: In their order.
            parent: Owner.
            title: In a menu above it.
            suggestions: Names of actions that the study does not have, as a model calls them.
            has_nothing: Whether one can say that nothing happens.
        """
        super().__init__(title, parent)
        self._keys = {each.key: each.id for each in actions if each.key}
        for each in actions:
            shown = self.addAction(dot(QColor(each.colour)), f"{menu_name(each.name)}\t{each.key}")
            shown.triggered.connect(lambda _=False, picked=each.id: self.picked.emit(picked))
        if has_nothing:
            shown = self.addAction(f"Nothing happens\t{NOTHING_KEY}")
            shown.triggered.connect(self.nothing_picked)
        known = {each.name.casefold() for each in actions}
        others = [name for name in suggestions if name.casefold() not in known]
        if others:
            self.addSeparator()
            for name in others:
                shown = self.addAction(f"{menu_name(name)}")
                shown.triggered.connect(lambda _=False, named=name: self.named.emit(named))
        self.addSeparator()
        self.field = QLineEdit()
        self.field.setPlaceholderText("New action…")
        self.field.setAccessibleName("Name of a new action")
        self.field.setMinimumSize(QSize(FIELD_WIDTH, 0))
        self.field.returnPressed.connect(self._name)
        self.field.installEventFilter(self)
        holder = QWidgetAction(self)
        holder.setDefaultWidget(self.field)
        self.addAction(holder)
        self._has_nothing = has_nothing
        self._is_empty = not actions
        self.aboutToShow.connect(self._take_focus)

    def open_at(self, place: QPoint) -> None:
        """Show it on the screen; it goes when something is picked."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.popup(place)

    def _take_focus(self) -> None:
        if self._is_empty:
            QTimer.singleShot(0, self.field, self.field.setFocus)

    def _name(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self.close()
            self.named.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by key (called by Qt)."""
        key = event.text().upper()
        picked = self._keys.get(key)
        is_free = not self.field.hasFocus()
        if picked is not None and is_free:
            self.close()
            self.picked.emit(picked)
        elif key == NOTHING_KEY and self._has_nothing and is_free:
            self.close()
            self.nothing_picked.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc close the menu from inside the field (called by Qt)."""
        is_key = watched is self.field and event.type() is QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        return super().eventFilter(watched, event)


def menu_name(name: str) -> str:
    """A name in a menu, where an ampersand would mark a key and a long one take all the room."""
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
    return short.replace("&", "&&")
