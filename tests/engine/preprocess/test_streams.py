"""Joints, bones, and how both move."""

import numpy as np
import pytest

from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.streams import Stream, bones_of, motion_of, stream_channels, stream_of

LAYOUT_IDS = [layout.id for layout in LAYOUTS]


def joints(layout=KINECT_V1, extra=0):
    shape = (2, layout.dimensions + extra, 6, layout.num_joints, 2)
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("visibility", [False, True])
@pytest.mark.parametrize("stream", Stream)
@pytest.mark.parametrize("layout", LAYOUTS, ids=LAYOUT_IDS)
def test_every_stream_of_every_layout_has_the_channels_it_says(layout, stream, visibility):
    inputs = joints(layout, extra=int(visibility))
    made = stream_of(inputs, stream, layout, visibility=visibility)
    channels = stream_channels(stream, layout.dimensions, visibility=visibility)
    assert made.shape == (2, channels, *inputs.shape[2:])
    assert made.dtype == np.float32


def test_a_bone_reaches_from_its_parent_and_the_root_has_none():
    inputs = joints()
    bones = bones_of(inputs, KINECT_V1)
    for child, parent in KINECT_V1.bones:
        np.testing.assert_array_equal(
            bones[:, :, :, child], inputs[:, :, :, child] - inputs[:, :, :, parent]
        )
    assert not bones[:, :, :, KINECT_V1.root].any()


def test_motion_is_the_way_to_the_next_frame_and_none_in_the_last():
    inputs = joints()
    motion = motion_of(inputs)
    np.testing.assert_allclose(inputs[:, :, :-1] + motion[:, :, :-1], inputs[:, :, 1:], atol=1e-6)
    assert not motion[:, :, -1].any()


def test_bones_move_as_the_difference_of_their_ends_does():
    inputs = joints()
    np.testing.assert_allclose(
        stream_of(inputs, Stream.BONE_MOTION, KINECT_V1),
        bones_of(motion_of(inputs), KINECT_V1),
        atol=1e-5,
    )


def test_joints_come_before_bones():
    inputs = joints()
    made = stream_of(inputs, Stream.JOINT_AND_BONE, KINECT_V1)
    np.testing.assert_array_equal(made[:, :3], inputs)
    np.testing.assert_array_equal(made[:, 3:], bones_of(inputs, KINECT_V1))


@pytest.mark.parametrize("stream", Stream)
def test_visibility_stays_the_last_channel_and_as_it_is(stream):
    inputs = joints(extra=1)
    made = stream_of(inputs, stream, KINECT_V1, visibility=True)
    np.testing.assert_array_equal(made[:, -1], inputs[:, -1])
    np.testing.assert_array_equal(made[:, :-1], stream_of(inputs[:, :-1], stream, KINECT_V1))


@pytest.mark.parametrize("stream", Stream)
def test_people_who_are_not_there_stay_zero(stream):
    inputs = joints()
    inputs[..., 1] = 0
    made = stream_of(inputs, stream, KINECT_V1)
    assert made[..., 0].any()
    assert not made[..., 1].any()
