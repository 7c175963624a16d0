"""Steps of the main thread."""

from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from app.exporting.stepper import Step, Stepper


def counting(taken: list[int], until: int = 3, *, breaks: bool = False) -> Iterator[Step]:
    for number in range(until):
        taken.append(number)
        yield Step.WAITING if number == 1 else Step.DONE
    if breaks:
        raise ValueError("broken")


def test_steps_are_taken_one_by_one_until_there_are_no_more(qtbot: QtBot) -> None:
    taken: list[int] = []
    stepper = Stepper()
    with qtbot.waitSignal(stepper.finished):
        stepper.start(counting(taken))
        assert taken == [], "not before the window has had its turn"
        assert stepper.is_running
    assert taken == [0, 1, 2]
    assert not stepper.is_running


def test_what_a_step_raises_is_told(qtbot: QtBot) -> None:
    stepper = Stepper()
    with qtbot.waitSignal(stepper.failed) as told:
        stepper.start(counting([], breaks=True))
    assert isinstance(told.args[0], ValueError)
    assert not stepper.is_running


def test_a_stopped_stepper_takes_no_more_steps(qtbot: QtBot) -> None:
    taken: list[int] = []
    first, second = Stepper(), Stepper()
    first.start(counting(taken, 1000))
    qtbot.waitUntil(lambda: len(taken) > 1)
    first.stop()
    count = len(taken)
    with qtbot.waitSignal(second.finished):
        second.start(counting([], 5))
    assert len(taken) == count
