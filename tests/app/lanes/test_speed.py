"""The lane of speed."""

from dataclasses import replace

import numpy as np
import pytest

from app.lanes.speed import fastest_joint, speed_lane, speeds
from engine.recording import Recording, Units
from tests.app.figures import RIGHT_HAND, recording_of, standing
from tests.app.lanes.made import view


def waving(frames: int = 60, *, step: float = 0.02) -> Recording:
    positions = standing(frames).copy()
    positions[:, 0, RIGHT_HAND, 0] += np.arange(frames) * step
    return recording_of(positions)


def test_speed_is_metres_a_second() -> None:
    found = speeds(waving(), 0, RIGHT_HAND)
    assert found == pytest.approx(np.full(60, 0.6), rel=1e-3)
    assert speeds(waving(), 0, 0).max() == 0


def test_millimetres_and_own_times_are_taken_into_account() -> None:
    made = waving()
    in_mm = replace(made, positions=made.positions * 1000, units=Units.MILLIMETRES)
    assert speeds(in_mm, 0, RIGHT_HAND)[10] == pytest.approx(0.6, rel=1e-3)
    slower = replace(made, timestamps=np.arange(60) / 10.0)
    assert speeds(slower, 0, RIGHT_HAND)[10] == pytest.approx(0.2, rel=1e-3)


def test_a_missing_joint_has_no_speed_and_its_neighbours_one_step() -> None:
    positions = waving().positions.copy()
    positions[20:30, 0, RIGHT_HAND] = np.nan
    found = speeds(recording_of(positions), 0, RIGHT_HAND)
    assert np.flatnonzero(np.isnan(found)).tolist() == list(range(20, 30))
    assert found[[19, 30]] == pytest.approx([0.6, 0.6], rel=1e-3)


def test_one_frame_stands_still() -> None:
    assert speeds(waving(1), 0, RIGHT_HAND).tolist() == [0.0]


def test_the_fastest_joint_is_the_one_that_moves_most() -> None:
    assert fastest_joint(waving(), 0) == RIGHT_HAND
    gone = waving().positions.copy()
    gone[:, 0, RIGHT_HAND] = np.nan
    gone[:, 0, 3, 1] += np.arange(60) * 0.001
    assert fastest_joint(recording_of(gone), 0) == 3


def test_the_lane_ends_above_all_but_single_jumps() -> None:
    positions = waving(1000, step=0.002).positions.copy()
    positions[500, 0, RIGHT_HAND, 1] += 5.0
    lane = speed_lane(recording_of(positions), 0, RIGHT_HAND)
    assert 0.06 <= lane.top < 0.1
    drawing = lane.drawing(view(1000, 100))
    assert drawing.curve is not None
    assert drawing.curve.high.max() == 1.0
    assert np.median(drawing.curve.high) == pytest.approx(0.06 / lane.top, rel=0.01)


def test_the_text_says_joint_speed_and_why_this_one() -> None:
    made = waving()
    fastest = speed_lane(made, 0, RIGHT_HAND)
    picked = speed_lane(made, 0, RIGHT_HAND, is_picked=True)
    start = "right hand · frame 7 · 0.60 m/s"
    assert fastest.text_at(7.9, 0.5, view(60, 10)).startswith(f"{start} (the fastest")
    assert picked.text_at(7.9, 0.5, view(60, 10)) == start
    positions = made.positions.copy()
    positions[7] = np.nan
    gone = speed_lane(recording_of(positions), 0, RIGHT_HAND)
    assert gone.text_at(7.2, 0.5, view(60, 10)) == "right hand · frame 7 · not seen"
