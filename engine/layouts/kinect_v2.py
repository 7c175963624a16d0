"""Kinect v2: NTU RGB+D and PKU-MMD (25 joints, metres, Y up, Z away from the camera).

The parts are those that FG-STFormer uses for NTU: three joints each; a leg and its
foot share knee and ankle.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "hip centre": "mid spine",
    "mid spine": "shoulder centre",
    "neck": "shoulder centre",
    "head": "neck",
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
    "shoulder centre": "shoulder centre",
    "left hand tip": "left thumb",
    "left thumb": "left hand",
    "right hand tip": "right thumb",
    "right thumb": "right hand",
}

KINECT_V2 = SkeletonLayout(
    id="kinect-v2",
    name="Kinect v2 (NTU RGB+D, PKU-MMD)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (2, 3, 20),  # head
        (0, 1, 20),  # torso
        (4, 5, 6),  # left arm
        (7, 21, 22),  # left hand
        (8, 9, 10),  # right arm
        (11, 23, 24),  # right hand
        (12, 13, 14),  # left leg
        (13, 14, 15),  # left foot
        (16, 17, 18),  # right leg
        (17, 18, 19),  # right foot
    ),
    root=20,
    up=Axis.PLUS_Y,
)
