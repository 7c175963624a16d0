"""Measuring the start-up."""

import pytest

from app.bench_startup import measure_startup


@pytest.mark.gl
def test_the_times_come_in_their_order() -> None:
    times = measure_startup(runs=1)
    order = [times[name] for name in ("recording_read_ms", "first_frame_ms", "answer_shown_ms")]
    assert order == sorted(order)
    assert 0 < times["window_ms"] <= times["first_frame_ms"]
    assert times["answer_ms"] <= times["answer_shown_ms"]
