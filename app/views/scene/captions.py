"""Text in the 3D view: joint names and the panel beside what lies under the pointer."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from app.camera import CameraState, Viewport, pixels_per_unit, project
from app.overlays.colour_scale import scale_rgba
from app.overlays.diverging import diverging_rgba
from app.scene_model import SceneModel
from app.scene_pick import Hit, LinkHit, SpotHit, free_places
from app.scene_theme import Rgb, SceneTheme
from engine.recording import Units

PADDING, ROW_GAP, COLUMN_GAP, SWATCH = 10.0, 4.0, 14.0, 9.0
PANEL_OPACITY = 0.92
GAP_PX = 4.0
"""Between a joint's ball and its name."""
AWAY_PX = 18.0
"""From the joint or the pointer to the panel's edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionStyle:
    """How text looks in the view."""

    font: QFont
    theme: SceneTheme
    pixel_ratio: float


def position_text(position: tuple[float, ...], units: Units) -> str:
    """A position as people read it: metres where the unit is known to be a length."""
    if units is Units.MILLIMETRES:
        position, units = tuple(value / 1000 for value in position), Units.METRES
    decimals = 1 if units is Units.PIXELS else 2
    numbers = "  ".join(f"{value:.{decimals}f}".replace("-", "−") for value in position)
    suffix = {Units.METRES: " m", Units.PIXELS: " px"}.get(units, "")
    return f"{numbers}{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow:
    """A line of the panel."""

    caption: str
    value: str
    share: float | None = None
    """Place on the colour scale, shown as a swatch; None for none."""
    is_signed: bool = False
    """Whether that is the diverging scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelText:
    """What the panel says."""

    title: str
    rows: tuple[PanelRow, ...]
    dot: Rgb
    """Colour of the dot before the title."""
    who: str = ""
    """The person, where there are others."""


def weight_text(weight: float) -> str:
    """A weight with three digits that count."""
    return f"{weight:.3g}".replace("-", "\N{MINUS SIGN}")


def panel_text(hit: Hit, units: Units, theme: SceneTheme, *, has_company: bool) -> PanelText:
    """What there is to say of what lies under the pointer.

    Args:
        hit: A joint, a line or a disc.
        units: Of positions.
        theme: Colours.
        has_company: Whether there are other people, so that the person has to be named.
    """
    if isinstance(hit, SpotHit):
        position = PanelRow(caption="position", value=position_text(hit.position, units))
        weight = PanelRow(caption="magnitude", value=weight_text(hit.weight))
        return PanelText(title=hit.name, rows=(position, weight), dot=theme.accent)
    who = f"P{hit.person + 1}" if has_company else ""
    if isinstance(hit, LinkHit):
        return PanelText(
            title=f"{hit.asking} \N{RIGHTWARDS ARROW} {hit.asked}",
            rows=(PanelRow(caption="weight", value=weight_text(hit.weight)),),
            dot=hit.rgb,
            who=who,
        )
    readings = (
        PanelRow(
            caption=f"{each.name[:1].lower()}{each.name[1:]}",
            value=weight_text(each.weight),
            share=each.share,
            is_signed=each.is_signed,
        )
        for each in hit.readings
    )
    rows = (
        PanelRow(caption="position", value=position_text(hit.position, units)),
        PanelRow(caption="confidence", value=f"{hit.confidence:.2f}"),
        *readings,
    )
    return PanelText(title=hit.name, rows=rows, dot=theme.person(hit.person), who=who)


def panel_image(text: PanelText, style: CaptionStyle) -> QImage:
    """The panel as a picture: smooth corners do not need a multisampled view."""
    bold = QFont(style.font)
    bold.setWeight(QFont.Weight.DemiBold)
    plain, strong = QFontMetricsF(style.font), QFontMetricsF(bold)
    caption_width = max(plain.horizontalAdvance(row.caption) for row in text.rows)
    value_width = max(_value_width(row, plain) for row in text.rows)
    title_width = SWATCH + 7 + strong.horizontalAdvance(text.title)
    title_width += COLUMN_GAP + plain.horizontalAdvance(text.who) if text.who else 0
    width = max(title_width, caption_width + COLUMN_GAP + value_width) + 2 * PADDING
    line = plain.height() + ROW_GAP
    height = strong.height() + 6 + len(text.rows) * line - ROW_GAP + 2 * PADDING
    image = _blank(QSizeF(width, height), style.pixel_ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_panel(painter, QRectF(0, 0, width, height), style.theme)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_colour(text.dot))
    middle = PADDING + strong.height() / 2
    painter.drawEllipse(QPointF(PADDING + SWATCH / 2, middle), SWATCH / 2, SWATCH / 2)
    painter.setFont(bold)
    painter.setPen(_colour(style.theme.text))
    top = PADDING + strong.ascent()
    painter.drawText(QPointF(PADDING + SWATCH + 7, top), text.title)
    painter.setFont(style.font)
    quiet = _colour(style.theme.text_quiet)
    painter.setPen(quiet)
    end = width - PADDING
    painter.drawText(QPointF(end - plain.horizontalAdvance(text.who), top), text.who)
    base = PADDING + strong.height() + 6 + plain.ascent()
    for row in text.rows:
        painter.setPen(quiet)
        painter.drawText(QPointF(PADDING, base), row.caption)
        painter.setPen(_colour(style.theme.text))
        left = end - plain.horizontalAdvance(row.value)
        painter.drawText(QPointF(left, base), row.value)
        if row.share is not None:
            _paint_swatch(painter, QPointF(left - SWATCH - 7, base), row, style)
        base += line
    painter.end()
    return image


