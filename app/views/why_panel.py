"""Ask why: a button for each question; the one that is open takes the section."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.document import AnswerState, prediction_for
from app.overlay_state import OverlayState
from app.seen_model import SeenScene
from app.theme import TypeRole, font
from app.views.flow import FlowLayout
from app.views.icons import icon
from app.views.panel import PANEL_MARGIN
from app.views.pieces import ElidedLabel, SectionHeader, column, label
from app.views.why_contrast import ContrastTool
from app.views.why_curves import DelayTool, FavouritesTool
from app.views.why_hide import HideTool
from app.views.why_sees import SeesTool
from app.why_state import (
    NO_WORK,
    Contrast,
    Hidden,
    WhyState,
    WhyTool,
    Work,
    first_fed,
    most_probable,
)
from app.why_words import TOOL_TITLES
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.effect import Effect
from engine.prediction import Prediction
from engine.recording import Recording

KEYS = {
    WhyTool.HIDE: "M",
    WhyTool.CONTRAST: "Y",
    WhyTool.SEES: "V",
    WhyTool.DELAY: "E",
    WhyTool.TEST: "U",
}
"""As in ``app.actions``."""
SHORT_NAMES = {
    WhyTool.HIDE: "Hide joints",
    WhyTool.CONTRAST: "Why not",
    WhyTool.SEES: "What it sees",
    WhyTool.DELAY: "Settled",
    WhyTool.TEST: "Favourites",
}
ORDER = (WhyTool.HIDE, WhyTool.CONTRAST, WhyTool.DELAY, WhyTool.SEES, WhyTool.TEST)
"""Of the buttons."""
CLOSE_PX = 14
PER_CENT = 100
NO_ANSWER = "Nothing to ask before the model has answered"


def _pill(tool: WhyTool) -> QToolButton:
    """The button of a question."""
    made = QToolButton()
    made.setText(SHORT_NAMES[tool])
    made.setFont(font(TypeRole.SMALL))
    made.setProperty("kind", "pill")
    made.setAccessibleName(TOOL_TITLES[tool])
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


class WorkLine(QWidget):
    """How far it is, with a button to stop it; or why nothing came of it."""

    stop_requested = Signal()
    again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setRange(0, PER_CENT)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName("How far the model is")
        self.text = label("", TypeRole.SMALL, tone="muted")
        self.text.setWordWrap(True)
        self.stop = QToolButton()
        self.stop.setText("Stop")
        self.again = QToolButton()
        self.again.setText("Ask again")
        for button, asked in ((self.stop, self.stop_requested), (self.again, self.again_requested)):
            button.setProperty("kind", "word")
            button.setFont(font(TypeRole.SMALL))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(asked)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.text, 1)
        row.addWidget(self.stop)
        row.addWidget(self.again)
        box = column(self, margins=(0, 0, 0, 0), spacing=5)
        box.addLayout(row)
        box.addWidget(self.bar)
        self.show_work(NO_WORK)

    def show_work(self, work: Work) -> None:
        """Say how far it is."""
        is_running = work.fraction is not None
        if work.fraction is not None:
            self.bar.setValue(round(work.fraction * PER_CENT))
            self.text.setText("Asking the model…")
        else:
            self.text.setText(work.message or ("Stopped" if work.is_stopped else ""))
        self.bar.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.again.setVisible(work.is_stopped)
        self.setVisible(is_running or bool(self.text.text()))


class WhyPanel(QWidget):
    """The section at the right, below what was looked at."""

    change_requested = Signal(object)  # WhyState
    seek_requested = Signal(int)
    opened = Signal(bool)
    """Whether a question is open."""
    unfolded = Signal(QWidget)
    """Something has opened and wants to be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = WhyState()
        self._answer: AnswerState | None = None
        self._person: int | None = None
        self._scenes: tuple[SeenScene, ...] = ()
        self._network = 0
        self._palette = NO_STUDY_PALETTE
        self._curve: DeletionCurve | None = None
        self.header = SectionHeader("Ask why")
        self.buttons = {tool: _pill(tool) for tool in ORDER}
        self.hide_tool, self.contrast = HideTool(), ContrastTool()
        self.sees, self.delay, self.favourites = SeesTool(), DelayTool(), FavouritesTool()
        self.tools: dict[WhyTool, QWidget] = {
            WhyTool.HIDE: self.hide_tool,
            WhyTool.CONTRAST: self.contrast,
            WhyTool.SEES: self.sees,
            WhyTool.DELAY: self.delay,
            WhyTool.TEST: self.favourites,
        }
        self.work = WorkLine()
        self.question = ElidedLabel()
        self.question.setFont(font(TypeRole.STRONG))
        self.close_button = QToolButton()
        self.close_button.setToolTip("Back to where the model looked  (Esc)")
        self.close_button.setAccessibleName("Close this question")
        self.close_button.setIconSize(QSize(CLOSE_PX, CLOSE_PX))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._title = QWidget()
        title = QHBoxLayout(self._title)
        title.setContentsMargins(0, 0, 0, 0)
        title.addWidget(self.question, 1)
        title.addWidget(self.close_button)
        self._listing = QWidget()
        flow = FlowLayout(self._listing, spacing=6)
        for button in self.buttons.values():
            flow.addWidget(button)
        box = column(self, margins=(PANEL_MARGIN, 14, PANEL_MARGIN, 14), spacing=10)
        for piece in (self.header, self._listing, self._title):
            box.addWidget(piece)
        for widget in self.tools.values():
            box.addWidget(widget)
        box.addWidget(self.work)
        self._connect()
        self._recolour()
        self._refresh()

    def _connect(self) -> None:
        for tool, button in self.buttons.items():
            button.clicked.connect(partial(self._open, tool))
        self.close_button.clicked.connect(partial(self._open, None))
        self.hide_tool.hidden_requested.connect(self._hide)
        self.contrast.pair_requested.connect(
            lambda pair: self._ask(replace(self._state, pair=pair))
        )
        self.contrast.measure_requested.connect(
            lambda measure: self._ask(replace(self._state, measure=measure))
        )
        self.sees.stage_requested.connect(
            lambda stage: self._ask(replace(self._state, stage=stage))
        )
        self.favourites.favourites_requested.connect(
            lambda each: self._ask(replace(self._state, favourites=each))
        )
        for widget in (self.hide_tool, self.contrast, self.sees, self.delay):
            widget.seek_requested.connect(self.seek_requested)

    # what is shown

    @Slot(object)
    def set_recording(self, recording: Recording | None) -> None:
        """Take the joints and times of a recording."""
        for tool in (self.hide_tool, self.contrast, self.delay, self.favourites):
            tool.set_recording(recording)

    @Slot(object)
    def show_state(self, state: WhyState) -> None:
        """Show what is picked."""
        was, self._state = self._state.tool, state
        self.hide_tool.show_state(state)
        self._refresh()
        if state.tool is not was:
            self.opened.emit(state.tool is not None)
            if state.tool is not None:
                self.unfolded.emit(self)

    @Slot(object)
    def show_answer(self, state: AnswerState) -> None:
        """Take the actions and frames of an answer."""
        self._answer = state
        prediction = self._prediction()
        if prediction is not None:
            self.hide_tool.set_clip(prediction.start, prediction.stop)
        answer = state.answer
        people = [each.person for each in answer.predictions] if answer else []
        self.contrast.show_people(tuple(each for each in people if each is not None))
        self._refresh()

    @Slot(object)
    def show_person(self, person: int | None) -> None:
        """Turn to a person."""
        self._person = person
        self.hide_tool.show_person(person)
        self.contrast.show_person(person)
        self._refresh()

    @Slot(object)
    def show_overlay(self, overlay: OverlayState) -> None:
        """Offer the maps of the network picked."""
        self._network = overlay.network
        self._refresh()

    @Slot(object)
    def show_effect(self, effect: Effect | None) -> None:
        """Show what hiding did."""
        self.hide_tool.show_effect(effect)
        self._grown()

    @Slot(object)
    def show_contrast(self, contrast: Contrast | None) -> None:
        """Show why one action and not another."""
        self.contrast.show_contrast(contrast)
        self._grown()

    @Slot(object)
    def show_stages(self, scenes: tuple[SeenScene, ...]) -> None:
        """Show what the model sees."""
        self._scenes = scenes
        self._refresh()
        self._grown()

    @Slot(object)
    def show_delay(self, delay: DecisionDelay | None) -> None:
        """Show when the answer settled."""
        self.delay.show_delay(delay)
        self._grown()

    @Slot(object)
    def show_curve(self, curve: DeletionCurve | None) -> None:
        """Show whether the favourites matter."""
        self._curve = curve
        self._show_curve()
        self._grown()

    def _show_curve(self) -> None:
        curve, prediction = self._curve, self._prediction()
        names = () if prediction is None else prediction.class_names
        colour = "" if curve is None else self._palette.colour(curve.action, names)
        self.favourites.show_curve(curve, colour)

    @Slot(object)
    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours."""
        self._palette = palette
        self.hide_tool.set_action_palette(palette)
        self.delay.set_action_palette(palette)
        self._show_curve()

    def _grown(self) -> None:
        """Ask to be seen, once there is something to see."""
        if self._state.tool is not None:
            self.unfolded.emit(self)

    @Slot(object)
    def show_work(self, work: Work) -> None:
        """Say how far it is."""
        self.work.show_work(work)

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Move what marks the frame."""
        self.hide_tool.strip.show_frame(frame)
        self.contrast.view.show_frame(frame)
        self.sees.strip.show_frame(frame)
        self.delay.show_frame(frame)

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scales run."""
        self.contrast.set_on_dark(is_on_dark)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._recolour()

    def _recolour(self) -> None:
        quiet = QPalette(self.palette())
        quiet.setColor(
            QPalette.ColorRole.ButtonText, quiet.color(QPalette.ColorRole.PlaceholderText)
        )
        self.close_button.setIcon(icon("close", quiet))

    def _prediction(self) -> Prediction | None:
        answer = self._answer.answer if self._answer else None
        return None if answer is None else prediction_for(answer, self._person)

    def _maps(self) -> tuple[str, ...]:
        """Names of the joint maps of the network picked."""
        answer = self._answer.answer if self._answer else None
        found = answer.explanations if answer else ()
        if not found:
            return ()
        return tuple(each.name for each in found[min(self._network, len(found) - 1)].joint_maps)

    def _refresh(self) -> None:
        state, prediction = self._state, self._prediction()
        can_compare = prediction is not None and len(prediction.class_names) > 1
        for tool, button in self.buttons.items():
            can = can_compare if tool is WhyTool.CONTRAST else prediction is not None
            button.setEnabled(can)
            button.setToolTip(f"{TOOL_TITLES[tool]}  ({KEYS[tool]})" if can else NO_ANSWER)
        contrast_title = TOOL_TITLES[WhyTool.CONTRAST]
        if prediction is not None and can_compare:
            names = prediction.class_names
            pair = state.pair or most_probable(prediction)
            contrast_title = f"Why “{names[pair[0]]}”, not “{names[pair[1]]}”"
            self.contrast.show_choice(names, pair, state.measure)
            self.buttons[WhyTool.CONTRAST].setToolTip(
                f"{contrast_title}  ({KEYS[WhyTool.CONTRAST]})"
            )
        self.favourites.show_choice(self._maps(), state.favourites)
        stage = first_fed(self._scenes) if state.stage is None else state.stage
        self.sees.show_stages(self._scenes, min(stage, max(len(self._scenes) - 1, 0)))
        for piece in (self.header, self._listing):
            piece.setVisible(state.tool is None)
        self._title.setVisible(state.tool is not None)
        if state.tool is not None:
            is_contrast = state.tool is WhyTool.CONTRAST
            self.question.set_full_text(contrast_title if is_contrast else TOOL_TITLES[state.tool])
        for tool, widget in self.tools.items():
            widget.setVisible(tool is state.tool)

    # wishes

    def _open(self, tool: WhyTool | None) -> None:
        self._ask(replace(self._state, tool=tool))

    def _hide(self, hidden: Hidden) -> None:
        self._ask(replace(self._state, hidden=hidden))

    def _ask(self, state: WhyState) -> None:
        self.change_requested.emit(state)
