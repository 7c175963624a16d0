"""The window: lays out the panels, takes drops, remembers where everything was."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QScrollArea,
    QWidget,
)

from app.action_spec import ActionSpec, Menu
from app.modes import Mode
from app.overlay_state import OverlayState
from app.views.action_set import ActionSet
from app.views.answer_panel import AnswerPanel
from app.views.docks import DockContents, Docks
from app.views.history_panel import HistoryPanel
from app.views.key_hint import KeyHint
from app.views.keys_sheet import KeysSheet
from app.views.label_panel import LabelPanel
from app.views.library_panel import LibraryPanel
from app.views.looked_at_panel import LookedAtPanel
from app.views.message_dialog import MessageDialog
from app.views.pieces import Rule, column
from app.views.retrain_panel import RetrainPanel
from app.views.scene.scene_view import SceneView
from app.views.second_strip import SecondStrip
from app.views.stage import Stage
from app.views.study_panel import StudyPanel
from app.views.timeline_view import TimelineView
from app.views.top_bar import TopBar
from app.views.transport import Transport
from app.views.why_panel import WhyPanel

FIRST_SIZE = (1400, 880)
ANSWER_WIDTH = 268
"""At least, so that names, bars and numbers stand side by side."""


class MainWindow(QMainWindow):
    """One window for everything."""

    files_dropped = Signal(object)  # tuple[Path, ...]
    comparison_dropped = Signal(object)  # Path, with Shift held
    palette_changed = Signal()
    closed = Signal()

    def __init__(
        self, scene: SceneView, specs: tuple[ActionSpec, ...], overlay: OverlayState
    ) -> None:
        """Build the panels around a view.

        Args:
            scene: The 3D view.
            specs: Everything that can be done.
            overlay: Where the overlay's sliders stand at first.
        """
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle("Skelarium")
        self.setAcceptDrops(True)
        self.action_set = ActionSet(specs, self)
        self.stage = Stage(scene, self.action_set)
        self.looked_at = LookedAtPanel(overlay)
        self.why = WhyPanel()
        self.top_bar = TopBar(self.action_set)
        self.library = LibraryPanel()
        self.study = StudyPanel(self.action_set)
        self.history = HistoryPanel()
        self.label = LabelPanel()
        self.retrain = RetrainPanel()
        self.answer = AnswerPanel()
        self.second = SecondStrip(self.action_set)
        self.transport = Transport(self.action_set)
        self.timeline = TimelineView()
        self.dialog: MessageDialog | None = None
        self._name = self._study_words = ""
        self.hold_back: Callable[[], bool] = nothing_holds
        """Whether it has to stay open a little longer."""
        self._build()
        self._order_tabs()
        self.answer.people.rebuilt.connect(self._order_tabs)
        self.keys_sheet = KeysSheet(self.action_set, self)
        self.timeline.setFocus()  # not the first stop of Tab, where keys would be letters
        self.resize(*FIRST_SIZE)
        self.docks.settle_first()

    def _build(self) -> None:
        bar = QWidget()
        rows = column(bar, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(self.top_bar)
        rows.addWidget(Rule())
        self.setMenuWidget(bar)
        self.setCentralWidget(self.stage)
        contents = DockContents(
            study=self.study,
            history=self.history,
            library=self.library,
            answer=self._answer_page(),
            labels=self.label,
            retrain=self.retrain,
            timeline=self._timeline_page(),
        )
        self.docks = docks = Docks(self, contents)
        self.library_dock, self.answer_dock = docks.library, docks.answer
        self.timeline_dock = docks.timeline
        self.answer.remark_changed.connect(docks.answer.title.header.remark.set_full_text)
        view_menu = self.top_bar.menus[Menu.VIEW]
        view_menu.addSeparator()
        for dock in docks.all:
            view_menu.addAction(dock.toggleViewAction())

    @Slot()
    def _order_tabs(self) -> None:
        """Let Tab go as the eye does: library, stage, answer, sliders, playback, then the bar."""
        parts = (
            self.study,
            self.library,
            self.stage,
            self.label,
            self.retrain,
            self.answer,
            self.why,
            self.looked_at,
            self.second,
            self.transport,
            self.timeline,
            self.top_bar,
        )
        stops = [
            child
            for part in parts
            for child in part.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and child.window() is part.window()  # not an open menu's
        ]
        for before, after in pairwise(stops):
            if before.window() is after.window():  # panels may be windows of their own
                QWidget.setTabOrder(before, after)

    def _answer_page(self) -> QScrollArea:
        page = QWidget()
        page.setProperty("kind", "page")
        rows = column(page, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(self.answer)
        rows.addWidget(Rule())
        rows.addWidget(self.why)
        divider = Rule()
        rows.addWidget(divider)
        rows.addWidget(self.looked_at)
        rows.addStretch(1)
        for piece in (self.looked_at, divider):  # a question that is open takes their place
            self.why.opened.connect(piece.setHidden)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to what has the focus
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        scroll.setMinimumWidth(ANSWER_WIDTH)
        self.looked_at.unfolded.connect(
            lambda widget: QTimer.singleShot(0, scroll, partial(scroll.ensureWidgetVisible, widget))
        )  # once it has its place
        self.why.unfolded.connect(
            lambda widget: QTimer.singleShot(
                0, scroll, lambda: scroll.verticalScrollBar().setValue(widget.y())
            )
        )  # its top, which has the question
        return scroll

    def _timeline_page(self) -> QWidget:
        content = QWidget()
        rows = column(content, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(self.second)
        rows.addWidget(self.transport)
        rows.addWidget(self.timeline, 1)
        rows.addWidget(Rule())
        rows.addWidget(KeyHint(self.action_set))
        return content

    def restore(self, geometry: QByteArray, panels: QByteArray, shown: Mapping[Mode, str]) -> None:
        """Put the window and its panels where they were; as at first where that is unknown."""
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        self.docks.restore(panels, shown)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out a window that was never laid out by hand (called by Qt)."""
        super().showEvent(event)
        self.docks.share_height()
        if not event.spontaneous():
            self.docks.raise_again()

    def show_study(self, words: str) -> None:
        """Name the study that is open in the title; empty for none."""
        self._study_words = words
        self.show_name(self._name)

    def show_name(self, name: str) -> None:
        """Name what is on the stage in the title; empty for nothing."""
        self._name = name
        parts = (name, self._study_words, "Skelarium")
        self.setWindowTitle(" · ".join(words for words in parts if words))

    def say(self, title: str, message: str, *, hint: str, report: str = "") -> None:
        """Show a dialog that stops nothing; one at a time, the newest replaces the last."""
        if self.dialog is not None:
            self.dialog.close()
        dialog = MessageDialog(title, message, hint=hint, report=report, parent=self)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def put_aside(self) -> bool:
        """Close what lies over the rest or narrows it, one thing at a time.

        Returns:
            Whether there was such a thing.
        """
        if self.stage.info.notes.isChecked():
            self.stage.info.notes.setChecked(False)
            return True
        return self.library.end_search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return press the button in focus: Space plays everywhere (called by Qt)."""
        focused = QApplication.focusWidget()
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Offer to take files (called by Qt)."""
        if _local_files(event.mimeData()):
            event.acceptProposedAction()
            self.stage.show_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the offer back (called by Qt)."""
        self.stage.show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take files (called by Qt)."""
        self.stage.show_drop(False)
        files = _local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.comparison_dropped.emit(files[0])
            else:
                self.files_dropped.emit(files)

    def changeEvent(self, event: QEvent) -> None:
        """Tell of a new theme (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.palette_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sheet of keys over everything (called by Qt)."""
        super().resizeEvent(event)
        self.keys_sheet.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that the window goes, unless something holds it back (called by Qt)."""
        if self.hold_back():
            event.ignore()
            return
        self.closed.emit()
        super().closeEvent(event)


def nothing_holds() -> bool:
    """The window may close at any time."""
    return False


def _local_files(data: QMimeData) -> tuple[Path, ...]:
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
