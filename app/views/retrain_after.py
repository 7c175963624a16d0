"""Afterwards: the new model beside the old one, the clips whose answer turned, and the switch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QWidget

from app.retrain_actions import NEXT_FLIP, OTHER_MODEL
from app.retrain_result_model import (
    ClipChoice,
    MatrixCell,
    Side,
    Sieve,
    chosen_clips,
    confusion_of,
    judged_clips,
    num_flipped,
    share_of,
)
from app.retrain_rows import row_of_verdict
from app.retrain_state import Finished, Looking
from app.retrain_words import (
    count_text,
    new_words,
    range_text,
    score_basis,
    score_hint,
    score_text,
    share_text,
    verdict_text,
)
from app.theme import TypeRole, font
from app.views.pieces import ElidedLabel, column, label
from app.views.retrain_clips import ClipList
from app.views.retrain_matrix import ConfusionView
from app.views.retrain_pieces import (
    Switch,
    Words,
    add,
    push_button,
    show,
    toggle_button,
    word_button,
)
from engine.study.contents import StudyContents
from engine.study.outcome import ClipVerdict, Outcome

SIEVES: dict[Sieve, tuple[str, str]] = {
    Sieve.BETTER: ("Better", "Wrong before, right now"),
    Sieve.WORSE: ("Worse", "Right before, wrong now"),
    Sieve.WRONG: ("Wrong", "Wrong now"),
    Sieve.ALL: ("All", "Every clip that both models were asked about"),
}
LISTS: dict[bool, tuple[str, str]] = {
    False: ("Clips", "Clips whose answer turned"),
    True: ("Matrix", "Who is taken for whom"),
}
SIDES: dict[Side, tuple[str, str]] = {
    Side.BEFORE: ("Before", "What the old model says"),
    Side.AFTER: ("Now", "What the new model says"),
}
EMPTY = {
    Sieve.BETTER: "No answer got better.",
    Sieve.WORSE: "No answer got worse.",
    Sieve.WRONG: "Nothing is wrong.",
    Sieve.ALL: "No clips.",
}
NOTHING_YET = "No run has come to a result yet."


class Figures(QWidget):
    """The figures of both models side by side, each with how many it is of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for place, side in enumerate((Side.BEFORE, Side.AFTER), start=1):
            head = label(side.value.capitalize(), TypeRole.TINY, tone="muted")
            self._grid.addWidget(head, 0, place, right)
        self.clips_name = self._line(1, "Clips held out")
        self._line(4, "Segment F1@0.5")
        self.cells = {
            (row, side): self._cell(row, place)
            for row in (1, 4)
            for place, side in enumerate((Side.BEFORE, Side.AFTER), start=1)
        }
        self.notes = {
            (row, side): self._note(row + 1, place)
            for row in (1,)
            for place, side in enumerate((Side.BEFORE, Side.AFTER), start=1)
        }
        self.basis = ElidedLabel()
        self.basis.setFont(font(TypeRole.TINY))
        self.basis.setProperty("tone", "muted")
        self._grid.addWidget(self.basis, 5, 0, 1, 3)
        self._grid.setRowMinimumHeight(3, 5)

    def _line(self, row: int, name: str) -> QLabel:
        made = label(name, TypeRole.SMALL, tone="muted")
        self._grid.addWidget(made, row, 0)
        return made

    def _cell(self, row: int, place: int) -> QLabel:
        made = label("", TypeRole.STRONG)
        self._grid.addWidget(made, row, place, Qt.AlignmentFlag.AlignRight)
        return made

    def _note(self, row: int, place: int) -> QLabel:
        made = label("", TypeRole.TINY, tone="muted")
        self._grid.addWidget(made, row, place, Qt.AlignmentFlag.AlignRight)
        return made

    def show_outcome(self, outcome: Outcome) -> None:
        """Show the figures of a run."""
        self.clips_name.setText(f"Clips {new_words(outcome)}")
        scores = {Side.BEFORE: outcome.old_segments, Side.AFTER: outcome.new_segments}
        for side, score in scores.items():
            share = share_of(outcome, side)
            self.cells[1, side].setText(share_text(share))
            self.notes[1, side].setText(range_text(share))
            self.notes[1, side].setToolTip("Share named right, and Wilson's 95 % interval of it")
            self.cells[4, side].setText(score_text(score))
            self.cells[4, side].setToolTip(score_hint(score))
        self.basis.set_full_text(score_basis(outcome))


