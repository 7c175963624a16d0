"""What the model says: the five most probable actions, for one person."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QToolButton, QWidget

from app.action_colours import NO_STUDY_PALETTE, ActionPalette, is_nothing
from app.document import AnswerPhase, AnswerState, prediction_for
from app.theme import TypeRole, font
from app.timecode import clock_text, grouped
from app.views.icons import DOT_PX, dot
from app.views.panel import PANEL_MARGIN
from app.views.pieces import Bar, ElidedLabel, Readout, column, label, set_tone
from engine.prediction import Prediction
from engine.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = 5
PATIENCE_MS = 250
"""An answer that is being renewed for longer is shown to be the old one."""
NONE_HINT = (
    "No action is as probable as this model's right answers are; the list shows what comes nearest"
)
QUIET_HINT = (
    "The model has learnt from spans in which nothing happens, and takes this for one; the list "
    "shows what comes nearest"
)
WIDEST_NAME = 0.62
"""Part of the panel's width that names may take from the bars."""


def person_name(person: int) -> str:
    """How a person is called in the window: ``P1`` is the first."""
    return f"P{person + 1}"


class PersonSwitch(QFrame):
    """One small button a person."""

    person_requested = Signal(int)
    rebuilt = Signal()
    """There are other buttons now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segments")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.person_requested)
        self._colours: tuple[QColor, ...] = ()
        self.hide()

    def show_people(self, people: tuple[int, ...], picked: int | None) -> None:
        """Offer people; nothing is shown for one or none."""
        if [self._group.id(button) for button in self._group.buttons()] != list(people):
            self._rebuild(people)
        button = self._group.button(-1 if picked is None else picked)
        if button is not None:
            button.setChecked(True)
        self.setVisible(len(people) > 1)

    def _rebuild(self, people: tuple[int, ...]) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
            old.deleteLater()
        for person in people:
            button = QToolButton(self)
            button.setText(person_name(person))
            button.setFont(font(TypeRole.SMALL))
            button.setCheckable(True)
            button.setIconSize(QSize(DOT_PX, DOT_PX))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("kind", "segment")
            button.setToolTip(f"Person {person + 1}  (P for the next)")
            button.setAccessibleName(f"Person {person + 1}")
            self._group.addButton(button, person)
            self._row.addWidget(button)
        self.set_colours(self._colours)
        self.rebuilt.emit()

    def set_colours(self, colours: tuple[QColor, ...]) -> None:
        """Mark each person with the colour that the body has in the scene."""
        self._colours = colours
        for button in self._group.buttons():
            if colours:
                button.setIcon(dot(colours[self._group.id(button) % len(colours)]))


class AnswerRow:
    """Name, bar and number of one action."""

    def __init__(self, grid: QGridLayout, row: int) -> None:
        role = TypeRole.STRONG if row == 0 else TypeRole.TEXT
        self.name = ElidedLabel()
        self.name.setFont(font(role))
        self.bar = Bar()
        self.number = Readout(role, widest="0.00", tone="" if row == 0 else "muted")
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for place, widget in enumerate((self.name, self.bar, self.number)):
            grid.addWidget(widget, row, place)

    def show(self, name: str, probability: float, colour: QColor, *, is_stale: bool) -> None:
        """Show one action; nothing happening is told more quietly than any."""
        self.name.set_full_text(name)
        set_tone(self.name, "muted" if is_nothing(name) else "")
        colour = QColor(colour)
        colour.setAlphaF(0.45 if is_stale else 1.0)
        self.bar.show_share(probability, colour)
        self.number.say(f"{probability:.2f}")
        self.bar.setToolTip(f"{name}: {probability:.4f}")
        self.set_visible(True)

    def set_visible(self, is_visible: bool) -> None:
        """Show or hide the row."""
        for widget in (self.name, self.bar, self.number):
            widget.setVisible(is_visible)


class AnswerPanel(QWidget):
    """The answer for the person picked, or why there is none."""

    person_requested = Signal(int)
    remark_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = AnswerState(phase=AnswerPhase.NOTHING_TO_ASK)
        self._person: int | None = None
        self._time_s: Callable[[int], float] | None = None
        self._reason = ""
        self._names: tuple[str, ...] = ()
        self._palette = NO_STUDY_PALETTE
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._fade)
        self.people = PersonSwitch()
        self.people.person_requested.connect(self.person_requested)
        self.span = ElidedLabel()
        self.span.setFont(font(TypeRole.SMALL))
        self.span.setProperty("tone", "muted")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.people)
        top.addWidget(self.span, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self.rows = tuple(AnswerRow(grid, row) for row in range(TOP))
        self.unsure = ElidedLabel()
        self.unsure.setFont(font(TypeRole.STRONG))
        self.unsure.hide()
        self.stated = ElidedLabel()
        self.stated.setFont(font(TypeRole.SMALL))
        self.stated.setProperty("tone", "muted")
        self.stated.hide()
        self.message = label("", TypeRole.TEXT, tone="muted")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box = column(self, margins=(PANEL_MARGIN, 0, PANEL_MARGIN, 14), spacing=10)
        box.addLayout(top)
        box.addWidget(self.unsure)
        box.addLayout(grid)
        box.addWidget(self.message)
        box.addWidget(self.stated)
        self._refresh()

    def set_recording(self, recording: Recording | None) -> None:
        """Take the recording's clock, and the action that it states itself."""
        self._time_s = recording.time_s if recording else None
        stated = recording.label if recording else None
        self.stated.set_full_text(f"The file says: {stated}" if stated else "")
        self.stated.setVisible(bool(stated))

    def explain_absence(self, reason: str) -> None:
        """What to say while there is nothing to ask."""
        self._reason = reason
        self._refresh()

    @Slot(object)
    def show_answer(self, state: AnswerState) -> None:
        """Show an answer or its absence; one that is being renewed fades when that takes long."""
        is_renewed = state.phase is AnswerPhase.ASKED and state.answer is not None
        before, self._state = self._state, state
        if is_renewed and state.answer is before.answer:
            if not self._patience.isActive():
                self._patience.start()
            return
        self._patience.stop()
        self._refresh()

    def _fade(self) -> None:
        self._refresh(is_stale=True)

    @Slot(object)
    def show_person(self, person: int | None) -> None:
        """Turn to another person."""
        self._person = person
        self._refresh()

    @Slot(object)
    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours."""
        self._palette = palette
        self._refresh()

    def _refresh(self, *, is_stale: bool = False) -> None:
        answer = self._state.answer
        people = tuple(
            p.person for p in (answer.predictions if answer else ()) if p.person is not None
        )
        self.people.show_people(people, self._person)
        prediction = prediction_for(answer, self._person) if answer else None
        if prediction is None:
            self._show_message(answer is not None)
        else:
            self._show_prediction(prediction, is_stale=is_stale)

    def _show_message(self, is_unseen_person: bool) -> None:
        text = {
            AnswerPhase.NOTHING_TO_ASK: self._reason,
            AnswerPhase.ASKED: "Asking the model…",
            AnswerPhase.ANSWERED: "",
            AnswerPhase.REFUSED: self._state.message,
        }[self._state.phase]
        if is_unseen_person and self._person is not None:
            text = f"{person_name(self._person)} is not visible in these frames."
        for row in self.rows:
            row.set_visible(False)
        self.unsure.hide()
        self.span.set_full_text("")
        self.span.hide()
        self.remark_changed.emit("")
        self.message.setText(text)
        self.message.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew (called by Qt)."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give names the room they need, as long as some is left for the bars."""
        widest = self.rows[0].name.fontMetrics()
        wanted = max((widest.horizontalAdvance(name) for name in self._names), default=0) + 2
        self._grid.setColumnMinimumWidth(0, min(wanted, round(self.width() * WIDEST_NAME)))

    def _show_prediction(self, prediction: Prediction, *, is_stale: bool) -> None:
        self.message.hide()
        if prediction.class_names != self._names:
            self._names = prediction.class_names
            self._share_width()
        order = prediction.probabilities.argsort(kind="stable")[::-1]
        is_quiet = is_nothing(prediction.class_names[int(order[0])])
        text = f"None of these: below {prediction.none_below:.2f}"
        hint = NONE_HINT
        if is_quiet and not prediction.is_none:
            text, hint = "Nothing happens", QUIET_HINT
        self.unsure.set_full_text(text)
        self.unsure.setToolTip(hint)
        self.unsure.setVisible(prediction.is_none or is_quiet)
        colours = self._palette.colours(prediction.class_names)
        for place, row in enumerate(self.rows):
            if place < len(order):
                action = int(order[place])
                row.show(
                    prediction.class_names[action],
                    float(prediction.probabilities[action]),
                    QColor(colours[action]),
                    is_stale=is_stale or prediction.is_none or is_quiet,
                )
            else:
                row.set_visible(False)
        last = prediction.stop - 1
        self.span.show()
        self.span.set_full_text(f"frames {grouped(prediction.start)} – {grouped(last)}")
        if self._time_s is not None:
            start, end = self._time_s(prediction.start), self._time_s(last)
            self.remark_changed.emit(f"{clock_text(start)} – {clock_text(end)}")
