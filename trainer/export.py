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
from torch import Tensor, nn

from engine.architectures.base import NetworkConfig
from engine.arrays import DoubleArray, FloatArray
from engine.errors import TrainingError
from engine.models.layers import fold_for_inference
from engine.runtime.cards import CARD_FILE, ModelCard, PackageFile
from engine.runtime.packages import file_sha256
from engine.runtime.session import OnnxSession
from engine.tables import table_text
from trainer.inputs import tensors_of

WEIGHTS_FILE = "weights.safetensors"
ONNX_FILE = "model.onnx"
FEATURES_FILE = "features.safetensors"
OPSET = 20
READABLE = 0o644
TOLERANCE = 1e-4
"""Largest difference between ONNX and torch on any output, but see ``too_different``."""
ROUNDINGS = 4
"""How many times torch's own rounding error a graph may differ where that is the larger bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """How the files of a network are called in its package."""

    weights: str = WEIGHTS_FILE
    onnx: str = ONNX_FILE

    @property
    def features(self) -> str:
        """Of the file with what the network remembers."""
        if self.weights == WEIGHTS_FILE:
            return FEATURES_FILE
        return f"{Path(self.weights).stem}.{FEATURES_FILE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFiles:
    """The files of a network that a card has to name."""

    weights: PackageFile
    onnx: PackageFile


def file_names(networks: tuple[str, ...]) -> tuple[FileNames, ...]:
    """Names of a package's files: the plain ones where there is a single network."""
    if len(networks) == 1:
        return (FileNames(),)
    return tuple(FileNames(weights=f"{name}.safetensors", onnx=f"{name}.onnx") for name in networks)


def export_files(
    network: nn.Module,
    config: NetworkConfig,
    folder: Path,
    clips: FloatArray,
    names: FileNames | None = None,
) -> ExportedFiles:
    """Write weights and graph, and check that the graph says what the network says.

    Args:
        network: Trained.
        config: What it was built from.
        folder: Where to write.
        clips: ``(N, C, T, V, M)`` real clips of its stream to compare both with.
        names: Of the files.

    Raises:
        TrainingError: The graph does not say what the network says.
    """
    names = names or FileNames()
    network.eval()
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()},
        folder / names.weights,
    )
    (folder / names.weights).chmod(READABLE)  # safetensors writes for the owner alone
    export_onnx(network, config, folder / names.onnx)
    differences = onnx_differences(network, config, folder / names.onnx, clips)
    wrong = too_different(differences, network, tensors_of(config, clips))
    if wrong:
        raise TrainingError(f"the exported graph differs from the network: {wrong}")
    return ExportedFiles(
        weights=PackageFile(name=names.weights, sha256=file_sha256(folder / names.weights)),
        onnx=PackageFile(name=names.onnx, sha256=file_sha256(folder / names.onnx)),
    )


def write_card(card: ModelCard, folder: Path) -> None:
    """Write ``card.toml``, whole or not at all."""
    partial = folder / f"{CARD_FILE}.partial"
    partial.write_text(table_text(card), encoding="utf-8")
    partial.replace(folder / CARD_FILE)


class KnownOutputs(nn.Module):
    """A network whose switches leave outputs out, with those alone that there are."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *feeds: Tensor) -> tuple[Tensor, ...]:
        """As the network's, without the fields that are None."""
        return tuple(value for value in self.network(*feeds) if value is not None)


def export_onnx(network: nn.Module, config: NetworkConfig, path: Path) -> None:
    """Write the network's graph with all its outputs; the first axis of each feed is of any length.

    Args:
        network: With the weights to keep; it stays as it is.
        config: What it was built from.
        path: Where to write.
    """
    folded = copy.deepcopy(network).eval()
    fold_for_inference(folded)
    example = example_clips(config, 2)
    inputs = tensors_of(config, example)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.simplefilter("ignore")  # of the exporter's own making
        program = torch.onnx.export(
            KnownOutputs(folded).eval(),
            inputs,
            dynamo=True,
            opset_version=OPSET,
            input_names=list(config.feeds(example)),
            output_names=list(outputs_of(network, inputs)),
            dynamic_shapes=(tuple({0: torch.export.Dim.DYNAMIC} for _ in inputs),),
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


def example_clips(config: NetworkConfig, batch: int) -> FloatArray:
    """Random clips of a network's stream ``(N, C, T, V, M)``, always the same."""
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


@torch.inference_mode()
def outputs_of(network: nn.Module, inputs: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """What the network returns in evaluation mode, by name, without what its switches leave out."""
    result = network.eval()(*inputs)
    return {
        name: value for name, value in zip(result._fields, result, strict=True) if value is not None
    }


def onnx_differences(
    network: nn.Module, config: NetworkConfig, path: Path, clips: FloatArray
) -> dict[str, float]:
    """Largest absolute difference between graph and network, output by output.

    Args:
        network: In torch.
        config: What it was built from.
        path: Of the graph.
        clips: ``(N, C, T, V, M)`` of its stream.
    """
    expected = outputs_of(network, tensors_of(config, clips))
    found = OnnxSession(path, threads=1).run(config.feeds(clips))
    return {
        name: largest_difference(np.asarray(found[name], dtype=np.float64), value.double().numpy())
        for name, value in expected.items()
    }


def too_different(
    differences: dict[str, float], network: nn.Module, inputs: tuple[Tensor, ...]
) -> dict[str, float]:
    """The differences that rounding does not explain.

    A hardly trained network can have activations in the hundreds and attention that turns on their
    last digits: torch's own float32 result is then farther than ``TOLERANCE`` from the exact one,
    and the graph's, as good as it, may lie on the other side.

    Args:
        differences: Of each output, as ``onnx_differences`` finds them.
        network: In torch.
        inputs: What they were found on.
    """
    # a difference that is no number must not pass either
    suspects = {name: value for name, value in differences.items() if not value <= TOLERANCE}
    if not suspects:
        return {}
    bounds = rounding_errors(network, inputs)
    return {
        name: value for name, value in suspects.items() if not value <= ROUNDINGS * bounds[name]
    }


def rounding_errors(network: nn.Module, inputs: tuple[Tensor, ...]) -> dict[str, float]:
    """How far torch's float32 outputs are from those of float64."""
    exact = outputs_of(
        copy.deepcopy(network).double(),
        tuple(each.double() if each.is_floating_point() else each for each in inputs),
    )
    return {
        name: largest_difference(value.double().numpy(), exact[name].double().numpy())
        for name, value in outputs_of(network, inputs).items()
    }


def largest_difference(found: DoubleArray, expected: DoubleArray) -> float:
    """Of two arrays; none where both are infinite alike, NaN where one is no number."""
    if found.shape != expected.shape:
        return float("inf")
    apart = np.zeros(found.shape)
    np.subtract(found, expected, out=apart, where=found != expected)
    return float(np.abs(apart).max(initial=0.0))
