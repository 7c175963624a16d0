"""Work in other threads, and what comes back."""

from collections.abc import Iterator
from threading import Event, get_ident

import pytest
from pytestqt.qtbot import QtBot

from app.services.task_runner import TaskControl, TaskRunner, Urgency

WAIT_S = 10


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("test")
    yield made
    made.close()


def refuse(error: Exception) -> None:
    raise AssertionError(f"unexpected {error!r}")


def test_work_runs_elsewhere_and_its_result_arrives_here(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[int] = []
    results: list[tuple[int, int]] = []
    runner.submit(
        lambda _: threads.append(get_ident()) or 7,
        on_result=lambda value: results.append((value, get_ident())),
        on_error=refuse,
    )
    qtbot.waitUntil(lambda: bool(results))
    assert results == [(7, get_ident())]
    assert threads != [get_ident()]


def test_an_exception_arrives_as_it_was_raised(runner: TaskRunner, qtbot: QtBot) -> None:
    error = ValueError("broken")
    errors: list[Exception] = []

    def work(_: TaskControl) -> None:
        raise error

    runner.submit(work, on_result=refuse, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors == [error]
    assert errors[0].__traceback__ is not None


def test_a_cancelled_task_is_never_heard_of(runner: TaskRunner, qtbot: QtBot) -> None:
    gate, heard = Event(), []
    late = runner.submit(lambda _: gate.wait(WAIT_S), on_result=heard.append, on_error=heard.append)
    runner.submit(lambda _: "next", on_result=heard.append, on_error=refuse)
    late.cancel()
    gate.set()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["next"]


def test_a_task_cancelled_while_it_waits_never_runs(runner: TaskRunner, qtbot: QtBot) -> None:
    gate, ran, done = Event(), [], []
    runner.submit(lambda _: gate.wait(WAIT_S), on_result=done.append, on_error=refuse)
    runner.submit(ran.append, on_result=refuse, on_error=refuse).cancel()
    runner.submit(lambda _: "last", on_result=done.append, on_error=refuse)
    gate.set()
    qtbot.waitUntil(lambda: done == [True, "last"])
    assert ran == []


def test_running_work_learns_that_it_is_not_wanted(runner: TaskRunner, qtbot: QtBot) -> None:
    started, stopped = Event(), Event()

    def work(control: TaskControl) -> None:
        started.set()
        while not control.should_stop():
            stopped.wait(0.001)
        stopped.set()

    task = runner.submit(work, on_result=refuse, on_error=refuse)
    assert started.wait(WAIT_S)
    task.cancel()
    qtbot.waitUntil(stopped.is_set)


def test_progress_is_told_here(runner: TaskRunner, qtbot: QtBot) -> None:
    told: list[float] = []
    done: list[object] = []

    def work(control: TaskControl) -> None:
        control.checkpoint(0.25)
        control.checkpoint(1.0)

    runner.submit(work, on_result=done.append, on_error=refuse, on_progress=told.append)
    qtbot.waitUntil(lambda: bool(done))
    assert told == [0.25, 1.0]


def test_urgent_work_goes_first_at_a_checkpoint(runner: TaskRunner, qtbot: QtBot) -> None:
    order: list[str] = []
    started, submitted = Event(), Event()

    def long_work(control: TaskControl) -> None:
        order.append("long begins")
        started.set()
        assert submitted.wait(WAIT_S)
        control.checkpoint(0.5)
        order.append("long ends")

    done: list[object] = []
    runner.submit(long_work, on_result=done.append, on_error=refuse, urgency=Urgency.BACKGROUND)
    assert started.wait(WAIT_S)
    runner.submit(
        lambda _: order.append("background"),
        on_result=done.append,
        on_error=refuse,
        urgency=Urgency.BACKGROUND,
    )
    runner.submit(lambda _: order.append("urgent"), on_result=done.append, on_error=refuse)
    submitted.set()
    qtbot.waitUntil(lambda: len(done) == 3)
    assert order == ["long begins", "urgent", "long ends", "background"]


def test_closing_ends_the_threads_and_drops_what_waits(qtbot: QtBot) -> None:
    del qtbot
    runner = TaskRunner("closing", threads=2)
    heard: list[object] = []
    for _ in range(20):
        runner.submit(TaskControl.should_stop, on_result=heard.append, on_error=refuse)
    runner.close()
    assert heard == []
    runner.close()  # closing twice does no harm


def test_closing_waits_no_longer_than_it_may(qtbot: QtBot) -> None:
    del qtbot
    runner, gate, started = TaskRunner("test"), Event(), Event()

    def work(_: TaskControl) -> None:
        started.set()
        gate.wait(WAIT_S)

    runner.submit(work, on_result=refuse, on_error=refuse)
    assert started.wait(WAIT_S)
    assert not runner.close(longest_ms=1)
    gate.set()
    assert runner.close()
