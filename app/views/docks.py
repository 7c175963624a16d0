"""The panels around the stage: which of them a mode has, and where each mode left them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget
from shiboken6 import isValid

from app.modes import Mode
from app.views.panel import Panel

LEFT_WIDTH, RIGHT_WIDTH = 232, 300
"""Of the sides at first."""
TIMELINE_SHARE = 0.32
"""Of a low window's height."""
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPanels:
    """Which panels a mode shows at the sides, by their object names."""

    shown: tuple[str, ...]
    in_front: tuple[str, ...] = ()
    """Of those that share a place."""

    @property
    def text(self) -> str:
        """For the settings."""
        return f"{' '.join(self.shown)}|{' '.join(self.in_front)}"

    @classmethod
    def of_text(cls, text: str) -> "ShownPanels | None":
        """From the settings; None for a text that says nothing."""
        shown, bar, in_front = text.partition("|")
        return cls(shown=tuple(shown.split()), in_front=tuple(in_front.split())) if bar else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DockContents:
    """What the panels hold."""

    study: QWidget
    history: QWidget
    library: QWidget
    answer: QWidget
    labels: QWidget
    retrain: QWidget
    timeline: QWidget


class Docks(QObject):
    """Arranges the panels of a window; the modes share view and timeline, not the sides.

    A panel has one place, in whatever mode; a mode says which are shown and which are in front. (Qt
    could restore a whole state for each mode, but leaves the bars of tabs of the one before.)
    """

    history_shown = Signal(bool)

    def __init__(self, window: QMainWindow, contents: DockContents) -> None:
        """Put every panel where it is at first, for inspecting.

        Args:
            window: Gets the panels.
            contents: What they hold.
        """
        super().__init__(window)
        self._window = window
        self._mode = Mode.INSPECT
        self._shown: dict[Mode, ShownPanels] = {}
        self._has_own_layout = True
        self._has_study = False
        self._had_study: dict[Mode, bool] = {}
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        window.setDocumentMode(True)
        for side in (LEFT, RIGHT):
            window.setTabPosition(side, QTabWidget.TabPosition.North)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(corner, BOTTOM)
        self.study = Panel("Study", contents.study, window)
        self.history = Panel("History", contents.history, window)
        self.library = Panel("Library", contents.library, window)
        self.answer = Panel("Answer", contents.answer, window, has_remark=True)
        self.labels = Panel("Labels", contents.labels, window)
        self.retrain = Panel("Retrain", contents.retrain, window)
        self.timeline = _timeline_dock(contents.timeline, window)
        self._arrange()
        for panel in self.sides:
            panel.dockLocationChanged.connect(self._name_panels)
            panel.visibilityChanged.connect(self._name_panels)
        self.history.toggleViewAction().toggled.connect(self.history_shown)
        self._first_state = QByteArray()

    @property
    def sides(self) -> tuple[Panel, ...]:
        """The panels beside the stage."""
        return (
            self.study,
            self.library,
            self.history,
            self.labels,
            self.retrain,
            self.answer,
        )

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every panel."""
        return (*self.sides, self.timeline)

    def _arrange(self) -> None:
        window = self._window
        for area, panels in (
            (LEFT, (self.study, self.library, self.history)),
            (RIGHT, (self.labels, self.retrain, self.answer)),
        ):
            for panel in panels:
                window.addDockWidget(area, panel)
            for before, after in pairwise(panels):
                window.tabifyDockWidget(before, after)
        window.addDockWidget(BOTTOM, self.timeline)
        self._show_first(Mode.INSPECT)
        for panel, width in ((self.library, LEFT_WIDTH), (self.answer, RIGHT_WIDTH)):
            window.resizeDocks([panel], [width], Qt.Orientation.Horizontal)

    # modes

    @property
    def mode(self) -> Mode:
        """Whose panels are shown."""
        return self._mode

    @Slot(object)
    def set_mode(self, mode: Mode) -> None:
        """Show the panels of a mode as it left them; those of the other keep their places."""
        if mode is self._mode:
            return
        if self._window.isVisible():  # else nothing is in front of anything
            self._shown[self._mode] = self._shown_now()
        self._had_study[self._mode] = self._has_study
        self._mode = mode
        shown = self._shown.get(mode)
        if shown is None:
            self._show_first(mode)
        else:
            self._show(shown)
        if self._has_study and not self._had_study.get(mode, False):
            self.study.show()  # one was opened meanwhile
        self._keep_to_mode()

    def set_has_study(self, has_study: bool) -> None:
        """Have the panel of the study beside the library while one is open."""
        if has_study == self._has_study:
            return
        self._has_study = has_study
        if self._mode is Mode.INSPECT:
            self.study.setVisible(has_study)
        self._keep_to_mode()

    def raise_study(self) -> None:
        """Bring the study before the library."""
        self.study.show()
        self.study.raise_()

    def show_history(self, is_shown: bool) -> None:
        """Bring the history before its neighbours, or put it away."""
        self.history.setVisible(is_shown and self._belongs(self.history))
        if is_shown:
            self.history.raise_()

    def _belongs(self, panel: Panel) -> bool:
        if panel in (self.labels, self.retrain):
            return self._mode is Mode.TEACH
        is_of_study = panel in (self.study, self.history)
        return not is_of_study or self._mode is Mode.TEACH or self._has_study

    def _shown_now(self) -> ShownPanels:
        shown = [panel for panel in self.sides if not panel.isHidden()]
        in_front = [panel for panel in shown if not panel.visibleRegion().isEmpty()]
        return ShownPanels(
            shown=tuple(panel.objectName() for panel in shown),
            in_front=tuple(panel.objectName() for panel in in_front),
        )

    def _show(self, wanted: ShownPanels) -> None:
        for panel in self.sides:
            panel.setVisible(panel.objectName() in wanted.shown)
        self._raise(wanted)

    def _raise(self, wanted: ShownPanels) -> None:
        for panel in self.sides:
            if panel.objectName() in wanted.in_front:
                panel.raise_()

    def _show_first(self, mode: Mode) -> None:
        is_teach = mode is Mode.TEACH
        for panel in (self.study, self.labels, self.retrain):
            panel.setVisible(is_teach)
        self.history.setVisible(False)
        for panel in (self.library, self.answer):
            panel.setVisible(True)
        for panel in (self.study, self.labels) if is_teach else (self.library, self.answer):
            panel.raise_()

    def _keep_to_mode(self) -> None:
        for panel in self.sides:
            belongs = self._belongs(panel)
            panel.toggleViewAction().setVisible(belongs)
            if not belongs:
                panel.hide()
        self._name_panels()

    @Slot()
    def _name_panels(self) -> None:
        """A panel that shares its place is named by its tab."""
        if not isValid(self._window):
            return  # it goes, and its panels tell so one after the other
        for panel in self.sides:
            beside = self._window.tabifiedDockWidgets(panel)
            is_tabbed = any(not each.isHidden() for each in beside) and not panel.isFloating()
            panel.title.set_tabbed(is_tabbed)

    # remembering

    def settle_first(self) -> None:
        """What stands now is how a window stands that was never laid out by hand."""
        self._keep_to_mode()
        self._first_state = self._window.saveState()

    def restore(self, state: QByteArray, shown: Mapping[Mode, str]) -> None:
        """Put the panels where they were; as at first where that is unknown.

        Args:
            state: Their places, as Qt keeps them.
            shown: Which ones each mode shows, as :meth:`shown_texts` said.
        """
        known = {mode: ShownPanels.of_text(text) for mode, text in shown.items()}
        self._shown = {mode: each for mode, each in known.items() if each is not None}
        if state.isEmpty() or not self._window.restoreState(state):
            self._window.restoreState(self._first_state)
            self._has_own_layout = False
        wanted = self._shown.get(self._mode)
        if wanted is not None:
            self._show(wanted)
        self._keep_to_mode()

    def shown_texts(self) -> dict[Mode, str]:
        """Which panels each mode shows, for the settings."""
        now = {**self._shown, self._mode: self._shown_now()}
        return {mode: each.text for mode, each in now.items()}

    @Slot()
    def raise_again(self) -> None:
        """Bring to the front what was there: before the window is shown, Qt forgets it."""
        wanted = self._shown.get(self._mode)
        if wanted is not None:
            self._raise(wanted)

    def share_height(self) -> None:
        """Leave most of a low window to the body, where nobody has said otherwise."""
        if self._has_own_layout:
            return
        self._has_own_layout = True
        wanted = self.timeline.sizeHint().height()
        height = min(wanted, round(self._window.height() * TIMELINE_SHARE))
        self._window.resizeDocks([self.timeline], [height], Qt.Orientation.Vertical)


def _timeline_dock(content: QWidget, window: QMainWindow) -> QDockWidget:
    dock = QDockWidget("Timeline", window)
    dock.setObjectName("panel-timeline")
    dock.setTitleBarWidget(QWidget())
    dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
    dock.setWidget(content)
    return dock
