from fractions import Fraction

import numpy as np
import pytest

from engine.errors import EngineError
from engine.layouts.coco_17 import COCO_17
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Clip
from tests.engine.formats.making import make_recording


def test_arrays_cannot_be_written_through_the_recording():
    recording = make_recording(KINECT_V1)
    with pytest.raises(ValueError, match="read-only"):
        recording.positions[0, 0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        recording.confidence[0, 0, 0] = 1


@pytest.mark.parametrize(
    "changes",
    [
        {"positions": np.zeros((3, 1, 19, 3), np.float32)},
        {"positions": np.zeros((3, 1, 20, 2), np.float32)},
        {"positions": np.zeros((3, 20, 3), np.float32)},
        {"positions": np.zeros((0, 1, 20, 3), np.float32)},
        {"positions": np.zeros((3, 0, 20, 3), np.float32)},
        {"confidence": np.zeros((3, 20), np.float32)},
        {"timestamps": np.zeros(2)},
        {"timestamps": np.zeros((3, 1))},
        {"frame_ids": np.zeros(4, np.int64)},
        {"orientations": np.zeros((3, 1, 20, 3), np.float32)},
        {"person_ids": ("a", "b")},
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(changes):
    with pytest.raises(EngineError):
        make_recording(KINECT_V1, **changes)


def test_a_flat_layout_has_two_coordinates():
    assert make_recording(COCO_17).positions.shape == (3, 1, 17, 2)


def test_arrays_are_kept_as_float32_and_float64():
    recording = make_recording(
        KINECT_V1,
        positions=np.zeros((3, 1, 20, 3)),
        timestamps=np.array([0, 1, 2], np.float32),
        frame_ids=np.array([1, 2, 3], np.int32),
    )
    assert recording.positions.dtype == np.float32
    assert recording.timestamps.dtype == np.float64
    assert recording.frame_ids.dtype == np.int64


def test_the_frame_rate_is_exact():
    recording = make_recording(KINECT_V1, fps=Fraction(30000, 1001))
    assert recording.shown_fps == Fraction(30000, 1001)
    assert recording.time_s(2) == float(Fraction(2002, 30000))


def test_without_a_frame_rate_the_assumed_one_is_shown():
    assert make_recording(KINECT_V1, assumed_fps=Fraction(15)).time_s(2) == pytest.approx(2 / 15)


def test_times_of_the_source_win_over_the_frame_rate():
    recording = make_recording(KINECT_V1, fps=Fraction(30), timestamps=np.array([5.0, 5.5, 7.0]))
    assert recording.time_s(0) == 0
    assert recording.time_s(2) == 2.0


def test_a_clip_is_a_view_of_its_recording():
    recording = make_recording(KINECT_V1, frames=5)
    clip = Clip(recording=recording, start=1, stop=4)
    assert clip.num_frames == 3
    assert np.shares_memory(clip.positions, recording.positions)
    assert np.array_equal(clip.positions, recording.positions[1:4], equal_nan=True)
    assert Clip.whole(recording).num_frames == 5


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 2), (3, 2), (0, 6)])
def test_a_clip_outside_its_recording_is_refused(start, stop):
    recording = make_recording(KINECT_V1, frames=5)
    with pytest.raises(EngineError, match="does not lie in a recording of 5 frames"):
        Clip(recording=recording, start=start, stop=stop)
