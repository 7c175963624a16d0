"""ST-TR: official sizes, shapes, learning, independence of the batch, folding, the ONNX graph."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.architectures.base import NetworkWish
from engine.architectures.st_tr import S_TR, T_TR, STTRConfig
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.layers import fold_for_inference
from engine.models.st_tr import STTR
from engine.models.st_tr_units import (
    GraphConvolution,
    SpatialSelfAttention,
    TemporalConvolution,
    TemporalSelfAttention,
    drop_attention,
    spatial_partition,
)
from trainer.export import example_clips, export_onnx, onnx_differences

ROWS = pytest.mark.parametrize("row", [S_TR, T_TR], ids=lambda row: row.id)
VARIANTS = pytest.mark.parametrize(
    "config",
    [
        pytest.param((S_TR, KINECT_V1, {}), id="s-tr"),
        pytest.param((T_TR, KINECT_V1, {}), id="t-tr of 20 joints"),
        pytest.param((T_TR, KINECT_V2, {}), id="t-tr of 25 joints"),
        pytest.param((T_TR, KINECT_V1, {"adaptive": True}), id="t-tr-agcn"),
        pytest.param((S_TR, KINECT_V1, {"concat_original": False}), id="s-tr without the input"),
    ],
)


def official(row, channels: int = 3) -> STTRConfig:
    """As for NTU RGB+D with 60 actions."""
    return row.configure(
        NetworkWish(
            layout=KINECT_V2, classes=60, frames=300, people=2, channels=channels, size="full"
        )
    )


SHALLOW = {"widths": (8, 16, 16), "plain_units": 1, "halving_units": (1,)}
"""Every kind of unit once: graph and temporal convolution, attention that widens and halves,
attention that keeps the shape."""


def tiny(config) -> STTRConfig:
    row, layout, changes = config
    wish = NetworkWish(layout=layout, classes=4, frames=8, people=2, size="tiny")
    return replace(row.configure(wish), **SHALLOW, **changes)


def random_input(config: STTRConfig, batch: int, seed: int = 0) -> torch.Tensor:
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def seeded(config: STTRConfig) -> STTR:
    torch.manual_seed(0)
    return STTR(config)


def warmed(config: STTRConfig) -> STTR:
    """A network whose normalisations have seen data, as after training."""
    network = seeded(config)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            module.momentum = None  # the mean of all that was seen
    with torch.no_grad():
        for seed in range(6):
            network(random_input(config, 8, seed))
    return network.eval()


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("row", "channels", "parameters"),
    [(S_TR, 3, 3_075_338), (T_TR, 3, 1_768_870), (S_TR, 6, 12_126_348), (T_TR, 6, 6_840_914)],
)
def test_the_networks_have_the_official_number_of_parameters(row, channels, parameters):
    assert count(official(row, channels).build()) == parameters


def test_the_adaptive_t_tr_has_the_official_number_of_parameters():
    assert count(replace(official(T_TR), adaptive=True).build()) == 2_140_358


def test_the_four_modules_have_the_sizes_of_table_1b():
    config = official(T_TR)
    assert count(GraphConvolution(config, 256, 256)) == 199_763
    assert count(SpatialSelfAttention(config, 256, 256)) == 177_792
    assert count(TemporalConvolution(256, kernel=9, stride=1, dropout=0.5)) == 590_592
    assert count(TemporalSelfAttention(config, 256, 1)) == 177_792


def test_outputs_of_the_full_networks_have_their_shapes():
    # few frames: the shapes follow, and the test is quick
    config = replace(official(S_TR), frames=20)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 1))
    assert output.logits.shape == (1, 60)
    assert output.class_activations.shape == (1, 2, 5, 25, 60)
    assert output.spatial_attention.shape == (1, 2, 5, 8, 25, 25)
    assert output.temporal_attention is None
    config = replace(official(T_TR), frames=20)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 1))
    assert output.temporal_attention.shape == (1, 2, 25, 8, 5, 5)
    assert output.spatial_attention is None


@ROWS
def test_the_small_size_costs_less_than_a_third(row):
    wish = NetworkWish(layout=KINECT_V2, classes=60, frames=20, people=1, size="small")
    costs = []
    for config in (row.configure(wish), row.configure(replace(wish, size="full"))):
        network = seeded(config).eval()
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network(random_input(config, 1))
        costs.append(counter.get_total_flops())
    assert costs[0] < costs[1] / 3


@ROWS
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_every_layout_fits(row, layout):
    wish = NetworkWish(layout=layout, classes=3, frames=8, channels=layout.dimensions, size="tiny")
    config = row.configure(wish)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 2))
    assert output.logits.shape == (2, 3)
    assert torch.isfinite(output.logits).all()


@ROWS
@pytest.mark.parametrize(("people", "channels"), [(1, 2), (2, 4), (3, 6), (4, 3)])
def test_people_and_channels_of_any_number_fit(row, people, channels):
    wish = NetworkWish(
        layout=KINECT_V2, classes=3, frames=8, people=people, channels=channels, size="tiny"
    )
    config = row.configure(wish)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 2))
    assert output.logits.shape == (2, 3)
    assert output.class_activations.shape == (2, people, 2, 25, 3)


@VARIANTS
def test_loss_falls_on_eight_clips(config):
    config = replace(tiny(config), convolution_dropout=0.1)
    network, inputs = seeded(config), random_input(config, 8)
    actions = torch.arange(8) % 4
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        loss = nn.functional.cross_entropy(network(inputs).logits, actions)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert min(losses[-5:]) < 0.3 * losses[0]


@VARIANTS
def test_every_parameter_learns(config):
    config = tiny(config)
    network = seeded(config)
    network(random_input(config, 8)).logits.square().sum().backward()
    still = {
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not parameter.grad.any()
    }
    # a constant before a normalisation, or added to every key before a softmax, cannot matter;
    # the normalisation that the official code never calls is only counted
    kept = {name for name in still if not name.endswith("bias")}
    assert kept == {"unused_norm.weight"}


def test_the_edges_that_a_skeleton_does_not_have_stay_closed():
    config = official(T_TR)
    block = GraphConvolution(config, 4, 4)
    block(torch.randn(1, 2, 25, 4))[0].sum().backward()
    assert ((block.mask.grad != 0) == (block.adjacency != 0)).all()


@VARIANTS
def test_an_answer_does_not_depend_on_the_rest_of_the_batch(config):
    config = tiny(config)
    network, inputs = warmed(config), random_input(config, 5)
    with torch.inference_mode():
        together, alone = network(inputs).logits, network(inputs[2:3]).logits
    torch.testing.assert_close(together[2:3], alone, atol=1e-5, rtol=1e-5)


@VARIANTS
def test_folding_the_normalisations_changes_nothing(config):
    config = tiny(config)
    network, inputs = warmed(config), random_input(config, 3)
    with torch.inference_mode():
        before = network(inputs)
        fold_for_inference(network)
        after = network(inputs)
        fold_for_inference(network)
        again = network(inputs)
    for first, second, third in zip(before, after, again, strict=True):
        torch.testing.assert_close(first, second, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(second, third)


def test_folding_leaves_no_normalisation_but_the_first_and_the_unused():
    network = warmed(tiny((T_TR, KINECT_V2, {"adaptive": True})))
    fold_for_inference(network)
    left = [name for name, each in network.named_modules() if isinstance(each, nn.BatchNorm1d)]
    assert left == ["input_norm", "unused_norm"]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param((S_TR, KINECT_V1, {}), id="s-tr"),
        pytest.param((T_TR, KINECT_V2, {}), id="t-tr of 25 joints"),
        pytest.param((T_TR, KINECT_V1, {"adaptive": True}), id="t-tr-agcn of 20 joints"),
    ],
)
def test_the_graph_says_what_the_network_says(config, tmp_path):
    config = tiny(config)
    network = warmed(config)
    export_onnx(network, config, tmp_path / "network.onnx")
    clips = example_clips(config, 3)
    differences = onnx_differences(network, config, tmp_path / "network.onnx", clips)
    assert set(differences) >= {"logits", "class_activations"}
    assert len(differences) == 3
    assert max(differences.values()) < 1e-4


@VARIANTS
def test_class_activations_average_to_the_logits(config):
    config = tiny(config)
    network = warmed(config)
    with torch.inference_mode():
        output = network(random_input(config, 2))
    means = output.class_activations.mean(dim=(1, 2, 3)) + network.head.linear.bias
    torch.testing.assert_close(means, output.logits, atol=1e-4, rtol=1e-4)


@ROWS
def test_attention_sums_to_one(row):
    config = tiny((row, KINECT_V1, {}))
    with torch.inference_mode():
        output = warmed(config)(random_input(config, 2))
    attention = output.spatial_attention if row is S_TR else output.temporal_attention
    torch.testing.assert_close(attention.sum(-1), torch.ones(attention.shape[:-1]))


def test_dropped_attention_hides_the_same_keys_from_all_who_ask():
    torch.manual_seed(0)
    attention = torch.softmax(torch.randn(3, 2, 6, 50), dim=-1)
    kept = drop_attention(attention, 0.5)
    hidden = kept == 0
    assert (hidden == hidden[..., :1, :]).all()
    assert not (hidden[:, 0] == hidden[:, 1]).all()  # heads hide their own
    assert 0.35 < hidden.float().mean() < 0.65
    torch.testing.assert_close(kept.sum(-1), torch.ones(3, 2, 6))
    ratio = (kept / attention)[..., ~hidden[0, 0, 0]]
    torch.testing.assert_close(ratio[0, 0], ratio[0, 0, :, :1].expand_as(ratio[0, 0]))


def test_attention_is_dropped_in_training_alone():
    config = tiny((S_TR, KINECT_V1, {"convolution_dropout": 0.0, "attention_dropout": 0.9}))
    block = SpatialSelfAttention(config, 16, 16)
    x = torch.randn(2, 3, 20, 16)
    assert not torch.equal(block(x)[0], block(x)[0])
    block.eval()
    assert torch.equal(block(x)[0], block(x)[0])


def test_the_spatial_partition_hears_itself_its_parent_and_its_children():
    adjacency = spatial_partition((0, 0, 0, 2))
    assert adjacency[0].tolist() == torch.eye(4).tolist()
    # columns hear rows: 1 and 2 hear their parent 0, and 3 hears 2
    assert [tuple(edge) for edge in adjacency[1].nonzero().tolist()] == [(0, 1), (0, 2), (2, 3)]
    assert adjacency[2][:, 0].tolist() == [0, 0.5, 0.5, 0]
    assert adjacency[2][:, 2].tolist() == [0, 0, 0, 1]
    assert adjacency[2][:, [1, 3]].sum() == 0


def test_each_joint_of_the_graph_convolution_mixes_what_it_hears():
    """Against the sum over partitions and joints, written out."""
    config = tiny((T_TR, KINECT_V1, {}))
    block = GraphConvolution(config, 5, 7).eval()
    nn.init.uniform_(block.mask)
    x = torch.randn(2, 3, 20, 5)
    weights = block.mix.project.weight.view(7, 3, 5)
    edges = block.adjacency * block.mask
    expected = torch.einsum("btvc,kvw,okc->btwo", x, edges, weights) + block.mix.bias.sum(0)
    torch.testing.assert_close(
        block(x)[0], torch.relu(expected / (1 + 1e-5) ** 0.5), atol=1e-5, rtol=1e-5
    )
