"""The legend inside a picture: the numbers of each overlay, as beside the 3D view."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.overlays import Legend, LegendMark
from app.overlays.colour_scale import scale_rgba
from app.scene_theme import SceneTheme
from app.theme import TypeRole, font
from app.views.legend_view import DISCS, number_text, paint_wedge, scale_image

WIDTH = 236.0
PADDING, ROW_GAP, STRIP = 12.0, 10.0, 10.0
CORNER = 7.0
GROUND_OPACITY = 0.86


def legend_height(legends: tuple[Legend, ...]) -> float:
    """Logical pixels of the whole plate."""
    line = QFontMetricsF(font(TypeRole.SMALL)).height()
    return 2 * PADDING + len(legends) * (2 * line + STRIP + 6) + (len(legends) - 1) * ROW_GAP


def paint_legend(
    painter: QPainter, at: QPointF, legends: tuple[Legend, ...], theme: SceneTheme
) -> None:
    """A plate with a row for each thing that is drawn.

    Args:
        painter: On the picture, in logical pixels.
        at: Top left corner.
        legends: At least one.
        theme: Colours of the 3D view.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    plate = QRectF(at.x(), at.y(), WIDTH, legend_height(legends)).adjusted(0.5, 0.5, -0.5, -0.5)
    ground = QColor.fromRgbF(*theme.panel, GROUND_OPACITY)
    painter.setPen(QPen(QColor.fromRgbF(*theme.panel_edge), 1.0))
    painter.setBrush(ground)
    painter.drawRoundedRect(plate, CORNER, CORNER)
    small = font(TypeRole.SMALL)
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    inside = WIDTH - 2 * PADDING
    y = at.y() + PADDING
    for legend in legends:
        row = QRectF(at.x() + PADDING, y, inside, metrics.height())
        strongest = f"max {number_text(legend.strongest)}"
        room = inside - metrics.horizontalAdvance(strongest) - 8
        title = metrics.elidedText(legend.title, Qt.TextElideMode.ElideRight, room)
        _write(painter, row, theme.text, title, Qt.AlignmentFlag.AlignLeft)
        _write(painter, row, theme.text_quiet, strongest, Qt.AlignmentFlag.AlignRight)
        strip = QRectF(row.left(), row.bottom() + 3, inside, STRIP)
        _paint_strip(painter, strip, legend, theme)
        row.moveTop(strip.bottom() + 3)
        low, high = number_text(legend.low), number_text(legend.high)
        _write(painter, row, theme.text_quiet, low, Qt.AlignmentFlag.AlignLeft)
        _write(painter, row, theme.text_quiet, high, Qt.AlignmentFlag.AlignRight)
        y = row.bottom() + ROW_GAP
    painter.restore()


def _write(
    painter: QPainter,
    row: QRectF,
    rgb: tuple[float, float, float],
    words: str,
    side: Qt.AlignmentFlag,
) -> None:
    painter.setPen(QColor.fromRgbF(*rgb))
    painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, words)


def _paint_strip(painter: QPainter, box: QRectF, legend: Legend, theme: SceneTheme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if legend.mark is LegendMark.SCALE:
        painter.save()
        outline = QPainterPath()
        outline.addRoundedRect(box, 3, 3)
        painter.setClipPath(outline)
        painter.drawImage(box, scale_image(is_on_dark=theme.is_dark))
        painter.restore()
    elif legend.mark is LegendMark.DISCS:
        _paint_discs(painter, box, theme)
    elif legend.low < 0:
        middle = box.center().x()
        paint_wedge(painter, box, theme.against, thick=box.left(), thin=middle)
        paint_wedge(painter, box, theme.attention, thick=box.right(), thin=middle)
    else:
        rgb = theme.link if legend.mark is LegendMark.LINKS else theme.attention
        paint_wedge(painter, box, rgb, thick=box.right(), thin=box.left())


def _paint_discs(painter: QPainter, box: QRectF, theme: SceneTheme) -> None:
    largest = box.height() / 2
    shares = np.linspace(0.0, 1.0, DISCS)
    colours = scale_rgba(shares, on_dark=theme.is_dark)
    for share, colour in zip(shares.tolist(), colours.tolist(), strict=True):
        painter.setBrush(QColor.fromRgbF(*colour[:3]))
        x = box.left() + largest + share * (box.width() - 2 * largest)
        radius = max(largest * share**0.5, 1.5)
        painter.drawEllipse(QPointF(x, box.center().y()), radius, radius)
