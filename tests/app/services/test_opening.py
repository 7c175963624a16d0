"""Reading recordings in the background."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.services.opening import Opened, OpeningFailure, OpeningService
from app.services.task_runner import TaskRunner
from engine.errors import FileFormatError
from engine.recording import Recording
from tests.app import stand_ins

FIRST, SECOND = Path("first.json"), Path("second.json")


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("io", threads=2)
    yield made
    made.close()


def test_a_recording_is_read(runner: TaskRunner, qtbot: QtBot) -> None:
    recording = stand_ins.recording()
    service = OpeningService(runner, lambda _: recording)
    with qtbot.waitSignals([service.started, service.opened]):
        service.open(FIRST)


def test_the_newest_wish_wins_even_when_the_first_is_slower(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    gate = Event()
    recording = stand_ins.recording()

    def read(path: Path) -> Recording:
        if path == FIRST:
            assert gate.wait(10)
        return recording

    service = OpeningService(runner, read)
    opened: list[Opened] = []
    service.opened.connect(opened.append)
    service.open(FIRST)
    service.open(SECOND)
    qtbot.waitUntil(lambda: bool(opened))
    gate.set()
    runner.close()
    qtbot.wait(0)
    assert [each.path for each in opened] == [SECOND]


def test_a_file_that_cannot_be_read_is_told_with_its_error(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    error = FileFormatError("expected 3 numbers, got 2", path=FIRST, line=7)

    def read(_: Path) -> Recording:
        raise error

    service = OpeningService(runner, read)
    failures: list[OpeningFailure] = []
    service.failed.connect(failures.append)
    service.open(FIRST)
    qtbot.waitUntil(lambda: bool(failures))
    assert (failures[0].path, failures[0].error) == (FIRST, error)
