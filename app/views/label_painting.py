"""How segments are painted in a lane: what a person said, what is proposed, what is picked.

What a person said is full and has crisp ends to take hold of; what a model proposes is an outline
that one sees through. Rectangles of one colour are painted together: there may be thousands.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen

from app.lanes.base import Blocks, Manner
from app.theme import TypeRole, font
from app.views.painted import contrast, luminance, with_opacity

INSET, GHOST_INSET = 2, 4
"""Pixels that stay free above and below."""
NARROW_BAR, WIDE_BAR = 2, 3
WIDE_ENOUGH = 22
"""Pixels from which a block has wide ends and room for a mark."""
SHADE = 165
"""Per cent by which the ends are darker than the block."""
DOUBT_HEIGHT = 3
NOTE = 7
OPACITY_STEPS = 8
DARK = 0.2
"""Luminance of a ground below which it is dark."""
REFUSED_COLOURS = (QColor("#ff5d47"), QColor("#c9271a"))
"""On dark and on light."""
LETTERS = (QColor("#10131a"), QColor("#f2f4f8"))


@dataclass(slots=True)
class _Rects:
    """Rectangles by what they are painted with."""

    full: dict[int, list[QRect]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, list[QRect]] = field(default_factory=lambda: defaultdict(list))
    nothing: list[QRect] = field(default_factory=list)
    nothing_ends: list[QRect] = field(default_factory=list)
    proposed: dict[tuple[int, int], list[QRect]] = field(default_factory=lambda: defaultdict(list))
    doubts: list[QRect] = field(default_factory=list)
    questions: list[tuple[int, QRect]] = field(default_factory=list)
    notes: list[tuple[int, QRect]] = field(default_factory=list)


def paint_blocks(painter: QPainter, rect: QRect, blocks: Blocks, palette: QPalette) -> None:
    """Paint what a lane's drawing has of segments.

    Args:
        painter: On the timeline.
        rect: The lane's strip.
        blocks: What is there.
        palette: Of the look.
    """
    if not len(blocks):
        return
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    rects = _sorted_out(rect, blocks)
    painter.setPen(Qt.PenStyle.NoPen)
    _paint_nothing(painter, rects, palette)
    for tint, full in rects.full.items():
        painter.setBrush(QColor(blocks.colours[tint]))
        painter.drawRects(full)
    for tint, ends in rects.ends.items():
        painter.setBrush(QColor(blocks.colours[tint]).darker(SHADE))
        painter.drawRects(ends)
    for (tint, step), proposed in rects.proposed.items():
        colour = QColor(blocks.colours[tint])
        pen = QPen(with_opacity(colour, 0.9), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(with_opacity(colour, step / OPACITY_STEPS))
        painter.drawRects(proposed)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.BrightText))
    painter.drawRects(rects.doubts)
    _paint_signs(painter, rects, blocks)
    painter.restore()


def _sorted_out(rect: QRect, blocks: Blocks) -> _Rects:
    rects = _Rects()
    beyond = rect.width() + 8
    lefts = np.rint(np.clip(blocks.lefts, -8, beyond)).astype(int) + rect.left()
    rights = np.rint(np.clip(blocks.rights, -8, beyond)).astype(int) + rect.left() - 1
    steps = np.maximum(np.rint(blocks.opacities * OPACITY_STEPS), 1).astype(int)
    rows = zip(
        lefts.tolist(),
        rights.tolist(),
        blocks.tints.tolist(),
        blocks.manners.tolist(),
        blocks.doubtful.tolist(),
        blocks.noted.tolist(),
        steps.tolist(),
        strict=True,
    )
    top, tall = rect.top() + INSET, rect.height() - 2 * INSET
    for left, right, tint, manner, is_doubtful, is_noted, step in rows:
        wide = max(right - left, 1)
        whole = QRect(left, top, wide, tall)
        if manner == Manner.PROPOSED:
            inner = QRect(left, rect.top() + GHOST_INSET, wide - 1, rect.height() - 2 * GHOST_INSET)
            rects.proposed[tint, step].append(inner)
            continue
        bar = WIDE_BAR if wide >= WIDE_ENOUGH else NARROW_BAR
        ends = [QRect(left, top + 1, bar, tall - 2), QRect(right - bar, top + 1, bar, tall - 2)]
        if manner == Manner.NOTHING:
            rects.nothing.append(whole)
            rects.nothing_ends += [QRect(left, top, 1, tall), QRect(right - 1, top, 1, tall)]
        else:
            rects.full[tint] += [whole.adjusted(1, 0, -1, 0), whole.adjusted(0, 1, 0, -1)]
            rects.ends[tint] += ends if wide > 2 * bar else ends[:1]
        if is_doubtful:
            rects.doubts.append(QRect(left, top, wide, DOUBT_HEIGHT))
        if wide >= WIDE_ENOUGH:
            if is_doubtful:
                rects.questions.append((tint, whole))
            if is_noted:
                rects.notes.append((tint, whole))
    return rects


def _paint_nothing(painter: QPainter, rects: _Rects, palette: QPalette) -> None:
    """Hatched the other way round than where nobody is seen, and quietly."""
    quiet = palette.color(QPalette.ColorRole.PlaceholderText)
    painter.setBrush(with_opacity(quiet, 0.10))
    painter.drawRects(rects.nothing)
    painter.setBrush(QBrush(with_opacity(quiet, 0.42), Qt.BrushStyle.BDiagPattern))
    painter.drawRects(rects.nothing)
    painter.setBrush(with_opacity(quiet, 0.7))
    painter.drawRects(rects.nothing_ends)


def _paint_signs(painter: QPainter, rects: _Rects, blocks: Blocks) -> None:
    """A question mark for doubts, a folded corner for notes."""
    if not rects.questions and not rects.notes:
        return
    painter.setFont(font(TypeRole.STRONG))
    letters = [letters_on(colour) for colour in blocks.colours]
    for tint, whole in rects.questions:
        painter.setPen(letters[tint])
        area = whole.adjusted(0, DOUBT_HEIGHT - 1, -WIDE_BAR - 4, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "?")
    painter.setPen(Qt.PenStyle.NoPen)
    for tint, whole in rects.notes:
        painter.setBrush(letters[tint])
        corner = QPoint(whole.right() - WIDE_BAR, whole.bottom())
        painter.drawPolygon([corner, corner - QPoint(NOTE, 0), corner - QPoint(0, NOTE)])


@lru_cache(maxsize=512)
def letters_on(colour: str) -> QColor:
    """The one of two letter colours that stands out more from ``#rrggbb``."""
    seen = luminance(QColor(colour))
    return max(LETTERS, key=lambda each: contrast(luminance(each), seen))


def paint_outline(painter: QPainter, area: QRectF, palette: QPalette) -> None:
    """What is picked: a frame in the accent, with a line of the ground inside it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2))
    painter.drawRoundedRect(area.adjusted(0, 1, -1, -1), 2, 2)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 1))
    painter.drawRect(area.adjusted(1.5, 2.5, -2.5, -2.5))


def paint_ghost(
    painter: QPainter, area: QRectF, colour: QColor, palette: QPalette, *, is_refused: bool
) -> None:
    """What a stroke would make; red where it cannot be."""
    is_on_dark = luminance(palette.color(QPalette.ColorRole.Base)) < DARK
    red = REFUSED_COLOURS[0 if is_on_dark else 1]
    line = red if is_refused else palette.color(QPalette.ColorRole.Text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, 1.5, Qt.PenStyle.DashLine if is_refused else Qt.PenStyle.SolidLine))
    painter.setBrush(with_opacity(red if is_refused else colour, 0.55))
    painter.drawRoundedRect(area.adjusted(0, 2, 0, -2), 3, 3)
    painter.setPen(QPen(line, 1))
    for x in (area.left(), area.right()):
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom() + 2))
