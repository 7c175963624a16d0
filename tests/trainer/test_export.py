import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import TrainingError
from engine.models.fg_stformer import FGSTFormer
from engine.places import SOURCE_ROOT
from engine.runtime.cards import read_card
from trainer import export
from trainer.export import TOLERANCE, example_input, export_files, onnx_differences


def network_of(folder):
    network = FGSTFormer(read_card(folder).network)
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    return network.eval()


@pytest.mark.parametrize("batch", [1, 5])
def test_onnx_equals_torch_on_every_output(tiny_package, batch):
    network = network_of(tiny_package)
    inputs = example_input(network.config, batch)

    differences = onnx_differences(network, tiny_package / "model.onnx", inputs)

    assert set(differences) == {"logits", "focal_scores", "focal_joints", "part_attention"}
    assert max(differences.values()) <= TOLERANCE
    with torch.inference_mode():
        assert np.abs(network(torch.from_numpy(inputs)).logits.numpy()).max() > 0.01


@pytest.mark.parametrize("name", ["model.onnx", "weights.safetensors", "card.toml"])
def test_a_package_says_nothing_of_the_machine_it_was_made_on(tiny_package, name):
    content = (tiny_package / name).read_bytes()
    assert str(SOURCE_ROOT).encode() not in content
    assert b"site-packages" not in content
    assert b"stack_trace" not in content


def test_a_graph_that_differs_is_not_shipped(tiny_package, tmp_path, monkeypatch):
    network = network_of(tiny_package)
    monkeypatch.setattr(export, "onnx_differences", lambda *_: {"logits": 0.1})
    with pytest.raises(TrainingError, match="differs"):
        export_files(network, tmp_path, example_input(network.config, 1))
