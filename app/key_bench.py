"""Keys of the user's own, connected: the editor, what is remembered, the sheet that shows them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.key_map import Overrides
from app.settings import KEYS, Settings
from app.views.keys_editor import KeysEditor
from app.views.main_window import MainWindow


class KeyBench(QObject):
    """Connects its part; ``connect_all`` once the window is there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor: KeysEditor | None = None

    def connect_all(self, window: MainWindow, settings: Settings) -> None:
        """Give the window the user's own keys.

        Args:
            window: Has the actions.
            settings: Remember the keys.
        """
        self._window = window
        self._settings = settings
        window.action_set.set_overrides(settings.get(KEYS))
        window.keys_sheet.change_requested.connect(self.open)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that are about keys."""
        return {"help.keys": self._window.keys_sheet.present, "help.change-keys": self.open}

    @Slot()
    def open(self) -> None:
        """Open the editor, or bring it to the front."""
        if self.editor is None:
            actions = self._window.action_set
            self.editor = KeysEditor(actions.specs, actions.overrides, self._window)
            self.editor.overrides_changed.connect(self._take)
            self.editor.finished.connect(self._forget)
            self.editor.open()
        self.editor.raise_()

    @Slot(object)
    def _take(self, overrides: Overrides) -> None:
        self._window.action_set.set_overrides(overrides)
        self._settings.set(KEYS, overrides)

    @Slot()
    def _forget(self) -> None:
        self.editor = None
