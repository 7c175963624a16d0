"""UTD-MHAD: Kinect v1 in an order of its own (20 joints, metres, Y up, Z from the camera)."""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "head": "shoulder centre",
    "shoulder centre": "spine",
    "spine": "hip centre",
    "hip centre": "hip centre",
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

UTD_MHAD = SkeletonLayout(
    id="utd-mhad",
    name="UTD-MHAD (Kinect v1, own order)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (1, 0),  # head
        (3, 2, 1),  # torso
        (4, 5),  # left arm
        (6, 7),  # left hand
        (8, 9),  # right arm
        (10, 11),  # right hand
        (12, 13),  # left leg
        (14, 15),  # left foot
        (16, 17),  # right leg
        (18, 19),  # right foot
    ),
    root=3,
    up=Axis.PLUS_Y,
)
