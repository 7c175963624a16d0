"""SFINGE3D hand (20 joints, metres, Y up).

The thumb has three joints, the other fingers four, from base to tip.
"""

from engine.layouts.derived import hand_parts, no_mirror, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "palm": "palm",
    "thumb first": "palm",
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

SFINGE_HAND_20 = SkeletonLayout(
    id="sfinge-hand-20",
    name="SFINGE3D hand",
    kind=LayoutKind.HAND,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=no_mirror(len(_PARENTS)),
    parts=hand_parts(
        (0,),  # palm
        (1, 2, 3),  # thumb
        (4, 5, 6, 7),  # index finger
        (8, 9, 10, 11),  # middle finger
        (12, 13, 14, 15),  # ring finger
        (16, 17, 18, 19),  # little finger
    ),
    root=0,
    up=Axis.PLUS_Y,
)
