"""FG-STFormer: shapes, size, learning, independence of the batch, the choices of stage 2."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from engine.architectures.base import focal_joint_count
from engine.architectures.fg_stformer import (
    SMALL_WIDTHS,
    FGSTFormerConfig,
    Temporal,
    config_for,
)
from engine.errors import EngineError
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.models.fg_stformer import FGSTFormer, FGSTFormerOutput, FocalSelection
from engine.models.fg_stformer_blocks import TFormer
from engine.places import assets_folder
from engine.runtime.cards import read_card
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_graph_agrees,
    assert_independent_of_batch,
    losses_of_training,
    parameter_count,
    parameters_that_do_not_learn,
    parameters_without_gradient,
    random_clips,
    random_input,
    seeded,
    warm,
)

TINY = (16, 16, 16, 16, 24, 24, 24, 24)
NO_CROSS = {"has_cross_attention": False}
NO_PARTS = {"has_parts": False, "has_cross_attention": False}
ABLATIONS = {
    "no JP-CA": NO_CROSS,
    "no parts": NO_PARTS,
    "no selection": {"selects_joints": False},
    "Basic-SFormer": {**NO_PARTS, "selects_joints": False},
    "Basic-TFormer": {"temporal": Temporal.ATTENTION},
    "dilated convolution": {"temporal": Temporal.CONVOLUTION},
    "K=3": {"focal_joints": 3},
    "all joints": {"focal_joints": 20},
}
"""The rows of the paper's Tables 1 to 3."""
ablations = pytest.mark.parametrize("changes", ABLATIONS.values(), ids=ABLATIONS)


def tiny_config(**changes: object) -> FGSTFormerConfig:
    config = config_for(KINECT_V1, classes=4, people=1, frames=16, widths=TINY)
    return replace(config, **changes)


def short_config(**changes: object) -> FGSTFormerConfig:
    """Of three layers, the last of them stage 2."""
    return tiny_config(
        **{"widths": (16, 16, 24), "halving_layers": (1,), "focal_layers": 1, **changes}
    )


def test_the_full_network_for_ntu_has_the_planned_size_and_outputs():
    layout = layout_by_id("kinect-v2")
    config = config_for(layout, classes=60, people=2)
    network = seeded(config)

    assert parameter_count(network) == pytest.approx(8.1e6, rel=0.02)
    assert (config.frames, config.focal_joints, len(config.parts)) == (128, 15, 10)
    with torch.inference_mode():
        output = network.eval()(random_input(config, 1))
    assert output.logits.shape == (1, 60)
    assert output.focal_scores.shape == (1, 2, 32, 25)
    assert output.focal_joints.shape == (1, 2, 32, 15)
    assert output.part_attention.shape == (1, 2, 32, 3, 15, 10)
    assert output.joint_attention.shape == (1, 2, 32, 3, 15, 15)
    assert output.part_joint_attention.shape == (1, 2, 32, 3, 10, 15)
    assert output.part_part_attention.shape == (1, 2, 32, 3, 10, 10)


def test_the_small_network_has_two_million_parameters():
    config = config_for(KINECT_V1, classes=10, people=1, frames=52, widths=SMALL_WIDTHS)
    assert parameter_count(FGSTFormer(config)) == 2_046_322


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_smaller_skeletons_have_fewer_focal_joints(layout):
    config = config_for(layout, classes=3, people=1, frames=8, widths=TINY)
    with torch.inference_mode():
        output = seeded(config).eval()(random_input(config, 2))
    assert output.focal_joints.shape[-1] == focal_joint_count(layout.num_joints)


def test_loss_falls_on_eight_clips():
    config = tiny_config()
    clips = random_clips(config, 8)
    losses = losses_of_training(seeded(config), config, clips, steps=30, rate=3e-3)
    assert losses[-1] < 0.2 * losses[0]


def test_every_parameter_learns():
    config = tiny_config()
    assert parameters_that_do_not_learn(seeded(config), config, random_clips(config, 4)) == []


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


def test_attention_of_each_joint_and_part_sums_to_one():
    config = tiny_config()
    with torch.inference_mode():
        output = warm(seeded(config), config)(random_input(config, 2))
    for attention in output[3:]:
        torch.testing.assert_close(attention.sum(-1), torch.ones(attention.shape[:-1]))


def test_the_shipped_weights_are_those_of_the_default_network():
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    shipped = read_card(folder).networks[0]
    network = FGSTFormer(shipped.network)
    network.load_state_dict(load_file(folder / shipped.weights.name), strict=True)


