from dataclasses import replace

import pytest

from engine.errors import LayoutError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.skeleton import Axis, BodyPart, LayoutKind, SkeletonLayout

STICK = SkeletonLayout(
    id="stick",
    name="Stick",
    kind=LayoutKind.BODY,
    joints=("middle", "left end", "right end"),
    parents=(0, 0, 0),
    mirror=(0, 2, 1),
    parts=(BodyPart(name="all", joints=(0, 1, 2)),),
    root=0,
    up=Axis.PLUS_Y,
)


def test_bones_are_child_and_parent_without_the_root():
    assert STICK.bones == ((1, 0), (2, 0))
    assert STICK.num_joints == 3


def test_a_joint_is_found_by_name():
    assert STICK.index("right end") == 2


def test_an_unknown_joint_is_an_error_that_lists_the_known_ones():
    with pytest.raises(LayoutError, match="no joint 'tail'; it has middle, left end, right end"):
        STICK.index("tail")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"joints": ("a", "a", "b")}, "joint names repeat"),
        ({"parents": (0, 0)}, "3 joints need as many parents"),
        ({"mirror": (0, 1)}, "3 joints need as many parents and mirrors"),
        ({"root": 1}, "the root must be its own parent"),
        ({"mirror": (1, 2, 0)}, "is not mutual"),
        ({"parents": (0, 2, 1)}, "form a ring"),
        ({"parents": (0, 1, 0)}, "left end does not hang on the root"),
        ({"parts": (BodyPart(name="some", joints=(0, 1)),)}, "parts must cover every joint"),
        ({"parts": (BodyPart(name="more", joints=(0, 1, 2, 3)),)}, "and no other"),
    ],
)
def test_tables_that_contradict_each_other_are_refused(changes, message):
    with pytest.raises(LayoutError, match=message):
        replace(STICK, **changes)


def test_layouts_are_values_that_can_be_compared_and_hashed():
    assert replace(KINECT_V1) == KINECT_V1
    assert hash(replace(KINECT_V1)) == hash(KINECT_V1)
    assert replace(KINECT_V1, name="other") != KINECT_V1
