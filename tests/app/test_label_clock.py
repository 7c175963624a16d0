"""When frames begin."""

from dataclasses import replace

import numpy as np
import pytest

from app.label_clock import LabelClock
from app.labelling import clock_of
from tests.app import stand_ins

UNEVEN = np.array([0.0, 0.1, 0.5, 0.6, 1.6])


def test_a_recordings_own_times_count_and_the_last_frame_has_its_length() -> None:
    clock = clock_of(replace(stand_ins.recording(5), timestamps=UNEVEN))
    assert [clock.start_s(frame) for frame in (0, 2, 4)] == [0.0, 0.5, 1.6]
    assert clock.length(1, 3) == pytest.approx(0.5)
    assert clock.start_s(5) > 1.6


def test_a_moment_is_the_nearest_place_between_two_frames() -> None:
    clock = clock_of(replace(stand_ins.recording(5), timestamps=UNEVEN))
    assert [clock.edge_at(each) for each in (-1.0, 0.04, 0.4, 0.56, 99.0)] == [0, 0, 2, 3, 5]


def test_with_a_rate_frames_and_seconds_go_there_and_back() -> None:
    clock = LabelClock(num_frames=400)
    assert [clock.edge_at(clock.start_s(frame)) for frame in (0, 1, 37, 399, 400)] == [
        0, 1, 37, 399, 400,
    ]  # fmt: skip
