"""Kinect v1: NW-UCLA and UTKinect (20 joints, metres, Y up, Z away from the camera)."""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "hip centre": "spine",
    "spine": "shoulder centre",
    "shoulder centre": "shoulder centre",
    "head": "shoulder centre",
    "left shoulder": "shoulder centre",
    "left elbow": "left shoulder",
    "left wrist": "left elbow",
    "left hand": "left wrist",
    "right shoulder": "shoulder centre",
    "right elbow": "right shoulder",
    "right wrist": "right elbow",
    "right hand": "right wrist",
    "left hip": "hip centre",
    "left knee": "left hip",
    "left ankle": "left knee",
    "left foot": "left ankle",
    "right hip": "hip centre",
    "right knee": "right hip",
    "right ankle": "right knee",
    "right foot": "right ankle",
}

KINECT_V1 = SkeletonLayout(
    id="kinect-v1",
    name="Kinect v1 (NW-UCLA, UTKinect)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (2, 3),  # head
        (0, 1, 2),  # torso
        (4, 5),  # left arm
        (6, 7),  # left hand
        (8, 9),  # right arm
        (10, 11),  # right hand
        (12, 13),  # left leg
        (14, 15),  # left foot
        (16, 17),  # right leg
        (18, 19),  # right foot
    ),
    root=2,
    up=Axis.PLUS_Y,
)
