"""The window's modes, connected: buttons and keys, the panels of each, what is remembered."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from app.modes import Mode, ModeSwitch
from app.settings import MODE, Settings
from app.views.main_window import MainWindow

MODE_ACTIONS = {Mode.INSPECT: "mode.inspect", Mode.TEACH: "mode.teach"}


class ModeKeeper(QObject):
    """Keeps the window in step with the mode; ``connect_all`` once everything is there."""

    def __init__(self, modes: ModeSwitch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modes = modes

    def connect_all(self, window: MainWindow, settings: Settings) -> None:
        """Connect the switch with the window.

        Args:
            window: Shows the mode's panels.
            settings: Remember the mode.
        """
        self._window = window
        self._settings = settings
        self._modes.changed.connect(self._show)
        self._show(self._modes.mode)

    def restore(self) -> None:
        """Turn to the mode that was left, once the panels are where they were."""
        self._modes.switch(self._settings.get(MODE))

    def remember(self) -> None:
        """Keep the mode for next time."""
        self._settings.set(MODE, self._modes.mode)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that switch modes."""
        return {action: partial(self._turn_to, mode) for mode, action in MODE_ACTIONS.items()}

    def _turn_to(self, mode: Mode, is_on: bool = True) -> None:
        del is_on  # pressing the mode that is on keeps it on
        self._modes.switch(mode)
        self._check(self._modes.mode)

    @Slot(object)
    def _show(self, mode: Mode) -> None:
        self._check(mode)
        self._window.action_set.set_mode(mode)
        self._window.docks.set_mode(mode)

    def _check(self, mode: Mode) -> None:
        for each, action in MODE_ACTIONS.items():
            self._window.action_set[action].setChecked(each is mode)
