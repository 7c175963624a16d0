"""The table of actions as Qt actions: menus, keys, tooltips and buttons all come from it."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton, QWidget

from app.actions import ActionSpec, Menu
from app.views.icons import icon


def key_text(shortcut: str) -> str:
    """A shortcut as the system writes it, with arrows for the arrow keys."""
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Left", "←").replace("Right", "→")


class ActionSet(QObject):
    """One ``QAction`` a row, found by the row's id."""

    def __init__(self, specs: tuple[ActionSpec, ...], window: QWidget) -> None:
        """Make the actions; their keys work in the whole window, except while typing.

        Args:
            specs: The rows.
            window: Gets the keys.
        """
        super().__init__(window)
        self.specs = specs
        self._actions: dict[str, QAction] = {}
        for spec in specs:
            action = QAction(spec.text, self)
            action.setObjectName(spec.id)
            action.setCheckable(spec.is_checkable)
            action.setAutoRepeat(spec.repeats)
            action.setShortcuts([QKeySequence(text) for text in spec.shortcuts])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setToolTip(tooltip(spec))
            window.addAction(action)
            self._actions[spec.id] = action
        self.recolour(window.palette())  # buttons measure themselves by their icons

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def recolour(self, palette: QPalette) -> None:
        """Draw the icons in a palette's colours."""
        for spec in self.specs:
            if spec.icon:
                self[spec.id].setIcon(icon(spec.icon, palette))

    def fill(self, bar: QMenuBar) -> dict[Menu, QMenu]:
        """Make the menus.

        Returns:
            Each menu, for what changes while the program runs.
        """
        menus = {menu: bar.addMenu(menu.value) for menu in Menu}
        for spec in self.specs:
            if spec.starts_group:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self[spec.id])
        return menus

    def button(self, action_id: str, parent: QWidget, *, word: str | None = None) -> QToolButton:
        """A button for an action, with its icon, or with a short word in place of its text."""
        action = self[action_id]
        button = QToolButton(parent)
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        if word is not None:
            action.setIconText(word)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setProperty("kind", "word")
        return button


def tooltip(spec: ActionSpec) -> str:
    """What a button says when pointed at: the text and the key."""
    text = spec.text.rstrip("…")
    keys = ", ".join(key_text(shortcut) for shortcut in spec.shortcuts)
    return f"{text}  ({keys})" if keys else text
