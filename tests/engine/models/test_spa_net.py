"""SPA-4D and SPA-3+1D: size, shapes, learning, independence of the batch, folding, the graph."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from engine.architectures.base import Architecture, NetworkWish
from engine.architectures.spa_net import KIND_3_1D, SPA_3_1D, SPA_4D, SPANetConfig
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.models.spa_net import SPANet, SPANetOutput
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_graph_agrees,
    losses_of_training,
    normalisations,
    parameter_count,
    parameters_that_do_not_learn,
    run,
    seeded,
    wandering_clips,
    warm,
)

ROWS = pytest.mark.parametrize("row", [SPA_4D, SPA_3_1D], ids=lambda row: row.id)
FULL = NetworkWish(layout=layout_by_id("kinect-v2"), classes=60, frames=128, people=2, size="full")
TINY = NetworkWish(layout=KINECT_V1, classes=4, frames=8, people=1, size="tiny")


def tiny_config(row: Architecture = SPA_4D, **changes: object) -> SPANetConfig:
    config = row.configure(TINY)
    assert isinstance(config, SPANetConfig)
    return replace(config, **changes)


def warmed(config: SPANetConfig) -> nn.Module:
    """A network whose normalisations have seen data, as after training."""
    return warm(seeded(config), config, batches=10, batch=4, clips=wandering_clips)


@pytest.mark.parametrize(
    ("row", "size", "count"),
    [
        (SPA_4D, "full", 8_553_724),
        (SPA_3_1D, "full", 8_421_500),
        (SPA_4D, "small", 2_192_924),
        (SPA_3_1D, "small", 2_159_068),
    ],
    ids=lambda value: getattr(value, "id", str(value)),
)
def test_networks_have_the_planned_size(row, size, count):
    assert parameter_count(row.configure(replace(FULL, size=size)).build()) == count


def test_spa_4d_has_two_more_weights_for_each_of_125():
    network = SPA_4D.configure(FULL).build()
    assert isinstance(network, SPANet)
    widths = (50, 32, 32, 64, 64, 128, 128, 128, 128)
    planned = 127 * sum(before * width for before, width in pairwise(widths))
    assert planned == 8_396_224
    convolutions = sum(
        parameter.numel()
        for block in network.blocks
        for name, parameter in block.convolve.named_parameters()
        if name in {"near", "table", "same.weight"}
    )
    assert convolutions == planned


@ROWS
def test_the_whole_network_says_something_at_every_site(row):
    config = row.configure(FULL)
    inputs = wandering_clips(config, 1)
    _, levels = config.plan.sites(inputs)
    with torch.inference_mode():
        output = run(seeded(config).eval(), config, inputs)
    assert [len(levels), levels[-1].space, levels[-1].times] == [4, 8, 32]
    assert output.logits.shape == (1, 60)
    assert output.activations.shape == (len(levels[-1]),)
    assert output.class_activations.shape == (len(levels[-1]), 60)
    assert output.fine_activations.shape == (len(levels[0]),)
    assert all(torch.isfinite(value).all() for value in output)


@pytest.mark.parametrize(
    "changes",
    [
        {"space": 32},
        {"space": 128},
        {"kernel": 3},
        {"kernel": 6},
        {"channels": 6},
        {"channels": 4, "coordinates": 2},
        {"dilations": ()},
        {"dilations": (2,)},
    ],
    ids=str,
)
def test_space_kernel_channels_and_dilations_are_switches(changes):
    config = tiny_config(**changes)
    with torch.inference_mode():
        logits = run(warmed(config), config, wandering_clips(config, 2)).logits
    assert torch.isfinite(logits).all()
    assert not torch.allclose(logits[0], logits[1])


def test_channels_that_are_no_coordinates_do_not_matter():
    config = tiny_config(channels=4)
    inputs, others = wandering_clips(config, 2), wandering_clips(config, 2)
    others[:, 3] = 9
    network = warmed(config)
    with torch.inference_mode():
        torch.testing.assert_close(
            run(network, config, inputs).logits, run(network, config, others).logits
        )


def test_the_mean_of_class_activations_over_a_clips_sites_is_its_answer():
    config = tiny_config()
    network, inputs = warmed(config), wandering_clips(config, 3)
    assert isinstance(network, SPANet)
    with torch.inference_mode():
        output = run(network, config, inputs)
    clips = config.plan.sites(inputs)[1][-1].clips
    for clip in range(3):
        mean = output.class_activations[torch.from_numpy(clips == clip)].mean(dim=0)
        torch.testing.assert_close(mean + network.classifier.bias, output.logits[clip])


@ROWS
def test_loss_falls_on_eight_clips(row):
    config = tiny_config(row)
    clips = wandering_clips(config, 8)
    losses = losses_of_training(seeded(config), config, clips, steps=12, rate=1e-2)
    assert losses[-1] < 0.2 * losses[0]


@ROWS
def test_every_parameter_learns(row):
    config = tiny_config(row)
    assert parameters_that_do_not_learn(seeded(config), config, wandering_clips(config, 4)) == []


@ROWS
def test_it_learns_as_if_torch_looked_for_the_gradients(row, monkeypatch):
    config = tiny_config(row)
    network, clips = seeded(config).double(), wandering_clips(config, 4)

    def gradients() -> tuple[torch.Tensor, ...]:
        logits = run(network, config, clips).logits
        return torch.autograd.grad(logits.square().sum(), tuple(network.parameters()))

    found = gradients()
    for name in ("gathering", "sparse", "spa_net"):
        monkeypatch.setattr(f"engine.models.{name}.is_learning", lambda: False)
    for one, other in zip(found, gradients(), strict=True):
        torch.testing.assert_close(one, other)


def test_a_clip_without_anybody_gets_an_answer():
    config = tiny_config()
    with torch.inference_mode():
        inputs = np.zeros_like(wandering_clips(config, 1))
        assert torch.isfinite(run(warmed(config), config, inputs).logits).all()


@ROWS
def test_folding_the_normalisations_changes_nothing(row):
    config = tiny_config(row)
    network = warmed(config)
    assert_folding_changes_nothing(network, config, wandering_clips(config, 3))
    assert normalisations(network) == []


SHORT = {"widths": (8, 8, 12), "pooled_blocks": (2,), "halving_blocks": (2,)}


@pytest.mark.parametrize(
    "config",
    [
        tiny_config(people=2, **SHORT),
        tiny_config(kind=KIND_3_1D, coordinates=2, kernel=6, dilations=(1, 2), **SHORT),
    ],
    ids=["4d", "3+1d, flat, even"],
)
def test_the_graph_says_what_the_network_says_for_any_number_of_clips(config, tmp_path):
    batches = [wandering_clips(config, count, seed=count) for count in (1, 5)]
    assert_graph_agrees(warmed(config), config, tmp_path, batches, outputs=SPANetOutput._fields)
