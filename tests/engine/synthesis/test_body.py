import numpy as np
import pytest

from engine.layouts.kinect_v1 import KINECT_V1
from engine.synthesis.body import Body, Channel, heading_axes, joints_of, two_bones
from engine.synthesis.performer import Performer, Spot


def stand(heading: float = 0.0, **channels: tuple[float, ...]) -> dict[str, np.ndarray]:
    """Joints ``(3,)`` by name of somebody who stands at the origin, with some channels changed."""
    performer = Performer(Spot(x=0.0, z=0.0, heading=heading), Body())
    pose = dict(performer.pose_at(np.zeros(1)))
    pose |= {Channel[name]: np.array([value], dtype=float) for name, value in channels.items()}
    joints = joints_of(performer.body, pose)[0]
    return dict(zip(KINECT_V1.joints, joints, strict=True))


def test_heading_zero_looks_against_z_with_the_right_hand_towards_plus_x():
    joints = stand()
    assert joints["left foot"][2] < joints["left ankle"][2]
    assert joints["right shoulder"][0] > 0.1 > -0.1 > joints["left shoulder"][0]


def test_body_axes_are_right_handed_for_every_heading():
    axes = heading_axes(np.linspace(-180.0, 180.0, 9))
    assert np.linalg.det(axes) == pytest.approx(np.ones(9))


def test_turning_left_from_facing_minus_z_looks_along_minus_x():
    forward = heading_axes(np.array([90.0]))[0] @ (0.0, 0.0, 1.0)
    assert forward == pytest.approx((-1.0, 0.0, 0.0), abs=1e-12)


def test_standing_feet_are_on_the_floor_and_the_head_at_the_height_of_an_adult():
    joints = stand()
    assert joints["left foot"][1] == pytest.approx(Body().sole)
    assert joints["right foot"][1] == pytest.approx(Body().sole)
    assert 1.5 < joints["head"][1] < 1.7


@pytest.mark.parametrize(
    ("channel", "axis", "sign"),
    [("LEAN", 2, -1), ("TILT", 0, 1), ("NOD", 2, -1)],
)
def test_the_head_goes_where_the_trunk_bends(channel, axis, sign):
    moved = stand(**{channel: (30.0,)})["head"] - stand()["head"]
    assert sign * moved[axis] > 0.05


def test_twist_turns_the_left_shoulder_back_and_leaves_the_hips():
    upright, twisted = stand(), stand(TWIST=(30.0,))
    assert twisted["left shoulder"][2] - upright["left shoulder"][2] > 0.05
    assert twisted["left hip"] == pytest.approx(upright["left hip"])


def test_a_hand_in_reach_is_where_it_was_asked_to_be():
    joints = stand(LEFT_HAND=(0.2, -0.3, 0.6))
    offset = (joints["left wrist"] - joints["left shoulder"]) / Body().arm
    assert offset == pytest.approx((-0.2, -0.3, -0.6))


def test_a_hand_goes_outward_on_both_sides():
    joints = stand(LEFT_HAND=(0.6, -0.3, 0.1), RIGHT_HAND=(0.6, -0.3, 0.1))
    assert joints["left wrist"][0] < joints["left shoulder"][0]
    assert joints["right wrist"][0] > joints["right shoulder"][0]


def test_a_lifted_heel_leaves_the_ball_of_the_foot_where_it_is():
    flat, lifted = stand(), stand(LEFT_HEEL=(40.0,))
    assert lifted["left foot"] == pytest.approx(flat["left foot"])
    assert lifted["left ankle"][1] > flat["left ankle"][1] + 0.02


def test_bones_keep_their_lengths_when_the_target_is_out_of_reach():
    start, target, bend = np.zeros((1, 3)), np.array([[0.0, -2.0, 0.0]]), np.array([[0.0, 0, 1.0]])
    middle, end = two_bones(start, target, bend, 0.47, 0.38)
    assert np.linalg.norm(middle - start) == pytest.approx(0.47)
    assert np.linalg.norm(end - middle) == pytest.approx(0.38)
    assert end[0] == pytest.approx((0.0, -0.85, 0.0), abs=1e-3)


def test_the_middle_joint_gives_way_to_the_side_of_the_bend():
    start, target, bend = np.zeros((1, 3)), np.array([[0.0, -0.6, 0.0]]), np.array([[0.0, 0, 1.0]])
    middle, end = two_bones(start, target, bend, 0.47, 0.38)
    assert end[0] == pytest.approx((0.0, -0.6, 0.0))
    assert middle[0, 2] > 0.1


def test_a_scaled_body_is_longer_in_every_bone():
    tall = Body().scaled(1.1)
    assert tall.thigh == pytest.approx(1.1 * Body().thigh)
    assert tall.hips_height == pytest.approx(1.1 * Body().hips_height)
