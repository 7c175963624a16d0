"""From FG-STFormer's outputs to recording frames and joints; what trained networks looked at."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.architectures.fg_stformer import Temporal, config_for
from engine.arrays import FloatArray, IntArray
from engine.explain.fg_stformer import explain_fg_stformer
from engine.prediction import Node
from engine.preprocess.temporal import resample, sample_positions
from tests.engine.explain.making import evidence_of
from tests.planted import (
    FRAMES_A_SWING,
    LAYOUT,
    NOISE,
    SWING,
    explain_planted,
    planted_clips,
    weight_of_joints,
)
from tests.tiny_training import STANDING

SHORT = replace(
    config_for(LAYOUT, classes=2, people=2, frames=16),
    widths=(16, 16),
    halving_layers=(0,),
    focal_layers=1,
)


def outputs(scores: np.ndarray, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Scores ``(M, S, V)`` and choices ``(M, S, k)`` of one clip, two heads' attention to two parts
    and among the chosen."""
    people, steps, kept = chosen.shape
    random = np.random.default_rng(0)
    return {
        "focal_scores": scores[None].astype(np.float32),
        "focal_joints": chosen[None].astype(np.int64),
        "part_attention": random.random((1, people, steps, 2, kept, 2), dtype=np.float32),
        "joint_attention": random.random((1, people, steps, 2, kept, kept), dtype=np.float32),
        "part_joint_attention": random.random((1, people, steps, 2, 2, kept), dtype=np.float32),
        "part_part_attention": random.random((1, people, steps, 2, 2, 2), dtype=np.float32),
    }


def test_a_joint_moving_in_frames_40_to_60_lights_up_in_those_frames():
    """The whole way: 150 recording frames to 52 network frames to 13 steps, and back."""
    moving, frames, network_frames, reduction = 2, 150, 52, 4
    positions = np.zeros((frames, 1, 5, 3), dtype=np.float32)
    positions[40:61, 0, moving, 0] = np.sin(np.linspace(0, 12 * np.pi, 21))
    at = sample_positions(network_frames, 0, frames - 1)
    seen = resample(positions, at)
    # what a step sees: the speed of each joint in the network frames it is centred on
    speed = np.abs(np.gradient(seen[:, 0, :, 0], axis=0))
    steps = speed.reshape(-1, reduction, 5).max(axis=1)
    scores = steps[np.newaxis] / steps.max()
    chosen = np.zeros((1, len(steps), 2), dtype=np.int64)

    explanation = explain_fg_stformer(evidence_of(outputs(scores, chosen), at, (0, frames)))

    weights = explanation.joint_weights[:, 0]
    assert weights.shape == (frames, 5)
    lit = np.flatnonzero(weights[:, moving] > 0.5)
    step = (frames - 1) / (network_frames - 1) * reduction
    assert lit.min() >= 40 - step
    assert lit.max() <= 60 + step
    assert set(range(45, 56)) <= set(lit.tolist())
    assert not weights[:, [0, 1, 3, 4]].any()


def test_steps_are_exactly_on_the_frames_they_are_centred_on():
    scores = np.zeros((1, 4, 3))
    scores[0, 2, 1] = 1
    made = outputs(scores, np.zeros((1, 4, 1), dtype=np.int64))
    explanation = explain_fg_stformer(evidence_of(made, [100, 110, 120, 130], (100, 140)))

    track = explanation.joint_weights[:, 0, 1]
    assert track.argmax() == 20
    assert track[20] == 1
    np.testing.assert_allclose(track[[10, 15, 25, 30]], [0, 0.5, 0.5, 0], atol=1e-6)
    assert explanation.network_frames.tolist() == [100, 110, 120, 130]


