"""Labels that models disagree with: asked about on a button, then looked through one by one."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.retrain_actions import ACCEPT, CHECK, DOUBT, KEEP, NEXT
from app.retrain_rows import row_of_suspect
from app.retrain_state import Checking, Judgement, Suspect
from app.retrain_words import check_text, checked_text, left_text
from app.theme import TypeRole, font
from app.views.pieces import column
from app.views.retrain_clips import ClipList
from app.views.retrain_pieces import Progress, Words, add, push_button, show, word_button
from engine.study.contents import StudyContents

MOST_ROWS = 4
"""So few that the buttons below stay in sight."""


class CheckPage(QWidget):
    """A button, then a queue."""

    ask_requested = Signal()
    stop_requested = Signal()
    suspect_requested = Signal(object)  # Suspect
    judged = Signal(object)  # Judgement, of the one on show
    next_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = (None, None, None)
        self.ask = push_button("Check the labels", self.ask_requested.emit, is_main=True)
        self.ask.setMinimumHeight(34)
        self.about = Words()
        self.progress = Progress("How many labels were asked about")
        self.left = Words()
        self.stop = word_button("Stop", "Ask no more", self.stop_requested.emit)
        self.message = Words(tone="warning")
        self.found = Words(TypeRole.STRONG, tone="")
        self.suspects: ClipList[Suspect] = ClipList(
            "Labels that models disagree with", most_rows=MOST_ROWS
        )
        self.who = Words()
        self.accept = push_button("", lambda: self.judged.emit(Judgement.ACCEPTED), is_main=True)
        self.keep = push_button("", lambda: self.judged.emit(Judgement.KEPT))
        self.doubt = push_button("Doubtful", lambda: self.judged.emit(Judgement.DOUBTFUL))
        self.next = push_button("Next", self.next_requested.emit)
        self.keys = Words(TypeRole.TINY)
        self._build()
        self.suspects.opened.connect(self.suspect_requested)

    def _build(self) -> None:
        box = column(self, margins=(0, 0, 0, 0), spacing=9)
        add(box, self.about, self.ask, self.progress)
        row = QHBoxLayout()
        row.addWidget(self.left, 1)
        row.addWidget(self.stop)
        box.addLayout(row)
        add(box, self.message, self.found, self.suspects)
        self.buttons = QWidget()
        rows = column(self.buttons, margins=(0, 0, 0, 0), spacing=6)
        add(rows, self.accept)
        others = QHBoxLayout()
        others.setSpacing(6)
        for button in (self.keep, self.doubt, self.next):
            button.setFont(font(TypeRole.SMALL))
            others.addWidget(button, 1)
        rows.addLayout(others)
        rows.addWidget(self.keys)
        add(box, self.buttons, self.who)

    def show_keys(self, hints: Mapping[str, str], keys: Mapping[str, str]) -> None:
        """Say which keys do the same as the buttons.

        Args:
            hints: What each row of the table of actions says when pointed at.
            keys: Its key alone.
        """
        for button, row in (
            (self.ask, CHECK),
            (self.accept, ACCEPT),
            (self.keep, KEEP),
            (self.doubt, DOUBT),
            (self.next, NEXT),
        ):
            button.setToolTip(hints[row])
        held = (keys[row] for row in (ACCEPT, KEEP, DOUBT, NEXT))
        self.keys.say("     ".join(each for each in held if each))

    def show_checking(self, checking: Checking, contents: StudyContents) -> None:
        """Show how far it is."""
        is_asking = checking.fraction is not None
        suspect = checking.suspect
        self.ask.setVisible(not is_asking)
        self.ask.setEnabled(not checking.why_not)
        self.ask.setDefault(checking.num_asked is None)
        self.ask.setText("Check the labels" if checking.num_asked is None else "Check them again")
        self.about.say(checking.why_not or check_text(checking))
        show(is_asking, self.progress, self.stop)
        self.progress.show_share(checking.fraction or 0.0)
        left = "" if checking.left_s is None else left_text(checking.left_s)
        self.left.say((left or "Asking…") if is_asking else "")
        self.message.say(checking.message)
        self.found.say(checked_text(checking))
        shown = (checking.suspects, checking.judged, contents.actions)
        if any(new is not old for new, old in zip(shown, self._shown, strict=True)):
            self._shown = shown
            describe = partial(row_of_suspect, contents, checking.judged)
            self.suspects.show_items(checking.suspects, describe)
        self.suspects.setVisible(bool(checking.suspects))
        self.suspects.pick(checking.current)
        self.buttons.setVisible(suspect is not None)
        who = () if suspect is None else suspect.said
        self.who.say("\n".join(f"{title}: {name} {score:.2f}" for title, name, score in who))
        if suspect is not None:
            self.accept.setText(f"It is “{suspect.word}”")
            self.keep.setText(f"It is “{suspect.label}”")
