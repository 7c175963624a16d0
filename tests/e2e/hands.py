"""What hands do with the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.e2e.conftest import Desk

NO_KEYS = Qt.KeyboardModifier.NoModifier


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Press a key wherever the focus is."""
    QTest.keyClick(desk.workbench.window, key, modifier)


def drop(desk: Desk, *paths: Path) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window = desk.workbench.window
    enter = QDragEnterEvent(QPoint(300, 300), copy, data, left, NO_KEYS)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, data, left, NO_KEYS))
