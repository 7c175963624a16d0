"""From a trained network to a model package: card, safetensors, a graph that explains itself."""

import copy
import logging
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from engine.architectures.fg_stformer import FGSTFormerConfig
from engine.arrays import FloatArray
from engine.errors import TrainingError
from engine.models.fg_stformer import FGSTFormer, FGSTFormerOutput
from engine.models.layers import fold_for_inference
from engine.runtime.cards import CARD_FILE, ModelCard, PackageFile
from engine.runtime.packages import file_sha256
from engine.runtime.session import OnnxSession
from engine.tables import table_text

WEIGHTS_FILE = "weights.safetensors"
ONNX_FILE = "model.onnx"
OPSET = 20
READABLE = 0o644
TOLERANCE = 1e-4
"""Largest difference between ONNX and torch on any output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFiles:
    """The files of a package that a card has to name."""

    weights: PackageFile
    onnx: PackageFile


def export_files(network: FGSTFormer, folder: Path, clips: FloatArray) -> ExportedFiles:
    """Write weights and graph, and check that the graph says what the network says.

    Args:
        network: Trained.
        folder: Where to write.
        clips: ``(N, C, T, V, M)`` real input to compare both with.

    Raises:
        TrainingError: The graph differs from the network by more than ``TOLERANCE``.
    """
    network.eval()
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()},
        folder / WEIGHTS_FILE,
    )
    (folder / WEIGHTS_FILE).chmod(READABLE)  # safetensors writes for the owner alone
    export_onnx(network, folder / ONNX_FILE)
    differences = onnx_differences(network, folder / ONNX_FILE, clips)
    worst = max(differences.values())
    if worst > TOLERANCE:
        raise TrainingError(f"the exported graph differs from the network: {differences}")
    return ExportedFiles(
        weights=PackageFile(name=WEIGHTS_FILE, sha256=file_sha256(folder / WEIGHTS_FILE)),
        onnx=PackageFile(name=ONNX_FILE, sha256=file_sha256(folder / ONNX_FILE)),
    )


def write_card(card: ModelCard, folder: Path) -> None:
    """Write ``card.toml``, whole or not at all."""
    partial = folder / f"{CARD_FILE}.partial"
    partial.write_text(table_text(card), encoding="utf-8")
    partial.replace(folder / CARD_FILE)


def export_onnx(network: FGSTFormer, path: Path) -> None:
    """Write the network's graph with all its outputs; the batch is of any size."""
    folded = copy.deepcopy(network).eval()
    fold_for_inference(folded)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.simplefilter("ignore")  # of the exporter's own making
        program = torch.onnx.export(
            folded,
            (torch.from_numpy(example_input(network.config, 2)),),
            dynamo=True,
            opset_version=OPSET,
            input_names=["input"],
            output_names=list(FGSTFormerOutput._fields),
            dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
            verbose=False,
        )
        if program is None:
            raise TrainingError("the network could not be exported to ONNX")
        made = Path(scratch) / ONNX_FILE
        program.save(str(made), external_data=False)
        path.write_bytes(without_traces(made.read_bytes()))


def without_traces(content: bytes) -> bytes:
    """A graph's file without the source lines and folders that the exporter notes at each node."""
    import onnx

    model = onnx.load_from_string(content)
    del model.metadata_props[:]
    graph = model.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    for tensor in graph.initializer:
        del tensor.metadata_props[:]
    return bytes(model.SerializeToString())


def example_input(config: FGSTFormerConfig, batch: int) -> FloatArray:
    """Random input ``(N, C, T, V, M)``, always the same."""
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def onnx_differences(network: nn.Module, path: Path, inputs: FloatArray) -> dict[str, float]:
    """Largest absolute difference between graph and network, output by output."""
    with torch.inference_mode():
        expected = network(torch.from_numpy(inputs))
    found = OnnxSession(path, threads=1).run(inputs)
    return {
        name: float(np.abs(getattr(found, name) - getattr(expected, name).numpy()).max())
        for name in FGSTFormerOutput._fields
    }
