"""A body of rigid bones: from a pose (hips, trunk, hands, feet) to the joints of a Kinect v1.

World frame: metres, Y up, the floor at ``y = 0``. Somebody with heading 0 looks along -Z, with
their right hand towards +X. Body frames have the axes (left, up, forward); both are right-handed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum

import numpy as np

from engine.arrays import DoubleArray
from engine.layouts.kinect_v1 import KINECT_V1


class Channel(Enum):
    """One thing that a pose says, over time ``(T, D)``."""

    PLACE = "place"
    """World x and z of the floor point below the person, metres."""
    HEADING = "heading"
    """Degrees turned to the own left; at 0 the person looks along -Z."""
    HIPS = "hips"
    """Hip centre from the floor point: left, up, forward, metres."""
    LEAN = "lean"
    """Degrees of the trunk bent forward at the hips."""
    TILT = "tilt"
    """Degrees of the trunk bent to the own right."""
    TWIST = "twist"
    """Degrees of the shoulders turned to the own left, against the hips."""
    NOD = "nod"
    """Degrees of the head bent forward, against the trunk."""
    LEFT_HAND = "left hand"
    """Wrist from its shoulder: outward, up, forward, in arm lengths; upright as the trunk leans."""
    RIGHT_HAND = "right hand"
    LEFT_ELBOW = "left elbow"
    """Direction in which the elbow bends: outward, up, forward."""
    RIGHT_ELBOW = "right elbow"
    LEFT_FOOT = "left foot"
    """World x and z of the ball of the foot, metres."""
    RIGHT_FOOT = "right foot"
    LEFT_LIFT = "left lift"
    """Height of the ball of the foot over where it is when it stands, metres."""
    RIGHT_LIFT = "right lift"
    LEFT_TOE = "left toe"
    """Degrees in which the toes point, counted as for the heading."""
    RIGHT_TOE = "right toe"
    LEFT_HEEL = "left heel"
    """Degrees of the heel lifted, turning about the ball of the foot."""
    RIGHT_HEEL = "right heel"


Pose = Mapping[Channel, DoubleArray]
"""All channels, ``(T, D)`` each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The channels and the sign of one half of the body."""

    name: str
    sign: int
    """1 on the left, -1 on the right: turns *outward* into *left*."""
    hand: Channel
    elbow: Channel
    foot: Channel
    lift: Channel
    toe: Channel
    heel: Channel


LEFT = Side(
    name="left",
    sign=1,
    hand=Channel.LEFT_HAND,
    elbow=Channel.LEFT_ELBOW,
    foot=Channel.LEFT_FOOT,
    lift=Channel.LEFT_LIFT,
    toe=Channel.LEFT_TOE,
    heel=Channel.LEFT_HEEL,
)
RIGHT = Side(
    name="right",
    sign=-1,
    hand=Channel.RIGHT_HAND,
    elbow=Channel.RIGHT_ELBOW,
    foot=Channel.RIGHT_FOOT,
    lift=Channel.RIGHT_LIFT,
    toe=Channel.RIGHT_TOE,
    heel=Channel.RIGHT_HEEL,
)
SIDES = (LEFT, RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Distances between Kinect v1 joints, metres; unless changed, of an adult of about 1.70 m.

    The Kinect puts hip joints higher and closer together than anatomy does: thighs come out long.
    """

    lower_spine: float = 0.07
    upper_spine: float = 0.34
    neck: float = 0.19
    shoulder_half_width: float = 0.17
    shoulder_drop: float = 0.09
    upper_arm: float = 0.26
    forearm: float = 0.24
    hand: float = 0.08
    hip_half_width: float = 0.07
    hip_drop: float = 0.06
    thigh: float = 0.47
    shank: float = 0.38
    ankle_height: float = 0.05
    """Of the ankle over the ball of the foot, standing."""
    foot_length: float = 0.07
    """From below the ankle to the ball of the foot."""
    sole: float = 0.03
    """Height of the ball of the foot over the floor, standing."""

    def scaled(self, factor: float) -> "Body":
        """Everything longer, or shorter, by a factor."""
        return Body(**{field.name: factor * getattr(self, field.name) for field in fields(self)})

    @property
    def arm(self) -> float:
        """From shoulder to wrist, stretched."""
        return self.upper_arm + self.forearm

    @property
    def hips_height(self) -> float:
        """Of the hip centre over the floor, standing upright with the knees just not locked."""
        leg = 0.992 * (self.thigh + self.shank)
        return self.sole + self.ankle_height + leg + self.hip_drop


def heading_axes(degrees: DoubleArray) -> DoubleArray:
    """Axes of an upright body in the world: ``(T, 3, 3)``, columns left, up, forward."""
    return _about_up(degrees) * np.array([-1.0, 1.0, -1.0])


