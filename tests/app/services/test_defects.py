"""Exceptions nobody expected."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from pytestqt.qtbot import QtBot

from app.services.defects import Defect, DefectReporter, log_qt_message


@pytest.fixture
def told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DefectReporter, list]]:
    """An installed reporter and what it told; everything is put back afterwards."""
    del qtbot
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = qInstallMessageHandler(log_qt_message)
    reporter = DefectReporter()
    defects: list[Defect] = []
    reporter.defect_found.connect(defects.append)
    reporter.install()
    yield reporter, defects
    qInstallMessageHandler(before)


def error_of(text: str) -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_a_defect_is_told_with_its_traceback(
    told: tuple[DefectReporter, list[Defect]], caplog: pytest.LogCaptureFixture
) -> None:
    _, defects = told
    error = error_of("odd")
    sys.excepthook(ValueError, error, error.__traceback__)
    assert defects[0].summary == "ValueError: odd"
    assert "error_of" in defects[0].report
    assert "ValueError: odd" in caplog.text


def test_a_repeated_defect_is_told_once(
    told: tuple[DefectReporter, list[Defect]], caplog: pytest.LogCaptureFixture
) -> None:
    _, defects = told
    error = error_of("again")
    for _ in range(3):
        sys.excepthook(ValueError, error, error.__traceback__)
    assert len(defects) == 1
    assert caplog.text.count("unexpected exception") == 3


def test_a_defect_in_a_thread_is_told_too(
    told: tuple[DefectReporter, list[Defect]], qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    _, defects = told
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(defects))
    assert defects[0].summary.startswith("ZeroDivisionError")
    assert caplog.records


def test_qt_messages_go_to_the_log(
    told: tuple[DefectReporter, list[Defect]], caplog: pytest.LogCaptureFixture
) -> None:
    del told
    with caplog.at_level(logging.WARNING, logger="qt"):
        qWarning("a plug-in is missing")
    assert "a plug-in is missing" in caplog.text
