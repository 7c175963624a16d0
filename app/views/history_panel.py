"""What has been done to the study: press a step to go back, or on again, to the state after it."""

from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPalette, QShowEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.history_model import HistoryLine, history_lines
from app.theme import TypeRole, font
from app.views.panel import PANEL_MARGIN
from app.views.pieces import column, label
from engine.study.history import History

Index = QModelIndex | QPersistentModelIndex
DOT = 6


class HistoryModel(QAbstractListModel):
    """The lines of the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: tuple[HistoryLine, ...] = ()

    def show_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        """List these."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, index: Index) -> HistoryLine:
        """The line at an index."""
        return self._lines[index.row()]

    @property
    def now(self) -> QModelIndex:
        """Where the study stands."""
        places = (place for place, line in enumerate(self._lines) if line.is_now)
        return self.index(next(places, 0))

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the list (called by Qt)."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Text for searching by keys, for tooltips and for screen readers (called by Qt)."""
        line = self.line(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            state = "now" if line.is_now else "undone" if line.is_undone else "done"
            return "  ·  ".join(words for words in (line.name, line.when, state) if words)
        return None


class HistoryDelegate(QStyledItemDelegate):
    """Draws a step with its time; undone ones quiet, a dot where the study stands."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Height by the font (called by Qt)."""
        del index
        return QSize(0, option.fontMetrics.height() + 9)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one step (called by Qt)."""
        model = index.model()
        if not isinstance(model, HistoryModel):
            return
        line, palette, role = model.line(index), option.palette, QPalette.ColorRole
        area = QRect(option.rect).adjusted(PANEL_MARGIN + 14, 0, -PANEL_MARGIN, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        back = QRect(option.rect).adjusted(6, 1, -6, -1)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(palette.color(role.Highlight))
            painter.drawRoundedRect(back, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.color(role.Light))
            painter.drawRoundedRect(back, 5, 5)
        if line.is_now:
            painter.setBrush(palette.color(role.Highlight))
            middle = option.rect.center().y()
            painter.drawEllipse(PANEL_MARGIN, middle - DOT // 2 + 1, DOT, DOT)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(palette.color(role.Dark if line.is_undone else role.PlaceholderText))
        width = painter.fontMetrics().horizontalAdvance(line.when)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.when
        )
        painter.setFont(font(TypeRole.STRONG if line.is_now else TypeRole.TEXT))
        painter.setPen(palette.color(role.Dark if line.is_undone else role.Text))
        area.setRight(area.right() - width - 10)
        name = painter.fontMetrics().elidedText(
            line.name, Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class HistoryPanel(QWidget):
    """A list of steps; nothing is listed while nobody sees it."""

    position_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._is_stale = True
        self.list = QListView()
        self.list.setAccessibleName("History of the study")
        self.lines = HistoryModel(self)
        self.list.setModel(self.lines)
        self.list.setItemDelegate(HistoryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        hint = label("Press a step to go to the state after it.", TypeRole.SMALL, tone="muted")
        hint.setWordWrap(True)
        hint.setContentsMargins(PANEL_MARGIN, 6, PANEL_MARGIN, 12)
        rows = column(self, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(self.list, 1)
        rows.addWidget(hint)
        self.setMinimumWidth(170)

    @Slot(object)
    def show_history(self, history: History) -> None:
        """Show what has been done."""
        self._history = history
        self._is_stale = True
        if self.isVisible():
            self._list()

    def showEvent(self, event: QShowEvent) -> None:
        """List what has been done meanwhile (called by Qt)."""
        super().showEvent(event)
        if self._is_stale:
            self._list()

    def _list(self) -> None:
        self._is_stale = False
        self.lines.show_lines(history_lines(self._history, datetime.now().astimezone()))
        self.list.setCurrentIndex(self.lines.now)  # arrows go on from there
        self.list.scrollTo(self.lines.now)

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        line = self.lines.line(index)
        if not line.is_now:
            self.position_requested.emit(line.position)
