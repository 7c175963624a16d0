"""The confusion matrix: who is taken for whom; every cell leads to its clips."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.retrain_result_model import Confusion, MatrixCell
from app.theme import TypeRole, font
from app.views.painted import blended, contrast, luminance

NAMES_SHARE, NAMES_MOST = 0.36, 132
CELL_LEAST, CELL_MOST = 15, 30
GAP = 2
FAINTEST = 0.14
"""Of the colour of a cell that has one clip of very many."""
KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
OWN_KEYS = (*KEYS, Qt.Key.Key_Space)


class ConfusionView(QWidget):
    """Rows are what people say, columns what the model says; columns bear the rows' numbers."""

    cell_picked = Signal(object)  # MatrixCell
    read = Signal(str)
    """The cell under the pointer, in words; empty for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confusion: Confusion | None = None
        self._picked: MatrixCell | None = None
        self._under: tuple[int, int] | None = None
        self.setFont(font(TypeRole.TINY))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Confusion matrix: rows are labels, columns are answers")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def confusion(self) -> Confusion | None:
        """What is painted."""
        return self._confusion

    def show_confusion(self, confusion: Confusion | None, picked: MatrixCell | None) -> None:
        """Show other counts, with a cell picked."""
        self._confusion, self._picked = confusion, picked
        self._under = None
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its rows (called by Qt)."""
        if self._confusion is None:
            return QSize(0, 0)
        side = self._side()
        wide = self._names_width() + side * len(self._confusion.columns)
        return QSize(wide, self._head() + side * len(self._confusion.rows) + GAP)

    def minimumSizeHint(self) -> QSize:
        """Cells are never too small to be hit (called by Qt)."""
        if self._confusion is None:
            return QSize(0, 0)
        wide = self._names_width() + CELL_LEAST * len(self._confusion.columns)
        return QSize(wide, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take other heights at another width (called by Qt)."""
        del event
        self.updateGeometry()

    def _head(self) -> int:
        return self.fontMetrics().height() + 3

    def _names_width(self) -> int:
        return min(round(self.width() * NAMES_SHARE), NAMES_MOST)

    def _side(self) -> int:
        """Of a cell, pixels."""
        if self._confusion is None:
            return CELL_LEAST
        room = (self.width() - self._names_width()) // max(len(self._confusion.columns), 1)
        return min(max(room, CELL_LEAST), CELL_MOST)

    def rect_of(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        side = self._side()
        left, top = self._names_width() + column * side, self._head() + row * side
        return QRectF(left + GAP / 2, top + GAP / 2, side - GAP, side - GAP)

    def cell_at(self, place: QPoint) -> tuple[int, int] | None:
        """The row and column at a place."""
        if self._confusion is None:
            return None
        side = self._side()
        column = (place.x() - self._names_width()) // side
        row = (place.y() - self._head()) // side
        rows, columns = self._confusion.counts.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    # the hand

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read a cell (called by Qt)."""
        self._look_at(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self._look_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a cell that has clips (called by Qt)."""
        self._pick(self.cell_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from cell to cell, pick with Space (called by Qt)."""
        confusion, move = self._confusion, KEYS.get(Qt.Key(event.key()))
        if confusion is None or (move is None and event.key() != Qt.Key.Key_Space):
            super().keyPressEvent(event)
        elif move is None:
            self._pick(self._under)
        else:
            rows, columns = confusion.counts.shape
            row, column = self._under or (0, 0)
            row = min(max(row + move[0], 0), rows - 1)
            self._look_at((row, min(max(column + move[1], 0), columns - 1)))

    def event(self, event: QEvent) -> bool:
        """Keep arrows and Space for the cells (called by Qt)."""
        is_asked = event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def _pick(self, place: tuple[int, int] | None) -> None:
        if place is not None and self._confusion is not None and self._confusion.counts[place]:
            self.cell_picked.emit(self._confusion.cell(*place))

    def _look_at(self, place: tuple[int, int] | None) -> None:
        if place == self._under:
            return
        self._under = place
        confusion = self._confusion
        has_clips = confusion is not None and place is not None and bool(confusion.counts[place])
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if has_clips else Qt.CursorShape.ArrowCursor
        )
        said = "" if confusion is None or place is None else confusion.text_at(*place)
        self.read.emit(said)
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        confusion = self._confusion
        if confusion is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        self._paint_names(painter, confusion)
        rows, columns = confusion.counts.shape
        for row in range(rows):
            for column in range(columns):
                self._paint_cell(painter, confusion, row, column)
        painter.end()

    def _paint_names(self, painter: QPainter, confusion: Confusion) -> None:
        metrics, palette = self.fontMetrics(), self.palette()
        side, wide, head = self._side(), self._names_width(), self._head()
        centred = int(Qt.AlignmentFlag.AlignCenter)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        looked = self._under
        numbers = {name: str(n + 1) for n, name in enumerate(confusion.columns)}
        widest = max(metrics.horizontalAdvance(number) for number in numbers.values())
        for row, name in enumerate(confusion.rows):
            is_lit = looked is not None and looked[0] == row
            area = QRectF(0, head + row * side, wide - 6, side)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(area, left, numbers.get(name, ""))
            area.setLeft(widest + 6)
            if is_lit:
                painter.setPen(palette.color(QPalette.ColorRole.Text))
            room = int(area.width())
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(area, left, shown)
        for column, name in enumerate(confusion.columns):
            is_lit = looked is not None and looked[1] == column
            role = QPalette.ColorRole.Text if is_lit else QPalette.ColorRole.PlaceholderText
            painter.setPen(palette.color(role))
            number = numbers[name] if name in confusion.rows or side >= CELL_LEAST else ""
            painter.drawText(QRectF(wide + column * side, 0, side, head), centred, number)

    def _paint_cell(self, painter: QPainter, confusion: Confusion, row: int, column: int) -> None:
        count, area = int(confusion.counts[row, column]), self.rect_of(row, column)
        palette, is_right = self.palette(), confusion.is_diagonal(row, column)
        base = palette.color(QPalette.ColorRole.Base)
        loud = palette.color(
            QPalette.ColorRole.Highlight if is_right else QPalette.ColorRole.BrightText
        )
        of = max(int(confusion.counts[row].sum()), 1)
        fill = blended(loud, base, FAINTEST + (1 - FAINTEST) * count / of) if count else base
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(area, 2.5, 2.5)
        is_picked = self._picked is not None and confusion.cell(row, column) == self._picked
        if is_picked or self._under == (row, column):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)
        said = str(count)
        if count and QFontMetrics(self.font()).horizontalAdvance(said) <= area.width():
            painter.setPen(_readable(fill))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), said)


def _readable(fill: QColor) -> QColor:
    """Black or white, whichever is read better upon a colour."""
    light = luminance(fill)
    return QColor("#ffffff" if contrast(light, 1.0) > contrast(light, 0.0) else "#101216")
