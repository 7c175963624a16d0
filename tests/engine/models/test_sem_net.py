"""SEM-Net: the paper's counts, shapes, learning, independence of the batch, the maps."""

import sys
from dataclasses import dataclass, replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.architectures.sem_net import (
    SIZES,
    Attention,
    SEMNetConfig,
    Squash,
    config_for,
)
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.models.sem_net import JointAttention, SEMNet, SEMNetOutput, inherent_start
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

PAPER = config_for(layout_by_id("kinect-v2"), classes=60, people=2)
TINY = config_for(KINECT_V1, classes=4, people=2, frames=8, size="tiny")
CROSS_FRAME = (Attention.CROSS_FRAME, Attention.CROSS_FRAME_REGULARISED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the paper's Tables 1 and 2, and the finer figures that its wiring has to give."""

    name: str
    changes: dict[str, object]
    printed_params: float | None
    """Millions."""
    printed_operations: float
    """The "GFLOPs", which are thousand million multiply-adds."""
    params: float
    operations: float


def one_branch(kernel: int) -> dict[str, object]:
    return {"kernels": (kernel,), "dilations": (1,)}


MANY_KERNELS = {"kernels": (3, 5, 7, 9), "dilations": (1, 1, 1, 1)}
ROWS = (
    Row(name="unified", changes={"attention": Attention.UNIFIED}, printed_params=None,
        printed_operations=39.7, params=4.766, operations=39.689),
    Row(name="single-frame", changes={"attention": Attention.SINGLE_FRAME}, printed_params=None,
        printed_operations=7.5, params=4.766, operations=7.525),
    Row(name="cross-frame", changes={"attention": Attention.CROSS_FRAME}, printed_params=None,
        printed_operations=7.4, params=4.766, operations=7.415),
    Row(name="cross-frame+GR", changes={}, printed_params=None,
        printed_operations=7.4, params=4.786, operations=7.415),
    Row(name="k=3", changes=one_branch(3), printed_params=6.4,
        printed_operations=9.2, params=6.353, operations=9.184),
    Row(name="k=9", changes=one_branch(9), printed_params=10.5,
        printed_operations=13.9, params=10.531, operations=13.903),
    Row(name="k=(3,5,7,9)", changes=MANY_KERNELS, printed_params=5.3,
        printed_operations=8.0, params=5.308, operations=8.004),
    Row(name="d=(1,3,5,7)", changes={}, printed_params=4.8,
        printed_operations=7.4, params=4.786, operations=7.415),
)  # fmt: skip


class AuthorsCounter(TorchDispatchMode):
    """Counts what a network computes as the authors do: multiply-adds and biases of projections,
    multiply-adds of products, two a value for batch normalisation, one for LeakyReLU."""

    def __init__(self):
        super().__init__()
        self.operations = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        made = result[0] if isinstance(result, tuple) else result
        match func.overloadpacket.__name__:
            case "addmm":
                self.operations += made.numel() * (args[1].shape[1] + 1)
            case "mm" | "bmm":
                self.operations += made.numel() * args[0].shape[-1]
            case "add" if args[1].ndim == 1:  # a bias, where torch adds it afterwards
                self.operations += made.numel()
            case "convolution":
                self.operations += made.numel() * (args[1][0].numel() + (args[2] is not None))
            case "native_batch_norm":
                self.operations += 2 * made.numel()
            case "leaky_relu":
                self.operations += made.numel()
        return result


def counts(config: SEMNetConfig) -> tuple[int, int, int]:
    """Parameters, operations of the network as the paper computes it, operations of ours."""
    with torch.device("meta"):
        network = SEMNet(config).eval()
        clip = torch.empty(1, config.channels, config.frames, config.joints, config.people)
    with torch.no_grad(), AuthorsCounter() as counter:
        features, _ = network.features(clip)
        network.classifier.linear(features.mean((0, 1, 2)).unsqueeze(0))
    saved = 0
    if config.attention in CROSS_FRAME:
        # the paper embeds every frame and adds the results up; we embed the frames' mean
        frames = config.frames
        for block in network.blocks:
            embed = block.attend.embed
            each_joint = embed.out_features * (embed.in_features + 1)
            saved += (frames - 1) * config.joints * config.people * each_joint
            frames //= block.stride
    return parameter_count(network), counter.operations + saved, counter.operations


def test_the_ten_counts_of_the_papers_tables_come_out():
    lines = [f"{'':16}{'M params':>10}{'paper':>7}{'G ops':>10}{'paper':>7}{'computed here':>15}"]
    for row in ROWS:
        params, operations, computed = counts(replace(PAPER, **row.changes))
        lines.append(
            f"{row.name:16}{params / 1e6:10.3f}{row.printed_params or '':>7}"
            f"{operations / 1e9:10.3f}{row.printed_operations:7.1f}{computed / 1e9:15.3f}"
        )
        assert round(operations / 1e9, 1) == row.printed_operations, row.name
        assert operations / 1e9 == pytest.approx(row.operations, abs=6e-4), row.name
        assert params / 1e6 == pytest.approx(row.params, abs=6e-4), row.name
        if row.printed_params is not None:
            assert round(params / 1e6, 1) == row.printed_params, row.name
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_the_full_network_for_ntu_has_its_parameters_to_the_digit():
    assert counts(PAPER)[0] == 4_786_044
    assert counts(replace(PAPER, attention=Attention.CROSS_FRAME))[0] == 4_786_044 - 8 * 4 * 626


def test_the_small_network_costs_at_most_a_quarter_of_the_full_one():
    small = replace(PAPER, widths=SIZES["small"].widths)
    # the products between joints are halved, all else is quartered
    assert counts(small)[2] < 0.27 * counts(PAPER)[2]
    assert counts(small)[0] < 0.26 * counts(PAPER)[0]


def warmed(config: SEMNetConfig) -> SEMNet:
    """A network whose normalisations have seen data, and whose maps are of its own."""
    network = seeded(config)
    with torch.no_grad():
        for block in network.blocks:
            if block.attend.is_regularised:
                block.attend.inherent.normal_()
    return warm(network, config)


def every_kind() -> list[SEMNetConfig]:
    """Every attention with every way of squashing that fits, and the other feed-forward layers."""
    kinds = [replace(TINY, attention=attention) for attention in Attention]
    kinds += [
        replace(TINY, attention=attention, squash=Squash.TANH)
        for attention in Attention
        if attention is not Attention.UNIFIED
    ]
    return kinds + [replace(TINY, **changes) for changes in (one_branch(9), MANY_KERNELS)]


def name_of(config: SEMNetConfig) -> str:
    return f"{config.attention.value}-{config.squash.value}-{config.kernels}"


def test_outputs_of_the_full_network_have_their_shapes():
    with torch.inference_mode():
        output = seeded(PAPER).eval()(random_input(PAPER, 1))
    assert output.logits.shape == (1, 60)
    assert output.class_activations.shape == (1, 2, 16, 25, 60)
    assert output.spatial_attention.shape == (1, 2, 8, 4, 25, 25)


def test_single_frame_attention_shows_the_last_block_frame_by_frame_and_unified_none():
    clips = random_input(TINY, 3)
    with torch.inference_mode():
        single = seeded(replace(TINY, attention=Attention.SINGLE_FRAME)).eval()(clips)
        unified = seeded(replace(TINY, attention=Attention.UNIFIED)).eval()(clips)
    assert single.spatial_attention.shape == (3, 2, 4, 4, 20, 20)
    assert unified.spatial_attention is None


KINDS = pytest.mark.parametrize("config", every_kind(), ids=name_of)


@KINDS
def test_loss_falls_on_eight_clips(config):
    clips = random_clips(config, 8)
    losses = losses_of_training(seeded(config), config, clips, steps=12, rate=1e-2)
    assert losses[-1] < 0.2 * losses[0]


@KINDS
def test_every_parameter_learns(config):
    assert parameters_that_do_not_learn(seeded(config), config, random_clips(config, 4)) == []


@KINDS
def test_an_answer_does_not_depend_on_the_rest_of_the_batch(config):
    assert_independent_of_batch(warmed(config), config, random_clips(config, 5))


@KINDS
def test_folding_the_normalisations_changes_nothing(config):
    network = warmed(config)
    assert_folding_changes_nothing(network, config, random_clips(config, 3))
    assert normalisations(network) == []


@pytest.mark.parametrize(
    "attention", [Attention.CROSS_FRAME_REGULARISED, Attention.SINGLE_FRAME, Attention.UNIFIED]
)
def test_the_exported_graph_says_what_the_network_says(attention, tmp_path):
    config = replace(TINY, attention=attention, widths=(8, 16), halving_blocks=(1,))
    batches = [random_clips(config, count) for count in (1, 3)]
    outputs = SEMNetOutput._fields
    if attention is Attention.UNIFIED:
        outputs = tuple(name for name in outputs if name != "spatial_attention")
    assert_graph_agrees(warmed(config), config, tmp_path, batches, outputs=outputs)


def test_the_mean_of_class_activations_and_the_bias_are_the_logits():
    network = warmed(TINY)
    with torch.inference_mode():
        output = network(random_input(TINY, 3))
    means = output.class_activations.mean((1, 2, 3)) + network.classifier.linear.bias
    torch.testing.assert_close(means, output.logits, atol=1e-5, rtol=1e-5)


def test_weights_of_softmax_sum_to_one_for_each_joint():
    with torch.inference_mode():
        maps = warmed(TINY)(random_input(TINY, 3)).spatial_attention
    torch.testing.assert_close(maps.sum(-1), torch.ones(maps.shape[:-1]))


def test_a_cross_frame_map_is_that_of_the_embeddings_summed_over_frames():
    """Equations 6 and 7 as they are written, with the mean for the sum."""
    torch.manual_seed(0)
    attend = JointAttention(TINY, 16, 16)
    torch.nn.init.normal_(attend.inherent)
    torch.nn.init.normal_(attend.balance)
    x = torch.randn(1, 5, 20, 16)
    gathered, maps = attend(x)

    both = attend.embed(x + attend.encoding)[0].view(5, 20, 2, 4, 4)
    for head in range(4):
        asking, asked = both[:, :, 0, head].mean(0), both[:, :, 1, head].mean(0)
        raw = attend.balance[head] * asking @ asked.T + attend.inherent[head]
        expected = torch.softmax(raw / 2, dim=-1)
        torch.testing.assert_close(maps[0, 0, head], expected)
        torch.testing.assert_close(
            gathered[0, 3, :, head * 16 : (head + 1) * 16], expected @ x[0, 3]
        )


def test_single_frame_maps_are_those_of_their_own_frame():
    """Equations 4 and 5."""
    torch.manual_seed(0)
    attend = JointAttention(replace(TINY, attention=Attention.SINGLE_FRAME), 16, 16)
    x = torch.randn(2, 5, 20, 16)
    gathered, maps = attend(x)
    alone, own_maps = attend(x[:, 2:3])
    torch.testing.assert_close(gathered[:, 2:3], alone)
    torch.testing.assert_close(maps[:, 2:3], own_maps)


def test_unified_attention_compares_every_joint_of_every_frame():
    """Equations 2 and 3."""
    torch.manual_seed(0)
    attend = JointAttention(replace(TINY, attention=Attention.UNIFIED), 16, 16)
    x = torch.randn(1, 3, 20, 16)
    gathered, _ = attend(x)

    both = attend.embed(x + attend.encoding).view(60, 2, 4, 4)
    weights = torch.softmax(both[:, 0, 1] @ both[:, 1, 1].T / 2, dim=-1)
    torch.testing.assert_close(gathered[0, ..., 16:32].reshape(60, 16), weights @ x.view(60, 16))


@pytest.mark.parametrize("squash", list(Squash))
def test_every_joint_starts_with_half_of_its_attention_on_itself(squash):
    start = inherent_start(20, 16, squash)
    weights = torch.softmax(start / 4, dim=-1) if squash is Squash.SOFTMAX else start
    torch.testing.assert_close(weights.diagonal(), torch.full((20,), 0.5))
    torch.testing.assert_close(weights.sum(-1), torch.ones(20))
