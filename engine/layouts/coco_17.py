"""COCO keypoints: most 2-D pose estimators (17 joints, pixels, Y down).

COCO has no joint on the middle line below the nose, so shoulders hang on the nose.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "nose": "nose",
    "left eye": "nose",
    "right eye": "nose",
    "left ear": "left eye",
    "right ear": "right eye",
    "left shoulder": "nose",
    "right shoulder": "nose",
    "left elbow": "left shoulder",
    "right elbow": "right shoulder",
    "left wrist": "left elbow",
    "right wrist": "right elbow",
    "left hip": "left shoulder",
    "right hip": "right shoulder",
    "left knee": "left hip",
    "right knee": "right hip",
    "left ankle": "left knee",
    "right ankle": "right knee",
}

COCO_17 = SkeletonLayout(
    id="coco-17",
    name="COCO (17 keypoints)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (0, 1, 2, 3, 4),  # head
        (5, 6, 11, 12),  # torso
        (5, 7),  # left arm
        (7, 9),  # left hand
        (6, 8),  # right arm
        (8, 10),  # right hand
        (11, 13),  # left leg
        (13, 15),  # left foot
        (12, 14),  # right leg
        (14, 16),  # right foot
    ),
    root=0,
    up=Axis.MINUS_Y,
    dimensions=2,
)
