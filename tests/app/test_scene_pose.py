from math import degrees

import numpy as np
import pytest

from app.scene_pose import bridged, smoothed, stance
from engine.layouts.kinect_v1 import KINECT_V1
from tests.app.figures import standing


def test_a_person_faces_where_the_feet_point() -> None:
    turned = standing(10) @ np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], dtype=np.float32).T

    before = stance(standing(10), KINECT_V1, 4).facing[0, 0]
    after = stance(turned.astype(np.float32), KINECT_V1, 4).facing[0, 0]

    assert abs(degrees(before)) == pytest.approx(180)  # towards -Z
    assert degrees(after) == pytest.approx(90)  # towards +X


def test_facing_survives_frames_without_shoulders_and_hips() -> None:
    positions = standing(20)
    positions[5:15] = np.nan

    facing = stance(positions, KINECT_V1, 4).facing

    assert np.abs(np.degrees(facing)) == pytest.approx(180)


def test_gaps_are_bridged_by_straight_lines_and_columns_without_anything_are_nought() -> None:
    values = np.array([[0.0, np.nan], [np.nan, np.nan], [2.0, np.nan]])

    assert bridged(values).tolist() == [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]


def test_smoothing_keeps_constants_and_damps_jitter() -> None:
    rough = np.tile([[0.0, 5.0], [1.0, 5.0]], (20, 1))

    even = smoothed(rough, 9)

    assert even.shape == rough.shape
    assert even[:, 1] == pytest.approx(5.0)
    assert np.ptp(even[10:30, 0]) < 0.1
