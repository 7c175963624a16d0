"""A list of clips with what people and models say of them: thousands cost no more than a few."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.action_colours import ACTION_COLOURS
from app.retrain_rows import ClipRow, Said, Turn
from app.theme import TypeRole, font
from app.views.icons import DOT_PX

Index = QModelIndex | QPersistentModelIndex
ItemT = TypeVar("ItemT")
MOST_ROWS = 7
"""Seen at once; the others are scrolled to."""
PAD_X, PAD_Y, LINE_GAP, PIECE_GAP = 8, 6, 2, 7
SIGN = 4.0
"""Half the width of the mark of a better or a worse answer."""
BETTER_COLOUR = ACTION_COLOURS[2]
DONE_OPACITY = 0.5


class ClipModel(QAbstractListModel, Generic[ItemT]):
    """Items; each is described when it is first seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: tuple[ItemT, ...] = ()
        self._describe: Callable[[ItemT], ClipRow] | None = None
        self._rows: dict[int, ClipRow] = {}

    @property
    def items(self) -> tuple[ItemT, ...]:
        """What is listed."""
        return self._items

    def show_items(self, items: tuple[ItemT, ...], describe: Callable[[ItemT], ClipRow]) -> None:
        """List other items, or the same with other words."""
        if len(items) != len(self._items):
            self.beginResetModel()
            self._items, self._describe, self._rows = items, describe, {}
            self.endResetModel()
            return
        self._items, self._describe, self._rows = items, describe, {}
        if items:
            self.dataChanged.emit(self.index(0), self.index(len(items) - 1))

    def line(self, index: Index) -> ClipRow | None:
        """The words of an item."""
        number = index.row()
        if self._describe is None or not 0 <= number < len(self._items):
            return None
        if number not in self._rows:
            self._rows[number] = self._describe(self._items[number])
        return self._rows[number]

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the list (called by Qt)."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Text for tooltips and for screen readers (called by Qt)."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        line = self.line(index)
        return None if line is None else line.text


