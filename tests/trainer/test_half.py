"""Packages of half the size: the same answers, and every reader takes them."""

import shutil
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.architectures.base import NetworkWish
from engine.architectures.fg_stformer import configure
from engine.commands.runner import run_command
from engine.errors import TrainingError
from engine.layouts import layout_by_id
from engine.layouts.sfinge_hand_20 import SFINGE_HAND_20
from engine.places import assets_folder
from engine.recording import Clip
from engine.runtime import torch_session
from engine.runtime.backends import Backend
from engine.runtime.cards import PackageFile, read_card
from engine.runtime.packages import ModelPackage, file_sha256
from engine.runtime.recognizer import open_recognizer
from tests.tiny_training import recording_of, tiny_job, waving
from tests.trainer.few_gestures import write_gestures
from trainer.base_weights import load_base
from trainer.combine import Combination
from trainer.commands import COMBINE
from trainer.export import TOLERANCE, write_card
from trainer.few_clips import network_of
from trainer.few_clips_command import REMEMBER, TEACH
from trainer.few_clips_graph import patched, plan_graph
from trainer.half import combine_halved, halve, large_matrices, rounded_to_half, usual_movement
from trainer.half_graph import widened
from trainer.import_weights import read_state
from trainer.plan import plan_of

SHIPPED = assets_folder() / "models" / "everyday-fg-stformer"
HALF = onnx.TensorProto.FLOAT16


