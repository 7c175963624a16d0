"""How far a command is: on a screen over and over, in a file now and then."""

from io import StringIO

import pytest

from engine.commands.progress import Progress, duration_text


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(stream: StringIO, moments: list[tuple[float, int]]) -> str:
    clock = Clock()
    progress = Progress(100, "clips", stream, clock)
    for clock.now, done in moments:
        progress(done)
    return stream.getvalue()


def test_on_a_screen_one_line_is_written_over_and_over_and_ended():
    text = told(Screen(), [(0.1, 1), (0.5, 5), (2.0, 20), (4.0, 100)])
    first, second, last = text.split("\r")[1:]
    assert first == "5 of 100 clips"
    assert second == "20 of 100 clips, 8 s left"
    assert last.rstrip() == "100 of 100 clips"
    assert len(last.rstrip("\n")) == len(second)
    assert text.endswith("\n")


def test_what_is_over_at_once_says_nothing():
    assert told(Screen(), [(0.01, 50), (0.02, 100)]) == ""
    assert told(StringIO(), [(5.0, 50), (10.0, 100)]) == ""


def test_a_file_gets_a_line_now_and_then():
    assert told(StringIO(), [(10.0, 10), (31.0, 31), (40.0, 40), (62.0, 62)]) == (
        "31 of 100 clips, 1 min left\n62 of 100 clips, 38 s left\n"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59.4, "59 s"), (90, "2 min"), (3599, "60 min"), (5400, "1.5 h")],
)
def test_lengths_of_time_are_for_people(seconds, text):
    assert duration_text(seconds) == text