class ClipDelegate(QStyledItemDelegate):
    """Label and place above, the answers below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines (called by Qt)."""
        del option, index
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row (called by Qt)."""
        model = index.model()
        line = model.line(index) if isinstance(model, ClipModel) else None
        if line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, option)
        if line.is_done:
            painter.setOpacity(DONE_OPACITY)
        strong = QFontMetrics(font(TypeRole.STRONG)).height()
        inner = option.rect.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
        upper = QRect(inner.left(), inner.top(), inner.width(), strong)
        top = upper.bottom() + 1 + LINE_GAP
        lower = QRect(inner.left(), top, inner.width(), inner.bottom() + 1 - top)
        self._paint_label(painter, option.palette, upper, line)
        self._paint_answers(painter, option.palette, lower, line)
        painter.restore()

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        palette, area = option.palette, QRect(option.rect).adjusted(0, 1, 0, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(area, 5, 5)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.color(QPalette.ColorRole.Light))
            painter.drawRoundedRect(area, 5, 5)

    def _paint_label(
        self, painter: QPainter, palette: QPalette, area: QRect, line: ClipRow
    ) -> None:
        text = QRect(area)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = QPointF(area.left() + DOT_PX / 2, area.center().y() + 1)
        if line.colour:
            painter.setBrush(QColor(line.colour))
            painter.drawEllipse(middle, DOT_PX / 2, DOT_PX / 2)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawEllipse(middle, DOT_PX / 2 - 1, DOT_PX / 2 - 1)
        text.setLeft(area.left() + DOT_PX + PIECE_GAP)
        painter.setFont(font(TypeRole.STRONG))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        wide = painter.fontMetrics().horizontalAdvance(line.label) + 2
        wide = min(wide, text.width() * 3 // 5)
        _draw(painter, text.adjusted(0, 0, wide - text.width(), 0), line.label)
        text.setLeft(text.left() + wide + PIECE_GAP)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        _draw(painter, text, line.place, Qt.TextElideMode.ElideLeft, is_right=True)

    def _paint_answers(
        self, painter: QPainter, palette: QPalette, area: QRect, line: ClipRow
    ) -> None:
        middle = area.center().y() + 1
        if line.turn is not Turn.SAME:
            _paint_sign(painter, palette, QPointF(area.left() + SIGN, middle), line.turn)
        painter.setFont(font(TypeRole.SMALL))
        metrics = painter.fontMetrics()
        place = QRect(area)
        place.setLeft(area.left() + DOT_PX + PIECE_GAP)
        if line.remark:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            _draw(painter, place, line.remark, is_right=True)
            place.setRight(place.right() - metrics.horizontalAdvance(line.remark) - PIECE_GAP)
        arrow = metrics.horizontalAdvance(line.joins)
        room = (place.width() - arrow * (len(line.said) - 1)) // max(len(line.said), 1)
        spare = 0
        for number, said in enumerate(line.said):
            if number:
                painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
                painter.drawText(
                    place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line.joins
                )
                place.setLeft(place.left() + arrow)
            wide = min(_said_width(metrics, said), room + spare)
            spare += room - wide
            is_last = number == len(line.said) - 1
            tone = QPalette.ColorRole.Text if is_last else QPalette.ColorRole.PlaceholderText
            painter.setPen(palette.color(tone))
            self._paint_said(
                painter, palette, QRect(place.topLeft(), QSize(wide, place.height())), said
            )
            place.setLeft(place.left() + wide)

    def _paint_said(self, painter: QPainter, palette: QPalette, area: QRect, said: Said) -> None:
        metrics = painter.fontMetrics()
        number = metrics.horizontalAdvance(f" {said.number}") if said.number else 0
        shown = metrics.elidedText(said.name, Qt.TextElideMode.ElideRight, area.width() - number)
        _draw(painter, area, shown)
        if number:
            area.setLeft(area.left() + metrics.horizontalAdvance(shown))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(
                area.adjusted(0, 0, 4, 0),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                f" {said.number}",
            )


def row_height() -> int:
    """Of one row of a list of clips, in the font of now."""
    strong = QFontMetrics(font(TypeRole.STRONG)).height()
    return strong + QFontMetrics(font(TypeRole.SMALL)).height() + 2 * PAD_Y + LINE_GAP


def _said_width(metrics: QFontMetrics, said: Said) -> int:
    number = metrics.horizontalAdvance(f" {said.number}") if said.number else 0
    return metrics.horizontalAdvance(said.name) + number + 1


def _paint_sign(painter: QPainter, palette: QPalette, at: QPointF, turn: Turn) -> None:
    """A triangle: up for better, down for worse; its shape says it without the colour."""
    up = -1.0 if turn is Turn.BETTER else 1.0
    painter.setPen(Qt.PenStyle.NoPen)
    is_better = turn is Turn.BETTER
    painter.setBrush(
        QColor(BETTER_COLOUR) if is_better else palette.color(QPalette.ColorRole.BrightText)
    )
    painter.drawPolygon(
        QPolygonF(
            [
                at + QPointF(0, SIGN * up),
                at + QPointF(SIGN, -SIGN * up * 0.7),
                at + QPointF(-SIGN, -SIGN * up * 0.7),
            ]
        )
    )


def _draw(
    painter: QPainter,
    area: QRect,
    text: str,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    *,
    is_right: bool = False,
) -> None:
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(text, cut, area.width())
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)


class ClipList(QListView, Generic[ItemT]):
    """The list; a click or Return opens a clip, arrows go through them."""

    opened = Signal(object)
    """The item."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, most_rows: int = MOST_ROWS
    ) -> None:
        """List nothing yet.

        Args:
            name: For who listens.
            parent: Owner.
            most_rows: Seen at once; the others are scrolled to.
        """
        super().__init__(parent)
        self._most_rows = most_rows
        self._model: ClipModel[ItemT] = ClipModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ClipDelegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)
        self._fit()

    @property
    def items(self) -> tuple[ItemT, ...]:
        """What is listed."""
        return self._model.items

    @property
    def current(self) -> int:
        """Which one is picked; -1 for none."""
        return self.currentIndex().row()

    def show_items(self, items: tuple[ItemT, ...], describe: Callable[[ItemT], ClipRow]) -> None:
        """List other items, or the same with other words."""
        self._model.show_items(items, describe)
        self._fit()

    def pick(self, number: int) -> None:
        """Stand on an item; -1 stands on none."""
        if number == self.current:
            return
        if number < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self._model.index(number))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picked row in sight (called by Qt)."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _fit(self) -> None:
        count = min(max(len(self._model.items), 1), self._most_rows)
        self.setFixedHeight(count * row_height())

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._model.items):
            self.opened.emit(self._model.items[index.row()])