def package_in(folder):
    return ModelPackage(folder=folder, card=read_card(folder))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The model in the box in full precision, its weights moved to where rounding moves them."""
    shipped = package_in(SHIPPED)
    (part,) = shipped.card.networks
    network = network_of(shipped, part)
    plan = plan_graph(shipped.folder / part.onnx.name, network)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, each in network.named_parameters():
            if name in large_matrices(network):
                each.mul_(1 + 1e-4 * torch.randn_like(each))
    folder = tmp_path_factory.mktemp("whole")
    weights, onnx_file = folder / "weights.safetensors", folder / "model.onnx"
    save_file({name: each.contiguous() for name, each in network.state_dict().items()}, weights)
    onnx_file.write_bytes(patched(plan, network))
    full = replace(
        part,
        weights=PackageFile(name=weights.name, sha256=file_sha256(weights)),
        onnx=PackageFile(name=onnx_file.name, sha256=file_sha256(onnx_file)),
        features=None,
    )
    provenance = replace(shipped.card.provenance, recipe="Moved a little for a test.")
    write_card(replace(shipped.card, networks=(full,), provenance=provenance), folder)
    return package_in(folder)


def test_the_model_to_be_halved_is_whole_and_agrees_with_its_graph(whole):
    by_graph, by_torch = probabilities(whole), probabilities(whole, Backend.TORCH)
    assert np.abs(by_graph - by_torch).max() <= TOLERANCE
    tensors = load_file(whole.folder / "weights.safetensors")
    network = network_of(whole, whole.card.networks[0])
    assert all(
        tensors[name].dtype == torch.float32 and not torch.equal(tensors[name], rounded)
        for name, rounded in (
            (name, tensors[name].half().float()) for name in large_matrices(network)
        )
    )


@pytest.fixture(scope="module")
def made(whole, tmp_path_factory):
    """What came of halving it."""
    out = tmp_path_factory.mktemp("half") / "model"
    return combine_halved([whole.folder], out, Combination(name=""), None)


@pytest.fixture(scope="module")
def half(made):
    return package_in(made.folder)


def probabilities(package, backend=Backend.ONNXRUNTIME):
    recognizer = open_recognizer(package, backend=backend)
    return recognizer.answer(Clip.whole(recording_of(waving(40, 7)))).predictions[0].probabilities


def test_a_half_package_is_the_same_model_in_half_the_space(whole, half, made):
    assert made.bytes_after < 0.55 * made.bytes_before
    assert made.change.answers == 0
    assert 0 < made.change.largest <= torch_session.LARGEST_CHANGE
    assert f"{made.bytes_before / 1e6:.1f} MB became {made.bytes_after / 1e6:.1f}" in made.text
    assert "windows of the samples" in made.text
    card = half.card
    assert (card.id, card.title, card.metrics) == (
        whole.card.id,
        whole.card.title,
        whole.card.metrics,
    )
    assert card.provenance.recipe.endswith("half precision.")
    assert np.abs(probabilities(half) - probabilities(whole)).max() <= torch_session.LARGEST_CHANGE


def test_torch_and_onnxruntime_say_the_same_of_it(half):
    by_graph, by_torch = probabilities(half), probabilities(half, Backend.TORCH)
    assert np.abs(by_graph - by_torch).max() <= TOLERANCE


def test_matrices_are_halved_and_vectors_are_not(half):
    tensors = load_file(half.folder / "weights.safetensors")
    large = {name for name, each in tensors.items() if each.dtype == torch.float16}
    assert large == large_matrices(network_of(half, half.card.networks[0]))
    assert all(
        each.dim() < 2 or each.numel() < 1024
        for n, each in tensors.items()
        if n not in large and each.is_floating_point()
    )
    assert any(name.endswith("running_mean") for name in set(tensors) - large)
    graph = onnx.load(half.folder / "model.onnx").graph
    kinds = [each.data_type for each in graph.initializer if np.prod(each.dims) > 10_000]
    assert kinds
    assert set(kinds) == {HALF}


def test_a_graph_holds_the_very_weights_of_its_network(half):
    network = network_of(half, half.card.networks[0])
    plan = plan_graph(half.folder / "model.onnx", network)
    graph = onnx.load_from_string(plan.content).graph
    assert all(each.data_type != HALF for each in graph.initializer)
    assert large_matrices(network).isdisjoint(plan.fixed)


def test_a_graph_in_full_precision_is_left_as_it_is(whole):
    content = (whole.folder / "model.onnx").read_bytes()
    assert widened(content) is content


def test_halving_again_changes_nothing(half, tmp_path):
    again = package_in(halve(half, tmp_path / "again", usual_movement(half.card)).folder)
    assert again.card == half.card


def test_a_half_package_learns_new_actions(half, tmp_path):
    gestures = write_gestures(tmp_path / "gestures", clips=2, names=("nod", "lift left"))
    out = tmp_path / "taught"
    words = ["teach", str(half.folder), "--data", str(gestures), "--out", str(out)]
    assert run_command((TEACH,), [*words, "--seconds", "8", "--threads", "1"]) == 0
    taught = package_in(out)
    assert taught.card.class_names == (*half.card.class_names, "lift left", "nod")
    by_graph, by_torch = probabilities(taught), probabilities(taught, Backend.TORCH)
    assert np.abs(by_graph - by_torch).max() <= TOLERANCE


def test_a_half_package_remembers(half, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(half.folder, folder)
    gestures = write_gestures(tmp_path / "clips", clips=1, names=half.card.class_names)
    assert run_command((REMEMBER,), ["remember", str(folder), "--data", str(gestures)]) == 0
    package = package_in(folder)
    remembered = package.checked_path(package.card.networks[0].features)
    again = package_in(halve(package, tmp_path / "again", usual_movement(package.card)).folder)
    kept = again.checked_path(again.card.networks[0].features)
    assert kept.read_bytes() == remembered.read_bytes()


def test_a_network_can_start_from_halved_weights(half, data):
    job = tiny_job(data)
    choice = replace(job.networks[0], size="small", base=str(half.folder))
    job = replace(
        job,
        networks=(choice,),
        preprocessing=replace(job.preprocessing, frames=half.card.frames),
    )
    layout = layout_by_id(half.card.layout_id)
    (planned,) = plan_of(job, layout, len(half.card.class_names))
    network = planned.config.build()
    load_base(network, planned, half.card.class_names)
    expected = network_of(half, half.card.networks[0]).state_dict()
    assert all(torch.equal(each, expected[name]) for name, each in network.state_dict().items())
    assert {each.dtype for each in read_state(half.folder / "weights.safetensors").values()} >= {
        torch.float16
    }


def test_answers_that_change_are_refused_and_nothing_is_left(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(torch_session, "LARGEST_CHANGE", 0.0)
    with pytest.raises(TrainingError, match=r"0 first answers changed .* leave it in full"):
        halve(whole, tmp_path / "out", usual_movement(whole.card))
    assert list(tmp_path.iterdir()) == []


def test_weights_that_half_precision_cannot_hold_stay(whole):
    network = network_of(whole, whole.card.networks[0])
    name = min(large_matrices(network))
    weight = dict(network.named_parameters())[name]
    with torch.no_grad():
        weight.view(-1)[0] = 70_000
    assert name not in large_matrices(network)
    rounded = dict(rounded_to_half(network, large_matrices(network)).named_parameters())
    assert torch.equal(rounded[name], weight)


def test_a_model_about_other_joints_is_tried_on_invented_clips(whole):
    card, (part,) = whole.card, whole.card.networks
    wish = NetworkWish(layout=SFINGE_HAND_20, classes=len(card.class_names), frames=card.frames)
    hand = replace(
        card,
        layout_id=SFINGE_HAND_20.id,
        networks=(replace(part, network=configure(replace(wish, size="tiny"))),),
    )
    movement = usual_movement(hand)
    assert movement.title == "8 invented clips"
    assert movement.joints.shape == (8, 3, card.frames, 20, 1)


def test_the_command_compares_on_clips_that_are_named(tiny_package, data, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["combine", str(tiny_package), str(tiny_package), "--out", str(out), "--half"]
    assert run_command((COMBINE,), [*words, "--data", str(data), "--format", "nw-ucla"]) == 0
    assert "on 8 clips of Northwestern-UCLA" in capsys.readouterr().out
    assert len(read_card(out).networks) == 2
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out"]


def test_clips_to_compare_on_need_something_to_compare(tiny_package, data, tmp_path, capsys):
    words = ["combine", str(tiny_package), "--out", str(tmp_path / "out"), "--data", str(data)]
    assert run_command((COMBINE,), words) != 0
    assert "add --half" in capsys.readouterr().err