def test_links_reach_only_the_joints_that_were_chosen_in_that_step():
    chosen = np.array([[[0, 2], [1, 2]]])
    made = outputs(np.full((1, 2, 3), 0.5), chosen)
    explanation = explain_fg_stformer(evidence_of(made, [0, 9], (0, 10)))

    links = {link.name: link for link in explanation.links}
    assert list(links) == [
        "Focal joints to parts",
        "Focal joints to focal joints",
        "Parts to focal joints",
        "Parts to parts",
    ]
    to_parts = links["Focal joints to parts"]
    assert (to_parts.asking, to_parts.asked) == (Node.JOINT, Node.PART)
    assert to_parts.weights.shape == (2, 1, 2, 3, 2)
    assert np.isnan(to_parts.weights[0, 0, :, 1]).all()
    assert np.isnan(to_parts.weights[1, 0, :, 0]).all()
    # step 0 holds joint 2 in its second slot
    np.testing.assert_array_equal(
        to_parts.weights[0, 0, :, 2], made["part_attention"][0, 0, 0, :, 1]
    )
    among = links["Focal joints to focal joints"].weights
    np.testing.assert_array_equal(among[1, 0, :, 1, 2], made["joint_attention"][0, 0, 1, :, 0, 1])
    assert np.isnan(among[1, 0, :, 0]).all()
    assert np.isnan(among[1, 0, :, :, 0]).all()
    to_joints = links["Parts to focal joints"].weights
    np.testing.assert_array_equal(
        to_joints[0, 0, :, :, 2], made["part_joint_attention"][0, 0, 0, ..., 1]
    )
    np.testing.assert_array_equal(
        links["Parts to parts"].weights[:, 0], made["part_part_attention"][0, 0]
    )
    assert (explanation.chosen[9, 0] == [1, 2]).all()


def test_people_who_were_not_seen_have_no_weights_and_no_links():
    made = outputs(np.array([[[0.2, 0.4, 0.6]], [[0.9, 0.9, 0.9]]]), np.array([[[0, 1]], [[0, 1]]]))
    # the second place of the network is empty; the recording's person 1 was not asked about
    evidence = evidence_of(made, [0.0], (0, 1), people=(0, -1), num_people=2)
    explanation = explain_fg_stformer(evidence)

    assert np.isnan(explanation.joint_weights[0, 1]).all()
    assert (explanation.chosen[0, 1] == -1).all()
    assert all(np.isnan(link.weights[0, 1]).all() for link in explanation.links)
    assert explanation.strongest == np.float32(0.6)


def test_none_are_chosen_where_all_joints_are_kept():
    made = outputs(np.full((1, 2, 3), 0.5), np.array([[[0, 1, 2], [0, 1, 2]]]))
    explanation = explain_fg_stformer(evidence_of(made, [0, 9], (0, 10)))
    assert explanation.chosen.shape == (10, 1, 0)
    assert not np.isnan(explanation.links[0].weights).any()


def test_without_selection_the_first_map_is_the_attention_that_joints_receive():
    attention = np.zeros((1, 1, 2, 2, 3, 3), dtype=np.float32)
    attention[..., 1] = 0.5  # every joint attends to joint 1 with a half, to the others with less
    attention[..., [0, 2]] = 0.25
    attention[0, 0, 1] = 1 / 3
    explanation = explain_fg_stformer(evidence_of({"joint_attention": attention}, [0, 9], (0, 10)))

    (joint_map,) = explanation.joint_maps
    assert joint_map.name == "Attention received"
    assert joint_map.strongest == pytest.approx(0.5)
    np.testing.assert_allclose(joint_map.weights[0, 0], [0.5, 1, 0.5])
    np.testing.assert_allclose(joint_map.weights[9, 0], 2 / 3, atol=1e-6)
    assert explanation.chosen.shape == (10, 1, 0)
    (links,) = explanation.links
    assert links.name == "Joints to joints"
    np.testing.assert_array_equal(links.weights[:, 0], attention[0, 0])


