"""Shares and their intervals."""

import pytest

from engine.judging.shares import Share


def test_the_interval_is_wilsons():
    # Newcombe, Statistics in Medicine 1998, table I, method 3
    low, high = Share(count=81, of=263).interval or (0, 0)
    assert (low, high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    low, high = Share(count=15, of=148).interval or (0, 0)
    assert (low, high) == (pytest.approx(0.0624, abs=1e-4), pytest.approx(0.1605, abs=1e-4))


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 0.1611), (20, 0.8389, 1.0)])
def test_all_or_nothing_reaches_the_end_and_leaves_room_on_the_other_side(count, low, high):
    interval = Share(count=count, of=20).interval
    assert interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert interval[0] == low or interval[1] == high


def test_of_nothing_there_is_no_share():
    nothing = Share(count=0, of=0)
    assert (nothing.value, nothing.interval) == (None, None)
