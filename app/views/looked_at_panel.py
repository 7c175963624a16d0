"""Where the model looked: which overlays are drawn, of which maps, their legend and sliders."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from app.overlay_state import PICKS, MapPick, OverlayState, for_network, num_heads, switched
from app.overlays import OVERLAYS, Overlay, OverlaySettings, PreparedExplanation, drawable
from app.scene_theme import SceneTheme
from app.settings import FEWEST_LINKS, MOST_LINKS, STRONGEST_THRESHOLD
from app.theme import TypeRole, font
from app.views.choice import Choice
from app.views.flow import FlowLayout
from app.views.labelled_slider import LabelledSlider
from app.views.legend_view import LegendView
from app.views.panel import PANEL_MARGIN
from app.views.pieces import SectionHeader, column
from app.views.time_map_panel import TimeMapPanel
from engine.prediction import Explanation
from engine.recording import Recording

SHARE_STEPS = 100
"""Steps of a slider from 0 to 1."""
NO_ANSWER = "Nothing to show before the model has answered"


class OverlayChips(QWidget):
    """One pill for each overlay; any number is on, those without data are disabled."""

    switch_requested = Signal(str)
    """Id of the overlay pressed."""

    def __init__(self, overlays: tuple[Overlay, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = FlowLayout(self, spacing=6)
        self._overlays = overlays
        self._chips: dict[str, QToolButton] = {}  # no group: Tab would stop at one of them only
        for overlay in overlays:
            chip = QToolButton()
            chip.setText(overlay.name)
            chip.setFont(font(TypeRole.SMALL))
            chip.setCheckable(True)
            chip.setProperty("kind", "pill")
            chip.setAccessibleName(f"Overlay: {overlay.name}")
            chip.clicked.connect(partial(self._ask, overlay.id))
            self._chips[overlay.id] = chip
            row.addWidget(chip)

    def chip(self, overlay_id: str) -> QToolButton:
        """The button of an overlay."""
        return self._chips[overlay_id]

    def _ask(self, overlay_id: str) -> None:
        self.switch_requested.emit(overlay_id)

    def show_overlays(self, drawn: tuple[str, ...], explanation: Explanation | None) -> None:
        """Mark what is drawn, and say why the rest cannot be."""
        for overlay in self._overlays:
            reason = NO_ANSWER if explanation is None else overlay.lacking(explanation)
            chip = self.chip(overlay.id)
            chip.setEnabled(not reason)
            chip.setChecked(overlay.id in drawn and (explanation is None or not reason))
            chip.setToolTip(reason or f"{overlay.hint}  (O for all, Shift+O for the next)")


def _share_text(step: int) -> str:
    return f"{step / SHARE_STEPS:.2f}"


def head_names(heads: int) -> tuple[str, ...]:
    """All of them, then each."""
    return ("Strongest of all", *(f"Head {head + 1} of {heads}" for head in range(heads)))


class LookedAtPanel(QWidget):
    """Chips, pickers, legend, sliders, and the map of a joint in time."""

    overlay_change_requested = Signal(object)  # OverlayState
    joint_requested = Signal(int)
    seek_requested = Signal(int)
    unfolded = Signal(QWidget)
    """Something has opened and wants to be seen."""

    def __init__(self, state: OverlayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._prepared: PreparedExplanation | None = None
        self._networks: tuple[str, ...] = ()
        self._num_joints = max(state.settings.focal_joints, 1)
        self.header = SectionHeader("Looked at")
        self.chips = OverlayChips(OVERLAYS)
        self.network = Choice("Network", "Which of the model's networks is shown  (W)")
        self.maps = tuple(Choice(pick.label, "Which map is drawn  (B)") for pick in PICKS)
        self.head = Choice("Head", "Which attention head is drawn  (H)")
        self.legend = LegendView()
        self.focal_joints = LabelledSlider("Focal joints K", value_text=self._joints_text)
        self.link_threshold = LabelledSlider("Link threshold", value_text=_share_text)
        self.link_count = LabelledSlider("Strongest links", value_text=str)
        self.opacity = LabelledSlider("Opacity", value_text=_share_text)
        self.time_map = TimeMapPanel()
        self._set_up_sliders()
        box = column(self, margins=(PANEL_MARGIN, 14, PANEL_MARGIN, 14), spacing=12)
        pickers = QWidget()
        self._pickers = pickers
        picker_box = column(pickers, margins=(0, 0, 0, 0), spacing=6)
        for choice in (self.network, *self.maps, self.head):
            picker_box.addWidget(choice)
        for widget in (self.header, self.chips, pickers, self.time_map, self.legend):
            box.addWidget(widget)
        for slider in self._sliders():
            box.addWidget(slider)
        self._connect()
        self._refresh()

    def _set_up_sliders(self) -> None:
        self.focal_joints.setToolTip("How many joints of each person are lit in each frame")
        self.link_threshold.setToolTip(
            "Links from body parts to focal joints weaker than this are hidden; "
            "0.1 is what each of ten parts has when none stands out"
        )
        self.link_count.setToolTip("How many attention lines of each person are drawn")
        self.opacity.setToolTip("How far the overlay covers the bodies' own colours")
        self.link_threshold.set_range(0, round(STRONGEST_THRESHOLD * SHARE_STEPS))
        self.link_count.set_range(FEWEST_LINKS, MOST_LINKS)
        self.opacity.set_range(0, SHARE_STEPS)
        self.focal_joints.set_range(1, self._num_joints)

    def _sliders(self) -> tuple[LabelledSlider, ...]:
        return self.focal_joints, self.link_threshold, self.link_count, self.opacity

    def _connect(self) -> None:
        self.chips.switch_requested.connect(self._switch)
        self.network.picked.connect(self._pick_network)
        self.head.picked.connect(self._pick_head)
        for pick, choice in zip(PICKS, self.maps, strict=True):
            choice.picked.connect(lambda number, pick=pick: self._pick_map(pick, number))
        self.focal_joints.step_requested.connect(self._pick_focal_joints)
        self.link_threshold.step_requested.connect(self._pick_threshold)
        self.link_count.step_requested.connect(self._pick_link_count)
        self.opacity.step_requested.connect(self._pick_opacity)
        self.time_map.joint_requested.connect(self.joint_requested)
        self.time_map.seek_requested.connect(self.seek_requested)

    def sizeHint(self) -> QSize:
        """Wide enough for names and numbers (called by Qt)."""
        return QSize(292, super().sizeHint().height())

    # what is shown

    def set_recording(self, recording: Recording | None) -> None:
        """Offer K from 1 to V, and the recording's joints and times."""
        if recording is not None:
            self._num_joints = recording.layout.num_joints
            self.focal_joints.set_range(1, self._num_joints)
        self.time_map.set_recording(recording)
        self._refresh()

    def set_theme(self, theme: SceneTheme) -> None:
        """Take the colours of the 3D view."""
        self.legend.set_theme(theme)
        self.time_map.view.set_on_dark(theme.is_dark)

    @Slot(object)
    def show_overlay(self, state: OverlayState) -> None:
        """Stand where the document stands."""
        self._state = state
        self._refresh()

    def show_explanation(
        self, explanation: PreparedExplanation | None, networks: tuple[str, ...]
    ) -> None:
        """Offer what an explanation holds.

        Args:
            explanation: Of the network on show; None before there is an answer.
            networks: Names of all of the model's networks.
        """
        self._prepared, self._networks = explanation, networks
        self.time_map.show_explanation(explanation)
        self._refresh()

    @Slot(object)
    def show_person(self, person: int | None) -> None:
        """Turn to a person."""
        self.time_map.show_person(person)

    @Slot(object)
    def show_joint(self, joint: int | None) -> None:
        """Turn to a joint."""
        self.time_map.show_joint(joint)
        self._refresh()
        if joint is not None and self.time_map.isVisibleTo(self):
            self.unfolded.emit(self.time_map)

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Move what marks the frame."""
        self.time_map.view.show_frame(frame)

    def _shown(self) -> tuple[Overlay, ...]:
        """What is drawn; before there is an answer, what will be if it can."""
        if self._prepared is None:
            return tuple(overlay for overlay in OVERLAYS if overlay.id in self._state.drawn)
        return drawable(self._state.drawn, self._prepared.explanation)

    def _refresh(self) -> None:
        state, settings, prepared = self._state, self._state.settings, self._prepared
        explanation = None if prepared is None else prepared.explanation
        shown = self._shown()
        ids = {overlay.id for overlay in shown}
        self.chips.show_overlays(state.drawn, explanation)
        self._show_pickers(explanation, ids)
        legends = [
            legend
            for overlay in shown
            if prepared is not None
            for legend in overlay.legends(prepared, settings)
        ]
        self.legend.show_legends(tuple(dict.fromkeys(legends)))  # two may show the same map
        self.focal_joints.show_step(min(settings.focal_joints, self._num_joints))
        self.link_threshold.show_step(round(settings.link_threshold * SHARE_STEPS))
        self.link_count.show_step(settings.link_count)
        self.opacity.show_step(round(settings.opacity * SHARE_STEPS))
        self.focal_joints.setVisible("focal" in ids)
        self.link_threshold.setVisible("focal" in ids)
        self.link_count.setVisible("attention" in ids)
        self.opacity.setEnabled(bool(ids))
        has_times = explanation is not None and bool(explanation.times)
        is_open = "time" in ids or self.time_map.has_joint
        self.time_map.setVisible(has_times and bool(ids) and is_open)
        self.time_map.show_head(settings.head)

    def _show_pickers(self, explanation: Explanation | None, ids: set[str]) -> None:
        settings = self._state.settings
        network = min(self._state.network, max(len(self._networks) - 1, 0))
        self.network.show_names(self._networks, network)
        offered = [(self.network, len(self._networks) > 1)]
        for pick, choice in zip(PICKS, self.maps, strict=True):
            names = pick.names(explanation) if explanation is not None else ()
            number = pick.get(settings)
            choice.show_names(names, number if number < len(names) else 0)
            offered.append((choice, len(names) > 1 and pick.overlay_id in ids))
        heads = 0 if explanation is None else num_heads(self._state, explanation)
        head = 0 if settings.head is None or settings.head >= heads else settings.head + 1
        self.head.show_names(head_names(heads), head)
        offered.append((self.head, heads > 1))
        for choice, is_offered in offered:
            choice.setVisible(is_offered)
        self._pickers.setVisible(any(is_offered for _, is_offered in offered))

    def _joints_text(self, step: int) -> str:
        return f"{step} of {self._num_joints}"

    # wishes

    def _switch(self, overlay_id: str) -> None:
        explanation = None if self._prepared is None else self._prepared.explanation
        self._ask(switched(self._state, overlay_id, explanation))

    def _pick_network(self, number: int) -> None:
        self._ask(for_network(self._state, number))

    def _pick_map(self, pick: MapPick, number: int) -> None:
        self._ask_settings(pick.put(self._state.settings, number))

    def _pick_head(self, number: int) -> None:
        head = None if number == 0 else number - 1
        self._ask_settings(replace(self._state.settings, head=head))

    def _pick_focal_joints(self, step: int) -> None:
        self._ask_settings(replace(self._state.settings, focal_joints=step))

    def _pick_threshold(self, step: int) -> None:
        self._ask_settings(replace(self._state.settings, link_threshold=step / SHARE_STEPS))

    def _pick_link_count(self, step: int) -> None:
        self._ask_settings(replace(self._state.settings, link_count=step))

    def _pick_opacity(self, step: int) -> None:
        self._ask_settings(replace(self._state.settings, opacity=step / SHARE_STEPS))

    def _ask_settings(self, settings: OverlaySettings) -> None:
        self._ask(replace(self._state, settings=settings))

    def _ask(self, state: OverlayState) -> None:
        self.overlay_change_requested.emit(state)