class AfterPage(QWidget):
    """What came of a run."""

    switch_requested = Signal(str)
    """Use the new model from now on: its id."""
    back_requested = Signal()
    """Use the one before again."""
    looking_requested = Signal(object)  # Looking
    clip_requested = Signal(object)  # ClipVerdict
    next_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finished: Finished | None = None
        self._contents = StudyContents()
        self._listed: tuple[object, ...] = (None, None, None)
        self.nothing = Words(TypeRole.TEXT)
        self.body = QWidget()
        self.title = ElidedLabel()
        self.title.setProperty("tone", "muted")
        self.verdict = Words(TypeRole.STRONG, tone="")
        self.figures = Figures()
        self.note = Words()
        self.switch = push_button("Switch to it", self._switch, is_main=True)
        self.in_use = Words()
        self.back = word_button("Back to the one before", "", self.back_requested.emit)
        self.lists = Switch("Show", LISTS)
        self.sieves = Switch("Which clips", SIEVES)
        self.sides = Switch("Whose answers", SIDES)
        self.matrix = ConfusionView()
        self.matrix_scroll = QScrollArea()
        self.matrix_scroll.setWidgetResizable(True)
        self.matrix_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matrix_scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matrix_scroll.setWidget(self.matrix)
        self.read = ElidedLabel()
        self.read.setProperty("tone", "muted")
        self.about = Words()
        self.clips: ClipList[ClipVerdict] = ClipList("Clips and their answers")
        self.trained = toggle_button(
            "Those learnt from, too", "They do not count, but may be looked at", self._turn_trained
        )
        self.next = word_button("Next", "The next clip of this list", self.next_requested.emit)
        self._build()
        self._connect()

    def _build(self) -> None:
        whole = column(self, margins=(0, 0, 0, 0), spacing=0)
        add(whole, self.nothing, self.body)
        self.body.hide()
        self.nothing.say(NOTHING_YET)
        box = column(self.body, margins=(0, 0, 0, 0), spacing=10)
        add(box, self.title, self.verdict, self.figures, self.note, self.switch)
        state = QHBoxLayout()
        state.setSpacing(6)
        state.addWidget(self.in_use, 1)
        state.addWidget(self.back)
        box.addLayout(state)
        box.addWidget(self.lists)
        add(box, self.sieves, self.sides, self.matrix_scroll, self.read, self.about, self.clips)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.trained)
        foot.addStretch(1)
        foot.addWidget(self.next)
        box.addLayout(foot)

    def _connect(self) -> None:
        self.lists.picked.connect(self._turn_list)
        self.sieves.picked.connect(self._turn_sieve)
        self.sides.picked.connect(self._turn_side)
        self.matrix.cell_picked.connect(self._turn_cell)
        self.matrix.read.connect(self.read.set_full_text)
        self.clips.opened.connect(self.clip_requested)

    # what is shown

    def show_finished(self, finished: Finished | None, contents: StudyContents) -> None:
        """Show what came of a run; None while nothing has."""
        before = self._finished
        self._finished, self._contents = finished, contents
        self.nothing.say(NOTHING_YET if finished is None else "")
        self.body.setVisible(finished is not None)
        if finished is None:
            return
        outcome = finished.outcome
        self.title.set_full_text(finished.title)
        if before is None or before.outcome is not outcome:
            self.verdict.say(verdict_text(outcome))
            self.figures.show_outcome(outcome)
            self.note.say(outcome.note)
        self._show_use(finished)
        self._show_list(outcome, finished.looking)

    def _show_use(self, finished: Finished) -> None:
        self.switch.setVisible(not finished.is_in_use)
        self.switch.setEnabled(finished.can_switch)
        self.switch.setToolTip(finished.why_not)
        self.in_use.say("In use." if finished.is_in_use else finished.why_not)
        self.back.setVisible(finished.is_in_use and bool(finished.other_title))
        self.back.setText(f"Back to {finished.other_title}" if finished.other_title else "")

    def _show_list(self, outcome: Outcome, looking: Looking) -> None:
        listed = (outcome, replace(looking, current=-1), self._contents.actions)
        if listed[0] is not self._listed[0] or listed[1:] != self._listed[1:]:
            self._listed = listed
            self._fill_list(outcome, looking)
        self.clips.pick(looking.current if looking.current < len(self.clips.items) else -1)

    def _fill_list(self, outcome: Outcome, looking: Looking) -> None:
        choice, is_matrix = looking.choice, looking.is_matrix
        self.lists.show_value(is_matrix)
        better, worse = num_flipped(outcome)
        self.sieves.show_value(choice.sieve if choice.cell is None else None)
        self.sieves.show_word(Sieve.BETTER, f"Better {better}")
        self.sieves.show_word(Sieve.WORSE, f"Worse {worse}")
        self.sieves.setVisible(not is_matrix)
        self.sides.show_value(looking.side)
        show(is_matrix, self.sides, self.matrix_scroll, self.read)
        if is_matrix:
            self.matrix.show_confusion(confusion_of(outcome, looking.side), choice.cell)
            self.matrix_scroll.setFixedHeight(self.matrix.sizeHint().height() + 2)
        clips = () if is_matrix and choice.cell is None else chosen_clips(outcome, choice)
        self.clips.show_items(clips, partial(row_of_verdict, self._contents))
        self.clips.setVisible(bool(clips))
        self.about.say(_about(choice, len(clips), is_matrix=is_matrix))
        self.trained.setChecked(choice.with_trained)
        has_trained = len(judged_clips(outcome)) < len(outcome.verdicts)
        self.trained.setVisible(has_trained and choice.cell is None)
        self.next.setVisible(len(clips) > 1)

    def show_keys(self, hints: Mapping[str, str]) -> None:
        """Say which keys do the same as the buttons."""
        self.back.setToolTip(hints[OTHER_MODEL])
        self.next.setToolTip(hints[NEXT_FLIP])

    # wishes

    def _switch(self) -> None:
        if self._finished is not None:
            self.switch_requested.emit(self._finished.outcome.new_model)

    def _look(self, change: Callable[[Looking], Looking]) -> None:
        if self._finished is not None:
            self.looking_requested.emit(change(self._finished.looking))

    def _turn_list(self, is_matrix: bool) -> None:
        self._look(lambda each: each.turned_to_matrix(is_matrix))

    def _turn_sieve(self, sieve: Sieve) -> None:
        self._look(lambda each: each.through(sieve))

    def _turn_side(self, side: Side) -> None:
        self._look(lambda each: each.at_side(side))

    def _turn_cell(self, cell: MatrixCell) -> None:
        self._look(lambda each: each.in_cell(cell))

    def _turn_trained(self) -> None:
        is_on = self.trained.isChecked()
        self._look(lambda each: each.with_trained(is_on))


def _about(choice: ClipChoice, count: int, *, is_matrix: bool) -> str:
    """Which clips are listed, where the buttons do not say it."""
    cell = choice.cell
    if cell is not None:
        clips = count_text(count, "clip")
        if cell.label == cell.said:
            return f"{clips} of “{cell.label}” named right {cell.side.value}:"
        return f"{clips} of “{cell.label}” called “{cell.said}” {cell.side.value}:"
    if is_matrix:
        return "Rows are labels, columns what the model says. Press a cell to list its clips."
    return "" if count else EMPTY[choice.sieve]
