"""The strip about a second recording: which it is, how it is laid, how far apart both are."""

from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.alignment_words import BY_HINTS, BY_WORDS, PLACE_HINTS, PLACE_WORDS
from app.scene_theme import SceneTheme
from app.second_manner import Manner, SecondView
from app.second_state import SecondPhase, SecondState
from app.theme import TypeRole, font
from app.views.action_set import ActionSet
from app.views.flow import FlowLayout
from app.views.icons import icon
from app.views.pieces import ElidedLabel, Rule, column, label

if TYPE_CHECKING:
    from engine.alignment.placing import Place
    from engine.alignment.timing import By

ValueT = TypeVar("ValueT", bound=Enum)
SWATCH = 14
CLOSE_PX = 14
NAME_WIDTH = 190
LEFT, RIGHT, GAP, CLOSE_GAP = 14, 8, 10, 8
VIEW_WORDS = {SecondView.GHOST: "Ghost", SecondView.SIDE: "Side by side"}
VIEW_HINTS = {
    SecondView.GHOST: "See-through, upon the body on show",
    SecondView.SIDE: "In a view of its own, with its own answer and overlay",
}


class Swatch(QWidget):
    """The colour of a body: a full disc, or a see-through one with an outline for a ghost."""

    def __init__(self, *, is_ghost: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_ghost = is_ghost
        self._colour = QColor("#888888")
        self._opacity = 1.0
        self.setFixedSize(SWATCH, SWATCH)

    def show_colour(self, colour: QColor, opacity: float = 1.0) -> None:
        """Take the colour that the body has in the scene."""
        self._colour, self._opacity = colour, opacity
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(self._colour)
        fill.setAlphaF(self._opacity)
        painter.setBrush(fill)
        painter.setPen(QPen(self._colour, 1.5) if self._is_ghost else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.end()


class BodyName(QWidget):
    """A swatch, the name of a recording, and what is said about it."""

    def __init__(self, *, is_ghost: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.swatch = Swatch(is_ghost=is_ghost)
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.name.setFont(font(TypeRole.STRONG))
        self.said = ElidedLabel()
        self.said.setFont(font(TypeRole.SMALL))
        self.said.setProperty("tone", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.swatch)
        row.addWidget(self.name)
        row.addWidget(self.said)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def say(self, name: str, said: str) -> None:
        """Name it."""
        self.name.set_full_text(name)
        self.said.set_full_text(said)
        for piece in (self.name, self.said):
            wide = piece.fontMetrics().horizontalAdvance(piece.full_text) + 2
            piece.setFixedWidth(min(wide, NAME_WIDTH))
            piece.setVisible(bool(piece.full_text))
        self.adjustSize()


class Segments(QWidget, Generic[ValueT]):
    """One of a few ways, each with a word."""

    def __init__(
        self, title: str, words: dict[ValueT, str], hints: dict[ValueT, str], parent: QWidget
    ) -> None:
        """Offer the ways.

        Args:
            title: Before them, and for who listens.
            words: On the buttons.
            hints: What each means.
            parent: Owner.
        """
        super().__init__(parent)
        self._values = tuple(words)
        self.group = QButtonGroup(self)
        frame = QFrame()
        frame.setProperty("kind", "segments")
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(0)
        for number, value in enumerate(self._values):
            button = QToolButton()
            button.setText(words[value])
            button.setFont(font(TypeRole.SMALL))
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setToolTip(hints[value])
            button.setAccessibleName(f"{title}: {words[value]}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.group.addButton(button, number)
            inside.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label(title, TypeRole.SMALL, tone="muted"))
        row.addWidget(frame)

    def value_of(self, number: int) -> ValueT:
        """The way behind a button."""
        return self._values[number]

    def button(self, value: ValueT) -> QToolButton:
        """The button of a way."""
        found = self.group.button(self._values.index(value))
        if not isinstance(found, QToolButton):
            raise TypeError("segments are made of tool buttons")
        return found

    def show_value(self, value: ValueT) -> None:
        """Stand on a way."""
        self.button(value).setChecked(True)


class SecondStrip(QWidget):
    """Hidden while there is no second recording."""

    manner_requested = Signal(object)  # Manner
    person_requested = Signal(int)
    close_requested = Signal()

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = SecondState()
        self._shown_manner = Manner()
        self.first = BodyName(is_ghost=False)
        self.second = BodyName(is_ghost=True)
        self.person = QToolButton()
        self.person.setProperty("kind", "word")
        self.person.setFont(font(TypeRole.SMALL))
        self.person.setToolTip("Which person of the other recording; press for the next")
        self.person.clicked.connect(self._next_person)
        self.by: Segments[By] = Segments("In time by", BY_WORDS, BY_HINTS, self)
        self.place: Segments[Place] = Segments("In space", PLACE_WORDS, PLACE_HINTS, self)
        self.view: Segments[SecondView] = Segments("Shown as", VIEW_WORDS, VIEW_HINTS, self)
        self.size_button = QToolButton()
        self.size_button.setText("Same size")
        self.size_button.setProperty("kind", "word")
        self.size_button.setFont(font(TypeRole.SMALL))
        self.size_button.setCheckable(True)
        self.size_button.setToolTip("Bring the other body to the size of the one on show")
        self.swap = actions.button("compare.swap", self, word="Swap")
        self.swap.setFont(font(TypeRole.SMALL))
        self.close_button = QToolButton()
        self.close_button.setToolTip("End the comparison  (Esc)")
        self.close_button.setAccessibleName("End the comparison of recordings")
        self.close_button.setIconSize(QSize(CLOSE_PX, CLOSE_PX))
        self.moment = ElidedLabel()
        self.moment.setFont(font(TypeRole.SMALL))
        self._pieces = QWidget()
        self._build()
        self._connect()
        self.recolour()
        self.hide()

    def _build(self) -> None:
        for button in (self.person, self.size_button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        pieces = self._pieces
        flow = FlowLayout(pieces, spacing=GAP)
        for piece in (
            self.first,
            self.second,
            self.person,
            self.by,
            self.place,
            self.size_button,
            self.view,
            self.swap,
        ):
            piece.setFixedHeight(self.by.sizeHint().height())  # of one line
            flow.addWidget(piece)
        self._flow = flow
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(LEFT, 0, RIGHT, 0)
        row.setSpacing(CLOSE_GAP)
        row.addWidget(pieces, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.moment.setContentsMargins(14, 0, 14, 0)
        box = column(self, margins=(0, 7, 0, 0), spacing=5)
        box.addWidget(top)
        box.addWidget(self.moment)
        box.addSpacing(2)
        box.addWidget(Rule())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        for segments in (self.by, self.place, self.view):
            segments.group.idClicked.connect(self._ask)
        self.size_button.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.close_requested)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many rows as the pieces need (called by Qt)."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - LEFT - RIGHT - self.close_button.sizeHint().width() - CLOSE_GAP
        height = self._flow.heightForWidth(max(room, 1))
        if height != self._pieces.height():
            self._pieces.setFixedHeight(height)

    # what is shown

    def show_state(self, state: SecondState) -> None:
        """Show how the second recording is laid; nothing where there is none."""
        self._state = state
        self.setVisible(state.is_there)
        self.by.show_value(state.manner.by)
        self.place.show_value(state.manner.place)
        self.view.show_value(state.manner.view)
        laid = state.laid
        is_own = laid is not None and laid.alignment.pair.has_one_unit
        self.size_button.setChecked(state.manner.same_size or not (is_own or laid is None))
        self.size_button.setEnabled(is_own or laid is None)
        self.swap.setEnabled(state.recording is not None)
        people = 0 if state.recording is None else state.recording.num_people
        self.person.setVisible(people > 1)
        self.person.setText(f"Their P{state.shown_person + 1}")
        is_wrong = state.phase is SecondPhase.REFUSED
        self.moment.setProperty("tone", "warning" if is_wrong else "")
        self.moment.style().polish(self.moment)

    def show_names(self, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Name both recordings, each with what the model says."""
        self.first.say(*first)
        self.second.say(*second)
        self._flow.invalidate()
        self._fit()

    def say_moment(self, text: str) -> None:
        """Say how far apart they are now."""
        self.moment.set_full_text(text)

    def set_theme(self, theme: SceneTheme, person: int) -> None:
        """Take the colours of the scene."""
        self.first.swatch.show_colour(QColor.fromRgbF(*theme.person(person)))
        self.second.swatch.show_colour(QColor.fromRgbF(*theme.second), theme.second_opacity)
        self.recolour()

    def recolour(self) -> None:
        """Draw the cross in the palette's colours."""
        quiet = QPalette(self.palette())
        quiet.setColor(
            QPalette.ColorRole.ButtonText, quiet.color(QPalette.ColorRole.PlaceholderText)
        )
        self.close_button.setIcon(icon("close", quiet))

    # wishes

    @Slot()
    def _ask(self) -> None:
        self.manner_requested.emit(
            Manner(
                by=self.by.value_of(self.by.group.checkedId()),
                place=self.place.value_of(self.place.group.checkedId()),
                view=self.view.value_of(self.view.group.checkedId()),
                same_size=self.size_button.isChecked(),
            )
        )

    @Slot()
    def _next_person(self) -> None:
        recording = self._state.recording
        if recording is not None:
            self.person_requested.emit((self._state.shown_person + 1) % recording.num_people)
