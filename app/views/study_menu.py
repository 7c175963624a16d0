"""The menu of studies opened before."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget


class RecentStudiesMenu(QMenu):
    """Lists their folders, the newest first."""

    open_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Open recent study", parent)
        self.setToolTipsVisible(True)
        self.triggered.connect(lambda action: self.open_requested.emit(Path(str(action.data()))))
        self.show_studies(())

    def show_studies(self, folders: tuple[Path, ...]) -> None:
        """List these."""
        self.clear()
        for folder in folders:
            action = self.addAction(folder.name)
            action.setData(str(folder))
            action.setToolTip(str(folder))
        self.setEnabled(not self.isEmpty())
