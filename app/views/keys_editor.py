"""The editor of keys: pick a row, press the new key; whoever has it already is named."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app.action_spec import ActionSpec, Menu
from app.key_map import KeyUse, Overrides, own_keys, use_of, with_keys, without
from app.modes import Mode
from app.theme import TypeRole, font
from app.views.action_set import key_text
from app.views.pieces import column, label

SIZE = (620, 640)
MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_unknown,
)
MODE_WORDS = {Mode.INSPECT: "Inspect", Mode.TEACH: "Teach"}


def pressed_key(event: QKeyEvent) -> str:
    """The key of a press in portable notation; empty while only modifiers are held."""
    if Qt.Key(event.key()) in MODIFIERS:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    is_sign = len(text) == 1 and text.isprintable() and not text.isalnum() and text != " "
    if is_sign:  # a sign that needs Shift on this keyboard is the sign
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    combined = QKeyCombination(modifiers, Qt.Key(event.key()))
    return QKeySequence(combined).toString(QKeySequence.SequenceFormat.PortableText)


class KeyField(QLineEdit):
    """Shows the key that was pressed last while it had the focus."""

    key_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAccessibleName("New key")
        self.setPlaceholderText("Click here, then press the new key")

    def event(self, event: QEvent) -> bool:
        """Take keys before they do what they do elsewhere (called by Qt)."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape):
                return super().event(event)  # the way out of the field
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the key (called by Qt)."""
        key = pressed_key(event)
        if key:
            self.setText(key_text(key))
            self.key_pressed.emit(key)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ask for a key (called by Qt)."""
        super().focusInEvent(event)
        self.setPlaceholderText("Press the new key")


