"""Buttons, clock and speed of playback."""

from collections.abc import Callable
from fractions import Fraction

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QActionGroup, QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.player import SPEEDS
from app.theme import TypeRole, font
from app.timecode import clock_text, frame_text
from app.views.action_set import ActionSet
from app.views.icons import icon
from app.views.pieces import Readout, Rule
from app.views.progress_chip import ProgressChip

FRAMES_COUNT_FROM_0 = (
    "Frames count from 0, as in the files, on the command line and in Python; "
    "the second number is the last frame"
)


NO_RECORDING = "no recording"


def speed_text(speed: Fraction) -> str:
    """``0.05×``, ``1×``, ``1.5×``."""
    return f"{float(speed):g}×"


class SpeedButton(QToolButton):
    """The speed, and a menu of speeds."""

    speed_requested = Signal(object)  # Fraction

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "word")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("Speed  ([ slower, ] faster)")
        self.setAccessibleName("Speed")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.05×") + 24)
        menu = QMenu(self)
        self._group = QActionGroup(menu)
        for speed in SPEEDS:
            action = menu.addAction(speed_text(speed))
            action.setCheckable(True)
            action.setData(str(speed))
            self._group.addAction(action)
        menu.triggered.connect(
            lambda action: self.speed_requested.emit(Fraction(str(action.data())))
        )
        self.setMenu(menu)

    def show_speed(self, speed: Fraction) -> None:
        """Show the speed of playback."""
        self.setText(speed_text(speed))
        for action in self._group.actions():
            action.setChecked(action.data() == str(speed))


class Transport(QWidget):
    """The row over the timeline."""

    speed_requested = Signal(object)  # Fraction

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._play = actions["playback.toggle"]
        self._is_playing = False
        self._num_frames = 0
        self._time_s: Callable[[int], float] | None = None
        self.clock = Readout(TypeRole.CLOCK, widest=clock_text(0.0))
        self.clock.setAccessibleName("Time")
        self.frame = Readout(TypeRole.TEXT, widest=NO_RECORDING, tone="muted")
        self.frame.setAccessibleName("Frame")
        self.frame.setToolTip(FRAMES_COUNT_FROM_0)
        self.speed = SpeedButton()
        self.speed.setFont(font(TypeRole.TEXT))
        self.speed.speed_requested.connect(self.speed_requested)
        self.progress = ProgressChip()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 14, 6)
        row.setSpacing(2)
        for action_id in ("start", "previous", "toggle", "next", "end"):
            row.addWidget(actions.button(f"playback.{action_id}", self))
        row.addSpacing(10)
        row.addWidget(self.clock)
        row.addSpacing(12)
        row.addWidget(self.frame)
        row.addStretch(1)
        row.addWidget(self.progress)
        row.addSpacing(10)
        row.addWidget(self.speed)
        row.addWidget(actions.button("playback.loop", self))
        row.addSpacing(6)
        row.addWidget(Rule(upright=True))
        row.addSpacing(6)
        row.addWidget(actions.button("view.zoom-out", self))
        row.addWidget(actions.button("view.zoom-in", self))

    def set_recording(self, num_frames: int, time_s: Callable[[int], float] | None) -> None:
        """Count the frames of another recording; 0 and None for none."""
        self._num_frames = num_frames
        self._time_s = time_s
        if time_s is not None:
            self.clock.make_room(clock_text(time_s(num_frames - 1)))
            self.frame.make_room(frame_text(num_frames - 1, num_frames))
        else:
            self.frame.make_room(NO_RECORDING)
        self.show_frame(0)

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Show time and frame."""
        if self._time_s is None or frame >= self._num_frames:
            self.clock.say(clock_text(0.0))
            self.frame.say(NO_RECORDING)
            return
        self.clock.say(clock_text(self._time_s(frame)))
        self.frame.say(frame_text(frame, self._num_frames))

    @Slot(bool)
    def show_playing(self, is_playing: bool) -> None:
        """Offer pause while playing."""
        self._is_playing = is_playing
        self.recolour()

    @Slot(object)
    def show_speed(self, speed: Fraction) -> None:
        """Show the speed of playback."""
        self.speed.show_speed(speed)

    def recolour(self) -> None:
        """Draw play or pause in the palette's colours."""
        palette: QPalette = self.palette()
        self._play.setIcon(icon("pause" if self._is_playing else "play", palette))
        self.progress.recolour()
