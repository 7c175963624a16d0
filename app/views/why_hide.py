"""Hide joints, and see what the answer becomes."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from app.action_colours import ActionPalette
from app.theme import TypeRole, font
from app.views.flow import FlowLayout
from app.views.pieces import ElidedLabel, column, label
from app.views.why_bars import BEFORE_OPACITY, EffectBars
from app.views.why_strip import SpanStrip
from app.why_state import Hidden, WhyState, effect_text, hidden_text, joint_groups
from engine.inspection.effect import Effect
from engine.recording import Recording

HOW = "Click joints of the body, or press a part. What is hidden keeps still instead of moving."
KEY_PX = 9


class GroupChips(QWidget):
    """One pill for each part of the body."""

    group_requested = Signal(object)  # tuple[int, ...]: its joints

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = FlowLayout(self, spacing=6)
        self.chips: dict[str, QToolButton] = {}
        self._joints: dict[str, tuple[int, ...]] = {}

    def set_recording(self, recording: Recording | None) -> None:
        """Offer the parts of a recording's layout."""
        if recording is None:
            return
        groups = joint_groups(recording.layout)
        joints = {group.name: group.joints for group in groups}
        if joints == self._joints:
            return
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._joints, self.chips = joints, {}
        for group in groups:
            chip = QToolButton(self)
            chip.setText(group.name)
            chip.setFont(font(TypeRole.SMALL))
            chip.setCheckable(True)
            chip.setProperty("kind", "pill")
            names = ", ".join(recording.layout.joints[joint] for joint in group.joints)
            chip.setToolTip(f"Hide or show: {names}")
            chip.clicked.connect(partial(self._ask, group.joints))
            self.chips[group.name] = chip
            self._row.addWidget(chip)
            chip.show()

    def _ask(self, joints: tuple[int, ...]) -> None:
        self.group_requested.emit(joints)

    def show_hidden(self, hidden: Hidden, person: int | None) -> None:
        """Mark the parts that are hidden as a whole."""
        for name, chip in self.chips.items():
            chip.setChecked(hidden.has_all(person or 0, self._joints[name]))


class HideTool(QWidget):
    """Parts, the span, and the bars of before and after."""

    hidden_requested = Signal(object)  # Hidden
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        self._state = WhyState()
        self._person: int | None = None
        self._effect: Effect | None = None
        self.how = label(HOW, TypeRole.SMALL, tone="muted")
        self.how.setWordWrap(True)
        self.groups = GroupChips()
        self.strip = SpanStrip()
        self.verdict = label("", TypeRole.TEXT)
        self.verdict.setWordWrap(True)
        self.key = BarsKey()
        self.bars = EffectBars()
        self.reset = QPushButton("Show everything again")
        self.reset.setToolTip("Nothing is hidden any more  (Esc)")
        self.reset.setFont(font(TypeRole.SMALL))
        box = column(self, margins=(0, 0, 0, 0), spacing=10)
        for piece in (self.how, self.groups, self.strip, self.verdict, self.key, self.bars):
            box.addWidget(piece)
        box.addWidget(self.reset)
        self.groups.group_requested.connect(self._hide_group)
        self.strip.span_requested.connect(self._hide_span)
        self.strip.seek_requested.connect(self.seek_requested)
        self.reset.clicked.connect(self._reset)
        self._refresh()

    def set_recording(self, recording: Recording | None) -> None:
        """Offer the parts of another recording."""
        self._recording = recording
        self.groups.set_recording(recording)
        self._refresh()

    def set_clip(self, start: int, stop: int) -> None:
        """Other frames are asked about."""
        self.strip.set_clip(start, stop)

    def show_state(self, state: WhyState) -> None:
        """Show what is hidden."""
        self._state = state
        self._refresh()

    def show_person(self, person: int | None) -> None:
        """Turn to a person."""
        self._person = person
        self._refresh()

    def show_effect(self, effect: Effect | None) -> None:
        """Show what hiding did; None while nothing is known."""
        self._effect = effect
        self._refresh()

    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours."""
        self.bars.set_action_palette(palette)

    def _refresh(self) -> None:
        hidden, recording = self._state.hidden, self._recording
        self.groups.show_hidden(hidden, self._person)
        self.strip.show_span(hidden.span)
        if recording is not None:
            self.key.say(hidden_text(hidden, recording))
        self.how.setVisible(hidden.is_empty)
        effect = None if hidden.is_empty else self._effect
        self.verdict.setText("" if effect is None else effect_text(effect))
        self.verdict.setVisible(effect is not None)
        self.key.setVisible(effect is not None)
        self.bars.show_effect(effect)
        self.reset.setVisible(not hidden.is_empty)

    # wishes

    def _hide_group(self, joints: tuple[int, ...]) -> None:
        self.hidden_requested.emit(self._state.hidden.with_group(self._person or 0, joints))

    def _hide_span(self, span: tuple[int, int] | None) -> None:
        self.hidden_requested.emit(Hidden(joints=self._state.hidden.joints, span=span))

    def _reset(self) -> None:
        self.hidden_requested.emit(Hidden())


class BarsKey(QWidget):
    """What the two bars are: before, and with something hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        self.hidden = ElidedLabel()
        self.hidden.setFont(font(TypeRole.SMALL))
        self.hidden.setProperty("tone", "muted")
        row.addWidget(_Swatch(BEFORE_OPACITY))
        row.addWidget(label("before", TypeRole.SMALL, tone="muted"))
        row.addSpacing(8)
        row.addWidget(_Swatch(1.0))
        row.addWidget(self.hidden, 1)

    def say(self, text: str) -> None:
        """Say what is hidden."""
        self.hidden.set_full_text(text)


class _Swatch(QWidget):
    """A piece of a bar."""

    def __init__(self, opacity: float) -> None:
        super().__init__()
        self._opacity = opacity
        self.setFixedSize(QSize(2 * KEY_PX, KEY_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(self.palette().color(self.foregroundRole()))
        colour.setAlphaF(self._opacity)
        painter.setBrush(colour)
        painter.drawRoundedRect(self.rect(), 3, 3)
        painter.end()
