"""The sheet of keys, over the window until any key or click."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.actions import ActionSpec, Menu
from app.theme import TypeRole
from app.views.action_set import key_text
from app.views.pieces import column, label

MARGIN = 16
"""At least, between the card and the window's edges."""
MOUSE_KEYS: tuple[tuple[str, str], ...] = (
    ("Drag", "Turn the body"),
    ("Shift+drag", "Move the body"),
    ("Wheel", "Nearer or farther"),
    ("Ctrl+wheel", "Zoom the timeline"),
    ("Wheel", "Move along the timeline"),
    ("Shift+wheel", "Move the lanes up and down"),
    ("Drag", "Mark frames and joints in the focus lane"),
    ("Shift+drag", "Mark frames in any lane"),
)


class KeysSheet(QWidget):
    """Every key, by menu."""

    def __init__(self, specs: tuple[ActionSpec, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Keys")
        card = QFrame(self)
        card.setProperty("kind", "card")
        columns = QHBoxLayout()
        columns.setSpacing(36)
        others = (*_keys(specs, Menu.FILE), *_keys(specs, Menu.HELP))
        for lists in (
            (("Playback", _keys(specs, Menu.PLAYBACK)), ("Ask why", _keys(specs, Menu.WHY))),
            (("View", _keys(specs, Menu.VIEW)), ("File and help", others)),
            (("Timeline", _keys(specs, Menu.TIMELINE)), ("Mouse", MOUSE_KEYS)),
        ):
            part = QVBoxLayout()
            part.setSpacing(22)
            for title, rows in lists:
                part.addLayout(_list(title, rows))
            part.addStretch(1)
            columns.addLayout(part, 1)
        column(card, margins=(28, 24, 28, 26), spacing=0).addLayout(columns)
        self._card = card
        self._scroll = QScrollArea(self)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(card)
        self.hide()

    def present(self) -> None:
        """Show the sheet over all of its parent; hide it when it is already there."""
        if self.isVisible():
            self.hide()
            return
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the card in the middle; it scrolls where the window is too small (called by Qt)."""
        super().resizeEvent(event)
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


def _keys(specs: tuple[ActionSpec, ...], menu: Menu) -> tuple[tuple[str, str], ...]:
    return tuple(
        ("  ".join(key_text(shortcut) for shortcut in spec.shortcuts), spec.text.rstrip("…"))
        for spec in specs
        if spec.menu is menu and spec.shortcuts
    )


def _list(title: str, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(7)
    grid.addWidget(label(title.upper(), TypeRole.HEADING, tone="muted"), 0, 0, 1, 2)
    for number, (keys, text) in enumerate(rows, start=1):
        grid.addWidget(label(text, TypeRole.TEXT), number, 0)
        caps = QHBoxLayout()
        caps.setSpacing(4)
        caps.addStretch(1)
        for key in keys.split("  "):
            cap = label(key, TypeRole.SMALL)
            cap.setProperty("kind", "key")
            caps.addWidget(cap)
        grid.addLayout(caps, number, 1)
    grid.setRowStretch(len(rows) + 1, 1)
    return grid
