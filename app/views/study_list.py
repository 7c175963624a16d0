"""The list of a study's recordings: thousands of them are rows of a model, not widgets."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.study_list_model import RecordingLine
from app.theme import TypeRole, font
from app.timecode import grouped
from app.views.panel import PANEL_MARGIN

Index = QModelIndex | QPersistentModelIndex
BAR = 3
"""Height of the bar under a title."""
MISSING = "missing"
DOUBT = "?"


class StudyListModel(QAbstractListModel):
    """The lines of the list."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: tuple[RecordingLine, ...] = ()
        self._places: dict[str, int] = {}

    @property
    def lines(self) -> tuple[RecordingLine, ...]:
        """What is listed."""
        return self._lines

    def show_lines(self, lines: tuple[RecordingLine, ...]) -> None:
        """List these; where only their figures have changed, what is picked stays picked."""
        is_same = len(lines) == len(self._lines) and all(
            new.row.id == old.row.id for new, old in zip(lines, self._lines, strict=True)
        )
        if not is_same:
            self.beginResetModel()
            self._lines = lines
            self._places = {line.row.id: place for place, line in enumerate(lines)}
            self.endResetModel()
            return
        olds, self._lines = self._lines, lines
        changed = [
            place
            for place, (new, old) in enumerate(zip(lines, olds, strict=True))
            if new is not old and new != old
        ]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def line(self, index: Index) -> RecordingLine:
        """The line at an index."""
        return self._lines[index.row()]

    def index_of(self, recording_id: str) -> QModelIndex:
        """Where a recording is listed; invalid when it is not."""
        place = self._places.get(recording_id)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the list (called by Qt)."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Text for searching by keys, for tooltips and for screen readers (called by Qt)."""
        line = self.line(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.story
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(line.story.splitlines()[:-1])
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inks:
    """The colours of a line."""

    title: QColor
    quiet: QColor
    warning: QColor


class StudyListDelegate(QStyledItemDelegate):
    """Draws a title, how many segments it has, and a thin bar of how far it is labelled."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Height by the font (called by Qt)."""
        del index
        return QSize(0, option.fontMetrics.height() + BAR + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line (called by Qt)."""
        model = index.model()
        if not isinstance(model, StudyListModel):
            return
        line = model.line(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_back(painter, option)
        area = QRect(option.rect).adjusted(PANEL_MARGIN + 2, 3, -PANEL_MARGIN, -(BAR + 5))
        self._paint_words(painter, option, line, area)
        bar = QRectF(area.left(), option.rect.bottom() - BAR - 4, area.width(), BAR)
        _paint_bar(painter, option.palette, line, bar)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, line: RecordingLine, area: QRect
    ) -> None:
        inks = _inks(option.palette, is_off=line.is_missing or line.row.is_archived)
        is_picked = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setFont(font(TypeRole.SMALL))
        right = area.right()
        remarks = (
            ("out" if line.row.is_archived else "", inks.quiet),
            (MISSING if line.is_missing else "", inks.warning),
            (DOUBT if line.labelled.num_doubtful else "", inks.warning),
            (grouped(line.labelled.num_segments) if line.labelled.num_segments else "", inks.quiet),
        )
        for words, ink in reversed(remarks):
            if words:
                width = painter.fontMetrics().horizontalAdvance(words)
                place = QRect(right - width, area.top(), width + 1, area.height())
                painter.setPen(ink)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
                right -= width + 8
        painter.setFont(font(TypeRole.STRONG if is_picked else TypeRole.TEXT))
        painter.setPen(inks.title)
        room = QRect(area.left(), area.top(), right - area.left(), area.height())
        title = painter.fontMetrics().elidedText(
            line.row.title, Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)


def _inks(palette: QPalette, *, is_off: bool) -> _Inks:
    role = QPalette.ColorRole
    return _Inks(
        title=palette.color(role.PlaceholderText if is_off else role.Text),
        quiet=palette.color(role.PlaceholderText),
        warning=palette.color(role.BrightText),
    )


def _paint_back(painter: QPainter, option: QStyleOptionViewItem) -> None:
    palette, state = option.palette, option.state
    back = QRect(option.rect).adjusted(6, 1, -6, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(back, 5, 5)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(palette.color(QPalette.ColorRole.Light))
        painter.drawRoundedRect(back, 5, 5)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(back, 5, 5)


def _paint_bar(painter: QPainter, palette: QPalette, line: RecordingLine, area: QRectF) -> None:
    """How much has an action, then how much is reviewed and has none."""
    role, labelled = QPalette.ColorRole, line.labelled
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(role.Mid))
    painter.drawRoundedRect(area, BAR / 2, BAR / 2)
    left = area.left()
    for share, colour in (
        (labelled.done, palette.color(role.Highlight)),
        (labelled.reviewed, palette.color(role.Dark)),
    ):
        if share > 0:
            width = max(share * area.width(), 2.0)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, area.top(), width, BAR), BAR / 2, BAR / 2)
            left += width


class StudyList(QListView):
    """The list itself; several recordings can be picked with Shift and Ctrl."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = StudyListModel(self)
        self.setAccessibleName("Recordings of the study")
        self.setModel(self.lines)
        self.setItemDelegate(StudyListDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def picked(self) -> tuple[RecordingLine, ...]:
        """The lines that are picked, from the top."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self.lines.lines[row] for row in rows)

    def mark(self, recording_id: str) -> None:
        """Pick the recording on show; none where it is not listed."""
        index = self.lines.index_of(recording_id)
        if index.isValid():
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)
        else:
            self.clearSelection()
