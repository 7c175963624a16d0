"""Dialogs that ask for files."""

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.views.file_questions import ask_new_file

TABLE, FOLDER = "Table (*.csv)", "Folder of texts (*.txt)"


def test_a_new_file_has_its_suffix_before_it_is_asked_whether_it_may_be_replaced(
    qtbot: QtBot,
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    told: list[tuple[Path, str]] = []
    dialog = ask_new_file(
        window,
        "Export labels",
        (TABLE, FOLDER),
        lambda path, chosen: told.append((path, chosen)),
        name="Gait v1.2",
        suffixes={TABLE: "csv", FOLDER: ""},
    )
    assert Path(dialog.selectedFiles()[0]).name == "Gait v1.2.csv"
    assert dialog.defaultSuffix() == "csv"
    dialog.filterSelected.emit(FOLDER)
    assert dialog.defaultSuffix() == ""
    dialog.fileSelected.emit("/somewhere/labels.csv")
    assert told == [(Path("/somewhere/labels.csv"), TABLE)]
    dialog.reject()
