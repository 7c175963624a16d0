"""The segment picked: action, first and last frame, seconds, doubt, note, who said it first."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QDoubleValidator, QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QToolButton, QWidget

from app.label_panel_model import SegmentForm
from app.label_words import NOTHING_HAPPENS
from app.theme import TypeRole, font
from app.views.choice import Choice
from app.views.pieces import ElidedLabel, column, label
from engine.labels import Action
from engine.study import segments
from engine.study.contents import Edit, StudyContents

MakeEdit = Callable[[StudyContents], Edit]
LAST_FRAME = 1_000_000_000
NOTE_LINES = 2
HINT = (
    "Press I and O around a movement, then Enter – or drag in a lane of labels. Keys give the "
    "action; hold one while it plays to label as you watch."
)


class NumberField(QLineEdit):
    """A number that counts once it is entered or left; up and down change it by a step."""

    entered = Signal(float)

    def __init__(self, name: str, step: float, parent: QWidget | None = None) -> None:
        """Hold nothing yet.

        Args:
            name: For screen readers.
            step: Of the arrow keys; whole numbers where it is 1.
            parent: Owner.
        """
        super().__init__(parent)
        self._step = step
        self._shown = ""
        self.setAccessibleName(name)
        self.setFont(font(TypeRole.SMALL))
        is_whole = float(step).is_integer()
        validator: QIntValidator | QDoubleValidator = (
            QIntValidator(0, LAST_FRAME, self)
            if is_whole
            else QDoubleValidator(0.0, float(LAST_FRAME), 3, self)
        )
        locale = QLocale.c()  # a point, as everywhere in the window
        locale.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
        validator.setLocale(locale)
        self.setValidator(validator)
        self.editingFinished.connect(self._tell)

    def show_number(self, value: float, digits: int) -> None:
        """Show a number, unless one is being typed."""
        text = f"{value:.{digits}f}"
        if text != self._shown or not self.hasFocus():
            self._shown = text
            self.setText(text)

    def _tell(self) -> None:
        text = self.text()
        if text != self._shown:
            self._shown = text
            self.entered.emit(float(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down are a step, a comma is a point (called by Qt)."""
        if event.text() == ",":
            self.insert(".")
            return
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        way = steps.get(Qt.Key(event.key()))
        if way is None or not self.hasAcceptableInput():
            super().keyPressEvent(event)
        else:
            self.entered.emit(max(float(self.text()) + way * self._step, 0.0))


