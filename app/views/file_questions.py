"""Dialogs that ask for files and folders; they stop nothing."""

from collections.abc import Callable, Mapping, Sequence
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
    suffixes: Mapping[str, str],
) -> QFileDialog:
    """Ask where a file goes, also whether one that is there may be replaced.

    Args:
        window: The dialog's parent.
        title: What is asked.
        filters: Kinds of files.
        on_picked: Told the file with the filter that was picked.
        name: What it is called unless something else is typed.
        suffixes: By filter what a name gets that has no suffix; empty for nothing.
    """
    dialog = _dialog(window, title, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes[chosen]))
    first = suffixes[filters[0]]
    dialog.setDefaultSuffix(first)  # here, so that the dialog looks for the file of the full name
    dialog.selectFile(f"{name}.{first}" if first else name)
    dialog.fileSelected.connect(lambda chosen: on_picked(Path(chosen), dialog.selectedNameFilter()))
    dialog.open()
    return dialog


def _dialog(window: QWidget, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(mode)
    return dialog
