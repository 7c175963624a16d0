"""Waiting in a window that no hand moves."""

from itertools import count

import pytest
from PySide6.QtWidgets import QApplication

from app import snapshot
from app.snapshot import wait_until
from engine.errors import EngineError


@pytest.fixture(autouse=True)
def impatient(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    del qapp
    monkeypatch.setattr(snapshot, "LONGEST_S", 0.05)


def test_what_does_not_come_is_said() -> None:
    with pytest.raises(EngineError, match="the answer did not come within 0 s"):
        wait_until(lambda: False, "the answer", [])


def test_work_that_goes_on_is_waited_for() -> None:
    asked, steps = count(), count()
    wait_until(lambda: next(asked) >= 12, "the answer", [], lambda: next(steps))
    assert next(steps) > 10


def test_a_failure_ends_the_wait() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: False, "the answer", [ZeroDivisionError()])
