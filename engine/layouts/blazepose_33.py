"""BlazePose: landmarks of MediaPipe's body model (33 joints, metres from the hips, Y down).

It has no joint on the middle line below the nose, so shoulders hang on the nose.
"""

from engine.layouts.derived import body_parts, mirror_by_name, parents_by_name
from engine.skeleton import Axis, LayoutKind, SkeletonLayout

_PARENTS = {
    "nose": "nose",
    "left eye inner": "nose",
    "left eye": "left eye inner",
    "left eye outer": "left eye",
    "right eye inner": "nose",
    "right eye": "right eye inner",
    "right eye outer": "right eye",
    "left ear": "left eye outer",
    "right ear": "right eye outer",
    "left mouth corner": "nose",
    "right mouth corner": "nose",
    "left shoulder": "nose",
    "right shoulder": "nose",
    "left elbow": "left shoulder",
    "right elbow": "right shoulder",
    "left wrist": "left elbow",
    "right wrist": "right elbow",
    "left little finger": "left wrist",
    "right little finger": "right wrist",
    "left index finger": "left wrist",
    "right index finger": "right wrist",
    "left thumb": "left wrist",
    "right thumb": "right wrist",
    "left hip": "left shoulder",
    "right hip": "right shoulder",
    "left knee": "left hip",
    "right knee": "right hip",
    "left ankle": "left knee",
    "right ankle": "right knee",
    "left heel": "left ankle",
    "right heel": "right ankle",
    "left foot index": "left ankle",
    "right foot index": "right ankle",
}

BLAZEPOSE_33 = SkeletonLayout(
    id="blazepose-33",
    name="BlazePose (33 landmarks)",
    kind=LayoutKind.BODY,
    joints=tuple(_PARENTS),
    parents=parents_by_name(_PARENTS),
    mirror=mirror_by_name(tuple(_PARENTS)),
    parts=body_parts(
        (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),  # head
        (11, 12, 23, 24),  # torso
        (11, 13),  # left arm
        (15, 17, 19, 21),  # left hand
        (12, 14),  # right arm
        (16, 18, 20, 22),  # right hand
        (23, 25),  # left leg
        (27, 29, 31),  # left foot
        (24, 26),  # right leg
        (28, 30, 32),  # right foot
    ),
    root=0,
    up=Axis.MINUS_Y,
)
