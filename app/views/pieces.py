"""Small pieces that several panels are made of."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import TypeRole, font


class ElidedLabel(QLabel):
    """One line of text with an ellipsis where there is no room; it says all on hover."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_full_text(text)

    @property
    def full_text(self) -> str:
        """What it says, also where that is not visible."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Say something else."""
        self._full = text
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut to the new width (called by Qt)."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, self._mode, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


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
