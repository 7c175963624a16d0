"""The table under models side by side: answers, times, sizes, agreement."""

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QWidget

from app.compare_state import HINTS, Cell, Column, Row
from app.theme import TypeRole, font
from app.views.icons import DOT_PX
from app.views.pieces import Rule, column, label

MARGIN_X, MARGIN_Y, RULE = 12, 6, 1
COLUMN_GAP, PIECE_GAP, CELL_PAD = 16, 7, 3
NEXT_WIDTH = 170
"""Pixels for what comes after the answer, before other columns go."""
FIRST_TO_GO = (Column.SIZE, Column.PARAMETERS, Column.NONE_BELOW, Column.FIRST)
"""Where there is no room for names; hovering a model's name tells its size."""
STRETCHES = {Column.MODEL: 4, Column.ANSWER: 5, Column.NEXT: 7}
"""Shares of the room that names get; the other columns hold numbers and take what they need."""
WHOLE = (Column.MODEL, Column.ANSWER)
"""Columns that are not cut, as long as there is room at all."""
LEADING = (Column.MODEL, Column.AGREES, Column.DIFFERS_AT)
"""Columns whose cells can be pressed."""


class CompareTable(QWidget):
    """One line a model, in the order of the lanes."""

    model_pressed = Signal(int)
    """Which row's model is to be shown."""
    seek_requested = Signal(int)
    """A frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._lines: list[tuple[TableCell, ...]] = []
        self._heads: dict[Column, QLabel] = {}
        self.setAutoFillBackground(True)
        self.setAccessibleName("Models compared")
        whole = column(self, margins=(0, 0, 0, 0), spacing=0)
        whole.addWidget(Rule())
        body = QWidget()
        whole.addWidget(body)
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(MARGIN_X, MARGIN_Y, MARGIN_X, MARGIN_Y)
        self._grid.setHorizontalSpacing(COLUMN_GAP)
        self._grid.setVerticalSpacing(0)
        for place, each in enumerate(Column):
            head = label(each.value, TypeRole.TINY, tone="muted")
            head.setToolTip(HINTS[each])
            head.setAlignment(_side(each) | Qt.AlignmentFlag.AlignVCenter)
            self._heads[each] = head
            self._grid.addWidget(head, 0, place)
            self._grid.setColumnStretch(place, STRETCHES.get(each, 0))
        self.hide()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What it says."""
        return self._rows

    def sizeHint(self) -> QSize:
        """Of any width, as high as its lines (called by Qt)."""
        heads = max(head.sizeHint().height() for head in self._heads.values())
        lines = (max(cell.sizeHint().height() for cell in line) for line in self._lines)
        return QSize(0, RULE + heads + sum(lines) + 2 * MARGIN_Y)

    def cell(self, row: int, column_: Column) -> "TableCell":
        """One of its cells."""
        return self._lines[row][list(Column).index(column_)]

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Say something else."""
        if rows == self._rows:
            return
        self._rows = rows
        while len(self._lines) > len(rows):
            for old in self._lines.pop():
                self._grid.removeWidget(old)
                old.hide()
                old.deleteLater()
        while len(self._lines) < len(rows):
            self._lines.append(self._made(len(self._lines)))
        for line, row in zip(self._lines, rows, strict=True):
            for shown, cell, each in zip(line, row.cells, Column, strict=True):
                is_led = each is Column.MODEL and not row.is_shown
                shown.show_cell(cell, leads=is_led or cell.frame is not None)
        self._choose_columns()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave columns out where there is no room (called by Qt)."""
        super().resizeEvent(event)
        self._choose_columns()

    def _choose_columns(self) -> None:
        """Names are whole as long as columns can go in their place."""
        wide = {each: self._width(each) for each in Column}
        room = self.width() - 2 * MARGIN_X
        gone: set[Column] = set()
        for each in FIRST_TO_GO:
            there = [width for column_, width in wide.items() if column_ not in gone]
            if sum(there) + COLUMN_GAP * (len(there) - 1) <= room:
                break
            gone.add(each)
        for place, each in enumerate(Column):
            self._heads[each].setVisible(each not in gone)
            for line in self._lines:
                line[place].setVisible(each not in gone)
            self._grid.setColumnMinimumWidth(place, wide[each] if each in WHOLE else 0)
        self._grid.setHorizontalSpacing(COLUMN_GAP)

    def _width(self, each: Column) -> int:
        """What a column needs."""
        if each is Column.NEXT:
            return NEXT_WIDTH
        place = list(Column).index(each)
        cells = (line[place].whole_width for line in self._lines)
        return max((self._heads[each].sizeHint().width(), *cells))

    def _made(self, number: int) -> "tuple[TableCell, ...]":
        line = []
        for place, each in enumerate(Column):
            role = TypeRole.STRONG if each is Column.MODEL else TypeRole.SMALL
            cell = TableCell(role, is_number=each not in STRETCHES)
            if each in LEADING:
                cell.clicked.connect(partial(self._press, number, each))
            if each in STRETCHES:
                self._grid.addWidget(cell, number + 1, place)
            else:
                self._grid.addWidget(cell, number + 1, place, Qt.AlignmentFlag.AlignRight)
            line.append(cell)
        return tuple(line)

    def _press(self, number: int, each: Column) -> None:
        frame = self._rows[number].cell(each).frame
        if each is Column.MODEL:
            self.model_pressed.emit(number)
        elif frame is not None:
            self.seek_requested.emit(frame)


