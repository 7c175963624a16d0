"""Graphs say what networks say, whatever their feeds and outputs are."""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.architectures.base import NetworkWish
from engine.architectures.fg_stformer import configure
from engine.errors import TrainingError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.places import SOURCE_ROOT
from engine.runtime.cards import read_card
from engine.runtime.session import OnnxSession
from trainer import export
from trainer.export import (
    TOLERANCE,
    example_clips,
    export_files,
    export_onnx,
    file_names,
    largest_difference,
    onnx_differences,
    rounding_errors,
    too_different,
)
from trainer.inputs import tensors_of

CONFIG = configure(NetworkWish(layout=KINECT_V1, classes=3, frames=4, size="tiny"))


def network_of(folder):
    part = read_card(folder).networks[0]
    network = part.network.build()
    network.load_state_dict(load_file(folder / part.weights.name))
    return network.eval(), part.network


class PointsOutput(NamedTuple):
    logits: Tensor
    nothing: Tensor | None
    largest: Tensor


class PointsNetwork(nn.Module):
    """Takes points, whose they are, and how many each clip has: feeds of different lengths."""

    def __init__(self):
        super().__init__()
        self.project = nn.Linear(3, 2)

    def forward(self, points, owners, counts):
        empty = counts.new_zeros(counts.shape[0], 2)
        logits = empty.index_add(0, owners, self.project(points)) / counts
        return PointsOutput(logits=logits, nothing=None, largest=logits.amax(dim=1))


class PointsConfig:
    """A network that is fed with the points of all clips, one after the other."""

    channels, frames, joints, people = 3, 4, 5, 1

    def feeds(self, inputs):
        clips = len(inputs)
        points = np.moveaxis(inputs, 1, -1).reshape(-1, self.channels)
        each = len(points) // clips
        return {
            "points": points,
            "owners": np.repeat(np.arange(clips), each),
            "counts": np.full((clips, 1), each, dtype=np.float32),
        }


@pytest.mark.parametrize("batch", [1, 5])
def test_onnx_equals_torch_on_every_output(tiny_package, batch):
    network, config = network_of(tiny_package)
    inputs = example_clips(config, batch)

    differences = onnx_differences(network, config, tiny_package / "model.onnx", inputs)

    assert {"logits", "focal_scores", "focal_joints", "part_attention"} <= set(differences)
    assert too_different(differences, network, tensors_of(config, inputs)) == {}
    with torch.inference_mode():
        assert np.abs(network(torch.from_numpy(inputs)).logits.numpy()).max() > 0.01


@pytest.mark.parametrize("batch", [1, 3])
def test_feeds_have_lengths_of_their_own_and_outputs_left_out_are_not_there(tmp_path, batch):
    network, config, path = PointsNetwork().eval(), PointsConfig(), tmp_path / "points.onnx"
    export_onnx(network, config, path)

    clips = example_clips(config, batch)
    differences = onnx_differences(network, config, path, clips)

    assert set(differences) == {"logits", "largest"}
    assert max(differences.values()) <= TOLERANCE
    assert OnnxSession(path, threads=1).run(config.feeds(clips))["logits"].shape == (batch, 2)


@pytest.mark.parametrize("name", ["model.onnx", "weights.safetensors", "card.toml"])
def test_a_package_says_nothing_of_the_machine_it_was_made_on(tiny_package, name):
    content = (tiny_package / name).read_bytes()
    assert str(SOURCE_ROOT).encode() not in content
    assert b"site-packages" not in content
    assert b"stack_trace" not in content


@pytest.mark.parametrize("difference", [0.1, np.nan])
def test_a_graph_that_differs_is_not_shipped(tmp_path, monkeypatch, difference):
    monkeypatch.setattr(export, "export_onnx", lambda *_: None)
    monkeypatch.setattr(export, "onnx_differences", lambda *_: {"logits": difference})
    with pytest.raises(TrainingError, match="differs"):
        export_files(CONFIG.build(), CONFIG, tmp_path, example_clips(CONFIG, 1))


def test_differences_of_infinite_and_missing_numbers_are_told():
    values = np.array([1.0, np.inf])
    assert largest_difference(values, values) == 0
    assert largest_difference(values, np.array([1.0, 2.0])) == np.inf
    assert np.isnan(largest_difference(np.array([np.nan]), np.array([1.0])))
    assert largest_difference(np.zeros(2), np.zeros(3)) == np.inf


class Steep(nn.Module):
    """Turns the last digits of its input into a large difference."""

    def forward(self, x):
        return SteepOutput(logits=(x + 1e5 - 1e5).sum(dim=(1, 2, 3, 4)), sure=x.mean(dim=(1, 2)))


class SteepOutput(NamedTuple):
    logits: Tensor
    sure: Tensor


def test_a_difference_is_excused_only_where_float32_itself_does_not_know_better():
    inputs = (torch.rand(2, 3, 4, 5, 1),)
    error = rounding_errors(Steep(), inputs)["logits"]
    assert error > TOLERANCE
    assert too_different({"logits": 2 * error, "sure": TOLERANCE}, Steep(), inputs) == {}
    assert set(too_different({"logits": 9 * error, "sure": 1e-3}, Steep(), inputs)) == {
        "logits",
        "sure",
    }


def test_a_difference_that_is_no_number_is_never_excused():
    inputs = (torch.rand(2, 3, 4, 5, 1),)
    assert "logits" in too_different({"logits": float("nan")}, Steep(), inputs)


def test_files_of_a_single_network_have_plain_names():
    assert file_names(("a-joint",))[0].weights == "weights.safetensors"
    assert [each.onnx for each in file_names(("a-joint", "a-bone"))] == [
        "a-joint.onnx",
        "a-bone.onnx",
    ]
