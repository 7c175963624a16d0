"""Rows of the panel of labels, painted by hand: an action with its colour, count and key."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSizePolicy, QWidget

from app.theme import TypeRole, font
from app.views.panel import PANEL_MARGIN

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QFocusEvent

SWATCH, LEAST_KEY_WIDTH, GAP = 12, 22, 8
DRAG_PX = 6
"""A press that moves farther takes the row along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """What a row says."""

    name: str
    colour: str = ""
    """``#rrggbb`` of the swatch; empty for none."""
    count: str = ""
    """At the right, quietly."""
    key: str = ""
    """On a cap; empty for none."""
    story: str = ""
    """On hovering."""
    is_picked: bool = False
    """Whether it is the one in use."""
    is_quiet: bool = False
    """Whether it is put away."""


class LabelRow(QAbstractButton):
    """A name that can be picked, renamed, recoloured, moved."""

    colour_wanted = Signal()
    menu_wanted = Signal(QPoint)
    renamed = Signal(str)
    dragged = Signal(int)  # height on the screen
    dropped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour: QColor | None = None
        self._count = ""
        self._key = ""
        self._is_quiet = False
        self._pressed_at: QPoint | None = None
        self._is_dragged = False
        self._field: QLineEdit | None = None
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_line(self, line: RowLine) -> None:
        """Show something else."""
        self.setText(line.name)
        self._colour = QColor(line.colour) if line.colour else None
        self._count, self._key, self._is_quiet = line.count, line.key, line.is_quiet
        self.setChecked(line.is_picked)
        said = f"{line.name}, key {line.key}" if line.key else line.name
        self.setAccessibleName(f"{said}, {line.count}" if line.count else said)
        self.setToolTip(f"{line.name}\n{line.story}" if line.story else line.name)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802
        """What is picked is decided elsewhere (called by Qt)."""

    # geometry

    def sizeHint(self) -> QSize:
        """A line of text with air around it (called by Qt)."""
        return QSize(0, self.fontMetrics().height() + 11)

    def minimumSizeHint(self) -> QSize:
        """As high as wanted, of any width (called by Qt)."""
        return QSize(80, self.sizeHint().height())

    @property
    def _key_width(self) -> int:
        """Of the cap of a key."""
        return max(LEAST_KEY_WIDTH, self.fontMetrics().horizontalAdvance("W") + 8)

    def _swatch(self) -> QRect:
        middle = self.height() // 2
        return QRect(PANEL_MARGIN, middle - SWATCH // 2, SWATCH, SWATCH)

    def _name_area(self) -> QRect:
        left = PANEL_MARGIN + (SWATCH + GAP if self._colour is not None else 0)
        right = self.width() - PANEL_MARGIN
        if self._key:
            right -= self._key_width + GAP
        if self._count:
            right -= self.fontMetrics().horizontalAdvance(self._count) + GAP
        return QRect(left, 0, max(right - left, 20), self.height())

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        area = QRectF(self.rect()).adjusted(6, 0.5, -6, -0.5)
        if self.isChecked() or self.underMouse():
            ground = role.AlternateBase if self.isChecked() else role.Light
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(ground))
            painter.drawRoundedRect(area, 5, 5)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(role.Highlight), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 5, 5)
        if self._colour is not None:
            self._paint_swatch(painter, self._colour)
        quiet = palette.color(role.PlaceholderText)
        painter.setFont(font(TypeRole.STRONG if self.isChecked() else TypeRole.TEXT))
        painter.setPen(quiet if self._is_quiet else palette.color(role.Text))
        name = self._name_area()
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, name.width()
        )
        across = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | across, shown)
        right = self.width() - PANEL_MARGIN
        if self._key:
            self._paint_key(painter, right)
            right -= self._key_width + GAP
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(quiet)
        count = QRect(0, 0, right, self.height())
        painter.drawText(count, Qt.AlignmentFlag.AlignRight | across, self._count)
        painter.end()

    def _paint_swatch(self, painter: QPainter, colour: QColor) -> None:
        shown = QColor(colour)
        shown.setAlphaF(0.4 if self._is_quiet else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shown)
        painter.drawRoundedRect(self._swatch(), 3, 3)

    def _paint_key(self, painter: QPainter, right: int) -> None:
        palette = self.palette()
        tall = self.fontMetrics().height() + 3
        cap = QRectF(
            right - self._key_width + 0.5, (self.height() - tall) / 2 + 0.5, self._key_width, tall
        )
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag (called by Qt)."""
        at = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton:
            reach = self._swatch().adjusted(-5, -8, 5, 8)
            if self._colour is not None and reach.contains(at):
                self.colour_wanted.emit()
                return
            self._pressed_at = at
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the row along (called by Qt)."""
        if self._pressed_at is not None:
            moved = event.position().toPoint() - self._pressed_at
            if self._is_dragged or abs(moved.y()) > DRAG_PX:
                self._is_dragged = True
                self.dragged.emit(round(event.globalPosition().y()))
                return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put it down, or pick it (called by Qt)."""
        was_dragged, self._is_dragged, self._pressed_at = self._is_dragged, False, None
        if was_dragged:
            self.setDown(False)
            self.dropped.emit(round(event.globalPosition().y()))
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename (called by Qt)."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done (called by Qt)."""
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 renames while a row has the focus (called by Qt)."""
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep F2 for this row while it has the focus (called by Qt)."""
        is_asked = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2:
            event.accept()
            return True
        return super().event(event)

    def enterEvent(self, event: "QEnterEvent") -> None:
        """Light up (called by Qt)."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark (called by Qt)."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: "QFocusEvent") -> None:
        """Show the focus (called by Qt)."""
        super().focusInEvent(event)
        self.update()

    # renaming

    def rename(self) -> None:
        """Let the name be typed where it stands."""
        if self._field is not None:
            return
        field = _NameField(self.text(), self)
        field.setAccessibleName(f"New name of {self.text()}")
        area = self._name_area()
        field.setGeometry(area.adjusted(-7, 0, 2, 0))
        field.selectAll()
        field.done.connect(self._take_name)
        field.show()
        field.setFocus()
        self._field = field

    def _take_name(self, name: str) -> None:
        field, self._field = self._field, None
        if field is not None:
            field.deleteLater()
            if name and name != self.text():
                self.renamed.emit(name)


class _NameField(QLineEdit):
    """A field that is done with Enter and on leaving it, and forgets with Esc."""

    done = Signal(str)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setStyleSheet("padding: 1px 5px;")
        self._is_done = False
        self.editingFinished.connect(self._finish)

    def event(self, event: QEvent) -> bool:
        """Take Esc before it does something else (called by Qt)."""
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_key and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if is_key and event.type() is QEvent.Type.KeyPress:
            self.setText("")
            self._finish()
            return True
        return super().event(event)

    def _finish(self) -> None:
        if not self._is_done:
            self._is_done = True
            self.done.emit(" ".join(self.text().split()))