def test_switches_take_away_what_they_name():
    full = tiny_config()
    params = {
        name: parameter_count(FGSTFormer(replace(full, **changes)))
        for name, changes in ABLATIONS.items()
    }
    params["full"] = parameter_count(FGSTFormer(full))
    # W_p has as many numbers as stage 1 ends with channels; K has none
    assert params["no selection"] == params["full"] - 24
    assert params["K=3"] == params["all joints"] == params["full"]
    assert params["no parts"] < params["no JP-CA"] < params["full"]
    assert params["Basic-SFormer"] == params["no parts"] - 24
    assert params["Basic-TFormer"] < params["full"]
    assert params["dilated convolution"] < params["full"]


def test_outputs_of_what_is_switched_off_are_none():
    full = set(FGSTFormer(tiny_config())(random_input(tiny_config(), 2))._fields)
    crossing = {"part_attention", "part_joint_attention"}
    missing = {
        "no JP-CA": crossing,
        "no parts": crossing | {"part_part_attention"},
        "no selection": {"focal_scores", "focal_joints"},
        "Basic-SFormer": full - {"logits", "joint_attention"},
    }
    for name, changes in ABLATIONS.items():
        config = tiny_config(**changes)
        output = seeded(config)(random_input(config, 2))
        found = {field for field, value in output._asdict().items() if value is None}
        assert found == missing.get(name, set()), name
        slots = config.focal_joints if config.selects_joints else config.joints
        assert output.joint_attention.shape == (2, 1, 4, 3, slots, slots)


@ablations
def test_ablated_networks_learn_with_every_parameter(changes):
    config = short_config(**changes)
    network = seeded(config)
    losses = losses_of_training(network, config, random_clips(config, 8), steps=12, rate=5e-3)
    assert losses[-1] < 0.5 * losses[0]
    still = parameters_without_gradient(network)
    assert [name for name in still if not name.endswith("bias")] == []


@ablations
def test_ablated_networks_fold_and_do_not_depend_on_the_batch(changes):
    config = short_config(**changes)
    network, clips = seeded(config).eval(), random_clips(config, 5)
    assert_independent_of_batch(network, config, clips)
    assert_folding_changes_nothing(network, config, clips)


@pytest.mark.parametrize(
    ("changes", "outputs"),
    [
        ({}, FGSTFormerOutput._fields),
        (
            {**NO_PARTS, "selects_joints": False, "temporal": Temporal.ATTENTION},
            ("logits", "joint_attention"),
        ),
    ],
    ids=["full", "everything switched off"],
)
def test_the_exported_graph_says_what_the_network_says(changes, outputs, tmp_path):
    config = short_config(widths=(8, 8), **changes)
    network, batches = warm(seeded(config), config), [random_clips(config, 3)]
    assert_graph_agrees(network, config, tmp_path, batches, outputs=outputs)


def test_a_network_without_selection_lets_every_joint_go_on_unweighted():
    config = tiny_config(**NO_PARTS, selects_joints=False)
    network = seeded(config).eval()
    seen = []
    network.focal[0].register_forward_pre_hook(lambda module, args: seen.append(args))
    network.stage_norm.register_forward_hook(lambda module, args, result: seen.append(result))
    with torch.inference_mode():
        network(random_input(config, 2))
    features, (joints, parts, nodes) = seen
    assert joints is features
    assert parts is None
    assert nodes is None


def test_frames_far_apart_reach_each_other_through_attention_alone():
    """Convolutions see frame 1 from frames 0, 2 and 4: the taps of dilation 2 are on even ones."""
    reached = {}
    for temporal in Temporal:
        torch.manual_seed(0)
        config = tiny_config(temporal=temporal, frames=32)
        block = TFormer(config, layer=2).eval()  # halves the number of frames
        x = torch.randn(1, 32, 1, 16)
        other = x.clone()
        other[:, 1] += 1.0
        with torch.inference_mode():
            change = (block(other) - block(x)).abs().amax(dim=(0, 2, 3))
        reached[temporal] = torch.nonzero(change > 1e-7).flatten().tolist()
    assert reached[Temporal.CONVOLUTION] == [0, 1, 2]
    assert reached[Temporal.FOCAL_GLOBAL] == list(range(16))
    # frame 1 is none of those that ask, and is asked all the same
    assert reached[Temporal.ATTENTION] == list(range(16))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": 30}, "multiple of 4"),
        ({"focal_joints": 21}, "focal_joints"),
        ({"focal_layers": 8}, "focal_layers"),
        ({"has_parts": False}, "nothing for has_cross_attention to ask"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    with pytest.raises(EngineError, match=words):
        tiny_config(**changes)
