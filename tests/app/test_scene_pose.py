from math import degrees

import numpy as np
import pytest

from app.scene_pose import (
    bridged,
    floor_levelling,
    levelling,
    rotation_to_y_up,
    smoothed,
    stance,
)
from engine.layouts.kinect_v1 import KINECT_V1
from engine.skeleton import Axis
from tests.app.figures import HEAD, standing, tilted

UNIT = {
    Axis.PLUS_X: (1, 0, 0),
    Axis.MINUS_X: (-1, 0, 0),
    Axis.PLUS_Y: (0, 1, 0),
    Axis.MINUS_Y: (0, -1, 0),
    Axis.PLUS_Z: (0, 0, 1),
    Axis.MINUS_Z: (0, 0, -1),
}


@pytest.mark.parametrize("axis", list(Axis))
def test_every_up_axis_is_turned_to_y_without_mirroring(axis: Axis) -> None:
    rotation = rotation_to_y_up(axis)

    assert rotation @ np.array(UNIT[axis]) == pytest.approx([0, 1, 0])
    assert np.linalg.det(rotation) == pytest.approx(1.0)


@pytest.mark.parametrize("tilt", [-20.0, 12.0])
def test_people_seen_by_a_tilted_sensor_are_set_upright(tilt: float) -> None:
    leaning = tilted(standing(), tilt)

    upright = leaning @ levelling(leaning, KINECT_V1).T

    axis = upright[0, 0, HEAD] - (upright[0, 0, 14] + upright[0, 0, 18]) / 2
    assert degrees(np.arccos(axis[1] / np.linalg.norm(axis))) < 0.1


def test_somebody_who_bends_or_lies_is_not_taken_for_a_tilted_sensor() -> None:
    lying = tilted(standing(), 85.0)
    bent = standing()
    bent[:, :, :12, 2] -= 1.2 * (bent[:, :, :12, 1] - 0.9)  # the trunk, forward from the hips
    bent[:, :, :12, 1] = 0.9 + 0.3 * (bent[:, :, :12, 1] - 0.9)

    assert (levelling(lying, KINECT_V1) == np.eye(3)).all()
    assert (levelling(bent, KINECT_V1) == np.eye(3)).all()


def test_a_floor_that_slopes_under_walking_feet_is_levelled() -> None:
    walk = standing(60)
    away = np.linspace(-1.0, 1.0, 60)[:, None, None]
    walk[..., 2] += away
    walk[..., 1] += 0.06 * away

    level = walk @ floor_levelling(walk, KINECT_V1).T

    lowest = level[..., 1].min(axis=2)
    assert np.ptp(lowest) < 0.03
    assert np.ptp(walk[..., 1].min(axis=2)) > 0.1


def test_feet_that_stay_in_place_do_not_tilt_the_floor() -> None:
    still = standing() + np.random.default_rng(1).normal(0, 0.01, (30, 1, 20, 3))

    rotation = floor_levelling(still.astype(np.float32), KINECT_V1)

    assert degrees(np.arccos(rotation[1, 1])) < 1.5


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