class NoteField(QPlainTextEdit):
    """A few words that count once the field is left."""

    kept = Signal()
    left = Signal()
    """With the key for it: whatever was there before gets the focus again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Note")
        self.setPlaceholderText("Note")
        self.setFixedHeight(NOTE_LINES * self.fontMetrics().height() + 20)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is written counts from now on (called by Qt)."""
        super().focusOutEvent(event)
        self.kept.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc and Ctrl+Enter leave the field (called by Qt)."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape or (is_enter and has_ctrl):
            self.clearFocus()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Esc before it does something else (called by Qt)."""
        is_asked = event.type() is QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)


class SegmentFormView(QWidget):
    """What is known of the segments picked, to be changed where it stands."""

    edit_requested = Signal(object)  # MakeEdit
    action_picked = Signal(object)  # str | None: an action's id, or nothing happens
    left = Signal()
    """The note has been left: keys are keys again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = SegmentForm()
        self._ids: tuple[str | None, ...] = ()
        self.hint = label(HINT, TypeRole.SMALL, tone="muted")
        self.hint.setWordWrap(True)
        self.where = ElidedLabel()
        self.summary = ElidedLabel()
        self.origin = ElidedLabel()
        for piece in (self.where, self.summary, self.origin):
            piece.setFont(font(TypeRole.SMALL))
            piece.setProperty("tone", "muted")
        self.action = Choice("Action", "Another action for what is picked")
        self.action.picked.connect(self._relabel)
        self.first = NumberField("First frame", 1)
        self.last = NumberField("Last frame", 1)
        self.from_s = NumberField("Starts at, in seconds", 0.1)
        self.to_s = NumberField("Ends at, in seconds", 0.1)
        self.doubt = QToolButton()
        self.doubt.setText("Doubtful")
        self.doubt.setToolTip("Not sure: find it again later  (Q)")
        self.doubt.setCheckable(True)
        self.doubt.setFont(font(TypeRole.SMALL))
        self.doubt.setProperty("kind", "pill")
        self.doubt.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.doubt.clicked.connect(self._doubt)
        self.note = NoteField()
        self.note.kept.connect(self._keep_note)
        self.note.left.connect(self.left)
        self._connect_numbers()
        self._build()
        self.show_form(SegmentForm(), ())

    def _connect_numbers(self) -> None:
        self.first.entered.connect(lambda value: self._trim(start=round(value)))
        self.last.entered.connect(lambda value: self._trim(stop=round(value) + 1))
        self.from_s.entered.connect(lambda value: self._trim(start=self._frame(value)))
        self.to_s.entered.connect(lambda value: self._trim(stop=self._frame(value)))

    def _build(self) -> None:
        box = column(self, margins=(0, 0, 0, 0), spacing=8)
        box.addWidget(self.hint)
        self._fields = QWidget()
        inside = column(self._fields, margins=(0, 0, 0, 0), spacing=8)
        inside.addWidget(self.action)
        self._numbers = QWidget()
        grid = QGridLayout(self._numbers)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        rows = (("Frames", self.first, self.last), ("Seconds", self.from_s, self.to_s))
        for row, (name, start, stop) in enumerate(rows):
            grid.addWidget(label(name, TypeRole.TEXT), row, 0)
            grid.addWidget(start, row, 1)
            grid.addWidget(label("–", TypeRole.TEXT, tone="muted"), row, 2)
            grid.addWidget(stop, row, 3)
        grid.setColumnMinimumWidth(0, 56)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        inside.addWidget(self._numbers)
        inside.addWidget(self.summary)
        inside.addWidget(self.note)
        inside.addWidget(self.doubt, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self.origin)
        box.addWidget(self._fields)

    # what is shown

    def show_form(self, form: SegmentForm, actions: tuple[Action, ...]) -> None:
        """Show other segments; what is typed about those of before is kept first."""
        before = self._form.single
        is_other = form.single is None or before is None or form.single.id != before.id
        if is_other and self.note.hasFocus():
            self._keep_note()
        self._form = form
        segment, segments_picked = form.single, form.segments
        self.hint.setVisible(not segments_picked)
        self._fields.setVisible(bool(segments_picked))
        if not segments_picked:
            return
        self._ids = (*(each.id for each in actions), None)
        names = (*(each.name for each in actions), NOTHING_HAPPENS)
        if form.other:
            self.action.show_names((*names, form.other), len(names))
        else:
            said = segments_picked[0].action_id
            self.action.show_names(names, self._ids.index(said) if said in self._ids else -1)
        self.doubt.setChecked(all(each.is_doubtful for each in segments_picked))
        self.summary.set_full_text(form.summary)
        self.origin.set_full_text(form.origin)
        self.origin.setVisible(bool(form.origin))
        self._numbers.setVisible(segment is not None)
        self.note.setVisible(segment is not None)
        if segment is not None:
            self._show_numbers()
            if is_other or not self.note.hasFocus():
                self._show_note(segment.note)

    def _show_numbers(self) -> None:
        """Those of the segment, also where others were typed and refused."""
        segment, clock = self._form.single, self._form.clock
        if segment is not None:
            self.first.show_number(segment.start, 0)
            self.last.show_number(segment.stop - 1, 0)
            self.from_s.show_number(clock.start_s(segment.start), 2)
            self.to_s.show_number(clock.start_s(segment.stop), 2)

    def _show_note(self, note: str) -> None:
        if self.note.toPlainText() != note:
            self.note.setPlainText(note)

    def write_note(self) -> None:
        """Let a note be typed."""
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # wishes

    def _frame(self, seconds: float) -> int:
        return self._form.clock.edge_at(seconds)

    def _trim(self, *, start: int | None = None, stop: int | None = None) -> None:
        segment = self._form.single
        if segment is not None:
            segment_id = segment.id
            self.edit_requested.emit(
                lambda contents: segments.trim(contents, segment_id, start=start, stop=stop)
            )
            self._show_numbers()

    def _relabel(self, place: int) -> None:
        if place < len(self._ids):  # else it stays what it is
            self.action_picked.emit(self._ids[place])

    def _doubt(self, is_doubtful: bool) -> None:
        ids = tuple(each.id for each in self._form.segments)
        self.edit_requested.emit(lambda contents: segments.set_doubt(contents, ids, is_doubtful))

    def _keep_note(self) -> None:
        segment, note = self._form.single, self.note.toPlainText().strip()
        if segment is not None and note != segment.note:
            segment_id = segment.id
            self.edit_requested.emit(lambda contents: segments.set_note(contents, segment_id, note))
