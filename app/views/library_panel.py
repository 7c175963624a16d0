"""The library: recordings to pick, with a search line."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.library import Library, LibraryEntry
from app.theme import TypeRole, font
from app.views.icons import ICON_PX, picture
from app.views.panel import PANEL_MARGIN
from app.views.pieces import column, label

Index = QModelIndex | QPersistentModelIndex
Row = LibraryEntry | str
"""An entry, or the title of a section."""


class LibraryModel(QAbstractListModel):
    """The rows of the list: section titles and entries."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._counts: dict[str, int] = {}

    def show_library(self, library: Library, wanted: str) -> None:
        """Take the rows of a library that match a search."""
        sections = library.sections(wanted)
        rows: list[Row] = []
        for section in sections:
            rows += [section.title, *section.entries]
        self.beginResetModel()
        self._rows = tuple(rows)
        self._counts = {section.title: len(section.entries) for section in sections}
        self.endResetModel()

    def row(self, index: Index) -> Row:
        """The entry or title at an index."""
        return self._rows[index.row()]

    def count(self, title: str) -> int:
        """How many entries a section has."""
        return self._counts.get(title, 0)

    def index_of(self, path: Path | None) -> QModelIndex:
        """Where a recording is listed; invalid when it is not."""
        for number, row in enumerate(self._rows):
            if isinstance(row, LibraryEntry) and row.path == path:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the list (called by Qt)."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Text for searching by keys, for tooltips and for screen readers (called by Qt)."""
        row = self.row(index)
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(line for line in (row.title, row.story, str(row.path)) if line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(words for words in (row.title, row.detail, row.story) if words)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Titles cannot be picked (called by Qt)."""
        if isinstance(self.row(index), str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class LibraryDelegate(QStyledItemDelegate):
    """Draws titles quiet and entries with their detail at the right edge."""

    INDENT = PANEL_MARGIN + 12

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Height by the font (called by Qt)."""
        extra = 16 if index.flags() == Qt.ItemFlag.NoItemFlags else 11
        return QSize(0, option.fontMetrics.height() + extra)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row (called by Qt)."""
        model = index.model()
        if not isinstance(model, LibraryModel):
            return
        row = model.row(index)
        painter.save()
        if isinstance(row, str):
            self._paint_title(painter, option, row, model.count(row))
        else:
            self._paint_entry(painter, option, row)
        painter.restore()

    def _paint_title(
        self, painter: QPainter, option: QStyleOptionViewItem, title: str, count: int
    ) -> None:
        area = option.rect.adjusted(PANEL_MARGIN, 6, -PANEL_MARGIN, 0)
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        _draw(painter, area, title, Qt.AlignmentFlag.AlignLeft)
        painter.setFont(font(TypeRole.SMALL))
        _draw(painter, area, str(count), Qt.AlignmentFlag.AlignRight)

    def _paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: LibraryEntry
    ) -> None:
        palette, area = option.palette, option.rect
        is_picked = bool(option.state & QStyle.StateFlag.State_Selected)
        back = QRect(area).adjusted(6, 1, -6, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_picked:
            painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(back, 5, 5)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.color(QPalette.ColorRole.Light))
            painter.drawRoundedRect(back, 5, 5)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(back, 5, 5)
        text = area.adjusted(self.INDENT, 0, -PANEL_MARGIN, 0)
        painter.setFont(font(TypeRole.SMALL))
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        detail_width = painter.fontMetrics().horizontalAdvance(entry.detail)
        _draw(painter, text, entry.detail, Qt.AlignmentFlag.AlignRight)
        painter.setFont(font(TypeRole.STRONG if is_picked else TypeRole.TEXT))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        text.setRight(text.right() - detail_width - 10)
        title = painter.fontMetrics().elidedText(
            entry.title, Qt.TextElideMode.ElideRight, text.width()
        )
        _draw(painter, text, title, Qt.AlignmentFlag.AlignLeft)


def _draw(painter: QPainter, area: QRect, text: str, side: Qt.AlignmentFlag) -> None:
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, text)


class LibraryPanel(QWidget):
    """Search line and list."""

    open_requested = Signal(object)  # Path
    compare_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = Library()
        self._shown: Path | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the library")
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self.search.textChanged.connect(self._refresh)
        self._glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListView()
        self.list.setAccessibleName("Library")
        self.list.setModel(LibraryModel(self))
        self.list.setItemDelegate(LibraryDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._offer)
        self.nothing = label("", TypeRole.SMALL, tone="muted")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(PANEL_MARGIN, 4, PANEL_MARGIN, 0)
        self.hint = label("Drop recordings anywhere to add them.", TypeRole.SMALL, tone="muted")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(PANEL_MARGIN, 6, PANEL_MARGIN, 12)
        field = QWidget()
        column(field, margins=(PANEL_MARGIN - 4, 0, PANEL_MARGIN - 4, 6), spacing=0).addWidget(
            self.search
        )
        rows = column(self, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(field)
        rows.addWidget(self.nothing)
        rows.addWidget(self.list, 1)
        rows.addWidget(self.hint)
        self.setMinimumWidth(170)
        self.recolour()
        self._refresh()

    def sizeHint(self) -> QSize:
        """Wide enough for names of recordings (called by Qt)."""
        return QSize(232, 400)

    @Slot(object)
    def show_library(self, library: Library) -> None:
        """Offer these recordings."""
        self._library = library
        self._refresh()

    def show_current(self, path: Path | None) -> None:
        """Mark the recording on show."""
        self._shown = path
        self._mark()

    def end_search(self) -> bool:
        """List everything again; whether there was a search."""
        is_searching = bool(self.search.text()) or self.search.hasFocus()
        if is_searching:
            self.search.clear()
            self.list.setFocus()
        return is_searching

    def recolour(self) -> None:
        """Draw the magnifying glass in the palette's colour."""
        colour = QColor(self.palette().color(QPalette.ColorRole.PlaceholderText))
        self._glass.setIcon(QIcon(picture("search", colour, ICON_PX, 2.0)))

    def _model(self) -> LibraryModel:
        model = self.list.model()
        if not isinstance(model, LibraryModel):
            raise TypeError("the library's list shows a LibraryModel")
        return model

    @Slot()
    def _refresh(self) -> None:
        wanted = self.search.text()
        self._model().show_library(self._library, wanted)
        is_empty = self._model().rowCount() == 0
        self.nothing.setVisible(is_empty)
        self.nothing.setText(f"Nothing matches “{wanted}”." if wanted else "No recordings yet.")
        self._mark()

    def _mark(self) -> None:
        index = self._model().index_of(self._shown)
        if index.isValid():
            self.list.setCurrentIndex(index)
        else:
            self.list.clearSelection()

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        """Open what can be done with an entry."""
        index = self.list.indexAt(place)
        row = self._model().row(index) if index.isValid() else ""
        if isinstance(row, LibraryEntry):
            self.menu_of(row).popup(self.list.viewport().mapToGlobal(place))

    def menu_of(self, entry: LibraryEntry) -> QMenu:
        """What can be done with an entry."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open").triggered.connect(lambda: self.open_requested.emit(entry.path))
        compare = menu.addAction("Compare with what is shown")
        compare.triggered.connect(lambda: self.compare_requested.emit(entry.path))
        compare.setEnabled(self._shown is not None)
        return menu

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        row = self._model().row(index)
        if isinstance(row, LibraryEntry) and row.path != self._shown:
            self.open_requested.emit(row.path)
