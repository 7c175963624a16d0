"""The lane of focus."""

import numpy as np
import pytest

from app.lanes.focus import focus_lane, focus_rows
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.skeleton import SkeletonLayout
from tests.app.lanes.made import close_view, view

RIGHT_HAND = 11


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_every_joint_has_one_row(layout: SkeletonLayout) -> None:
    rows = focus_rows(layout)
    assert sorted(rows.joints) == list(range(layout.num_joints))
    assert sum(group.rows for group in rows.groups) == layout.num_joints
    firsts = [group.first_row for group in rows.groups]
    assert firsts == sorted(set(firsts))


def test_hands_and_feet_go_with_their_limbs() -> None:
    names = [group.name for group in focus_rows(KINECT_V1).groups]
    assert names == ["head", "torso", "L arm", "R arm", "L leg", "R leg"]


def test_fingers_have_their_own_names() -> None:
    assert len(focus_rows(SHREC_HAND_22).groups) == len(SHREC_HAND_22.parts)


def lane_with_one_peak():
    weights = np.zeros((7, 20), dtype=np.float32)
    weights[3, RIGHT_HAND] = 0.9
    weights[5] = np.nan
    return focus_lane(weights, KINECT_V1, start=100, person=0, strongest=2.5)


def test_the_heat_shows_each_joint_in_its_row_and_only_its_own_frames() -> None:
    lane = lane_with_one_peak()
    picture = lane.drawing(close_view(200, 20, 98, 108)).picture
    assert picture is not None
    row = lane.rows.joints.index(RIGHT_HAND)
    seen = picture.astype(int)
    assert (seen[:, :4, 3] == 0).all(), "before the first frame nothing is known"
    assert (seen[:, 18:, 3] == 0).all()
    assert (seen[:, 14:16, 3] == 0).all(), "the person is not seen"
    bright = seen[..., :3].sum(axis=2)
    assert np.unravel_index(bright.argmax(), bright.shape)[0] == row
    assert set(np.flatnonzero(bright[row] == bright.max())) == {10, 11}


def test_the_text_names_joint_frame_and_exact_weight() -> None:
    lane = lane_with_one_peak()
    height = (lane.rows.joints.index(RIGHT_HAND) + 0.5) / 20
    text = lane.text_at(103.4, height, view(200, 20))
    assert text == "right hand · frame 103 · focus 0.900 · 1 is 2.5"
    assert lane.text_at(105.4, height, view(200, 20)) == ""
    assert lane.text_at(20, height, view(200, 20)) == ""


def test_a_stroke_over_rows_takes_their_joints() -> None:
    lane = lane_with_one_peak()
    rows = lane.rows.joints
    assert lane.joints_between(0.0, 1.0) == rows
    assert lane.joints_between(0.26, 0.26) == (rows[5],)
    assert lane.joints_between(0.52, 0.26) == rows[5:11], "upwards as well as downwards"
    assert lane.joint_at(0.999) == rows[-1]


def test_a_lane_without_weights_is_blank_and_keeps_its_rows() -> None:
    lane = focus_lane(np.zeros((0, 20), dtype=np.float32), KINECT_V1, start=0, person=0)
    drawing = lane.drawing(view(100, 10))
    assert drawing.picture is not None
    assert not drawing.picture.any()
    assert len(drawing.row_names) == 6
