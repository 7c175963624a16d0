"""The legend: what the numbers of each overlay mean, weak at the left, strong at the right."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.overlays import Legend, LegendMark
from app.overlays.colour_scale import scale_rgba, scale_table
from app.scene_theme import Rgb, SceneTheme
from app.theme import TypeRole, font
from app.views.pieces import ElidedLabel, column, label

DISCS = 6


def number_text(value: float) -> str:
    """A number with two digits that count: ``0.87``, ``3.1e-05``, ``−1``."""
    return f"{value:.2g}".replace("-", "−") if value >= 0 else f"−{-value:.2g}"


def scale_image(*, is_on_dark: bool) -> QImage:
    """The colour scale, a pixel high."""
    table = (scale_table(on_dark=is_on_dark) * 255).round().astype("uint8").copy()
    strip = QImage(table.data, len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
    return strip.copy()  # the bytes are not the picture's own


class LegendStrip(QWidget):
    """What grows from weak to strong: colours, lines, discs."""

    HEIGHT = 12

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = LegendMark.SCALE
        self._is_signed = False
        self._theme = SceneTheme.dark()
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Scale, weak at the left, strong at the right")

    def show_mark(self, mark: LegendMark, *, is_signed: bool) -> None:
        """Show what an overlay draws.

        Args:
            mark: Colours, lines or discs.
            is_signed: Whether weights can be negative: then nought is in the middle.
        """
        self._mark, self._is_signed = mark, is_signed
        self.update()

    def set_theme(self, theme: SceneTheme) -> None:
        """Take the colours of the 3D view."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        if self._mark is LegendMark.SCALE:
            self._paint_scale(painter, box)
        elif self._mark is LegendMark.DISCS:
            self._paint_discs(painter, box)
        elif self._is_signed:
            middle = box.center().x()
            paint_wedge(painter, box, self._theme.against, thick=box.left(), thin=middle)
            paint_wedge(painter, box, self._theme.attention, thick=box.right(), thin=middle)
        else:
            is_link = self._mark is LegendMark.LINKS
            rgb = self._theme.link if is_link else self._theme.attention
            paint_wedge(painter, box, rgb, thick=box.right(), thin=box.left())
        painter.end()

    def _paint_scale(self, painter: QPainter, box: QRectF) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(box, 3, 3)
        painter.setClipPath(outline)
        painter.drawImage(box, scale_image(is_on_dark=self._theme.is_dark))

    def _paint_discs(self, painter: QPainter, box: QRectF) -> None:
        shares = np.linspace(0.0, 1.0, DISCS)
        largest = box.height() / 2
        for share, colour in zip(
            shares, scale_rgba(shares, on_dark=self._theme.is_dark), strict=True
        ):
            painter.setBrush(QColor.fromRgbF(*(float(each) for each in colour[:3])))
            radius = max(largest * float(np.sqrt(share)), 1.5)
            x = box.left() + largest + float(share) * (box.width() - 2 * largest)
            painter.drawEllipse(QPointF(x, box.center().y()), radius, radius)


def paint_wedge(painter: QPainter, box: QRectF, rgb: Rgb, *, thick: float, thin: float) -> None:
    """A line that grows thicker, as attention does."""
    painter.setBrush(QColor.fromRgbF(*rgb))
    middle, half = box.center().y(), box.height() / 2
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(thin, middle - 0.5),
                QPointF(thick, middle - half),
                QPointF(thick, middle + half),
                QPointF(thin, middle + 0.5),
            ]
        )
    )


class LegendRow(QWidget):
    """Title, strip and numbers of one overlay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setFont(font(TypeRole.SMALL))
        self.strip = LegendStrip()
        self.low = label("", TypeRole.SMALL, tone="muted")
        self.high = label("", TypeRole.SMALL, tone="muted")
        self.strongest = label("", TypeRole.SMALL, tone="muted")
        self.strongest.setToolTip("The largest weight of the clip, before it was scaled")
        top, ends = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.strongest)
        ends.addWidget(self.low)
        ends.addStretch(1)
        ends.addWidget(self.high)
        box = column(self, margins=(0, 0, 0, 0), spacing=3)
        box.addLayout(top)
        box.addWidget(self.strip)
        box.addLayout(ends)

    def show_legend(self, legend: Legend) -> None:
        """Say what an overlay's numbers mean."""
        self.title.set_full_text(legend.title)
        self.strip.show_mark(legend.mark, is_signed=legend.low < 0)
        self.low.setText(number_text(legend.low))
        self.high.setText(number_text(legend.high))
        self.strongest.setText(f"max {number_text(legend.strongest)}")


class LegendView(QWidget):
    """A row for each thing that is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[LegendRow] = []
        self._theme = SceneTheme.dark()
        self._box = column(self, margins=(0, 0, 0, 0), spacing=9)

    def show_legends(self, legends: tuple[Legend, ...]) -> None:
        """Show these, in their order."""
        while len(self.rows) < len(legends):
            row = LegendRow(self)
            row.strip.set_theme(self._theme)
            self._box.addWidget(row)
            self.rows.append(row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(legends))
            if number < len(legends):
                row.show_legend(legends[number])
        self.setVisible(bool(legends))

    def set_theme(self, theme: SceneTheme) -> None:
        """Take the colours of the 3D view."""
        self._theme = theme
        for row in self.rows:
            row.strip.set_theme(theme)
