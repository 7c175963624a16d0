"""SHREC'17 and DHG hand (22 joints, metres, each finger from base to tip).

Y up is what its camera's own frame has; it has not been checked against a file of the data set.
"""

from engine.layouts.derived import hand_parts, no_mirror, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "wrist": "palm",
    "palm": "palm",
    "thumb base": "wrist",
    "thumb first": "thumb base",
    "thumb second": "thumb first",
    "thumb tip": "thumb second",
    "index finger base": "palm",
    "index finger first": "index finger base",
    "index finger second": "index finger first",
    "index finger tip": "index finger second",
    "middle finger base": "palm",
    "middle finger first": "middle finger base",
    "middle finger second": "middle finger first",
    "middle finger tip": "middle finger second",
    "ring finger base": "palm",
    "ring finger first": "ring finger base",
    "ring finger second": "ring finger first",
    "ring finger tip": "ring finger second",
    "little finger base": "palm",
    "little finger first": "little finger base",
    "little finger second": "little finger first",
    "little finger tip": "little finger second",
}

SHREC_HAND_22 = SkeletonLayout(
    id="shrec-hand-22",
    name="SHREC'17 / DHG hand",
    kind=LayoutKind.HAND,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=no_mirror(len(_PARENTS)),
    parts=hand_parts(
        (0, 1),  # palm
        (2, 3, 4, 5),  # thumb
        (6, 7, 8, 9),  # index finger
        (10, 11, 12, 13),  # middle finger
        (14, 15, 16, 17),  # ring finger
        (18, 19, 20, 21),  # little finger
    ),
    root=1,
    up=Axis.PLUS_Y,
)
