"""Where the model looked: which overlay is drawn, its legend and its sliders."""

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.document import OverlayState
from app.overlays import OVERLAYS, Overlay
from app.overlays.colour_scale import Legend, scale_table
from app.settings import STRONGEST_THRESHOLD
from app.theme import TypeRole, font
from app.views.labelled_slider import LabelledSlider
from app.views.panel import PANEL_MARGIN
from app.views.pieces import ElidedLabel, SectionHeader, column, label
from engine.prediction import Explanation

SHARE_STEPS = 100
"""Steps of a slider from 0 to 1."""


class ScaleStrip(QWidget):
    """The colour scale, weakest at the left."""

    HEIGHT = 10

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_on_dark = True
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colour scale, weak at the left, strong at the right")

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the scale runs."""
        self._is_on_dark = is_on_dark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        table = (scale_table(on_dark=self._is_on_dark) * 255).round().astype("uint8").copy()
        strip = QImage(table.data, len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setClipPath(outline)
        painter.drawImage(self.rect(), strip)
        painter.end()


class OverlayChips(QWidget):
    """One pill for each overlay; at most one is on."""

    overlay_requested = Signal(object)  # str | None

    def __init__(self, overlays: tuple[Overlay, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._ids = tuple(overlay.id for overlay in overlays)
        for number, overlay in enumerate(overlays):
            chip = QToolButton()
            chip.setText(overlay.name)
            chip.setFont(font(TypeRole.SMALL))
            chip.setCheckable(True)
            chip.setProperty("kind", "pill")
            chip.setAccessibleName(f"Overlay: {overlay.name}")
            chip.setToolTip(f"Show or hide {overlay.name.lower()}  (O)")
            self._group.addButton(chip, number)
            row.addWidget(chip)
        row.addStretch(1)
        self._group.idClicked.connect(self._ask)

    def show_overlay(self, overlay_id: str | None) -> None:
        """Mark the overlay that is drawn."""
        for number, known in enumerate(self._ids):
            self._group.button(number).setChecked(known == overlay_id)

    def _ask(self, number: int) -> None:
        is_on = self._group.button(number).isChecked()
        self.overlay_requested.emit(self._ids[number] if is_on else None)


def _share_text(step: int) -> str:
    return f"{step / SHARE_STEPS:.2f}"


class LookedAtPanel(QWidget):
    """Chips, legend, sliders."""

    overlay_change_requested = Signal(object)  # OverlayState

    def __init__(self, state: OverlayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._num_joints = max(state.focal_joints, 1)
        self.header = SectionHeader("Looked at")
        self.chips = OverlayChips(OVERLAYS)
        self.strip = ScaleStrip()
        self.lowest = label("0", TypeRole.SMALL, tone="muted")
        self.highest = ElidedLabel()
        self.highest.setFont(font(TypeRole.SMALL))
        self.highest.setProperty("tone", "muted")
        self.highest.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        ends = QHBoxLayout()
        ends.addWidget(self.lowest)
        ends.addWidget(self.highest, 1)
        self.focal_joints = LabelledSlider("Focal joints K", value_text=self._joints_text)
        self.link_threshold = LabelledSlider("Link threshold", value_text=_share_text)
        self.opacity = LabelledSlider("Opacity", value_text=_share_text)
        self.focal_joints.setToolTip("How many joints of each person are lit in each frame")
        self.link_threshold.setToolTip(
            "Links from body parts to focal joints weaker than this are hidden; "
            "0.1 is what each of ten parts has when none stands out"
        )
        self.opacity.setToolTip("How far the overlay covers the bodies' own colours")
        self.link_threshold.set_range(0, round(STRONGEST_THRESHOLD * SHARE_STEPS))
        self.opacity.set_range(0, SHARE_STEPS)
        self.focal_joints.set_range(1, self._num_joints)
        legend = column_widget(self.strip, ends)
        box = column(self, margins=(PANEL_MARGIN, 14, PANEL_MARGIN, 14), spacing=12)
        for widget in (self.header, self.chips, legend):
            box.addWidget(widget)
        for slider in (self.focal_joints, self.link_threshold, self.opacity):
            box.addWidget(slider)
        self.chips.overlay_requested.connect(self._pick_overlay)
        self.focal_joints.step_requested.connect(self._pick_focal_joints)
        self.link_threshold.step_requested.connect(self._pick_threshold)
        self.opacity.step_requested.connect(self._pick_opacity)
        self.show_explanation(None)
        self.show_overlay(state)

    def sizeHint(self) -> QSize:
        """Wide enough for names and numbers (called by Qt)."""
        return QSize(292, super().sizeHint().height())

    def set_joint_count(self, num_joints: int) -> None:
        """Offer K from 1 to V."""
        self._num_joints = num_joints
        self.focal_joints.set_range(1, num_joints)
        self.focal_joints.show_step(min(self._state.focal_joints, num_joints))

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Turn the legend with the theme."""
        self.strip.set_on_dark(is_on_dark)

    @Slot(object)
    def show_overlay(self, state: OverlayState) -> None:
        """Stand where the document stands."""
        self._state = state
        self.chips.show_overlay(state.overlay_id)
        self.focal_joints.show_step(min(state.focal_joints, self._num_joints))
        self.link_threshold.show_step(round(state.link_threshold * SHARE_STEPS))
        self.opacity.show_step(round(state.opacity * SHARE_STEPS))
        for slider in (self.focal_joints, self.link_threshold, self.opacity):
            slider.setEnabled(state.overlay_id is not None)

    @Slot(object)
    def show_explanation(self, explanation: Explanation | None) -> None:
        """Say how strong the strongest joint is, before any scaling."""
        legend = self._legend()
        self.lowest.setText(legend.low)
        text = legend.title
        if explanation is not None:
            name = explanation.joint_maps[0].name
            text = f"{name[:1].lower()}{name[1:]}, {explanation.strongest:.2g} max"
        self.highest.set_full_text(text)

    def _legend(self) -> Legend:
        picked = [overlay for overlay in OVERLAYS if overlay.id == self._state.overlay_id]
        return (picked or list(OVERLAYS))[0].legend

    def _joints_text(self, step: int) -> str:
        return f"{step} of {self._num_joints}"

    def _pick_overlay(self, overlay_id: str | None) -> None:
        self._ask(replace(self._state, overlay_id=overlay_id))

    def _pick_focal_joints(self, step: int) -> None:
        self._ask(replace(self._state, focal_joints=step))

    def _pick_threshold(self, step: int) -> None:
        self._ask(replace(self._state, link_threshold=step / SHARE_STEPS))

    def _pick_opacity(self, step: int) -> None:
        self._ask(replace(self._state, opacity=step / SHARE_STEPS))

    def _ask(self, state: OverlayState) -> None:
        self.overlay_change_requested.emit(state)


def column_widget(strip: ScaleStrip, ends: QHBoxLayout) -> QWidget:
    """The legend: the strip over the words at its ends."""
    legend = QWidget()
    box = column(legend, margins=(0, 0, 0, 0), spacing=4)
    box.addWidget(strip)
    box.addLayout(ends)
    return legend
