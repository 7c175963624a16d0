import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import TrainingError
from engine.models.fg_stformer import FGSTFormer
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


def test_a_graph_that_differs_is_not_shipped(tiny_package, tmp_path, monkeypatch):
    network = network_of(tiny_package)
    monkeypatch.setattr(export, "onnx_differences", lambda *_: {"logits": 0.1})
    with pytest.raises(TrainingError, match="differs"):
        export_files(network, tmp_path, example_input(network.config, 1))
