"""MS-G3D: size and cost to the digit, shapes, learning, the graph that is exported."""

from dataclasses import replace

import pytest
import torch

from engine.architectures.base import NetworkWish
from engine.architectures.stf import configure_ms_g3d
from engine.layouts import LAYOUTS, layout_by_id
from engine.models.layers import fold_for_inference
from engine.models.window_graph import compute_as_published
from tests.engine.models.stf_networks import (
    WISH,
    macs,
    random_input,
    seeded,
    tiny_ms_g3d,
    warmed,
)
from trainer.export import export_onnx, onnx_differences

NTU = NetworkWish(layout=layout_by_id("kinect-v2"), classes=60, frames=300, people=2, size="full")


def test_the_full_network_has_the_official_number_of_parameters():
    network = configure_ms_g3d(NTU).build()
    assert sum(parameter.numel() for parameter in network.parameters()) == 3_194_595


def test_the_full_network_costs_what_the_official_one_does_and_less_by_default():
    config = configure_ms_g3d(NTU)
    with torch.device("meta"):
        network = config.build().eval()
        clip = torch.empty(1, 3, 300, 25, 2)
    activations = 2 * 75 * 25 * 384 * 60  # shown by the explanation, not in the official network
    assert macs(network, clip) - activations == pytest.approx(27.80e9, rel=1e-3)
    compute_as_published(network)
    assert macs(network, clip) - activations == pytest.approx(32.77e9, rel=1e-3)


def test_the_small_network_costs_less_than_a_quarter():
    with torch.device("meta"):
        network = configure_ms_g3d(replace(NTU, size="small")).build().eval()
        clip = torch.empty(1, 3, 300, 25, 2)
    compute_as_published(network)
    assert macs(network, clip) < 32.77e9 / 4


def test_outputs_have_the_shapes_of_people_steps_and_joints():
    config = tiny_ms_g3d()
    with torch.inference_mode():
        output = warmed(config)(random_input(config, 3))
    assert output.logits.shape == (3, 4)
    assert output.class_activations.shape == (3, 2, 4, 20, 4)


def test_class_activations_and_bias_make_the_logits():
    config = tiny_ms_g3d()
    network = warmed(config)
    with torch.inference_mode():
        output = network(random_input(config, 3))
    made = output.class_activations.mean(dim=(1, 2, 3)) + network.classifier.linear.bias
    torch.testing.assert_close(made, output.logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_every_layout_fits(layout):
    wish = replace(WISH, layout=layout, channels=layout.dimensions, frames=8, people=1)
    config = replace(configure_ms_g3d(wish), graph_scales=13)
    with torch.inference_mode():
        output = config.build().eval()(random_input(config, 2))
    assert torch.isfinite(output.logits).all()
    assert output.class_activations.shape == (2, 1, 2, layout.num_joints, 4)


@pytest.mark.parametrize(("people", "channels"), [(1, 2), (3, 4), (4, 6)])
def test_any_number_of_people_and_channels_fits(people, channels):
    config = tiny_ms_g3d(people=people, channels=channels)
    with torch.inference_mode():
        output = config.build().eval()(random_input(config, 2))
    assert output.logits.shape == (2, 4)


def test_loss_falls_on_eight_clips():
    config = tiny_ms_g3d(people=1)
    network, inputs = seeded(config), random_input(config, 8)
    actions = torch.arange(8) % 4
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(20):
        loss = torch.nn.functional.cross_entropy(network(inputs).logits, actions)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]


def test_every_parameter_learns():
    config = tiny_ms_g3d()
    network = seeded(config)
    network(random_input(config, 4)).logits.square().sum().backward()
    still = [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not parameter.grad.any()
    ]
    # a constant before a normalisation cannot matter
    assert [name for name in still if not name.endswith(("conv.bias", "project.bias"))] == []


def test_an_answer_does_not_depend_on_the_rest_of_the_batch():
    config = tiny_ms_g3d()
    network, inputs = warmed(config), random_input(config, 5)
    with torch.inference_mode():
        together, alone = network(inputs).logits, network(inputs[2:3]).logits
    torch.testing.assert_close(together[2:3], alone, atol=1e-5, rtol=1e-5)


def test_both_orders_answer_alike():
    config = tiny_ms_g3d()
    network, inputs = warmed(config), random_input(config, 2)
    with torch.inference_mode():
        cheap = network(inputs)
        compute_as_published(network)
        published = network(inputs)
    torch.testing.assert_close(cheap, published, atol=1e-5, rtol=1e-4)


def test_folding_the_normalisations_changes_nothing():
    config = tiny_ms_g3d()
    network, inputs = warmed(config), random_input(config, 3)
    with torch.inference_mode():
        before = network(inputs)
        fold_for_inference(network)
        after = network(inputs)
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-4)


def test_the_exported_graph_says_the_same(tmp_path):
    config = tiny_ms_g3d()
    network = warmed(config)
    export_onnx(network, config, tmp_path / "network.onnx")
    clips = random_input(config, 3, seed=7).numpy()
    differences = onnx_differences(network, config, tmp_path / "network.onnx", clips)
    assert set(differences) == {"logits", "class_activations"}
    assert max(differences.values()) < 1e-4