def _side(each: Column) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if each in STRETCHES else Qt.AlignmentFlag.AlignRight


class TableCell(QAbstractButton):
    """A dot, a text, a quiet number; in the accent's colour where it can be pressed.

    Args:
        role: Size and weight.
        is_number: Whether it takes the width of its text and stands at the right of its column.
        parent: Owner.
    """

    def __init__(self, role: TypeRole, *, is_number: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._is_number = is_number
        self._cell = Cell(text="")
        self._leads = False
        across = QSizePolicy.Policy.Fixed if is_number else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    @property
    def leads(self) -> bool:
        """Whether it can be pressed."""
        return self._leads

    def show_cell(self, cell: Cell, *, leads: bool) -> None:
        """Say something else.

        Args:
            cell: What to say.
            leads: Whether it can be pressed.
        """
        if (cell, leads) == (self._cell, self._leads):
            return
        self._cell, self._leads = cell, leads
        self.setText(cell.text)
        said = f"{cell.text} {cell.number}".strip()
        self.setAccessibleName(f"{said}: {cell.hint}" if cell.hint else said)
        self.setToolTip(cell.hint)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if leads else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, leads)
        shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.updateGeometry()
        self.update()

    @property
    def whole_width(self) -> int:
        """Of everything that it says."""
        metrics, cell = QFontMetrics(font(self._role)), self._cell
        width = metrics.horizontalAdvance(cell.text) + 2
        width += DOT_PX + PIECE_GAP if cell.colour else 0
        width += metrics.horizontalAdvance(cell.number) + PIECE_GAP if cell.number else 0
        return width

    def sizeHint(self) -> QSize:
        """One line; as wide as the text where that is a number (called by Qt)."""
        height = QFontMetrics(font(self._role)).height() + 2 * CELL_PAD
        return QSize(self.whole_width if self._is_number else 40, height)

    def minimumSizeHint(self) -> QSize:
        """The same (called by Qt)."""
        return self.sizeHint()

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
        face = font(self._role)
        is_lit = self._leads and (self.underMouse() or self.hasFocus())
        face.setUnderline(is_lit)
        metrics, room = QFontMetrics(face), self.rect()
        if self._cell.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._cell.colour))
            middle = QPointF(DOT_PX / 2, room.height() / 2)
            painter.drawEllipse(middle, DOT_PX / 2, DOT_PX / 2)
            room.setLeft(DOT_PX + PIECE_GAP)
        painter.setFont(face)
        if self._cell.number:
            width = metrics.horizontalAdvance(self._cell.number)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(room, right, self._cell.number)
            room.setRight(room.right() - width - PIECE_GAP)
        tone = QPalette.ColorRole.Highlight if self._leads else QPalette.ColorRole.WindowText
        painter.setPen(self.palette().color(tone))
        side = Qt.AlignmentFlag.AlignRight if self._is_number else Qt.AlignmentFlag.AlignLeft
        shown = metrics.elidedText(self._cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
