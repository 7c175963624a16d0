"""A taught network's files: weights, the graph it came in, and what it remembers."""

from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import save_file
from torch import nn

from engine.architectures.base import NetworkConfig
from engine.arrays import FloatArray
from engine.runtime.cards import NetworkPart, PackageFile
from engine.runtime.packages import file_sha256
from trainer.export import READABLE, FileNames, export_files, onnx_differences, too_different
from trainer.few_clips_bank import write_bank
from trainer.few_clips_graph import GraphPlan, patched
from trainer.few_clips_head import Examples
from trainer.inputs import tensors_of

TRACING_S = 20.0
"""Time to leave for a graph that has to be traced anew."""
PATCHING_S = 3.0
"""Time to leave for one that has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A network at the end of its lesson."""

    network: nn.Module
    config: NetworkConfig
    base: NetworkPart
    """What it came from."""
    graph: GraphPlan | None
    """Of the base; None where its weights cannot be exchanged."""
    clips: FloatArray
    """``(N, C, T, V, M)`` of its stream, to compare graph and network with."""
    remembered: Examples


def usable_plan(
    plan: GraphPlan, network: nn.Module, config: NetworkConfig, clips: FloatArray, path: Path
) -> bool:
    """Whether a graph says what a network says once the weights are exchanged.

    Args:
        plan: Of the graph.
        network: Like the one that is in it, for other actions.
        config: Of the network.
        clips: ``(N, C, T, V, M)`` of its stream.
        path: Where to try it.
    """
    from onnxruntime.capi import onnxruntime_pybind11_state as failures

    from engine.errors import ModelPackageError

    path.write_bytes(patched(plan, network))
    try:
        differences = onnx_differences(network, config, path, clips)
    except (ModelPackageError, failures.Fail, failures.InvalidArgument, failures.RuntimeException):
        return False
    return not too_different(differences, network, tensors_of(config, clips))


def write_taught(taught: Taught, folder: Path, names: FileNames) -> NetworkPart:
    """Write the files of a network.

    Args:
        taught: The network.
        folder: Of the package.
        names: Of weights and graph.

    Raises:
        TrainingError: Even a graph that is traced anew does not say what the network says.
    """
    network, config, graph = taught.network.eval(), taught.config, taught.graph
    remembered = taught.remembered
    bank = write_bank(remembered.features, remembered.actions, folder / names.features)
    path = folder / names.onnx
    if graph is not None and usable_plan(graph, network, config, taught.clips, path):
        tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
        save_file(tensors, folder / names.weights)
        (folder / names.weights).chmod(READABLE)  # safetensors writes for the owner alone
        weights = PackageFile(name=names.weights, sha256=file_sha256(folder / names.weights))
        onnx = PackageFile(name=names.onnx, sha256=file_sha256(path))
    else:
        files = export_files(network, config, folder, taught.clips, names)
        weights, onnx = files.weights, files.onnx
    return NetworkPart(
        network=config,
        weights=weights,
        onnx=onnx,
        stream=taught.base.stream,
        weight=taught.base.weight,
        features=bank,
    )
