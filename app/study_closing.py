"""The end of the window: it waits until the study is written, and says so where that takes long."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.open_study import NotWritten
from app.study_desk import StudyDesk
from app.views.main_window import MainWindow, nothing_holds
from app.views.study_note import Note, StudyNote

LONGEST_WRITE_MS = 8_000
"""So long the window waits before it asks."""
CLOSE_BUTTON = "close"


class StudyClosing(QObject):
    """Holds the window back while something is still to be written."""

    def __init__(
        self, desk: StudyDesk, window: MainWindow, note: StudyNote, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = window
        self._note = note
        self._is_wanted = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LONGEST_WRITE_MS)
        self._patience.timeout.connect(self._ask)
        window.hold_back = self._hold_back
        desk.settled.connect(self._go_on)
        desk.not_written.connect(self._stay)

    def close_anyway(self) -> None:
        """Close the window without what is not written."""
        self._window.hold_back = nothing_holds
        self._window.close()

    def _hold_back(self) -> bool:
        if self._desk.is_settled:
            return False
        if not self._is_wanted:
            self._is_wanted = True
            self._patience.start()
            self._note.show_note(Note(text="Writing the last changes…", stays=True))
        return True

    @Slot()
    def _go_on(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._patience.stop()
            QTimer.singleShot(0, self._window, self._window.close)

    @Slot(object)
    def _stay(self, lost: NotWritten) -> None:
        """What could not be written is told of: that has to be seen."""
        del lost
        self._is_wanted = False
        self._patience.stop()

    @Slot()
    def _ask(self) -> None:
        self._is_wanted = False
        self._note.show_note(
            Note(
                text="The disk has not taken the last changes yet",
                is_wrong=True,
                buttons=((CLOSE_BUTTON, "Close without them"),),
                stays=True,
            )
        )
