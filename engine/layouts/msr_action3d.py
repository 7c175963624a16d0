"""MSR-Action3D: a depth camera before the Kinect (20 joints, metres, Y up, Z from the camera).

The data set calls joint 2 the neck; it lies where the Kinect has its shoulder centre. Its spine
joint lies in the middle of the back (measured: 44 % of the way up), not low as the Kinect v1's.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "left shoulder": "shoulder centre",
    "right shoulder": "shoulder centre",
    "shoulder centre": "mid spine",
    "mid spine": "hip centre",
    "left hip": "hip centre",
    "right hip": "hip centre",
    "hip centre": "hip centre",
    "left elbow": "left shoulder",
    "right elbow": "right shoulder",
    "left wrist": "left elbow",
    "right wrist": "right elbow",
    "left hand": "left wrist",
    "right hand": "right wrist",
    "left knee": "left hip",
    "right knee": "right hip",
    "left ankle": "left knee",
    "right ankle": "right knee",
    "left foot": "left ankle",
    "right foot": "right ankle",
    "head": "shoulder centre",
}

MSR_ACTION3D = SkeletonLayout(
    id="msr-action3d",
    name="MSR-Action3D",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (2, 19),  # head
        (6, 3, 2),  # torso
        (0, 7),  # left arm
        (9, 11),  # left hand
        (1, 8),  # right arm
        (10, 12),  # right hand
        (4, 13),  # left leg
        (15, 17),  # left foot
        (5, 14),  # right leg
        (16, 18),  # right foot
    ),
    root=6,
    up=Axis.PLUS_Y,
)
