"""What MS-G3D and STF looked at, on clips with one moving joint."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from engine.architectures.base import NetworkWish
from engine.architectures.stf import configure_ms_g3d, configure_stf
from engine.prediction import Node
from tests.engine.models.stf_networks import seeded
from tests.planted import LAYOUT, MOVING, explain_planted, planted_clips, weight_of_joints

WISH = NetworkWish(layout=LAYOUT, classes=2, frames=32, size="tiny")
WIDTHS = (24, 24, 24)
PLAIN = replace(configure_ms_g3d(WISH), widths=WIDTHS)
FOCUSED = replace(configure_stf(WISH), widths=WIDTHS)
STEPS, CLIPS, UNDECIDED = 45, 12, 3


def batch(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Clips and what to answer; in some nothing moves, and no answer is better than the other.

    Without those, "the foot does not move" would do as a sign of the hand, and nothing would make
    a network look at the hand.
    """
    random = np.random.default_rng(seed)
    clips, actions, spans = planted_clips(PLAIN, CLIPS, seed)
    wanted = np.eye(2, dtype=np.float32)[actions]
    wanted[:UNDECIDED] = 0.5
    for clip in range(UNDECIDED):
        still = np.delete(np.arange(PLAIN.frames), np.arange(*spans[clip]))
        clips[clip] = clips[clip][:, random.choice(still, PLAIN.frames)]
    return torch.from_numpy(clips), torch.from_numpy(wanted)


@pytest.fixture(scope="module")
def plain() -> nn.Module:
    """An MS-G3D that tells which joint moves."""
    torch.manual_seed(1)
    network = PLAIN.build()
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-3)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=STEPS)
    for step in range(STEPS):
        clips, wanted = batch(step)
        loss = functional.cross_entropy(network(clips).logits, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        pace.step()
    return network.eval()


@pytest.fixture(scope="module")
def focused(plain) -> nn.Module:
    """The STF that starts from it."""
    network = FOCUSED.build().eval()
    network.backbone.load_state_dict(plain.state_dict())
    return network


@pytest.fixture(params=["ms-g3d", "stf"])
def explained(request, plain, focused):
    """Explanations of 12 unseen clips, the joint that moves in each, and when."""
    network, config = {"ms-g3d": (plain, PLAIN), "stf": (focused, FOCUSED)}[request.param]
    clips, actions, spans = planted_clips(config, 12, seed=10_000)
    return [
        (explain_planted(network, config, clips[[clip]]), MOVING[actions[clip]], spans[clip])
        for clip in range(len(clips))
    ]


def test_the_focus_is_strongest_on_the_joint_that_moves(explained):
    found = [
        weight_of_joints(explanation, span).argmax() == joint
        for explanation, joint, span in explained
    ]
    assert np.mean(found) >= 0.75


def test_the_focus_is_on_it_while_it_moves(explained):
    for explanation, joint, (start, stop) in explained:
        track = explanation.joint_weights[:, 0, joint]
        outside = np.delete(track, np.arange(start, stop))
        assert track[start:stop].mean() > 1.5 * outside.mean()


def test_the_answer_comes_first_and_then_the_runner_up(explained):
    explanation, joint, _ = explained[0]
    names = ["Focus on left hand", "Focus on right foot"]
    if joint == MOVING[1]:
        names.reverse()
    assert [each.name for each in explanation.joint_maps[:2]] == names
    assert explanation.chosen.shape == (32, 1, 0)
    np.testing.assert_allclose(explanation.network_frames, 100 + 4 * np.arange(8))


def test_an_ms_g3d_has_no_graphs_of_the_clips_own(plain):
    clips, _, _ = planted_clips(PLAIN, 1, seed=0)
    explanation = explain_planted(plain, PLAIN, clips)
    assert explanation.links == ()
    assert len(explanation.joint_maps) == 2


def test_graphs_hold_for_the_whole_span_with_their_sign():
    config = replace(FOCUSED, people=2)
    network = seeded(config).eval()
    clips, _, _ = planted_clips(config, 1, seed=0)
    explanation = explain_planted(network, config, clips)
    with torch.inference_mode():
        graphs = network(torch.from_numpy(clips)).focus_graphs[0].numpy()

    assert [link.name for link in explanation.links] == [
        f"G1–G3 of STF-GCN-{module} (−1..1)" for module in range(1, 7)
    ]
    for module, link in enumerate(explanation.links):
        assert (link.asking, link.asked) == (Node.JOINT, Node.JOINT)
        assert link.weights.shape == (1, 2, 3, 20, 20)
        assert link.centres.tolist() == [115.5]
        np.testing.assert_array_equal(link.weights[0], graphs[:, module])
        np.testing.assert_array_equal(link.at(100.0, head=2), graphs[:, module, 2])
    assert min(link.weights.min() for link in explanation.links) < 0


def test_embeddings_of_all_modules_are_shown_on_the_frames_they_saw():
    config = replace(FOCUSED, people=2)
    network = seeded(config).eval()
    clips, _, _ = planted_clips(config, 1, seed=0)
    maps = explain_planted(network, config, clips).joint_maps[2:]
    trace = network.trace(torch.from_numpy(clips))

    assert [each.name for each in maps] == [f"Embedding of STF-GCN-{n}" for n in range(1, 7)]
    for shown, embedding in zip(maps, trace.embeddings, strict=True):
        stride = embedding.shape[-1] // 8
        steps = embedding[..., ::stride].detach().numpy()  # (M, V, S)
        np.testing.assert_allclose(shown.weights[::4], steps.transpose(2, 0, 1), atol=1e-6)
