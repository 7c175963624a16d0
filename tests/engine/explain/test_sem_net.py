"""What SEM-Net looked at: focus and attention, on clips with one moving joint and else."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.architectures.sem_net import Attention, SEMNetConfig, Squash, config_for
from engine.arrays import FloatArray, IntArray
from engine.prediction import Explanation, Node
from tests.planted import LAYOUT, MOVING, explain_planted, planted_clips, weight_of_joints

CONFIG = config_for(LAYOUT, classes=2, people=1, frames=32, size="tiny")
OF_TWO = replace(CONFIG, people=2)
UNDECIDED_SHARE = 4
"""One clip of so many shows nobody moving."""


def stilled(clips: FloatArray, spans: IntArray, seed: int) -> FloatArray:
    """The same clips with frames from before and after the movement only, drawn at random."""
    random = np.random.default_rng(seed)
    still = np.empty_like(clips)
    for clip, (start, stop) in enumerate(spans):
        resting = np.delete(np.arange(clips.shape[2]), np.arange(start, stop))
        still[clip] = clips[clip][:, random.choice(resting, clips.shape[2])]
    return still


def trained(config: SEMNetConfig, steps: int = 100) -> nn.Module:
    """A network that tells which joint moves, and is undecided when none does.

    Without the undecided clips, "the foot does not move" would do as a sign of the hand, and
    nothing would make the network look at the hand.
    """
    torch.manual_seed(0)
    network = config.build()
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for step in range(steps):
        clips, actions, spans = planted_clips(config, 20, step)
        still = len(clips) // UNDECIDED_SHARE
        clips[:still] = stilled(clips[:still], spans[:still], step)
        wanted = np.eye(2, dtype=np.float32)[actions]
        wanted[:still] = 0.5
        logits = network(torch.from_numpy(clips)).logits
        loss = functional.cross_entropy(logits, torch.from_numpy(wanted))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return trained(CONFIG)


@pytest.fixture(scope="module")
def explained(network) -> list[tuple[Explanation, int, IntArray]]:
    """Explanations of 20 unseen clips, the joint that moves in each, and when."""
    clips, actions, spans = planted_clips(CONFIG, 20, seed=10_000)
    return [
        (explain_planted(network, CONFIG, clips[[clip]]), MOVING[actions[clip]], spans[clip])
        for clip in range(len(clips))
    ]


def test_the_focus_is_strongest_on_the_joint_that_moves(explained):
    found = [
        weight_of_joints(explanation, span).argmax() == joint
        for explanation, joint, span in explained
    ]
    assert np.mean(found) >= 0.8


def test_the_focus_is_stronger_while_the_joint_moves(explained):
    inside, outside = [], []
    for explanation, joint, (start, stop) in explained:
        track = explanation.joint_weights[:, 0, joint]
        inside.append(track[start:stop].mean())
        outside.append(np.delete(track, np.arange(start, stop)).mean())
    assert np.mean(np.array(inside) > outside) >= 0.9
    assert np.mean(inside) > 1.3 * np.mean(outside)


def test_the_other_joints_of_the_last_block_attend_to_the_joint_that_moves(explained):
    ranks = []
    for explanation, joint, _ in explained:
        attention = explanation.links[-1].weights[0, 0].mean(axis=0)  # mean of the heads
        received = (attention * (1 - np.eye(len(attention)))).sum(axis=0)
        ranks.append((received > received[joint]).sum())
    # of 20 joints
    assert np.median(ranks) <= 2


def test_each_block_is_a_link_map_of_one_step_with_its_heads():
    clips, _, _ = planted_clips(OF_TWO, 1, seed=5)
    network = OF_TWO.build().eval()
    with torch.inference_mode():
        maps = network(torch.from_numpy(clips)).spatial_attention.numpy()
    explanation = explain_planted(network, OF_TWO, clips)
    assert [link.name for link in explanation.links] == [f"Block {n}" for n in (1, 2, 3, 4)]
    for block, link in enumerate(explanation.links):
        assert (link.asking, link.asked) == (Node.JOINT, Node.JOINT)
        assert link.weights.shape == (1, 2, 4, 20, 20)
        assert link.centres.tolist() == [115.5]
        np.testing.assert_allclose(link.weights[0], maps[0, :, block])


def test_focus_maps_come_first_named_after_the_best_actions():
    clips, _, _ = planted_clips(OF_TWO, 1, seed=5)
    explanation = explain_planted(OF_TWO.build().eval(), OF_TWO, clips)
    assert {each.name for each in explanation.joint_maps} == {
        "Focus on left hand",
        "Focus on right foot",
    }
    assert explanation.joint_weights.shape == (32, 2, 20)
    assert explanation.chosen.shape == (32, 2, 0)
    assert explanation.network_frames.tolist() == list(range(100, 132, 2))


def test_single_frame_attention_is_shown_step_by_step():
    config = replace(OF_TWO, attention=Attention.SINGLE_FRAME)
    clips, _, _ = planted_clips(config, 1, seed=5)
    explanation = explain_planted(config.build().eval(), config, clips)
    (link,) = explanation.links
    assert link.name == "Last block"
    assert link.weights.shape == (16, 2, 4, 20, 20)
    assert link.centres.tolist() == list(range(100, 132, 2))


def test_unified_attention_shows_no_links():
    config = replace(OF_TWO, attention=Attention.UNIFIED, frames=8)
    clips, _, _ = planted_clips(config, 1, seed=5)
    explanation = explain_planted(config.build().eval(), config, clips)
    assert explanation.links == ()
    assert len(explanation.joint_maps) == 2


def test_weights_of_tanh_are_shown_by_their_magnitude():
    config = replace(OF_TWO, attention=Attention.CROSS_FRAME, squash=Squash.TANH)
    clips, _, _ = planted_clips(config, 1, seed=5)
    network = config.build().eval()
    with torch.inference_mode():
        maps = network(torch.from_numpy(clips)).spatial_attention.numpy()
    explanation = explain_planted(network, config, clips)
    assert (maps < 0).any()
    np.testing.assert_allclose(explanation.links[1].weights[0, 1], np.abs(maps)[0, 1, 1])
