"""A quiet note over the 3D view: how far an export is, and where it went."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from app.exporting.exported_file import ExportedFile
from app.theme import TypeRole, font
from app.time_left import time_left_text
from app.views.icons import icon
from app.views.pieces import ElidedLabel
from app.views.progress_chip import CLOSE_PX
from app.views.stage import Glass

MARGIN, WIDEST = 12, 560
STAYS_MS = 12_000
"""Something that went well; what went wrong stays until it is closed."""
PACE_MS = 150
"""Between two words on progress: each costs a picture of the whole window."""
REMINDS_MS = 5_000
"""Before a note on work under way tells again how far it is."""
BAR_WIDTH = 90


class ExportNote(Glass):
    """Lies at the foot of the stage."""

    stop_requested = Signal()

    def __init__(self, stage: QWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self._shown: ExportedFile | None = None
        self.text = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.text.setFont(font(TypeRole.SMALL))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(BAR_WIDTH, 4)
        self.bar.setRange(0, 1000)
        self.folder = QToolButton()
        self.folder.setProperty("kind", "word")
        self.folder.setFont(font(TypeRole.SMALL))
        self.folder.setText("Show in folder")
        self.folder.clicked.connect(self._show_in_folder)
        self.close_button = QToolButton()
        self.close_button.setIconSize(QSize(CLOSE_PX, CLOSE_PX))
        self.close_button.clicked.connect(self._close)
        for button in (self.folder, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 5, 5)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        row.addWidget(self.bar)
        row.addWidget(self.folder)
        row.addWidget(self.close_button)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(STAYS_MS)
        self._patience.timeout.connect(self.hide)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE_MS)
        self._reminder = QTimer(self)
        self._reminder.setSingleShot(True)
        self._reminder.setInterval(REMINDS_MS)
        self._is_working = False
        self.setAccessibleName("Export")
        stage.installEventFilter(self)
        self.recolour()
        self.hide()

    def show_progress(self, what: str, fraction: float, left_s: float | None) -> None:
        """Say how far it is."""
        if self._is_working and self._pace.isActive():
            return
        self._pace.start()
        left = "" if left_s is None else f"  ·  {time_left_text(left_s)}"
        self.bar.setValue(round(1000 * fraction))
        if not self._is_working:
            self._is_working = True
            self._set_close("Stop; nothing is kept  (Esc)", "Stop the export")
        if self._reminder.isActive():
            return
        self._say(f"{what}  {fraction:.0%}{left}", tone="muted")

    def show_exported(self, made: ExportedFile) -> None:
        """Say where it is."""
        self._end()
        self._shown = made
        self._say(made.words, tone="")
        self._patience.start()

    def say(self, words: str, *, is_wrong: bool = False) -> None:
        """Say something else, or what went wrong."""
        self._end()
        self._say(words, tone="warning" if is_wrong else "")
        if not is_wrong:
            self._patience.start()

    def remind(self, words: str, *, is_wrong: bool = True) -> None:
        """Say something while work goes on; after a while it is told again how far that is."""
        self._reminder.start()
        self._say(words, tone="warning" if is_wrong else "")

    def put_aside(self) -> bool:
        """Close it; what is being made stops.

        Returns:
            Whether there was anything.
        """
        if self.isHidden():
            return False
        self._close()
        return True

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the foot of the stage (called by Qt)."""
        if watched is self._stage and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        self._reminder.stop()
        self._shown = None
        self._is_working = False
        self._set_close("Close  (Esc)", "Close")

    def _set_close(self, tip: str, name: str) -> None:
        self.close_button.setToolTip(tip)
        self.close_button.setAccessibleName(name)

    def _say(self, words: str, *, tone: str) -> None:
        self._patience.stop()
        self.text.set_full_text(words)
        if self.text.property("tone") != tone:
            self.text.setProperty("tone", tone)
            self.text.style().polish(self.text)
        self.bar.setVisible(self._is_working)
        self.folder.setVisible(self._shown is not None and self._shown.path is not None)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        room = min(self._stage.width() - 2 * MARGIN, WIDEST)
        beside = [each for each in (self.bar, self.folder) if not each.isHidden()]
        needed = sum(each.sizeHint().width() + 10 for each in beside) + 60
        wanted = self.text.fontMetrics().horizontalAdvance(self.text.full_text) + needed
        self.setFixedWidth(max(min(wanted, room), 0))
        self.adjustSize()
        top = self._stage.height() - self.height() - MARGIN
        self.move((self._stage.width() - self.width()) // 2, top)

    def _close(self) -> None:
        if self._is_working:
            self.stop_requested.emit()
        self._end()
        self.hide()

    def _show_in_folder(self) -> None:
        if self._shown is not None and self._shown.path is not None:
            path = self._shown.path
            folder = path if path.is_dir() else path.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
