"""How far work in the background is, with a button to stop it or to go on."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.document import LanesProgress, LaneWork, TrackState
from app.theme import TypeRole, font
from app.time_left import time_left_text
from app.views.icons import icon
from app.views.pieces import Readout

LANE_WORDS = {LaneWork.ANSWERS: "Answers over time", LaneWork.FOCUS: "Focus over time"}
WIDEST = "Answers over time  100 %  ·  00 min left"
CLOSE_PX = 14


def progress_text(progress: LanesProgress) -> str:
    """``Answers over time  40 %  ·  12 s left``; no time while nobody can know it."""
    text = f"{LANE_WORDS[progress.work]}  {progress.fraction * 100:.0f} %"
    return text if progress.left_s is None else f"{text}  ·  {time_left_text(progress.left_s)}"


class ProgressChip(QWidget):
    """Takes its room once; what it says changes without anything being laid out anew."""

    stop_requested = Signal()
    go_on_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Readout(TypeRole.SMALL, widest=WIDEST, tone="muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.stop = QToolButton()
        self.stop.setToolTip("Stop  (Esc)")
        self.stop.setAccessibleName("Stop working over the whole recording")
        self.stop.setIconSize(QSize(CLOSE_PX, CLOSE_PX))
        self.go_on = QToolButton()
        self.go_on.setProperty("kind", "word")
        self.go_on.setFont(font(TypeRole.SMALL))
        self.go_on.setText("Go on")
        self.go_on.setToolTip("Fill the lanes for the whole recording")
        for button, asked in (
            (self.stop, self.stop_requested),
            (self.go_on, self.go_on_requested),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.text)
        row.addWidget(self.stop)
        row.addWidget(self.go_on)
        self.show_work(TrackState())
        self.recolour()

    def show_work(self, state: TrackState) -> None:
        """Say how far it is, or that it was stopped; nothing when there is nothing to do."""
        progress = state.progress
        if progress is not None:
            self.text.say(progress_text(progress))
        else:
            self.text.say("Stopped" if state.is_stopped else "")
        self.stop.setVisible(progress is not None)
        self.go_on.setVisible(state.is_stopped)

    def recolour(self) -> None:
        """Draw the cross in the palette's colours."""
        quiet = QPalette(self.palette())
        quiet.setColor(
            QPalette.ColorRole.ButtonText, quiet.color(QPalette.ColorRole.PlaceholderText)
        )
        self.stop.setIcon(icon("close", quiet))
