"""Small pieces of the pages about training."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.theme import TypeRole, font
from app.views.pieces import label

ValueT = TypeVar("ValueT")
BAR_PX = 4
PER_MILLE = 1000


class Switch(QFrame, Generic[ValueT]):
    """One of a few, side by side, each with a word; all are equally wide."""

    picked = Signal(object)
    """The value."""

    def __init__(
        self, name: str, words: dict[ValueT, tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        """Offer them.

        Args:
            name: For who listens.
            words: On each button, and what it means.
            parent: Owner.
        """
        super().__init__(parent)
        self.setProperty("kind", "segments")
        self.setAccessibleName(name)
        self._values = tuple(words)
        self.buttons: dict[ValueT, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for number, (value, (word, hint)) in enumerate(words.items()):
            button = QToolButton()
            button.setText(word)
            button.setFont(font(TypeRole.SMALL))
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setToolTip(hint)
            button.setAccessibleName(f"{name}: {word}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, number)
            self.buttons[value] = button
            row.addWidget(button, 1)
        self._group.idClicked.connect(self._pick)

    def show_value(self, value: ValueT | None) -> None:
        """Stand on one of them, or on none."""
        if value is None:
            self._group.setExclusive(False)
            for button in self.buttons.values():
                button.setChecked(False)
            self._group.setExclusive(True)
        else:
            self.buttons[value].setChecked(True)

    def show_word(self, value: ValueT, word: str) -> None:
        """Say something else on a button."""
        self.buttons[value].setText(word)

    def _pick(self, number: int) -> None:
        self.picked.emit(self._values[number])


class Words(QLabel):
    """A paragraph; it takes no room while it says nothing."""

    def __init__(self, role: TypeRole = TypeRole.SMALL, *, tone: str = "muted") -> None:
        super().__init__()
        self.setFont(font(role))
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def say(self, text: str) -> None:
        """Say something else."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))


class Progress(QProgressBar):
    """How far something is; a thin line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setRange(0, PER_MILLE)
        self.setTextVisible(False)
        self.setFixedHeight(BAR_PX)
        self.setAccessibleName(name)

    def show_share(self, share: float) -> None:
        """Stand at a share, 0..1."""
        self.setValue(round(min(max(share, 0.0), 1.0) * PER_MILLE))


def word_button(text: str, hint: str, work: Callable[[], object]) -> QToolButton:
    """A quiet button with a word."""
    made = QToolButton()
    made.setText(text)
    made.setFont(font(TypeRole.SMALL))
    made.setProperty("kind", "word")
    made.setToolTip(hint)
    made.setAccessibleName(text)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(lambda _is_on: work())
    return made


def toggle_button(text: str, hint: str, work: Callable[[], object]) -> QToolButton:
    """Something that is on or off."""
    made = word_button(text, hint, work)
    made.setProperty("kind", "pill")
    made.setCheckable(True)
    return made


def push_button(text: str, work: Callable[[], object], *, is_main: bool = False) -> QPushButton:
    """A button; the main one of a page has the accent's colour."""
    made = QPushButton(text)
    made.setDefault(is_main)
    made.setAutoDefault(False)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(lambda _is_on: work())
    return made


def add(box: QBoxLayout, *pieces: QWidget) -> None:
    """Put pieces one below the other."""
    for piece in pieces:
        box.addWidget(piece)


def show(is_shown: bool, *pieces: QWidget) -> None:
    """Show pieces, or hide them."""
    for piece in pieces:
        piece.setVisible(is_shown)


class Pair(QWidget):
    """A quiet name at the left, what it is at the right."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.value = label("", TypeRole.SMALL)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(label(name, TypeRole.SMALL, tone="muted"))
        row.addWidget(self.value, 1)

    def say(self, text: str, hint: str = "") -> None:
        """Say something else; nothing takes no room."""
        self.value.setText(text)
        self.setToolTip(hint)
        self.setVisible(bool(text))


class ShareBar(QWidget):
    """A name, a bar, a number: one line of a small table."""

    GAP = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._number, self._share = "", "", 0.0
        self._colour = QColor()
        self._names_width = 80
        self.setFont(font(TypeRole.SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_line(self, name: str, number: str, share: float, colour: str) -> None:
        """Show something else.

        Args:
            name: At the left.
            number: At the right.
            share: Of the bar, 0..1.
            colour: ``#rrggbb`` of the bar; empty for the accent.
        """
        role = QPalette.ColorRole.Highlight
        self._name, self._number, self._share = name, number, share
        self._colour = QColor(colour) if colour else self.palette().color(role)
        self.setAccessibleName(f"{name} {number}")
        self.update()

    def set_names_width(self, width: int) -> None:
        """Let the bars of several lines begin at the same place."""
        self._names_width = width
        self.update()

    def sizeHint(self) -> QSize:
        """One line (called by Qt)."""
        return QSize(200, self.fontMetrics().height() + 4)

    def changeEvent(self, event: QEvent) -> None:
        """Take other room in another font (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics, palette = self.fontMetrics(), self.palette()
        room = QRectF(self.rect())
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        names = QRectF(0, 0, self._names_width, self.height())
        cut = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, self._names_width)
        painter.drawText(names, int(Qt.AlignmentFlag.AlignVCenter), cut)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(room, right, self._number)
        number = max(metrics.horizontalAdvance(self._number), metrics.horizontalAdvance("00 of 00"))
        left = self._names_width + self.GAP
        wide = max(room.width() - left - number - self.GAP, 8)
        bar = QRectF(left, self.height() / 2 - 3, wide, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(bar, 3, 3)
        if self._share > 0:
            bar.setWidth(max(bar.width() * min(self._share, 1.0), 3.0))
            painter.setBrush(self._colour)
            painter.drawRoundedRect(bar, 3, 3)
        painter.end()
