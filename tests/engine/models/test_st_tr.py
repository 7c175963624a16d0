"""ST-TR: official sizes, shapes, learning, independence of the batch, folding, the ONNX graph."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.architectures.base import NetworkWish
from engine.architectures.st_tr import S_TR, T_TR, STTRConfig
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
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_graph_agrees,
    assert_independent_of_batch,
    losses_of_training,
    normalisations,
    parameter_count,
    parameters_that_do_not_learn,
    random_clips,
    random_input,
    seeded,
    warm,
)

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


def warmed(config: STTRConfig) -> STTR:
    """A network whose normalisations have seen data and do something, as after training."""
    network = seeded(config)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            module.momentum = None  # the mean of all that was seen
    return warm(network, config, batches=6)


@pytest.mark.parametrize(
    ("row", "channels", "parameters"),
    [(S_TR, 3, 3_075_338), (T_TR, 3, 1_768_870), (S_TR, 6, 12_126_348), (T_TR, 6, 6_840_914)],
)
def test_the_networks_have_the_official_number_of_parameters(row, channels, parameters):
    assert parameter_count(official(row, channels).build()) == parameters


def test_the_adaptive_t_tr_has_the_official_number_of_parameters():
    assert parameter_count(replace(official(T_TR), adaptive=True).build()) == 2_140_358


def test_the_four_modules_have_the_sizes_of_table_1b():
    config = official(T_TR)
    assert parameter_count(GraphConvolution(config, 256, 256)) == 199_763
    assert parameter_count(SpatialSelfAttention(config, 256, 256)) == 177_792
    assert parameter_count(TemporalConvolution(256, kernel=9, stride=1, dropout=0.5)) == 590_592
    assert parameter_count(TemporalSelfAttention(config, 256, 1)) == 177_792


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
    clips = random_clips(config, 8)
    losses = losses_of_training(seeded(config), config, clips, steps=25, rate=3e-3)
    assert min(losses[-5:]) < 0.3 * losses[0]


@VARIANTS
def test_every_parameter_learns(config):
    config = tiny(config)
    still = parameters_that_do_not_learn(seeded(config), config, random_clips(config, 8))
    # the normalisation that the official code never calls is only counted
    assert still == ["unused_norm.weight"]


def test_the_edges_that_a_skeleton_does_not_have_stay_closed():
    config = official(T_TR)
    block = GraphConvolution(config, 4, 4)
    block(torch.randn(1, 2, 25, 4))[0].sum().backward()
    assert ((block.mask.grad != 0) == (block.adjacency != 0)).all()


@VARIANTS
def test_an_answer_does_not_depend_on_the_rest_of_the_batch(config):
    config = tiny(config)
    assert_independent_of_batch(warmed(config), config, random_clips(config, 5))


@VARIANTS
def test_folding_the_normalisations_changes_nothing(config):
    config = tiny(config)
    assert_folding_changes_nothing(warmed(config), config, random_clips(config, 3))


def test_folding_leaves_no_normalisation_but_the_first_and_the_unused():
    network = warmed(tiny((T_TR, KINECT_V2, {"adaptive": True})))
    fold_for_inference(network)
    assert normalisations(network) == ["input_norm", "unused_norm"]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param((S_TR, KINECT_V1, {}), id="s-tr"),
        pytest.param((T_TR, KINECT_V2, {}), id="t-tr of 25 joints"),
        pytest.param((T_TR, KINECT_V1, {"adaptive": True}), id="t-tr-agcn of 20 joints"),
    ],
)
def test_the_graph_says_what_the_network_says(config, tmp_path):
    attention = "spatial_attention" if config[0] is S_TR else "temporal_attention"
    config = tiny(config)
    assert_graph_agrees(
        warmed(config),
        config,
        tmp_path,
        [random_clips(config, 3)],
        outputs=("logits", "class_activations", attention),
    )


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
