"""OpenPose as in Kinetics-skeleton (18 joints, pixels, Y down).

The neck lies between the shoulders.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "nose": "neck",
    "neck": "neck",
    "right shoulder": "neck",
    "right elbow": "right shoulder",
    "right wrist": "right elbow",
    "left shoulder": "neck",
    "left elbow": "left shoulder",
    "left wrist": "left elbow",
    "right hip": "neck",
    "right knee": "right hip",
    "right ankle": "right knee",
    "left hip": "neck",
    "left knee": "left hip",
    "left ankle": "left knee",
    "right eye": "nose",
    "left eye": "nose",
    "right ear": "right eye",
    "left ear": "left eye",
}

OPENPOSE_18 = SkeletonLayout(
    id="openpose-18",
    name="OpenPose (18 keypoints)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (0, 14, 15, 16, 17),  # head
        (1, 8, 11),  # torso
        (5, 6),  # left arm
        (6, 7),  # left hand
        (2, 3),  # right arm
        (3, 4),  # right hand
        (11, 12),  # left leg
        (12, 13),  # left foot
        (8, 9),  # right leg
        (9, 10),  # right foot
    ),
    root=1,
    up=Axis.MINUS_Y,
    dimensions=2,
)
