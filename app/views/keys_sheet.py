"""The sheet of keys, over the window until any key or click."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.action_spec import ActionSpec, Menu
from app.key_map import Keys, own_keys
from app.theme import TypeRole
from app.views.action_set import ActionSet, key_text
from app.views.pieces import column, label

MARGIN = 16
"""At least, between the card and the window's edges."""
TITLES = {Menu.WHY: "Ask why"}
"""Of sections that are not called as their menu is."""
MOUSE_KEYS: tuple[tuple[str, str], ...] = (
    ("Drag", "Turn the body"),
    ("Shift+drag", "Move the body"),
    ("Wheel", "Nearer or farther"),
    ("Ctrl+wheel", "Zoom the timeline"),
    ("Wheel", "Move along the timeline"),
    ("Shift+wheel", "Move the lanes up and down"),
    ("Drag", "Mark frames and joints in the focus lane"),
    ("Shift+drag", "Mark frames in any lane"),
    ("Drag", "Draw, move, trim labels"),
    ("Ctrl+drag", "Copy labels"),
    ("Alt+drag", "The same without snapping"),
)


NUM_COLUMNS = 4


class KeysSheet(QWidget):
    """Every key that holds, by menu; those of the other mode under its name."""

    change_requested = Signal()

    def __init__(self, actions: ActionSet, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys")
        self._scroll = QScrollArea(self)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._card = self._make_card()
        self._scroll.setWidget(self._card)
        self._is_stale = False
        actions.keys_changed.connect(self._forget)
        self.hide()

    @Slot()
    def _forget(self) -> None:
        self._is_stale = True

    def _make_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        columns = QHBoxLayout()
        columns.setSpacing(30)
        for lists in shared_out(sections(self._actions), NUM_COLUMNS):
            part = QVBoxLayout()
            part.setSpacing(16)
            for section in lists:
                part.addLayout(_list(section.title, section.rows))
            part.addStretch(1)
            columns.addLayout(part, 1)
        change = QPushButton("Change keys…")
        change.setAutoDefault(False)
        change.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        change.clicked.connect(self._ask_to_change)
        rows = column(card, margins=(26, 20, 26, 18), spacing=10)
        rows.addLayout(columns)
        rows.addWidget(change, 0, Qt.AlignmentFlag.AlignRight)
        return card

    @Slot()
    def _ask_to_change(self) -> None:
        self.hide()
        self.change_requested.emit()

    def present(self) -> None:
        """Show the sheet over all of its parent; hide it when it is already there."""
        if self.isVisible():
            self.hide()
            return
        if self._is_stale:
            self._is_stale = False
            self._card = self._make_card()
            self._scroll.setWidget(self._card)  # which deletes the one before
            self._place()
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the card in the middle; it scrolls where the window is too small (called by Qt)."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._card.adjustSize()
        wanted = self._card.size()
        room = self.size() - QSize(2 * MARGIN, 2 * MARGIN)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        if wanted.height() > room.height():
            wanted += QSize(bar, 0)
        if wanted.width() > room.width():
            wanted += QSize(0, bar)
        shown = wanted.boundedTo(room)
        self._scroll.setGeometry(
            QRect(self.rect().center() - QRect(QPoint(), shown).center(), shown)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies below (called by Qt)."""
        veil = QColor(self.palette().color(QPalette.ColorRole.Shadow))
        veil.setAlphaF(0.55)
        painter = QPainter(self)
        painter.fillRect(self.rect(), veil)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Take keys before they do what they do elsewhere (called by Qt)."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away (called by Qt)."""
        self.hide()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go away (called by Qt)."""
        self.hide()


def sections(actions: ActionSet) -> tuple["Section", ...]:
    """What the sheet lists: by menu the rows whose keys do something, and the mouse."""
    found = []
    for menu in Menu:
        specs = [spec for spec in actions.specs if spec.menu is menu]
        rows = tuple(
            ("  ".join(key_text(key) for key in keys), spec.text.rstrip("…"))
            for spec in specs
            if (keys := _keys_of(spec, actions))
        )
        modes = {spec.mode for spec in specs}
        (mode,) = modes if len(modes) == 1 else (None,)
        title = TITLES.get(menu, menu.value)
        if rows:
            found.append(Section(title=title if mode is None else f"{title} · in Teach", rows=rows))
    return (*found, Section(title="Mouse", rows=MOUSE_KEYS))


def _keys_of(spec: ActionSpec, actions: ActionSet) -> Keys:
    """The keys that hold; of rows of the other mode those that will."""
    if spec.mode is not None and spec.mode is not actions.mode:
        return own_keys(spec, actions.overrides)
    return actions.keys_of(spec.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its rows."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """Of each its keys, with two spaces between, and what it does."""

    @property
    def height(self) -> int:
        """In rows, the heading with the air above it included."""
        return len(self.rows) + 2


def shared_out(found: tuple[Section, ...], num_columns: int) -> tuple[tuple[Section, ...], ...]:
    """Sections in columns of about the same height: the longest first, each where room is."""
    columns: list[list[Section]] = [[] for _ in range(num_columns)]
    for section in sorted(found, key=lambda each: -each.height):
        min(columns, key=lambda each: sum(one.height for one in each)).append(section)
    order = {section.title: place for place, section in enumerate(found)}
    for each in columns:
        each.sort(key=lambda section: order[section.title])
    columns.sort(key=lambda each: order[each[0].title] if each else len(order))
    return tuple(tuple(each) for each in columns)


def _list(title: str, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    grid.addWidget(label(title.upper(), TypeRole.HEADING, tone="muted"), 0, 0, 1, 2)
    for number, (keys, text) in enumerate(rows, start=1):
        grid.addWidget(label(text, TypeRole.SMALL), number, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        caps.addStretch(1)
        for key in keys.split("  "):
            cap = label(key, TypeRole.TINY)
            cap.setProperty("kind", "key")
            caps.addWidget(cap)
        grid.addLayout(caps, number, 1)
    grid.setRowStretch(len(rows) + 1, 1)
    return grid
