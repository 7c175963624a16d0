"""Which frame a film shows when."""

from dataclasses import replace
from fractions import Fraction
from time import perf_counter

import numpy as np
import pytest

from app.exporting.film_times import end_of, film_fps, film_frames
from app.player import FrameClock
from engine.errors import EngineError
from tests.app.stand_ins import recording

CLOCK = FrameClock.of(recording(40))
FULL, HALF = Fraction(30), Fraction(15)


def test_at_its_own_rate_every_frame_is_shown_once() -> None:
    assert film_frames(CLOCK, (0, 40), fps=FULL, speed=Fraction(1)).tolist() == list(range(40))
    assert film_frames(CLOCK, (5, 8), fps=FULL, speed=Fraction(1)).tolist() == [5, 6, 7]


def test_another_rate_keeps_the_time() -> None:
    assert film_frames(CLOCK, (0, 40), fps=HALF, speed=Fraction(1)).tolist() == list(
        range(0, 40, 2)
    )
    twice = film_frames(CLOCK, (0, 4), fps=2 * FULL, speed=Fraction(1)).tolist()
    assert twice == [0, 0, 1, 1, 2, 2, 3, 3]


def test_half_the_speed_shows_each_frame_twice() -> None:
    assert film_frames(CLOCK, (0, 3), fps=FULL, speed=Fraction(1, 2)).tolist() == [0, 0, 1, 1, 2, 2]


def test_times_of_the_recording_are_respected() -> None:
    times = np.array([0.0, 0.1, 0.2, 1.2, 1.3])
    shown = recording(5)
    uneven = FrameClock.of(replace(shown, timestamps=times, fps=None))
    frames = film_frames(uneven, (0, 5), fps=Fraction(10), speed=Fraction(1)).tolist()
    assert frames == [0, 1, *[2] * 10, 3, 4]


def test_one_frame_makes_a_film_and_days_do_not() -> None:
    assert film_frames(CLOCK, (7, 8), fps=Fraction(1), speed=Fraction(1)).tolist() == [7]
    days = replace(CLOCK, num_frames=10_000_000)
    with pytest.raises(EngineError, match="is too long"):
        film_frames(days, (0, 10_000_000), fps=FULL, speed=Fraction(1))


def test_hours_are_laid_out_within_a_frame_of_the_window() -> None:
    hours = replace(CLOCK, num_frames=4 * 3600 * 30)
    begun = perf_counter()
    frames = film_frames(hours, (0, hours.num_frames), fps=FULL, speed=Fraction(1))
    assert perf_counter() - begun < 0.05
    assert (np.diff(frames) == 1).all()


@pytest.mark.parametrize(("own", "made"), [("1/5", 1), ("30000/1001", None), ("1000", 240)])
def test_a_film_has_the_own_rate_where_films_have_such_rates(own: str, made: int | None) -> None:
    assert film_fps(None, Fraction(own)) == Fraction(own if made is None else made)
    assert film_fps(Fraction(25), Fraction(own)) == 25


def test_a_span_is_over_when_the_next_frame_begins_or_the_recording_ends() -> None:
    times = np.array([0.0, 0.1, 5.0, 5.1])
    uneven = FrameClock.of(replace(recording(4), timestamps=times, fps=None))
    assert end_of(uneven, 2) == 5_000_000_000
    assert end_of(uneven, 4) == 5_200_000_000
