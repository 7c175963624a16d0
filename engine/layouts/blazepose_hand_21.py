"""MediaPipe's hand (21 joints, metres from the hand's middle, Y down, fingers from base to tip)."""

from engine.layouts.derived import hand_parts, no_mirror, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "wrist": "wrist",
    "thumb base": "wrist",
    "thumb first": "thumb base",
    "thumb second": "thumb first",
    "thumb tip": "thumb second",
    "index finger base": "wrist",
    "index finger first": "index finger base",
    "index finger second": "index finger first",
    "index finger tip": "index finger second",
    "middle finger base": "wrist",
    "middle finger first": "middle finger base",
    "middle finger second": "middle finger first",
    "middle finger tip": "middle finger second",
    "ring finger base": "wrist",
    "ring finger first": "ring finger base",
    "ring finger second": "ring finger first",
    "ring finger tip": "ring finger second",
    "little finger base": "wrist",
    "little finger first": "little finger base",
    "little finger second": "little finger first",
    "little finger tip": "little finger second",
}

BLAZEPOSE_HAND_21 = SkeletonLayout(
    id="blazepose-hand-21",
    name="BlazePose hand (21 landmarks)",
    kind=LayoutKind.HAND,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=no_mirror(len(_PARENTS)),
    parts=hand_parts(
        (0,),  # palm
        (1, 2, 3, 4),  # thumb
        (5, 6, 7, 8),  # index finger
        (9, 10, 11, 12),  # middle finger
        (13, 14, 15, 16),  # ring finger
        (17, 18, 19, 20),  # little finger
    ),
    root=0,
    up=Axis.MINUS_Y,
)
