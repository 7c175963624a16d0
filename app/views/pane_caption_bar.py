"""The caption under a pane: whose picture it is, what is said there, how it stands to the first."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.pane_caption import PaneCaption, Standing
from app.theme import TypeRole, font

MARGIN_X, MARGIN_Y = 12, 7
LINE_GAP = 3
PIECE_GAP = 8
DOT = 8
MARK_WIDTH = 3
MOST_MESSAGE_LINES = 5


class PaneCaptionBar(QAbstractButton):
    """Two lines; a message takes more where it needs them. Pressed, it asks for its pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = PaneCaption(title="")
        self._is_pointed_at = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def caption(self) -> PaneCaption:
        """What it says."""
        return self._caption

    def show_caption(self, caption: PaneCaption) -> None:
        """Say something else."""
        if caption == self._caption:
            return
        self._caption = caption
        self.setAccessibleName(caption.spoken)
        tip = (caption.message, caption.hint)
        self.setToolTip("\n".join(part for part in tip if part))
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines (called by Qt)."""
        return QSize(200, self.heightForWidth(200))

    def heightForWidth(self, width: int) -> int:
        """Two lines, or as many as a message needs, up to a limit (called by Qt)."""
        title, text = QFontMetrics(font(TypeRole.STRONG)), QFontMetrics(font(TypeRole.TEXT))
        below = text.height()
        if self._caption.message:
            small = QFontMetrics(font(TypeRole.SMALL))
            room = QRect(0, 0, max(width - 2 * MARGIN_X, 1), 10_000)
            needed = small.boundingRect(room, _WRAPPED, self._caption.message).height()
            below = max(below, min(needed, MOST_MESSAGE_LINES * small.lineSpacing()))
        return title.height() + LINE_GAP + below + 2 * MARGIN_Y

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed (called by Qt)."""
        super().enterEvent(event)
        self._is_pointed_at = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Lie still again (called by Qt)."""
        del event
        self._is_pointed_at = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, caption = self.palette(), self._caption
        is_lit = self._is_pointed_at or self.isDown()
        painter.fillRect(self.rect(), colours.color(_HOVER if is_lit else _PLAIN))
        if caption.standing is Standing.SHOWN:
            painter.fillRect(0, 0, self.width(), MARK_WIDTH - 1, colours.color(_ACCENT))
        self._paint_first_line(painter)
        if caption.message:
            self._paint_message(painter)
        else:
            self._paint_answer(painter)
        if self.hasFocus():
            painter.setPen(colours.color(_ACCENT))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    # lines

    def _paint_first_line(self, painter: QPainter) -> None:
        top, height = MARGIN_Y, QFontMetrics(font(TypeRole.STRONG)).height()
        right = self._paint_right(painter, self._caption.detail, QRect(0, top, 0, height))
        room = QRect(MARGIN_X, top, right - MARGIN_X, height)
        self._write(painter, self._caption.title, room, TypeRole.STRONG, _TEXT)

    def _paint_answer(self, painter: QPainter) -> None:
        caption = self._caption
        text = QFontMetrics(font(TypeRole.TEXT))
        top = self._second_line()
        tone = {Standing.DIFFERS: _WARNING}.get(caption.standing, _MUTED)
        line = QRect(0, top, 0, text.height())
        right = self._paint_right(painter, caption.remark, line, tone)
        left = MARGIN_X
        if caption.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(caption.colour))
            middle = QPointF(left + DOT / 2, top + text.height() / 2)
            painter.drawEllipse(middle, DOT / 2, DOT / 2)
            left += DOT + PIECE_GAP
        number = text.horizontalAdvance(caption.number) + PIECE_GAP if caption.number else 0
        name = text.elidedText(
            caption.answer, Qt.TextElideMode.ElideRight, max(right - left - number, 0)
        )
        room = QRect(left, top, right - left, text.height())
        self._write(painter, name, room, TypeRole.TEXT, _TEXT)
        if caption.number:
            left += text.horizontalAdvance(name) + PIECE_GAP
            room = QRect(left, top, max(right - left, 0), text.height())
            self._write(painter, caption.number, room, TypeRole.TEXT, _MUTED)

    def _paint_message(self, painter: QPainter) -> None:
        top = self._second_line()
        room = QRect(MARGIN_X, top, self.width() - 2 * MARGIN_X, self.height() - top - MARGIN_Y + 2)
        painter.setFont(font(TypeRole.SMALL))
        is_bad = self._caption.standing is Standing.REFUSED
        painter.setPen(self.palette().color(_WARNING if is_bad else _MUTED))
        painter.drawText(room, _WRAPPED, self._caption.message)

    def _second_line(self) -> int:
        return MARGIN_Y + QFontMetrics(font(TypeRole.STRONG)).height() + LINE_GAP

    def _paint_right(
        self, painter: QPainter, text: str, line: QRect, tone: QPalette.ColorRole | None = None
    ) -> int:
        """Write at the right end of a line.

        Returns:
            Where what stands at the left has to end.
        """
        end = self.width() - MARGIN_X
        if not text:
            return end
        width = min(QFontMetrics(font(TypeRole.SMALL)).horizontalAdvance(text) + 1, end // 2)
        room = QRect(end - width, line.y(), width, line.height())
        self._write(painter, text, room, TypeRole.SMALL, _MUTED if tone is None else tone)
        return end - width - PIECE_GAP

    def _write(
        self,
        painter: QPainter,
        text: str,
        room: QRect,
        role: TypeRole,
        tone: QPalette.ColorRole,
    ) -> None:
        face: QFont = font(role)
        painter.setFont(face)
        painter.setPen(self.palette().color(tone))
        shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_ON_THE_LINE), shown)


_PLAIN, _HOVER = QPalette.ColorRole.Window, QPalette.ColorRole.Light
_TEXT, _MUTED = QPalette.ColorRole.WindowText, QPalette.ColorRole.PlaceholderText
_ACCENT, _WARNING = QPalette.ColorRole.Highlight, QPalette.ColorRole.BrightText
_ON_THE_LINE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(
    Qt.TextFlag.TextWordWrap
)
