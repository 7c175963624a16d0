"""Explanations on the network's joints, carried to the recording's."""

import numpy as np

from engine.explain.joints import to_recording_joints, to_recording_weights, users_of
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_between
from engine.prediction import Explanation, JointMap, LinkMap, Node, TimeMap, none_chosen

USERS = ((0, 2), (), (1,))
"""Recording joint 0 serves network joints 0 and 2, joint 1 serves none, joint 2 serves joint 1."""


def links(weights: np.ndarray, asking: Node, asked: Node) -> LinkMap:
    """Of one step, one person, one head."""
    return LinkMap(
        name="links",
        asking=asking,
        asked=asked,
        weights=weights[None, None, None].astype(np.float32),
        centres=np.zeros(1, dtype=np.float32),
    )


def explanation(**changes: object) -> Explanation:
    return Explanation(
        **{
            "model_id": "m",
            "start": 0,
            "stop": 1,
            "joint_maps": (
                JointMap(
                    name="weights",
                    weights=np.array([[[0.1, 0.7, 0.4]]], dtype=np.float32),
                    strongest=0.9,
                ),
            ),
            "chosen": none_chosen(1, 1),
            "network_frames": np.zeros(1, dtype=np.float32),
            **changes,
        }
    )


def test_weights_go_to_the_recording_joints_that_the_network_joints_are_made_of():
    mapped = to_recording_joints(explanation(), USERS)
    np.testing.assert_allclose(mapped.joint_weights[0, 0], [0.4, np.nan, 0.7])
    assert mapped.joint_maps[0].name == "weights"
    assert mapped.strongest == 0.9


def test_chosen_joints_become_the_recording_joints_they_are_made_of():
    chosen = np.array([[[1, 2]], [[-1, -1]]])
    mapped = to_recording_joints(explanation(chosen=chosen), USERS)
    assert mapped.chosen[:, 0].tolist() == [[0, 2], [-1, -1]]


def test_ends_of_links_that_are_joints_are_carried_over_and_parts_stay():
    weights = np.arange(6, dtype=np.float32).reshape(3, 2)
    to_parts = links(weights, Node.JOINT, Node.PART)
    to_joints = links(weights.T, Node.PART, Node.JOINT)
    mapped = to_recording_joints(explanation(links=(to_parts, to_joints)), USERS)
    expected = [[4, 5], [np.nan, np.nan], [2, 3]]
    np.testing.assert_array_equal(mapped.links[0].weights[0, 0, 0], expected)
    np.testing.assert_array_equal(mapped.links[1].weights[0, 0, 0], np.transpose(expected))


def test_links_between_joints_are_carried_over_at_both_ends():
    among = links(np.arange(9).reshape(3, 3), Node.JOINT, Node.JOINT)
    mapped = to_recording_joints(explanation(links=(among,)), USERS)
    nan = np.nan
    np.testing.assert_array_equal(
        mapped.links[0].weights[0, 0, 0], [[8, nan, 7], [nan, nan, nan], [5, nan, 4]]
    )


def test_maps_over_time_are_carried_over_joint_by_joint():
    weights = np.stack([np.full((1, 2, 2), joint) for joint in (1, 2, 3)])[None]
    times = TimeMap(
        name="times",
        weights=weights.astype(np.float32),
        centres=np.array([0, 1], dtype=np.float32),
    )
    mapped = to_recording_joints(explanation(times=(times,)), USERS)
    assert mapped.times[0].weights.shape == (1, 3, 1, 2, 2)
    np.testing.assert_array_equal(mapped.times[0].weights[0, :, 0, 0, 0], [3, np.nan, 2])


def test_users_of_a_map_are_the_joints_made_from_each_recording_joint():
    mapping = map_between(KINECT_V2, KINECT_V1)
    users = users_of(mapping)
    assert len(users) == KINECT_V2.num_joints
    hand = KINECT_V2.index("left hand")
    assert users[hand] == (KINECT_V1.index("left hand"),)
    for joint, used_by in enumerate(users):
        for target in used_by:
            assert joint in {source for source, _ in mapping.rows[target].sources}


def test_weights_of_either_sign_keep_the_one_of_largest_size():
    weights = np.array([[0.2, -0.7, 0.1], [0.5, -0.4, np.nan]], dtype=np.float32)
    mapped = to_recording_weights(weights, ((0, 1), (2,), (), (1, 2)))
    np.testing.assert_array_equal(
        mapped,
        np.float32([[-0.7, 0.1, np.nan, -0.7], [0.5, np.nan, np.nan, -0.4]]),
    )
