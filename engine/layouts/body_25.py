"""OpenPose with feet (25 joints, pixels, Y down).

The neck lies between the shoulders.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "nose": "neck",
    "neck": "hip centre",
    "right shoulder": "neck",
    "right elbow": "right shoulder",
    "right wrist": "right elbow",
    "left shoulder": "neck",
    "left elbow": "left shoulder",
    "left wrist": "left elbow",
    "hip centre": "hip centre",
    "right hip": "hip centre",
    "right knee": "right hip",
    "right ankle": "right knee",
    "left hip": "hip centre",
    "left knee": "left hip",
    "left ankle": "left knee",
    "right eye": "nose",
    "left eye": "nose",
    "right ear": "right eye",
    "left ear": "left eye",
    "left big toe": "left ankle",
    "left small toe": "left big toe",
    "left heel": "left ankle",
    "right big toe": "right ankle",
    "right small toe": "right big toe",
    "right heel": "right ankle",
}

BODY_25 = SkeletonLayout(
    id="body-25",
    name="OpenPose BODY_25",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (0, 15, 16, 17, 18),  # head
        (8, 1),  # torso
        (5, 6),  # left arm
        (6, 7),  # left hand
        (2, 3),  # right arm
        (3, 4),  # right hand
        (12, 13, 14),  # left leg
        (19, 20, 21),  # left foot
        (9, 10, 11),  # right leg
        (22, 23, 24),  # right foot
    ),
    root=8,
    up=Axis.MINUS_Y,
    dimensions=2,
)
