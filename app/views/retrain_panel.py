"""Retrain: what will be used, how a run goes, what came of it."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from app.retrain_actions import RETRAIN
from app.retrain_state import Checking, Finished, Page, Preparing, Running
from app.views.panel import PANEL_MARGIN
from app.views.pieces import column
from app.views.retrain_after import AfterPage
from app.views.retrain_before import BeforePage
from app.views.retrain_check import CheckPage
from app.views.retrain_pieces import Switch
from app.views.retrain_running import RunPage
from engine.study.contents import StudyContents

LEAST_WIDTH = 268
SCROLL_BAR_PX = 9
"""As the style sheet has it."""
PAGES = {
    Page.PREPARE: (Page.PREPARE.value, "What the next run will use"),
    Page.RUN: (Page.RUN.value, "Runs at work, waiting and done"),
    Page.RESULT: (Page.RESULT.value, "The new model beside the old one"),
    Page.CHECK: (Page.CHECK.value, "Labels that models disagree with"),
}


class RetrainPanel(QWidget):
    """Pages that follow each other, with a switch above them."""

    page_requested = Signal(object)  # Page
    watched = Signal(bool)
    """Whether anybody can see it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contents = StudyContents()
        self._preparing, self._running = Preparing(), Running()
        self._finished: Finished | None = None
        self._checking = Checking()
        self.switch = Switch("Page", PAGES)
        self.before, self.run, self.after = BeforePage(), RunPage(), AfterPage()
        self.check = CheckPage()
        self.pages: dict[Page, QWidget] = {
            Page.PREPARE: self.before,
            Page.RUN: self.run,
            Page.RESULT: self.after,
            Page.CHECK: self.check,
        }
        sheet = QWidget()
        sheet.setProperty("kind", "page")
        right = PANEL_MARGIN - SCROLL_BAR_PX
        rows = column(sheet, margins=(PANEL_MARGIN, 10, right, 14), spacing=0)
        for page in self.pages.values():
            rows.addWidget(page)
        rows.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # it keeps its room, so that pages are as wide as the switch above them
        self.scroll_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.scroll_area.setWidget(sheet)
        bar = self.scroll_area.verticalScrollBar()
        bar.setStyleSheet("QScrollBar::handle:disabled { background: transparent; }")
        bar.rangeChanged.connect(lambda _low, high: bar.setEnabled(high > 0))
        head = QWidget()
        column(head, margins=(PANEL_MARGIN, 2, PANEL_MARGIN, 4), spacing=0).addWidget(self.switch)
        box = column(self, margins=(0, 0, 0, 0), spacing=0)
        box.addWidget(head)
        box.addWidget(self.scroll_area, 1)
        self.setMinimumWidth(LEAST_WIDTH)
        self.switch.picked.connect(self.page_requested)
        self.show_page(Page.PREPARE)

    def sizeHint(self) -> QSize:
        """Wide enough for names, bars and numbers (called by Qt)."""
        return QSize(300, 520)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is seen (called by Qt)."""
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nobody sees it (called by Qt)."""
        super().hideEvent(event)
        self.watched.emit(False)

    @Slot(object)
    def show_page(self, page: Page) -> None:
        """Turn to a page, at its top."""
        self.switch.show_value(page)
        for each, widget in self.pages.items():
            widget.setVisible(each is page)
        self.scroll_area.verticalScrollBar().setValue(0)

    def show_keys(self, hints: Mapping[str, str], keys: Mapping[str, str]) -> None:
        """Say which keys do the same as the buttons.

        Args:
            hints: What each row of the table of actions says when pointed at.
            keys: Its key alone; empty where it has none.
        """
        self.before.start.setToolTip(hints[RETRAIN])
        self.after.show_keys(hints)
        self.check.show_keys(hints, keys)

    @Slot(object)
    def show_contents(self, contents: StudyContents) -> None:
        """Take the names and colours of a study's actions."""
        is_other = contents.actions is not self._contents.actions
        self._contents = contents
        if is_other:
            self.before.show_preparing(self._preparing, contents)
            self.run.show_running(self._running, contents)
            self.after.show_finished(self._finished, contents)
            self.check.show_checking(self._checking, contents)

    @Slot(object)
    def show_preparing(self, preparing: Preparing) -> None:
        """Show what the next run will use."""
        self._preparing = preparing
        self.before.show_preparing(preparing, self._contents)

    @Slot(object)
    def show_running(self, running: Running) -> None:
        """Show where the runs stand."""
        self._running = running
        self.run.show_running(running, self._contents)
        at_work = sum(not each.is_over for each in running.runs)
        self.switch.show_word(Page.RUN, f"{Page.RUN.value} •" if at_work else Page.RUN.value)

    @Slot(object)
    def show_finished(self, finished: Finished | None) -> None:
        """Show what came of a run."""
        self._finished = finished
        self.after.show_finished(finished, self._contents)

    @Slot(object)
    def show_checking(self, checking: Checking) -> None:
        """Show how far looking through the labels is."""
        self._checking = checking
        self.check.show_checking(checking, self._contents)
        is_open = f" {checking.num_open}" if checking.num_open else ""
        self.switch.show_word(Page.CHECK, f"{Page.CHECK.value}{is_open}")
