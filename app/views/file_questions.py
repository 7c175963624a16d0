"""Dialogs that ask for files and folders; they stop nothing."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_files(
    window: QWidget,
    title: str,
    filters: Sequence[str],
    on_picked: Callable[[tuple[Path, ...]], None],
    *,
    is_one: bool = False,
) -> QFileDialog:
    """Ask for files that are there; nothing is told when none is picked."""
    mode = QFileDialog.FileMode.ExistingFile if is_one else QFileDialog.FileMode.ExistingFiles
    dialog = _dialog(window, title, mode)
    dialog.setNameFilters(list(filters))
    dialog.filesSelected.connect(lambda names: on_picked(tuple(Path(name) for name in names)))
    dialog.open()
    return dialog


def ask_folder(
    window: QWidget, title: str, on_picked: Callable[[Path], None], *, where: Path | None = None
) -> QFileDialog:
    """Ask for a folder that is there."""
    dialog = _dialog(window, title, QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    if where is not None:
        dialog.setDirectory(str(where))
    dialog.fileSelected.connect(lambda name: on_picked(Path(name)))
    dialog.open()
    return dialog


def ask_new_file(
    window: QWidget,
    title: str,
    filters: Sequence[str],
    on_picked: Callable[[Path, str], None],
    *,
    name: str,
) -> QFileDialog:
    """Ask where a file goes; it is told with the filter that was picked."""
    dialog = _dialog(window, title, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: on_picked(Path(chosen), dialog.selectedNameFilter()))
    dialog.open()
    return dialog


def _dialog(window: QWidget, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    return dialog