def joints_of(body: Body, pose: Pose) -> DoubleArray:
    """Where the joints are.

    Args:
        body: Lengths of the bones.
        pose: Channels of T frames.

    Returns:
        ``(T, 20, 3)`` float64 in the world frame, in the order of the layout ``kinect-v1``.
    """
    upright = heading_axes(pose[Channel.HEADING][:, 0])
    lean, tilt = pose[Channel.LEAN][:, 0], pose[Channel.TILT][:, 0]
    # the bend spreads over the hips, the lower and the upper spine
    pelvis = upright @ _about_left(0.4 * lean)
    loin = upright @ _about_left(0.7 * lean) @ _about_forward(0.5 * tilt)
    twisted = upright @ _about_up(pose[Channel.TWIST][:, 0])
    chest = twisted @ _about_left(lean) @ _about_forward(tilt)
    face = chest @ _about_left(pose[Channel.NOD][:, 0])

    place = pose[Channel.PLACE]
    floor = np.stack([place[:, 0], np.zeros(len(place)), place[:, 1]], axis=-1)
    joints: dict[str, DoubleArray] = {}
    joints["hip centre"] = floor + _turn(upright, pose[Channel.HIPS])
    joints["spine"] = joints["hip centre"] + _turn(loin, (0, body.lower_spine, 0))
    joints["shoulder centre"] = joints["spine"] + _turn(chest, (0, body.upper_spine, 0))
    joints["head"] = joints["shoulder centre"] + _turn(face, (0, body.neck, 0))
    for side in SIDES:
        shoulder = (side.sign * body.shoulder_half_width, -body.shoulder_drop, 0)
        joints[f"{side.name} shoulder"] = joints["shoulder centre"] + _turn(chest, shoulder)
        hip = (side.sign * body.hip_half_width, -body.hip_drop, 0)
        joints[f"{side.name} hip"] = joints["hip centre"] + _turn(pelvis, hip)
        _add_arm(joints, body, side, upright, pose)
        _add_leg(joints, body, side, upright, pose)
    return np.stack([joints[name] for name in KINECT_V1.joints], axis=1)


def _add_arm(
    joints: dict[str, DoubleArray], body: Body, side: Side, upright: DoubleArray, pose: Pose
) -> None:
    outward = np.array([side.sign, 1, 1])
    shoulder = joints[f"{side.name} shoulder"]
    target = shoulder + body.arm * _turn(upright, pose[side.hand] * outward)
    bend = _turn(upright, pose[side.elbow] * outward)
    elbow, wrist = two_bones(shoulder, target, bend, body.upper_arm, body.forearm)
    joints[f"{side.name} elbow"], joints[f"{side.name} wrist"] = elbow, wrist
    joints[f"{side.name} hand"] = wrist + (wrist - elbow) * (body.hand / body.forearm)


def _add_leg(
    joints: dict[str, DoubleArray], body: Body, side: Side, upright: DoubleArray, pose: Pose
) -> None:
    toes = heading_axes(pose[side.toe][:, 0])
    foot = toes @ _about_left(pose[side.heel][:, 0])
    spot, height = pose[side.foot], body.sole + pose[side.lift][:, 0]
    ball = np.stack([spot[:, 0], height, spot[:, 1]], axis=-1)
    target = ball + _turn(foot, (0, body.ankle_height, -body.foot_length))
    bend = _turn(upright, (0.15 * side.sign, 0, 1)) + _turn(toes, (0, 0, 1))
    knee, ankle = two_bones(joints[f"{side.name} hip"], target, bend, body.thigh, body.shank)
    joints[f"{side.name} knee"], joints[f"{side.name} ankle"] = knee, ankle
    joints[f"{side.name} foot"] = ankle + (ball - target)


def two_bones(
    start: DoubleArray, target: DoubleArray, bend: DoubleArray, upper: float, lower: float
) -> tuple[DoubleArray, DoubleArray]:
    """Bend a limb of two bones so that its end reaches a target.

    Args:
        start: ``(T, 3)``, the shoulder or hip.
        target: ``(T, 3)``, where the wrist or ankle should be.
        bend: ``(T, 3)``, the side to which the middle joint gives way; not along the limb.
        upper: Length of the first bone.
        lower: Length of the second bone.

    Returns:
        The middle joint and the end, ``(T, 3)`` each. The end falls short of a target out of reach:
        bones keep their lengths.
    """
    reach = target - start
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    along = reach / distance
    distance = np.clip(distance, abs(upper - lower) + 1e-3, 0.999 * (upper + lower))
    across = bend - along * np.sum(along * bend, axis=-1, keepdims=True)
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    # law of cosines: how far along the limb the middle joint lies
    ahead = (upper**2 - lower**2 + distance**2) / (2 * distance)
    middle = start + ahead * along + np.sqrt(upper**2 - ahead**2) * across
    return middle, start + distance * along


def _turn(axes: DoubleArray, vector: DoubleArray | tuple[float, float, float]) -> DoubleArray:
    """``(T, 3)``: a vector in body axes (one, or one a frame) seen in the world."""
    return np.einsum("tij,tj->ti", axes, np.broadcast_to(vector, axes.shape[:2]))


def _about_left(degrees: DoubleArray) -> DoubleArray:
    """``(T, 3, 3)``: up turns towards forward."""
    return _rotations(degrees, axis=0)


def _about_up(degrees: DoubleArray) -> DoubleArray:
    """``(T, 3, 3)``: forward turns towards left."""
    return _rotations(degrees, axis=1)


def _about_forward(degrees: DoubleArray) -> DoubleArray:
    """``(T, 3, 3)``: up turns towards the right."""
    return _rotations(degrees, axis=2)


def _rotations(degrees: DoubleArray, axis: int) -> DoubleArray:
    first, second = (axis + 1) % 3, (axis + 2) % 3
    turn = np.tile(np.eye(3), (len(degrees), 1, 1))
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn[:, first, first] = turn[:, second, second] = cosine
    turn[:, second, first] = sine
    turn[:, first, second] = -sine
    return turn