ABLATIONS = {
    "full": {},
    "no JP-CA": {"has_cross_attention": False},
    "no parts": {"has_parts": False, "has_cross_attention": False},
    "no selection": {"selects_joints": False},
    "Basic-SFormer": {"selects_joints": False, "has_parts": False, "has_cross_attention": False},
    "Basic-TFormer": {"temporal": Temporal.ATTENTION},
}


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("full", 4),
        ("no JP-CA", 2),
        ("no parts", 1),
        ("no selection", 4),
        ("Basic-SFormer", 1),
        ("Basic-TFormer", 4),
    ],
)
def test_every_ablated_network_explains_itself_with_what_it_has(name, links):
    config = replace(SHORT, **ABLATIONS[name])
    clips, _, _ = planted_clips(config, 1, seed=0)
    torch.manual_seed(0)
    explanation = explain_planted(config.build().eval(), config, clips)
    assert len(explanation.links) == links
    assert explanation.joint_weights.shape == (16, 2, 20)
    assert 0.1 < np.nanmax(explanation.joint_weights) <= 1
    assert explanation.chosen.shape == (16, 2, 12 if config.selects_joints else 0)


SIDES = ((4, 5, 6, 7, 12, 13, 14, 15), (8, 9, 10, 11, 16, 17, 18, 19))
"""Joints of the arm and leg of either side: any of them moves, the action is the side."""
TREMOR = 0.15
"""Of every joint in every frame: what one joint says is lost in the mean of all of them."""
ALONE = replace(SHORT, people=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swings:
    """Clips in which one joint swings, any of a side's."""

    clips: FloatArray
    actions: IntArray
    joints: IntArray
    spans: IntArray


def swings(count: int, seed: int) -> Swings:
    random = np.random.default_rng(seed)
    length = ALONE.frames // 2
    positions = STANDING - STANDING[1] + NOISE * random.standard_normal((count, 1, 1, 20, 3))
    positions = positions + TREMOR * random.standard_normal((count, ALONE.frames, 1, 20, 3))
    actions = np.arange(count) % 2
    joints = np.array([random.choice(SIDES[action]) for action in actions])
    starts = random.integers(0, ALONE.frames - length + 1, count)
    for clip, (joint, start) in enumerate(zip(joints, starts, strict=True)):
        swing = SWING * np.sin(np.arange(length) * 2 * np.pi / FRAMES_A_SWING)
        positions[clip, start : start + length, 0, joint, 1] += swing
    return Swings(
        clips=np.ascontiguousarray(positions.transpose(0, 4, 1, 3, 2).astype(np.float32)),
        actions=actions,
        joints=joints,
        spans=np.stack([starts, starts + length], axis=1),
    )


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """Trained to tell on which side a joint swings.

    With two joints alone, stage 1 learns to hand their movement on to all joints, and it is the
    same which ones stage 2 keeps; with any of sixteen it has to be looked for. Even so the start of
    W_p decides: of the seeds 0 to 6, six end with scores that rise at the swinging joint, and one
    with scores that fall, because joints that are not kept pass no gradient back.
    """
    torch.manual_seed(5)
    made = ALONE.build()
    optimiser = torch.optim.Adam(made.parameters(), lr=1e-2)
    for step in range(300):
        seen = swings(16, 5000 + step)
        logits = made(torch.from_numpy(seen.clips)).logits
        loss = functional.cross_entropy(logits, torch.from_numpy(seen.actions))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return made.eval()


def test_the_focal_scores_of_a_trained_network_find_the_joint_that_moves(network):
    unseen = swings(40, 99_999)
    explained = [explain_planted(network, ALONE, clip[None]) for clip in unseen.clips]
    scores = np.stack(
        [
            weight_of_joints(explanation, span)
            for explanation, span in zip(explained, unseen.spans, strict=True)
        ]
    )
    moving = np.arange(40), unseen.joints

    higher = (scores > scores[moving][:, None]).sum(axis=1)
    assert np.mean(higher < 3) >= 0.8  # among the first three of twenty
    others = np.array([scores[unseen.joints != joint, joint].mean() for joint in unseen.joints])
    assert (scores[moving] - others).mean() > 0.2
    kept = [
        (explanation.chosen[slice(*span), 0] == joint).any(axis=-1).mean()
        for explanation, span, joint in zip(explained, unseen.spans, unseen.joints, strict=True)
    ]
    assert np.mean(kept) > 0.85  # by chance 12 of 20
