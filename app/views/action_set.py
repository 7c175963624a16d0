"""The table of actions as Qt actions: menus, keys, tooltips and buttons all come from it."""

from collections.abc import Collection

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton, QWidget

from app.action_spec import ActionSpec, Menu
from app.key_map import Keys, Overrides, held_keys, reserved_keys
from app.modes import Mode
from app.views.icons import icon


def key_text(shortcut: str) -> str:
    """A shortcut as the system writes it, with arrows for the arrow keys."""
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Left", "←").replace("Right", "→")


class ActionSet(QObject):
    """One ``QAction`` a row, found by the row's id; its keys are those that hold at the moment."""

    keys_changed = Signal()

    def __init__(self, specs: tuple[ActionSpec, ...], window: QWidget) -> None:
        """Make the actions; their keys work in the whole window, except while typing.

        Args:
            specs: The rows.
            window: Gets the keys.
        """
        super().__init__(window)
        self.specs = specs
        self._actions: dict[str, QAction] = {}
        self._menus: dict[Menu, QMenu] = {}
        self._submenus: tuple[QMenu, ...] = ()
        self._mode = Mode.INSPECT
        self._overrides: Overrides = {}
        self._taken: frozenset[str] = frozenset()
        self._held: dict[str, Keys] = {}
        for spec in specs:
            action = QAction(spec.text, self)
            action.setObjectName(spec.id)
            action.setCheckable(spec.is_checkable)
            action.setAutoRepeat(spec.repeats)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            window.addAction(action)
            self._actions[spec.id] = action
        self._settle()
        self.recolour(window.palette())  # buttons measure themselves by their icons

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    # keys

    @property
    def mode(self) -> Mode:
        """Whose keys hold."""
        return self._mode

    @property
    def overrides(self) -> Overrides:
        """The user's own keys."""
        return self._overrides

    def set_mode(self, mode: Mode) -> None:
        """Let the rows of a mode be there, with their keys."""
        self._mode = mode
        self._settle()

    def set_overrides(self, overrides: Overrides) -> None:
        """Take the user's own keys."""
        self._overrides = overrides
        self._settle()

    def set_taken(self, keys: Collection[str]) -> None:
        """Leave single keys to the study's actions."""
        taken = frozenset(keys)
        if taken != self._taken:
            self._taken = taken
            self._settle()

    def keys_of(self, action_id: str) -> Keys:
        """What does it at the moment."""
        return self._held[action_id]

    def reserved_keys(self, mode: Mode) -> frozenset[str]:
        """Keys that rows of a mode need: a study's actions had better take others."""
        return reserved_keys(self.specs, self._overrides, mode)

    def _settle(self) -> None:
        held = held_keys(self.specs, self._overrides, self._mode, self._taken)
        is_changed = held != self._held
        before, self._held = self._held, held
        for spec in self.specs:
            action = self[spec.id]
            action.setVisible(spec.mode is None or spec.mode is self._mode)
            if held[spec.id] != before.get(spec.id):
                action.setShortcuts([QKeySequence(text) for text in held[spec.id]])
                action.setToolTip(tooltip(action.text(), held[spec.id]))
        for menu in (*self._submenus, *self._menus.values()):  # the inner ones first
            has_rows = any(each.isVisible() and not each.isSeparator() for each in menu.actions())
            menu.menuAction().setVisible(has_rows)
        if is_changed:
            self.keys_changed.emit()

    # looks

    def rename(self, action_id: str, text: str) -> None:
        """Say in the menu and on the button what it does now, e.g. which step is undone."""
        action = self[action_id]
        if action.text() != text:
            action.setText(text)
            action.setToolTip(tooltip(text, self._held[action_id]))

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
        self._menus = {menu: bar.addMenu(menu.value) for menu in Menu}
        within: dict[tuple[Menu, str], QMenu] = {}
        for spec in self.specs:
            menu = self._menus[spec.menu]
            if spec.starts_group:
                menu.addSeparator()
            if spec.submenu:
                place = (spec.menu, spec.submenu)
                if place not in within:
                    within[place] = menu.addMenu(spec.submenu)
                menu = within[place]
            menu.addAction(self[spec.id])
        self._submenus = tuple(within.values())
        self._settle()
        return self._menus

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


def tooltip(text: str, keys: Keys) -> str:
    """What a button says when pointed at: the text and the keys."""
    text = text.rstrip("…")
    said = ", ".join(key_text(key) for key in keys)
    return f"{text}  ({said})" if said else text
