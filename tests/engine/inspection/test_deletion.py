"""The deletion curve: high marks for maps that know what matters, low ones for others."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inspection.asking import StoppedError
from engine.inspection.deletion import DeletionCurve, DeletionPlan, deletion_curves, mean_weights
from engine.prediction import JointMap
from tests.engine.inspection.planted_model import FOOT, HAND, clip_of, moving
from tests.tiny_training import waving


def map_of(order, people: int = 1, name: str = "made") -> JointMap:
    """Joints weighted in an order: the first one most."""
    weights = np.zeros((16, people, 20), dtype=np.float32)
    for rank, joint in enumerate(order):
        weights[:, :, joint] = 1 - rank / 20
    return JointMap(name=name, weights=weights, strongest=1.0)


def curve(guided, random) -> DeletionCurve:
    return DeletionCurve(
        model_id="m",
        map_name="made",
        action="sit",
        person=0,
        order=np.zeros((2, 2), dtype=np.int64),
        shares=np.array([0.0, 0.5, 1.0]),
        guided=np.array(guided),
        random=np.array(random),
    )


def test_areas_are_those_under_the_curves_and_the_advantage_their_difference():
    found = curve([1.0, 0.0, 0.0], [[1.0, 1.0, 0.0], [1.0, 0.5, 0.0], [1.0, 0.0, 0.0]])
    assert found.guided_area == pytest.approx(0.25)
    np.testing.assert_allclose(found.random_areas, [0.75, 0.5, 0.25])
    assert found.advantage == pytest.approx(0.25)
    assert found.random_spread == pytest.approx(np.std([0.75, 0.5, 0.25]))
    assert found.beaten == pytest.approx((1 + 1 + 0.5) / 3)


def test_a_map_that_knows_beats_chance_and_one_that_is_wrong_loses(planted):
    right, wrong = (HAND, *range(7)), tuple(joint for joint in range(20) if joint != HAND)
    clip = clip_of(moving(HAND))
    knows, errs = deletion_curves(
        planted, clip, [map_of(right), map_of(wrong)], DeletionPlan(random_orders=6)
    )
    assert knows.action == "left hand"
    assert knows.order[0].tolist() == [0, HAND]
    assert errs.order[-1].tolist() == [0, HAND]
    assert knows.guided[0] == errs.guided[0] > 0.9
    assert knows.guided[1] < 0.3
    assert errs.guided[-2] > 0.5
    assert knows.advantage > 0.2
    assert knows.beaten > 0.8
    assert errs.beaten < 0.2
    assert errs.advantage < -0.2
    np.testing.assert_allclose(knows.shares, np.arange(21) / 20)
    # nothing moves at the end of either, nor of any random one
    ends = np.concatenate([[knows.guided[-1], errs.guided[-1]], knows.random[:, -1]])
    np.testing.assert_allclose(ends, ends[0], atol=1e-5)


def test_random_orders_are_the_same_for_the_same_seed_only(planted):
    clip, maps = clip_of(moving(FOOT)), [map_of(())]
    one, same, other = (
        deletion_curves(planted, clip, maps, DeletionPlan(random_orders=2, seed=seed))[0]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.random, same.random)
    assert (one.random != other.random).any()


def test_joints_without_a_weight_go_last_and_those_never_seen_not_at_all(planted):
    positions = moving(HAND)
    positions[:, 0, 5] = np.nan
    weights = map_of((HAND,)).weights.copy()
    weights[:, :, 3] = np.nan
    joint_map = JointMap(name="made", weights=weights, strongest=1.0)
    (found,) = deletion_curves(
        planted, clip_of(positions), [joint_map], DeletionPlan(random_orders=1)
    )
    joints = found.order[:, 1].tolist()
    assert len(joints) == 19
    assert 5 not in joints
    assert joints[0] == HAND
    assert joints[-1] == 3


def test_it_is_about_the_person_asked_for_or_about_all_where_they_are_seen_together(planted, pair):
    clip = clip_of(np.concatenate([moving(HAND), moving(FOOT) + np.float32(1)], axis=1))
    plan = DeletionPlan(random_orders=1, person=1)
    (alone,) = deletion_curves(planted, clip, [map_of((FOOT,), people=2)], plan)
    assert (alone.person, alone.action) == (1, "right foot")
    assert set(alone.order[:, 0]) == {1}
    (together,) = deletion_curves(pair, clip, [map_of((FOOT,), people=2)], plan)
    assert together.person is None
    assert len(together.order) == 40
    assert len(together.shares) == 26


def test_a_person_who_is_not_seen_and_a_comparison_with_nothing_are_refused(planted):
    clip = clip_of(moving(HAND))
    with pytest.raises(EngineError, match="P3 is not seen in this clip; seen are P1"):
        deletion_curves(planted, clip, [], DeletionPlan(person=2))
    with pytest.raises(EngineError, match="at least one random order"):
        DeletionPlan(random_orders=0)


def test_it_tells_how_far_it_is_and_stops(planted):
    clip, told = clip_of(waving(16, HAND)), []
    with pytest.raises(StoppedError):
        deletion_curves(
            planted,
            clip,
            [map_of(())],
            DeletionPlan(random_orders=1),
            on_progress=told.append,
            should_stop=lambda: len(told) == 3,
        )
    assert told == pytest.approx([planted.batch * number / 40 for number in (1, 2, 3)])


def test_means_over_frames_leave_out_frames_without_a_weight():
    weights = np.array([[[0.2, np.nan]], [[0.6, np.nan]], [[np.nan, np.nan]]], dtype=np.float32)
    np.testing.assert_allclose(mean_weights(weights), [[0.4, np.nan]])
