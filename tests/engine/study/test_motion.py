"""Where movements begin, rest and end."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Recording, Source, Units
from engine.samples import SAMPLES
from engine.skeleton import Axis
from engine.study.motion import motion_minima, speeds, still_below

FPS = 30
BODY = np.random.default_rng(2).normal(scale=0.4, size=(KINECT_V1.num_joints, 3))


def recording(places, *, scale=1.0, timestamps=None, people=1):
    """A body that goes along x: ``places`` in metres, frame by frame."""
    positions = np.repeat(BODY[np.newaxis, np.newaxis], len(places), axis=0)
    positions = np.repeat(positions, people, axis=1)
    positions[..., 0] += np.asarray(places)[:, np.newaxis, np.newaxis]
    return Recording(
        layout=KINECT_V1,
        positions=(positions * scale).astype(np.float32),
        confidence=np.ones(positions.shape[:3], dtype=np.float32),
        fps=None if timestamps is not None else Fraction(FPS),
        units=Units.METRES,
        source=Source(path=None, format_id="made", sha256="0"),
        up=Axis.PLUS_Y,
        timestamps=timestamps,
    )


def there_and_back():
    """Four sways of two seconds each: at rest at every whole second."""
    return 0.5 * np.cos(np.pi * np.arange(8 * FPS + 1) / FPS)


def test_minima_are_where_the_movement_turns():
    found = motion_minima(recording(there_and_back()), 0)
    for second in range(1, 8):
        assert np.abs(found - second * FPS).min() <= 1
    # nothing in the middle of a sway
    for second in range(8):
        assert np.abs(found - (second + 0.5) * FPS).min() > FPS / 4


def test_of_a_rest_its_first_and_last_frame_are_found():
    ramp = np.concatenate([np.zeros(60), np.linspace(0, 1, 30), np.ones(60)])
    found = motion_minima(recording(ramp), 0)
    assert np.abs(found - 60).min() <= 5
    assert np.abs(found - 90).min() <= 5
    assert not ((found > 10) & (found < 50)).any()


def test_the_unit_does_not_matter():
    in_metres = recording(there_and_back())
    in_millimetres = recording(there_and_back(), scale=1000)
    np.testing.assert_allclose(
        speeds(in_metres, 0), speeds(in_millimetres, 0), rtol=1e-3, atol=1e-4
    )
    np.testing.assert_array_equal(motion_minima(in_metres, 0), motion_minima(in_millimetres, 0))


def test_speeds_are_body_sizes_a_second():
    size = np.sqrt(((BODY - BODY.mean(axis=0)) ** 2).sum(axis=1).mean())
    speed = speeds(recording(np.arange(90) / FPS), 0)  # a metre a second
    np.testing.assert_allclose(speed, 1 / size, rtol=1e-3)


def test_a_source_with_times_of_its_own_is_not_faster_after_a_gap():
    times = np.concatenate([np.arange(45), np.arange(45) + 100]) / FPS
    speed = speeds(recording(times, timestamps=times), 0)
    np.testing.assert_allclose(speed, speed[0], rtol=1e-3)


def test_missing_joints_and_frames_are_tolerated():
    whole = recording(there_and_back())
    positions = whole.positions.copy()
    lost = np.random.default_rng(1).random(positions.shape[:3]) < 0.3
    positions[lost] = np.nan
    positions[100:103] = np.nan
    holed = replace(whole, positions=positions)
    assert np.isfinite(speeds(holed, 0)).all()
    found = motion_minima(holed, 0)
    assert np.abs(found - 2 * FPS).min() <= 1


def test_somebody_who_is_never_seen_has_no_minima():
    whole = recording(there_and_back(), people=2)
    positions = whole.positions.copy()
    positions[:, 1] = np.nan
    holed = replace(whole, positions=positions)
    assert np.isnan(speeds(holed, 1)).all()
    assert len(motion_minima(holed, 1)) == 0
    assert still_below(speeds(holed, 1)) == 0
    assert len(motion_minima(holed, 0))


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_the_shortest_recordings_do_not_fail(frames):
    found = motion_minima(recording(np.arange(frames) / FPS), 0)
    assert ((found >= 0) & (found < frames)).all()


def test_a_shipped_sample_has_minima_all_over():
    from engine.formats import read_recording

    read = read_recording(SAMPLES[0].path)
    found = motion_minima(read, 0)
    assert len(found) >= 2
    assert (np.diff(found) > 0).all()


def test_an_hour_takes_less_than_a_fifth_of_a_second():
    long = recording(np.tile(there_and_back()[:-1], 450))
    assert long.num_frames == 3600 * FPS
    began = time.process_time()
    assert len(motion_minima(long, 0)) > 3000
    assert time.process_time() - began < 0.2
