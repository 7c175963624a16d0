"""Frames and seconds."""

import inspect

from engine.annotations.clocks import WITH_TIMES, Clock, even_times, times_in_files
from engine.formats import FORMATS
from tests.engine.study.making_labels import recording


def test_the_formats_that_have_times_are_those_that_read_them():
    reading = {
        each.id for each in FORMATS if "timestamps=" in inspect.getsource(inspect.getmodule(each))
    }
    assert reading == set(WITH_TIMES)


def test_frames_of_an_uneven_rate_come_back_from_their_seconds():
    clock = Clock(recording("walk", fps="30000/1001"), None)
    assert [clock.frame(clock.seconds(frame)) for frame in range(0, 100_000, 777)] == list(
        range(0, 100_000, 777)
    )


def test_a_file_that_is_gone_has_even_times(tmp_path):
    assert times_in_files(tmp_path)(recording("walk")) is None
    assert even_times(recording("walk")) is None
