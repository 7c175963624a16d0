"""A small badge over everything: what is not trained yet, or how far training is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from app.retrain_state import Preparing, Running
from app.retrain_words import badge_text
from app.theme import TypeRole, font


class UntrainedBadge(QToolButton):
    """Hidden while there is nothing to say; a press leads to training."""

    panel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preparing, self._running = Preparing(), Running()
        self.setProperty("kind", "pill")
        self.setFont(font(TypeRole.SMALL))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Training")
        self.clicked.connect(lambda _is_on: self.panel_requested.emit())
        self._say()

    def show_preparing(self, preparing: Preparing) -> None:
        """Take what has not been trained."""
        self._preparing = preparing
        self._say()

    def show_running(self, running: Running) -> None:
        """Take where the runs stand."""
        self._running = running
        self._say()

    def _say(self) -> None:
        text, hint = badge_text(self._preparing, self._running)
        if text != self.text():
            self.setText(text)
        self.setToolTip(hint)
        self.setVisible(bool(text))
