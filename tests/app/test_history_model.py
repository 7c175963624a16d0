"""The history of a study as lines."""

from datetime import UTC, datetime

from app.history_model import BEGINNING, history_lines, redo_name, time_words, undo_name
from engine.study.history import History, Step

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
TODAY = datetime(2026, 11, 20, 9, 5, tzinfo=UTC).timestamp()


def history(position: int) -> History:
    names = ("Add recording", "Label wave", "Split segment")
    steps = (Step(number=number, name=name, time=TODAY) for number, name in enumerate(names, 1))
    return History(steps=tuple(steps), position=position)


def test_the_newest_step_comes_first_and_the_beginning_last() -> None:
    lines = history_lines(history(3), NOW)
    assert [line.name for line in lines] == [
        "Split segment",
        "Label wave",
        "Add recording",
        BEGINNING,
    ]
    assert [line.is_now for line in lines] == [True, False, False, False]
    assert lines[-1].position == 0


def test_steps_after_the_present_one_are_undone() -> None:
    lines = history_lines(history(1), NOW)
    assert [line.is_undone for line in lines] == [True, True, False, False]
    assert history_lines(history(0), NOW)[-1].is_now


def test_times_are_as_short_as_they_may_be() -> None:
    before = datetime(2026, 3, 2, 14, 0, tzinfo=UTC).timestamp()
    long_ago = datetime(2024, 3, 2, 14, 0, tzinfo=UTC).timestamp()
    assert time_words(TODAY, NOW) == "09:05"
    assert time_words(before, NOW) == "2 Mar 14:00"
    assert time_words(long_ago, NOW) == "2 Mar 2024"


def test_menus_say_what_is_undone_and_done_again() -> None:
    assert undo_name(history(3)) == "Split segment"
    assert redo_name(history(3)) == ""
    assert undo_name(history(1)) == "Add recording"
    assert redo_name(history(1)) == "Label wave"
    assert undo_name(history(0)) == ""