class KeysEditor(QDialog):
    """Lists what can be done with its keys."""

    overrides_changed = Signal(object)  # Overrides

    def __init__(
        self, specs: tuple[ActionSpec, ...], overrides: Overrides, parent: QWidget | None
    ) -> None:
        """List everything.

        Args:
            specs: The table of actions.
            overrides: The user's own keys so far.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Change keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._specs = specs
        self._by_id = {spec.id: spec for spec in specs}
        self.overrides: Overrides = dict(overrides)
        self._key = ""
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._tops: list[QTreeWidgetItem] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search for what it does, or for a key")
        self.search.setAccessibleName("Search the keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = self._make_tree()
        self.field = KeyField()
        self.field.key_pressed.connect(self._take_key)
        self.set_button = QPushButton("Set")
        self.add_button = QPushButton("Add")
        self.reset_button = QPushButton("Reset")
        self.clear_button = QPushButton("No key")
        self.reset_all_button = QPushButton("Reset all")
        for button, work in (
            (self.set_button, self._set),
            (self.add_button, self._add),
            (self.clear_button, self._clear),
            (self.reset_button, self._reset),
            (self.reset_all_button, self._reset_all),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(work)
        self.set_button.setToolTip("This key, and no other")
        self.add_button.setToolTip("This key beside those it has")
        self.reset_button.setToolTip("The key that the program brings")
        self.remark = label("", TypeRole.SMALL, tone="muted")
        self.remark.setWordWrap(True)
        self.remark.setMinimumHeight(3 * self.remark.fontMetrics().height())
        self.remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.resize(*SIZE)
        self._show_keys()
        self.tree.setCurrentItem(next(iter(self._rows.values())))

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName("What can be done, with its keys")
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(14)
        tree.setUniformRowHeights(True)
        for menu in Menu:
            specs = [spec for spec in self._specs if spec.menu is menu]
            modes = {spec.mode for spec in specs}
            if not specs:
                continue
            (mode,) = modes if len(modes) == 1 else (None,)
            title = menu.value if mode is None else f"{menu.value}  ·  in {MODE_WORDS[mode]}"
            top = QTreeWidgetItem(tree, [title])
            top.setFont(0, font(TypeRole.STRONG))
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            top.setExpanded(True)
            self._tops.append(top)
            for spec in specs:
                item = QTreeWidgetItem(top, [spec.text.rstrip("…")])
                item.setData(0, Qt.ItemDataRole.UserRole, spec.id)
                self._rows[spec.id] = item
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.currentItemChanged.connect(self._take_row)
        tree.itemActivated.connect(lambda *_: self.field.setFocus())
        return tree

    def _lay_out(self) -> None:
        rows = column(self, margins=(22, 20, 22, 16), spacing=10)
        rows.addWidget(label("Change keys", TypeRole.TITLE))
        rows.addWidget(self.search)
        rows.addWidget(self.tree, 1)
        asked = QHBoxLayout()
        asked.addWidget(self.field, 1)
        for button in (self.set_button, self.add_button, self.clear_button, self.reset_button):
            asked.addWidget(button)
        rows.addLayout(asked)
        rows.addWidget(self.remark)
        foot = QHBoxLayout()
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        foot.addWidget(self.reset_all_button)
        foot.addStretch(1)
        foot.addWidget(close)
        rows.addLayout(foot)

    # what is shown

    @property
    def picked(self) -> ActionSpec | None:
        """The row picked."""
        item = self.tree.currentItem()
        action_id = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return self._by_id.get(action_id) if isinstance(action_id, str) else None

    def pick(self, action_id: str) -> None:
        """Stand on a row."""
        self.tree.setCurrentItem(self._rows[action_id])

    def _show_keys(self) -> None:
        for action_id, item in self._rows.items():
            spec = self._by_id[action_id]
            keys = own_keys(spec, self.overrides)
            item.setText(1, "   ".join(key_text(key) for key in keys))
            is_own = action_id in self.overrides
            item.setFont(1, font(TypeRole.STRONG if is_own else TypeRole.TEXT))
            item.setToolTip(1, "Your own" if is_own else "")
        self.reset_all_button.setEnabled(bool(self.overrides))
        self._tell()

    @Slot(str)
    def _filter(self, wanted: str) -> None:
        words = wanted.casefold().split()
        for row in self._rows.values():
            text = f"{row.text(0)} {row.text(1)}".casefold()
            row.setHidden(not all(word in text for word in words))
        for top in self._tops:
            rows = (row for row in self._rows.values() if row.parent() is top)
            top.setHidden(all(row.isHidden() for row in rows))

    @Slot()
    def _take_row(self) -> None:
        self._key = ""
        self.field.clear()
        self._tell()

    @Slot(str)
    def _take_key(self, key: str) -> None:
        self._key = key
        self._tell()

    def _tell(self) -> None:
        spec = self.picked
        for button in (self.set_button, self.add_button):
            button.setEnabled(spec is not None and bool(self._key))
        self.clear_button.setEnabled(spec is not None and bool(own_keys(spec, self.overrides)))
        self.reset_button.setEnabled(spec is not None and spec.id in self.overrides)
        self.set_button.setText("Set")
        if spec is None or not self._key:
            self.remark.setText("Pick a row, press its new key, then “Set”. Keys change at once.")
            return
        use = use_of(self._key, spec, self._specs, self.overrides)
        if use.conflicts:
            self.set_button.setText("Set here")
        self.remark.setText(use_words(self._key, spec, use))

    # changes

    @Slot()
    def _set(self) -> None:
        self._change(lambda spec: with_keys(spec.id, (self._key,), self._specs, self.overrides))

    @Slot()
    def _add(self) -> None:
        self._change(
            lambda spec: with_keys(
                spec.id,
                (*own_keys(spec, self.overrides), self._key),
                self._specs,
                self.overrides,
            )
        )

    @Slot()
    def _clear(self) -> None:
        self._change(lambda spec: with_keys(spec.id, (), self._specs, self.overrides))

    @Slot()
    def _reset(self) -> None:
        self._change(lambda spec: without(spec.id, self._specs, self.overrides))

    @Slot()
    def _reset_all(self) -> None:
        self._change(lambda _: {})

    def _change(self, make: Callable[[ActionSpec], Overrides]) -> None:
        spec = self.picked or self._specs[0]
        self.overrides = make(spec)
        self._key = ""
        self.field.clear()
        self._show_keys()
        self.overrides_changed.emit(self.overrides)


def use_words(key: str, spec: ActionSpec, use: KeyUse) -> str:
    """Who else has a key, and what becomes of it."""
    shown = key_text(key)
    if use.conflicts:
        names = " and ".join(f"“{each.text.rstrip('…')}”" for each in use.conflicts)
        return f"{shown} is the key of {names}, which loses it if you set it here."
    if use.is_silent_in:
        (first, *_) = use.is_silent_in
        mode = MODE_WORDS[first.mode] if first.mode is not None else ""
        return f"In {mode}, {shown} stays the key of “{first.text.rstrip('…')}”."
    if use.silences:
        (first, *_) = use.silences
        mode = MODE_WORDS[spec.mode] if spec.mode is not None else ""
        return f"While {mode} is on, {shown} is no longer “{first.text.rstrip('…')}”."
    return f"{shown} is free."
