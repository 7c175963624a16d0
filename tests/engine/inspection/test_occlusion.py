"""Occlusion: it finds the joint that moves, for any network."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inspection.asking import StoppedError
from engine.inspection.occlusion import Occlusion, occlusion
from tests.engine.inspection.planted_model import ACTIONS, FOOT, HAND, MOVES, clip_of, moving


def test_the_joint_that_moves_is_missed_and_no_other(planted):
    found = occlusion(planted, clip_of(moving(FOOT)))
    joint_map = found.joint_map()
    assert joint_map.name == "Lost of right foot"
    assert joint_map.weights.shape == (16, 1, 20)
    assert joint_map.weights[0, 0].argmax() == FOOT
    assert joint_map.weights[0, 0, FOOT] == 1
    assert np.sort(joint_map.weights[0, 0])[-2] < 0.2
    assert joint_map.strongest > 0.5
    assert ACTIONS[found.answers[0]] == "right foot"


def test_stretches_of_time_show_when_it_matters(planted):
    found = occlusion(planted, clip_of(moving(HAND)), blocks=4)
    np.testing.assert_array_equal(found.edges, [0, 4, 8, 12, 16])
    hand = found.joint_map().weights[:, 0, HAND]
    during = np.zeros(16, dtype=bool)
    during[slice(*MOVES)] = True
    assert hand[during].mean() > 5 * hand[~during].mean()
    np.testing.assert_array_equal(hand[4:8], hand[4])


def test_what_an_action_gains_is_nothing_lost(planted):
    found = occlusion(planted, clip_of(moving(HAND)))
    nobody = ACTIONS.index("nobody")
    assert found.lost(np.array([nobody]))[0, 0, HAND] < -0.5
    assert found.joint_map(nobody).weights[0, 0, HAND] == 0


def test_the_difference_has_the_sign_of_the_action_that_the_joint_speaks_for(planted):
    found = occlusion(planted, clip_of(moving(HAND)))
    hand_less_nobody, nobody_less_hand = found.difference(0, 2), found.difference(2, 0)
    assert (hand_less_nobody.first, hand_less_nobody.second) == ("left hand", "nobody")
    assert hand_less_nobody.weights[0, 0].argmax() == HAND
    assert hand_less_nobody.weights[0, 0, HAND] == 1
    np.testing.assert_array_equal(nobody_less_hand.weights, -hand_less_nobody.weights)
    assert hand_less_nobody.unit == "log odds"
    odds = found.baseline[0, 0] - found.baseline[0, 2]
    hidden = found.log_probabilities[0, 0, HAND]
    assert hand_less_nobody.strongest == pytest.approx(odds - (hidden[0] - hidden[2]))


def test_each_person_is_missed_for_their_own_answer(planted):
    gone = np.full_like(moving(HAND), np.nan)
    three = np.concatenate([moving(HAND), gone, moving(FOOT) + np.float32(1)], axis=1)
    found = occlusion(planted, clip_of(three))
    weights = found.joint_map().weights[0]
    assert weights[0].argmax() == HAND
    assert np.isnan(weights[1]).all()
    assert weights[2].argmax() == FOOT
    np.testing.assert_array_equal(found.answers, [0, -1, 1])
    alone = occlusion(planted, clip_of(moving(HAND)))
    np.testing.assert_allclose(
        found.log_probabilities[:, 0], alone.log_probabilities[:, 0], atol=1e-4
    )


def test_where_people_are_seen_together_each_ones_joints_stand_still_alone(pair):
    positions = np.concatenate([moving(HAND), moving(FOOT) + np.float32(1)], axis=1)
    positions[:, 1, 5] = np.nan
    found = occlusion(pair, clip_of(positions))
    assert found.log_probabilities.shape == (1, 2, 20, 3)
    np.testing.assert_array_equal(found.baseline[0], found.baseline[1])
    unseen = np.isnan(found.log_probabilities).all(axis=-1)
    assert unseen.sum() == 1
    assert unseen[0, 1, 5]
    assert (found.log_probabilities[0, 0] != found.log_probabilities[0, 1]).any()


def test_a_map_where_nothing_is_lost_is_dark():
    even = np.log(np.full((1, 1, 4, 2), 0.5))
    found = Occlusion(
        model_id="m",
        class_names=("sit", "stand"),
        edges=np.array([10, 13]),
        baseline=even[0, 0, :1],
        log_probabilities=even,
    )
    assert not found.joint_map().weights.any()
    assert found.joint_map().weights.shape == (3, 1, 4)
    assert not found.difference(0, 1).weights.any()


def test_impossible_stretches_are_refused_and_it_stops(planted):
    clip = clip_of(moving(HAND))
    for blocks in (0, 17):
        with pytest.raises(EngineError, match=f"a clip of 16 frames has no {blocks} blocks"):
            occlusion(planted, clip, blocks=blocks)
    with pytest.raises(StoppedError):
        occlusion(planted, clip, should_stop=lambda: True)
