"""One of several names: a quiet label, and a button with a menu."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from app.theme import TypeRole, font
from app.views.pieces import ElidedLabel, label

LABEL_SHARE = 64
"""Pixels that all labels take, so that the buttons line up."""


class Choice(QWidget):
    """A label and what is picked; press to pick another."""

    picked = Signal(int)

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        """Offer nothing yet.

        Args:
            title: What is chosen.
            hint: What that means.
            parent: Owner.
        """
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._index = 0
        self.button = QPushButton()
        self.button.setProperty("kind", "picker")
        self.button.setAccessibleName(title)
        self.button.setToolTip(hint)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = ElidedLabel()
        self.name.setFont(font(TypeRole.SMALL))
        arrow = label("▾", TypeRole.SMALL, tone="muted")
        inside = QHBoxLayout(self.button)
        inside.setContentsMargins(9, 3, 8, 3)
        for piece in (self.name, arrow):
            piece.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside.addWidget(self.name, 1)
        inside.addWidget(arrow)
        self.button.setFixedHeight(self.name.fontMetrics().height() + 10)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        caption = label(title, TypeRole.TEXT)
        caption.setMinimumWidth(LABEL_SHARE)
        caption.setBuddy(self.button)
        row.addWidget(caption)
        row.addWidget(self.button, 1)
        self.button.clicked.connect(self._offer)

    def show_names(self, names: tuple[str, ...], index: int) -> None:
        """Offer these names and stand on one of them; -1 stands on none."""
        self._names, self._index = names, index
        self.name.set_full_text(names[index] if 0 <= index < len(names) else "none")

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for number, name in enumerate(self._names):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(number == self._index)
            action.setData(number)
            group.addAction(action)
        menu.setMinimumWidth(self.button.width())
        menu.triggered.connect(lambda action: self.picked.emit(int(action.data())))
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 4)))
