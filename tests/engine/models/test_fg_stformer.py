"""FG-STFormer: shapes, size, learning, independence of the batch, the choices of stage 2."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.architectures.fg_stformer import (
    SMALL_WIDTHS,
    FGSTFormerConfig,
    config_for,
    focal_joint_count,
)
from engine.errors import EngineError
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.models.fg_stformer import FGSTFormer, FocalSelection
from engine.models.layers import fold_for_inference

TINY = (16, 16, 16, 16, 24, 24, 24, 24)


def tiny_config(**changes: object) -> FGSTFormerConfig:
    config = config_for(KINECT_V1, classes=4, people=1, frames=16, widths=TINY)
    return replace(config, **changes)


def random_input(config: FGSTFormerConfig, batch: int, seed: int = 0) -> torch.Tensor:
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


def seeded(config: FGSTFormerConfig) -> FGSTFormer:
    torch.manual_seed(0)
    return FGSTFormer(config)


def test_the_full_network_for_ntu_has_the_planned_size_and_outputs():
    layout = layout_by_id("kinect-v2")
    config = config_for(layout, classes=60, people=2)
    network = seeded(config)

    assert sum(p.numel() for p in network.parameters()) == pytest.approx(8.1e6, rel=0.02)
    assert (config.frames, config.focal_joints, len(config.parts)) == (128, 15, 10)
    with torch.inference_mode():
        output = network.eval()(random_input(config, 1))
    assert output.logits.shape == (1, 60)
    assert output.focal_scores.shape == (1, 2, 32, 25)
    assert output.focal_joints.shape == (1, 2, 32, 15)
    assert output.part_attention.shape == (1, 2, 32, 3, 15, 10)


def test_the_small_network_has_two_million_parameters():
    config = config_for(KINECT_V1, classes=10, people=1, frames=52, widths=SMALL_WIDTHS)
    assert sum(p.numel() for p in FGSTFormer(config).parameters()) == 2_046_322


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("people", [1, 2])
def test_every_layout_and_number_of_people_fits(layout, people):
    config = config_for(layout, classes=3, people=people, frames=8, widths=TINY)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 2))
    assert output.logits.shape == (2, 3)
    assert torch.isfinite(output.logits).all()
    assert output.focal_joints.shape[-1] == focal_joint_count(layout.num_joints)


def test_loss_falls_on_eight_clips():
    config = tiny_config()
    network, inputs = seeded(config), random_input(config, 8)
    actions = torch.arange(8) % 4
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(30):
        loss = torch.nn.functional.cross_entropy(network(inputs).logits, actions)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]


def test_every_parameter_learns():
    config = tiny_config()
    network = seeded(config)
    network(random_input(config, 4)).logits.square().sum().backward()
    still = [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not parameter.grad.any()
    ]
    # a constant before a normalisation, or added to every key before a softmax, cannot matter
    assert [name for name in still if not name.endswith("bias")] == []


def test_an_answer_does_not_depend_on_the_rest_of_the_batch():
    config = tiny_config()
    network, inputs = warmed(config), random_input(config, 5)
    with torch.inference_mode():
        together, alone = network(inputs).logits, network(inputs[2:3]).logits
    torch.testing.assert_close(together[2:3], alone, atol=1e-5, rtol=1e-5)


def warmed(config: FGSTFormerConfig) -> FGSTFormer:
    """A network whose normalisations have seen data, as after training."""
    network = seeded(config)
    with torch.no_grad():
        for seed in range(20):
            network(random_input(config, 8, seed))
    return network.eval()


def test_folding_the_normalisations_changes_nothing():
    config = tiny_config()
    network, inputs = warmed(config), random_input(config, 3)
    with torch.inference_mode():
        before = network(inputs)
        fold_for_inference(network)
        after = network(inputs)
    torch.testing.assert_close(before.logits, after.logits, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(before.focal_scores, after.focal_scores, atol=1e-4, rtol=1e-4)


def test_focal_selection_keeps_the_joints_with_the_highest_scores_in_order():
    torch.manual_seed(0)
    selection = FocalSelection(channels=6, focal_joints=3)
    features = torch.randn(2, 4, 7, 6)
    chosen, scores, joints = selection(features)

    assert (joints.diff(dim=-1) > 0).all()
    kept = scores.gather(2, joints)
    dropped = scores.clone().scatter_(2, joints, -1.0)
    assert (kept.min(-1).values >= dropped.max(-1).values).all()
    expected = features.gather(2, joints.unsqueeze(-1).expand(-1, -1, -1, 6)) * kept.unsqueeze(-1)
    torch.testing.assert_close(chosen, expected)


def test_focal_selection_learns():
    selection = FocalSelection(channels=6, focal_joints=3)
    selection(torch.randn(2, 4, 7, 6))[0].sum().backward()
    assert selection.projection.grad is not None
    assert selection.projection.grad.any()


def test_part_attention_of_each_focal_joint_sums_to_one():
    config = tiny_config()
    with torch.inference_mode():
        attention = warmed(config)(random_input(config, 2)).part_attention
    torch.testing.assert_close(attention.sum(-1), torch.ones(attention.shape[:-1]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": 30}, "multiple of 4"),
        ({"focal_joints": 21}, "focal_joints"),
        ({"focal_layers": 8}, "focal_layers"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    with pytest.raises(EngineError, match=words):
        tiny_config(**changes)
