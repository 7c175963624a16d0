"""How moments are written."""

import pytest

from app.timecode import clock_text, duration_text, frame_text, grouped


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "00:00.00"),
        (12.4, "00:12.40"),
        (0.29, "00:00.29"),
        (59.999, "00:59.99"),
        (60.0, "01:00.00"),
        (3725.5, "1:02:05.50"),
    ],
)
def test_the_clock_shows_hundredths_that_have_passed(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_frames_count_from_nought_to_the_last_one() -> None:
    assert frame_text(0, 52) == "frame 0 / 51"
    assert frame_text(51, 52) == "frame 51 / 51"


def test_thousands_are_set_apart() -> None:
    assert grouped(1234567) == "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567"
    assert grouped(999) == "999"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0072, "7 ms"), (0.9994, "999 ms"), (1.0, "1.0 s"), (12.34, "12.3 s")]
)
def test_answers_are_timed_in_milliseconds_and_then_in_seconds(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
