"""A quiet note over the 3D view: what is being added, what was, and what can be done about it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton

from app.theme import TypeRole, font
from app.time_left import time_left_text
from app.views.icons import icon
from app.views.pieces import ElidedLabel, set_tone
from app.views.progress_chip import CLOSE_PX
from app.views.stage import GAP, Glass, Stage

MARGIN, WIDEST, BAR_WIDTH = 12, 620, 90
STAYS_MS = 8_000
"""Something that went well, unless the pointer rests on it; what went wrong, was left out or waits
for an answer stays until it is closed."""
PACE_MS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is said."""

    text: str
    is_wrong: bool = False
    buttons: tuple[tuple[str, str], ...] = ()
    """Of each its id and its word."""
    stays: bool = False
    """Whether it stays until it is closed."""


class StudyNote(Glass):
    """Lies at the top of the stage, under its buttons."""

    stop_requested = Signal()
    pressed = Signal(str)  # a button's id

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._is_working = False
        self._is_brief = False
        self.text = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.text.setFont(font(TypeRole.SMALL))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(BAR_WIDTH, 4)
        self.bar.setRange(0, 1000)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 5, 5, 5)
        self._row.setSpacing(10)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.bar)
        self.close_button = QToolButton()
        self.close_button.setIconSize(QSize(CLOSE_PX, CLOSE_PX))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(self._close)
        self._row.addWidget(self.close_button)
        self.buttons: tuple[QToolButton, ...] = ()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(STAYS_MS)
        self._patience.timeout.connect(self._go)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE_MS)
        self.setAccessibleName("Study")
        stage.covered_changed.connect(self._place)
        self.recolour()
        self.hide()

    @property
    def is_working(self) -> bool:
        """Whether it tells of work under way."""
        return self._is_working

    def show_progress(self, what: str, fraction: float, left_s: float | None) -> None:
        """Say how far something is."""
        if self._is_working and self._pace.isActive():
            return
        self._pace.start()
        self.bar.setValue(round(1000 * fraction))
        if not self._is_working:
            self._is_working = True
            self._set_close("Stop  (Esc)", "Stop")
        left = "" if left_s is None else f"  ·  {time_left_text(left_s)}"
        self._say(Note(text=f"{what}  {fraction:.0%}{left}", stays=True))

    def show_note(self, note: Note) -> None:
        """Say something; what was said before goes."""
        self._is_working = False
        self._pace.stop()
        self._set_close("Close  (Esc)", "Close")
        self._say(note)

    def put_aside(self) -> bool:
        """Close it, or stop what is under way; whether there was anything."""
        if self.isHidden():
            return False
        self._close()
        return True

    def _say(self, note: Note) -> None:
        self._patience.stop()
        self._is_brief = not note.stays and not note.is_wrong
        self.text.set_full_text(note.text)
        set_tone(self.text, "warning" if note.is_wrong else "muted" if self._is_working else "")
        self.bar.setVisible(self._is_working)
        self._offer(note.buttons)
        self._place()
        self.show()
        self.raise_()
        if self._is_brief and not self.underMouse():
            self._patience.start()

    @Slot()
    def pass_on(self) -> None:
        """Go, if all it tells is that something went well: the next step has been made."""
        if self._is_brief and not self.underMouse():
            self.hide()

    def _go(self) -> None:
        if any(each.hasFocus() for each in (self.close_button, *self.buttons)):
            self._patience.start()
        else:
            self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the pointer is on it (called by Qt)."""
        super().enterEvent(event)
        self._patience.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Go some time after the pointer has left it (called by Qt)."""
        super().leaveEvent(event)
        if self._is_brief and self.isVisible():
            self._patience.start()

    def _offer(self, buttons: tuple[tuple[str, str], ...]) -> None:
        for old in self.buttons:
            old.hide()
            old.deleteLater()
        made = []
        for button_id, word in buttons:
            button = QToolButton()
            button.setProperty("kind", "word")
            button.setFont(font(TypeRole.SMALL))
            button.setText(word)
            button.setObjectName(button_id)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, pressed=button_id: self._press(pressed))
            self._row.insertWidget(self._row.count() - 1, button)
            made.append(button)
        self.buttons = tuple(made)

    def _press(self, button_id: str) -> None:
        self.hide()
        self.pressed.emit(button_id)

    def _set_close(self, tip: str, name: str) -> None:
        self.close_button.setToolTip(tip)
        self.close_button.setAccessibleName(name)

    def _close(self) -> None:
        if self._is_working:
            self.stop_requested.emit()
        self._is_working = False
        self.hide()

    @Slot()
    def _place(self) -> None:
        room = min(self._stage.width() - 2 * MARGIN, WIDEST)
        beside = [each for each in (self.bar, *self.buttons) if not each.isHidden()]
        needed = sum(each.sizeHint().width() + 10 for each in beside) + 60
        wanted = self.text.fontMetrics().horizontalAdvance(self.text.full_text) + needed
        self.setFixedWidth(max(min(wanted, room), 0))
        self.adjustSize()
        self.move((self._stage.width() - self.width()) // 2, self._stage.covered.top() + GAP)

    def recolour(self) -> None:
        """Draw the cross in the palette's colours."""
        quiet = QPalette(self.palette())
        role = QPalette.ColorRole
        quiet.setColor(role.ButtonText, quiet.color(role.PlaceholderText))
        self.close_button.setIcon(icon("close", quiet))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.recolour()
