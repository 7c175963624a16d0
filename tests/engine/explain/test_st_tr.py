"""ST-TR's explanation finds the one joint that moves, and when, in clips it has never seen.

Graph convolutions and attention carry what a joint does to its neighbours, so a joint counts as
found a bone or two away.
"""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.architectures.st_tr import SPATIAL, TEMPORAL, STTRConfig
from engine.models.st_tr import STTROutput
from engine.prediction import Explanation, Node
from tests.planted import (
    LAYOUT,
    MOVING,
    explain_planted,
    planted_clips,
    tensors,
    weight_of_joints,
)

STILL = 2
"""Third action, in training only: without it one movement could be known by lack of the other."""
UNSEEN, STEPS, BATCH = 16, 80, 24
MOST = 0.75
"""Of the clips; by chance it would be a fifth (one bone away) or a third (two)."""


def bones_from(joint: int) -> np.ndarray:
    """How many bones lie between a joint and each joint."""
    away = np.full(LAYOUT.num_joints, LAYOUT.num_joints)
    away[joint] = 0
    for _ in away:
        for child, parent in LAYOUT.bones:
            away[child] = min(away[child], away[parent] + 1)
            away[parent] = min(away[parent], away[child] + 1)
    return away


class Answer(nn.Module):
    """Which of the two moves, given that one does."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> STTROutput:
        full = self.network(x)
        return full._replace(
            logits=full.logits[:, :STILL], class_activations=full.class_activations[..., :STILL]
        )


@dataclass(frozen=True)
class Seen:
    """What a trained network says of one unseen clip."""

    explanation: Explanation
    joint: int
    moving: np.ndarray
    """Whether something moves, frame by frame."""

    def moving_at(self, centres: np.ndarray) -> np.ndarray:
        """The same at some steps."""
        return self.moving[centres.astype(int) - self.explanation.start]


def trained(kind: str) -> tuple[Seen, ...]:
    config = STTRConfig(
        kind=kind,
        parents=LAYOUT.parents,
        people=1,
        classes=3,
        frames=24,
        widths=(16, 32),
        plain_units=1,
        halving_units=(1,),
        heads=2,
        convolution_dropout=0.0,
        attention_dropout=0.0,
    )
    torch.manual_seed(0)
    network = config.build()
    optimiser = torch.optim.Adam(network.parameters(), lr=5e-3)
    for step in range(STEPS):
        inputs, actions, spans = planted_clips(config, BATCH, step)
        for clip in range(0, BATCH, 3):
            moment = 0 if spans[clip, 0] > 0 else -1
            inputs[clip] = inputs[clip][:, [moment]]
            actions[clip] = STILL
        logits = network(*tensors(config, inputs)).logits
        loss = nn.functional.cross_entropy(logits, torch.from_numpy(actions))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    network.eval()
    seen = []
    for clip, action, (first, stop) in zip(*planted_clips(config, UNSEEN, 999), strict=True):
        moving = np.zeros(config.frames, dtype=bool)
        moving[first:stop] = True
        explanation = explain_planted(Answer(network), config, clip[np.newaxis])
        seen.append(Seen(explanation=explanation, joint=MOVING[action], moving=moving))
    return tuple(seen)


@pytest.fixture(scope="module")
def spatial() -> tuple[Seen, ...]:
    return trained(SPATIAL)


@pytest.fixture(scope="module")
def temporal() -> tuple[Seen, ...]:
    return trained(TEMPORAL)


def share_found(seen: tuple[Seen, ...], joints: list[int], bones: int) -> float:
    return float(
        np.mean([bones_from(each.joint)[j] <= bones for each, j in zip(seen, joints, strict=True)])
    )


def asked_of(each: Seen) -> tuple[np.ndarray, np.ndarray]:
    """``(V,)`` how much each joint is asked by all, by its strongest head: in motion, at rest."""
    link = each.explanation.links[0]
    moving = each.moving_at(link.centres)
    asked = link.weights[:, 0].max(axis=1).mean(axis=1)
    return asked[moving].mean(axis=0), asked[~moving].mean(axis=0)


def test_the_joint_that_all_joints_of_s_tr_ask_is_the_one_that_moves(spatial):
    most_asked = [int(asked_of(each)[0].argmax()) for each in spatial]
    assert share_found(spatial, most_asked, bones=1) >= MOST


def test_it_is_asked_more_while_it_moves(spatial):
    for each in spatial:
        moving, resting = asked_of(each)
        near = bones_from(each.joint) <= 1
        assert moving[near].max() > 1.2 * resting[near].max()


def test_the_focus_of_t_tr_is_on_the_limb_that_moves(temporal):
    strongest = []
    for each in temporal:
        frames = np.flatnonzero(each.moving)
        span = np.array([frames[0], frames[-1] + 1])
        strongest.append(int(weight_of_joints(each.explanation, span).argmax()))
    assert share_found(temporal, strongest, bones=2) >= MOST


def test_the_limb_that_moves_attends_to_particular_moments(temporal):
    least_even = []
    for each in temporal:
        weights = each.explanation.times[0].weights[0]
        uneven = np.abs(weights - 1 / weights.shape[-1]).sum(axis=-1)
        least_even.append(int(uneven.max(axis=1).mean(axis=1).argmax()))
    assert share_found(temporal, least_even, bones=2) >= MOST


def test_its_attention_tells_the_moments_of_motion_from_those_of_rest(temporal):
    told_apart = []
    for each in temporal:
        times = each.explanation.times[0]
        moving = each.moving_at(times.centres)
        asked = times.weights[0].mean(axis=2)  # (V, H, S)
        apart = np.abs(asked[..., moving].mean(-1) - asked[..., ~moving].mean(-1)).max(axis=1)
        limb = bones_from(each.joint) <= 2
        told_apart.append(apart[limb].max() > 3 * np.median(apart[~limb]))
    assert np.mean(told_apart) >= MOST


def test_s_tr_says_whom_each_joint_asked_and_t_tr_which_moments(spatial, temporal):
    explanation = spatial[0].explanation
    (link,) = explanation.links
    assert (link.name, link.asking, link.asked) == ("SSA of unit 2", Node.JOINT, Node.JOINT)
    # its last unit attends before it halves the time
    assert link.weights.shape == (24, 1, 2, LAYOUT.num_joints, LAYOUT.num_joints)
    assert link.centres.tolist() == list(range(100, 124))
    assert explanation.network_frames.tolist() == list(range(100, 124, 2))
    assert explanation.times == ()

    explanation = temporal[0].explanation
    (times,) = explanation.times
    assert times.name == "TSA of unit 2"
    assert times.weights.shape == (1, LAYOUT.num_joints, 2, 12, 12)
    np.testing.assert_allclose(times.weights.sum(axis=-1), 1, atol=1e-5)
    assert times.centres.tolist() == list(range(100, 124, 2))
    assert explanation.links == ()
    assert explanation.chosen.shape == (24, 1, 0)
    assert explanation.joint_maps[0].name.startswith("Focus on ")
