"""Small pieces that several panels are made of."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import TypeRole, font

QWIDGETSIZE_MAX = 16777215
"""Qt's own word for no limit."""


def set_tone(piece: QWidget, tone: str) -> None:
    """Write it in another tone: ``muted``, ``warning``; empty for the usual one."""
    if piece.property("tone") != tone:
        piece.setProperty("tone", tone)
        piece.style().polish(piece)


class ElidedLabel(QLabel):
    """One line of text with an ellipsis where there is no room; it says all on hover.

    It takes the width it is given, so that a new text is painted and nothing is laid out anew.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._shown = ""
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full_text(text)

    @property
    def full_text(self) -> str:
        """What it says, also where that is not visible."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Say something else."""
        if text != self._full:
            self._full = text
            self.setAccessibleName(text)
            self._fit()

    def sizeHint(self) -> QSize:
        """One line, of any width (called by Qt)."""
        margins = self.contentsMargins()
        return QSize(0, self.fontMetrics().height() + margins.top() + margins.bottom())

    def minimumSizeHint(self) -> QSize:
        """One line, of any width (called by Qt)."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the new width (called by Qt)."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Cut to the width in a new font (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.updateGeometry()
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            self.alignment().value,
            self.palette(),
            self.isEnabled(),
            self._shown,
            QPalette.ColorRole.WindowText,
        )
        painter.end()

    def _fit(self) -> None:
        width = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self._full, self._mode, width)
        if shown != self._shown:
            self._shown = shown
            self.update()
        self.setToolTip(self._full if shown != self._full else "")


class Readout(QLabel):
    """A text that changes all the time, in room that does not: nothing is laid out anew.

    Args:
        role: Size and weight.
        widest: The widest text there will be, for the time being.
        tone: As for ``label``.
        parent: Owner.
    """

    def __init__(
        self, role: TypeRole, *, widest: str, tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFont(font(role))
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.make_room(widest)

    def make_room(self, widest: str) -> None:
        """Take the room that a text needs."""
        said = self.text()
        self.setMinimumSize(0, 0)
        self.setMaximumSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX)
        self.setText(widest)
        self.setFixedSize(self.sizeHint())
        self.setText(said)

    def say(self, text: str) -> None:
        """Say something else, no wider than there is room for."""
        if text != self.text():
            self.setText(text)


def label(text: str, role: TypeRole, *, tone: str = "", parent: QWidget | None = None) -> QLabel:
    """A label of the type scale.

    Args:
        text: What it says.
        role: Its size and weight.
        tone: ``muted``, ``faint``, ``warning`` or nothing for the text's own colour.
        parent: Owner.
    """
    made = QLabel(text, parent)
    made.setFont(font(role))
    made.setProperty("tone", tone)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class SectionHeader(QWidget):
    """The heading of a section, with a quiet remark at its right."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.title = label(title.upper(), TypeRole.HEADING, tone="muted")
        self.title.setAccessibleName(title)
        self.remark = ElidedLabel()
        self.remark.setFont(font(TypeRole.SMALL))
        self.remark.setProperty("tone", "muted")
        self.remark.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.title)
        row.addWidget(self.remark, 1)


class Rule(QFrame):
    """A hairline."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rule")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Bar(QWidget):
    """A share as a bar: how probable an action is."""

    THICKNESS = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._colour = self.palette().color(QPalette.ColorRole.Highlight)
        self.setMinimumWidth(40)
        self.setFixedHeight(self.THICKNESS + 4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def colour(self) -> QColor:
        """What it is drawn in."""
        return self._colour

    def show_share(self, share: float, colour: QColor) -> None:
        """Draw a share of 0..1 in a colour."""
        self._share = share
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - self.THICKNESS) / 2
        radius = 3.0
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(0, int(top), self.width(), self.THICKNESS, radius, radius)
        if self._share > 0:
            width = max(self._share * self.width(), 2.0)
            painter.setBrush(self._colour)
            painter.drawRoundedRect(0, int(top), round(width), self.THICKNESS, radius, radius)
        painter.end()


def column(parent: QWidget, *, margins: tuple[int, int, int, int], spacing: int) -> QVBoxLayout:
    """A vertical layout of a widget; margins are left, top, right, bottom."""
    made = QVBoxLayout(parent)
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made
