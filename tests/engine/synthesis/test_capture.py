from fractions import Fraction

import numpy as np
import pytest

from engine.recording import Units
from engine.skeleton import Axis
from engine.synthesis.body import Body, Channel
from engine.synthesis.capture import Camera, Scene, record, restless, sensor_noise
from engine.synthesis.performer import Performer, Spot


def somebody_standing(seconds: float = 1.0) -> Performer:
    person = Performer(Spot(x=0.0, z=0.0), Body())
    person.wait(seconds)
    return person


def test_a_level_camera_sees_the_stage_before_and_below_it():
    seen = Camera(distance=3.0, height=1.0).sees(np.array([0.5, 0.0, 0.0]))
    assert seen == pytest.approx((0.5, -1.0, 3.0))


def test_a_camera_that_looks_down_brings_the_floor_up_in_its_picture():
    floor = np.zeros(3)
    assert Camera(pitch=14.0).sees(floor)[1] > Camera().sees(floor)[1]


def test_a_camera_a_quarter_around_sees_depth_as_width():
    seen = Camera(distance=3.0, height=0.0, azimuth=90.0).sees(np.array([[1.0, 0, 0], [0, 0, 1]]))
    assert seen == pytest.approx(np.array([[0.0, 0.0, 2.0], [1.0, 0.0, 3.0]]))


def test_a_recording_says_what_it_holds():
    scene = Scene(people=(somebody_standing(),), seed=0, label="stand")
    recording = record(scene)
    assert recording.positions.shape == (30, 1, 20, 3)
    assert recording.fps == Fraction(30)
    assert (recording.units, recording.up) == (Units.METRES, Axis.PLUS_Y)
    assert recording.label == "stand"


def test_a_scene_ends_when_the_first_person_has_finished():
    people = (somebody_standing(1.0), somebody_standing(2.0))
    assert record(Scene(people=people, seed=0)).positions.shape[:2] == (30, 2)


def test_trimming_leaves_out_seconds_at_both_ends():
    scene = Scene(people=(somebody_standing(2.0),), seed=0, trim_s=(0.5, 0.2))
    assert scene.times[0] == 0.5
    assert len(scene.times) == 39


def test_the_same_seed_gives_the_same_recording_and_another_seed_another():
    def positions(seed: int) -> np.ndarray:
        return record(Scene(people=(somebody_standing(),), seed=seed)).positions

    assert np.array_equal(positions(1), positions(1))
    assert not np.array_equal(positions(1), positions(2))


def test_unrest_leaves_the_feet_where_they_stand():
    times = np.linspace(0.0, 1.0, 30)
    pose = somebody_standing().pose_at(times)
    drifting = restless(pose, times, np.random.default_rng(0))
    assert np.array_equal(drifting[Channel.LEFT_FOOT], pose[Channel.LEFT_FOOT])
    assert np.ptp(drifting[Channel.LEAN]) > 0.1


def test_sensor_noise_has_the_stated_size_and_wanders_between_frames():
    noise = sensor_noise((2000, 20, 3), np.random.default_rng(0))
    assert noise.std() == pytest.approx(0.0025, rel=0.05)
    following = np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]
    assert following == pytest.approx(0.6, abs=0.02)
