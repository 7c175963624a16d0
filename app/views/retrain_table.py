"""What will be learnt from: a line an action with its clips, by person where that is wanted."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.retrain_words import count_text
from app.theme import TypeRole, font
from app.views.icons import DOT_PX
from app.views.painted import blended, contrast, luminance
from engine.study.forecast import ActionForecast

PAD, GAP, BAR = 5, 8, 7
NAME_SHARE, NAME_LEAST, NAME_MOST = 0.42, 70, 140
GRID_SHARE, GRID_GAP = 0.33, 4
CELL_LEAST, CELL_MOST = 15, 26
SLICE_GAP = 1.0
FAINTEST = 0.16
SLICES = (1.0, 0.72)
"""How strong the parts of a bar are in turn, one part a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One action of the table."""

    action: ActionForecast
    colour: str
    """``#rrggbb``; empty for the background."""


class ForecastTable(QWidget):
    """A bar each, in parts by person; or a grid of actions and persons."""

    read = Signal(str)
    """What is under the pointer, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[TableLine, ...] = ()
        self._actors: tuple[str, ...] = ()
        self._by_person = False
        self.setMouseTracking(True)
        self.setFont(font(TypeRole.SMALL))
        self.setAccessibleName("Clips of each action")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def lines(self) -> tuple[TableLine, ...]:
        """What is listed."""
        return self._lines

    def show_lines(
        self, lines: tuple[TableLine, ...], actors: tuple[str, ...], *, by_person: bool
    ) -> None:
        """Show other actions.

        Args:
            lines: In the order of the study's list.
            actors: Columns of the grid.
            by_person: Whether to show the grid.
        """
        if (lines, actors, by_person) == (self._lines, self._actors, self._by_person):
            return
        self._lines, self._actors, self._by_person = lines, actors, by_person
        said = (f"{each.action.name} {each.action.clips}" for each in lines)
        self.setAccessibleDescription(", ".join(said))
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.updateGeometry()
        self.update()

    # places

    def hasHeightForWidth(self) -> bool:
        """Reasons are wrapped (called by Qt)."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all lines (called by Qt)."""
        return self._head() + sum(self._heights(width))

    def sizeHint(self) -> QSize:
        """As high as its lines (called by Qt)."""
        return QSize(self.minimumSizeHint().width(), self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        """Cells of the grid are never too small (called by Qt)."""
        cells = CELL_LEAST * len(self._actors) if self._by_person else 60
        return QSize(NAME_LEAST + GRID_GAP + cells, self.heightForWidth(max(self.width(), 200)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew (called by Qt)."""
        del event
        height = self.heightForWidth(self.width())
        if height != self.height():
            self.setFixedHeight(height)

    def _head(self) -> int:
        return QFontMetrics(font(TypeRole.TINY)).height() + 2 if self._by_person else 0

    def _line_height(self) -> int:
        return max(self.fontMetrics().height() + PAD, CELL_LEAST if self._by_person else 0)

    def _heights(self, width: int) -> list[int]:
        return [self._line_height() + self._doubt_height(each, width) for each in self._lines]

    def _doubt_height(self, line: TableLine, width: int) -> int:
        if not line.action.doubt or self._by_person:
            return 0
        return self._doubt_area(line, QRect(self._indent(), 0, width - self._indent(), 0)).height()

    def _doubt_area(self, line: TableLine, room: QRect) -> QRect:
        wide = QRect(room.left(), room.top(), max(room.width(), 40), 10_000)
        flags = int(Qt.TextFlag.TextWordWrap)
        return QFontMetrics(font(TypeRole.TINY)).boundingRect(wide, flags, line.action.doubt)

    def _indent(self) -> int:
        return DOT_PX + GAP

    def _names_width(self) -> int:
        metrics = self.fontMetrics()
        widest = max(
            (metrics.horizontalAdvance(each.action.name) for each in self._lines), default=0
        )
        most = min(round(self.width() * NAME_SHARE), NAME_MOST)
        if self._by_person:  # what the cells leave
            cells = len(self._actors) * CELL_MOST + GRID_GAP
            least = round(self.width() * GRID_SHARE)
            most = min(max(self.width() - cells, least), NAME_MOST)
        return min(self._indent() + widest + 2, max(most, NAME_LEAST))

    def _cell(self) -> int:
        room = (self.width() - self._names_width() - GRID_GAP) // max(len(self._actors), 1)
        return min(max(room, CELL_LEAST), CELL_MOST)

    def _tops(self) -> list[tuple[int, TableLine]]:
        top, found = self._head(), []
        for line, height in zip(self._lines, self._heights(self.width()), strict=True):
            found.append((top, line))
            top += height
        return found

    # the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read a line, or a cell of the grid (called by Qt)."""
        place = event.position().toPoint()
        under = [(top, line) for top, line in self._tops() if top <= place.y()]
        said = ""
        if under:
            action = under[-1][1].action
            column = (place.x() - self._names_width() - GRID_GAP) // self._cell()
            if self._by_person and 0 <= column < len(self._actors):
                actor = self._actors[column]
                clips = dict(action.by_actor).get(actor, 0)
                said = f"{actor}: {count_text(clips, 'clip')} of {action.name}"
            else:
                said = line_words(action)
        self.read.emit(said)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing (called by Qt)."""
        self.read.emit("")
        super().leaveEvent(event)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((each.action.clips for each in self._lines), default=0)
        counts = [count for each in self._lines for _, count in each.action.by_actor]
        if self._by_person:
            self._paint_numbers(painter)
        for top, line in self._tops():
            if event.rect().bottom() < top:
                break
            self._paint_name(painter, line, top)
            if self._by_person:
                self._paint_cells(painter, line, top, max(counts, default=1))
            else:
                self._paint_bar(painter, line, top, max(most, 1))
                self._paint_doubt(painter, line, top + self._line_height())
        painter.end()

    def _paint_name(self, painter: QPainter, line: TableLine, top: int) -> None:
        palette, height = self.palette(), self._line_height()
        painter.setPen(Qt.PenStyle.NoPen)
        middle = QPointF(DOT_PX / 2, top + height / 2)
        if line.colour:
            painter.setBrush(QColor(line.colour))
            painter.drawEllipse(middle, DOT_PX / 2, DOT_PX / 2)
        else:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, DOT_PX / 2 - 1, DOT_PX / 2 - 1)
        painter.setFont(self.font())
        is_used = line.action.clips > 0
        tone = QPalette.ColorRole.Text if is_used else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(tone))
        wide = self._names_width() - self._indent()
        shown = self.fontMetrics().elidedText(line.action.name, Qt.TextElideMode.ElideRight, wide)
        area = QRectF(self._indent(), top, wide, height)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_bar(self, painter: QPainter, line: TableLine, top: int, most: int) -> None:
        palette, height, metrics = self.palette(), self._line_height(), self.fontMetrics()
        action = line.action
        number = str(action.clips)
        right = QRectF(0, top, self.width(), height)
        low = bool(action.doubt)
        tone = QPalette.ColorRole.BrightText if low else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(tone))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(right, flags, number)
        left = self._names_width() + GAP
        wide = self.width() - left - GAP - metrics.horizontalAdvance("000")
        bar = QRectF(left, top + (height - BAR) / 2, max(wide, 8), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(bar, 3, 3)
        base = palette.color(QPalette.ColorRole.Base)
        quiet = palette.color(QPalette.ColorRole.Dark)
        colour = QColor(line.colour) if line.colour else quiet
        at = bar.left()
        for number_, (_, count) in enumerate(action.by_actor):
            share = bar.width() * count / most
            part = QRectF(at, bar.top(), max(share - SLICE_GAP, 1.5), bar.height())
            painter.setBrush(blended(colour, base, SLICES[number_ % len(SLICES)]))
            painter.drawRoundedRect(part, 1.5, 1.5)
            at += share

    def _paint_doubt(self, painter: QPainter, line: TableLine, top: int) -> None:
        if not line.action.doubt:
            return
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.palette().color(QPalette.ColorRole.BrightText))
        room = QRect(self._indent(), top - 2, self.width() - self._indent(), 10_000)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), line.action.doubt)

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        side, left = self._cell(), self._names_width() + GRID_GAP
        for column in range(len(self._actors)):
            area = QRectF(left + column * side, 0, side, self._head())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), str(column + 1))

    def _paint_cells(self, painter: QPainter, line: TableLine, top: int, most: int) -> None:
        palette, side = self.palette(), self._cell()
        base = palette.color(QPalette.ColorRole.Base)
        colour = QColor(line.colour) if line.colour else palette.color(QPalette.ColorRole.Dark)
        counts, left = dict(line.action.by_actor), self._names_width() + GRID_GAP
        painter.setFont(font(TypeRole.TINY))
        for column, actor in enumerate(self._actors):
            count = counts.get(actor, 0)
            cell = QRectF(left + column * side + 1, top + 1, side - 2, self._line_height() - 2)
            fill = (
                blended(colour, base, FAINTEST + (1 - FAINTEST) * count / most) if count else base
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(cell, 2.5, 2.5)
            if count:
                light = luminance(fill)
                is_dark = contrast(light, 1.0) > contrast(light, 0.0)
                painter.setPen(QColor("#ffffff" if is_dark else "#101216"))
                painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(count))


def line_words(action: ActionForecast) -> str:
    """A line of the table in words."""
    people = len(action.by_actor)
    said = (
        f"{action.name}: {count_text(action.clips, 'clip')} of "
        f"{count_text(action.segments, 'segment')}"
    )
    if people:
        said += f" by {people} {'person' if people == 1 else 'people'}"
    return said
