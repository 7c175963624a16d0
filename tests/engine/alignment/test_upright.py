from math import degrees

import numpy as np
import pytest

from engine.alignment.upright import (
    floor_levelling,
    levelling,
    upright_rotation,
)
from engine.layouts.kinect_v1 import KINECT_V1
from tests.app.figures import HEAD, recording_of, standing, tilted


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


def test_a_recording_is_turned_upright_by_its_axis_and_its_bodies() -> None:
    leaning = tilted(standing(), 12.0)

    rotation = upright_rotation(recording_of(leaning))

    upright = leaning @ rotation.T
    axis = upright[0, 0, HEAD] - (upright[0, 0, 14] + upright[0, 0, 18]) / 2
    assert degrees(np.arccos(axis[1] / np.linalg.norm(axis))) < 0.5
