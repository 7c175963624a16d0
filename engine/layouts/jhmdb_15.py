"""JHMDB: puppet joints drawn on film (15 joints, pixels, Y down).

The order has not been checked against a file of the data set.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "neck": "neck",
    "belly": "neck",
    "face": "neck",
    "right shoulder": "neck",
    "left shoulder": "neck",
    "right hip": "belly",
    "left hip": "belly",
    "right elbow": "right shoulder",
    "left elbow": "left shoulder",
    "right knee": "right hip",
    "left knee": "left hip",
    "right wrist": "right elbow",
    "left wrist": "left elbow",
    "right ankle": "right knee",
    "left ankle": "left knee",
}

JHMDB_15 = SkeletonLayout(
    id="jhmdb-15",
    name="JHMDB (15 joints)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (0, 2),  # head
        (0, 1),  # torso
        (4, 8),  # left arm
        (8, 12),  # left hand
        (3, 7),  # right arm
        (7, 11),  # right hand
        (6, 10),  # left leg
        (10, 14),  # left foot
        (5, 9),  # right leg
        (9, 13),  # right foot
    ),
    root=0,
    up=Axis.MINUS_Y,
    dimensions=2,
)