def _value_width(row: PanelRow, metrics: QFontMetricsF) -> float:
    swatch = 0.0 if row.share is None else SWATCH + 7
    return metrics.horizontalAdvance(row.value) + swatch


def panel_place(anchor: QPointF, size: QSizeF, viewport: Viewport) -> QPointF:
    """Top left corner of the panel: right of the place, or left of it where there is no room."""
    x = anchor.x() + AWAY_PX
    if x + size.width() > viewport.width - 4:
        x = anchor.x() - AWAY_PX - size.width()
    y = anchor.y() - size.height() / 2
    return QPointF(
        round(min(max(x, 4.0), max(viewport.width - size.width() - 4, 4.0))),
        round(min(max(y, 4.0), max(viewport.height - size.height() - 4, 4.0))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JointName:
    """A joint's name where it is written."""

    text: str
    place: QPointF
    """Left end of the base line, logical pixels."""


def joint_names(
    model: SceneModel,
    frame: int,
    camera: CameraState,
    viewport: Viewport,
    style: CaptionStyle,
    person: int | None,
) -> tuple[JointName, ...]:
    """Names beside the joints of one person, or of everybody, as far as they do not overlap."""
    metrics = QFontMetricsF(style.font)
    places = project(camera, viewport, model.positions[frame])  # (M, V, 3)
    seen = np.isfinite(places[..., 2])
    if person is not None:
        seen[np.arange(len(seen)) != person] = False
    who, joint = np.nonzero(seen)
    at = places[who, joint]  # (N, 3)
    texts = [_name(model, m, v) for m, v in zip(who.tolist(), joint.tolist(), strict=True)]
    sizes = np.array([(metrics.horizontalAdvance(text) + 4, metrics.height()) for text in texts])
    sizes = sizes.reshape(-1, 2)
    ball = model.joint_radius[joint] * pixels_per_unit(camera, viewport, 1.0) / at[:, 2]
    # outwards, where the body itself is not in the way
    middle = np.bincount(who, at[:, 0]) / np.maximum(np.bincount(who), 1)
    is_left = at[:, 0] < middle[who]
    anchors = at[:, :2].copy()
    anchors[:, 0] += np.where(is_left, -ball - GAP_PX - sizes[:, 0], ball + GAP_PX)
    order = np.argsort(at[:, 2], kind="stable")  # front first
    free = order[free_places(anchors[order], sizes[order], viewport)]
    lift = (metrics.ascent() - metrics.descent()) / 2
    return tuple(
        JointName(text=texts[k], place=QPointF(round(anchors[k, 0]), round(anchors[k, 1] + lift)))
        for k in free
    )


def _name(model: SceneModel, person: int, joint: int) -> str:
    """The joint's name; at heads also whose it is."""
    name = model.recording.layout.joints[joint]
    return f"{name} · P{person + 1}" if name == "head" and model.num_people > 1 else name


def paint_names(painter: QPainter, names: tuple[JointName, ...], style: CaptionStyle) -> None:
    """Write joint names, each over a soft outline in the background's colour."""
    painter.setFont(style.font)
    outline = _colour(style.theme.background_bottom, 0.75)
    for way in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.setPen(outline)
        for name in names:
            painter.drawText(name.place + QPointF(*way), name.text)
    painter.setPen(_colour(style.theme.text))
    for name in names:
        painter.drawText(name.place, name.text)


def _blank(size: QSizeF, pixel_ratio: float) -> QImage:
    image = QImage((size * pixel_ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(pixel_ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _paint_panel(painter: QPainter, box: QRectF, theme: SceneTheme) -> None:
    painter.setPen(QPen(_colour(theme.panel_edge), 1.0))
    painter.setBrush(_colour(theme.panel, PANEL_OPACITY))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)


def _paint_swatch(painter: QPainter, at: QPointF, row: PanelRow, style: CaptionStyle) -> None:
    """The score's colour, beside its value."""
    scale = diverging_rgba if row.is_signed else scale_rgba
    share = np.array([row.share], dtype=np.float64)
    red, green, blue, _ = scale(share, on_dark=style.theme.is_dark)[0]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgbF(float(red), float(green), float(blue)))
    painter.drawRoundedRect(QRectF(at.x(), at.y() - SWATCH, SWATCH, SWATCH), 2, 2)


def _colour(rgb: Rgb, opacity: float = 1.0) -> QColor:
    return QColor.fromRgbF(*rgb, opacity)
