"""Graphs whose large constants are stored in half precision and computed with in full.

A constant of 16 bits goes through a ``Cast`` and, where folding has multiplied the weight that it
holds, through a ``Mul`` with the gains. Such nodes depend on no input: runtimes compute them once,
when they open the graph.
"""

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.models.layers import fold_for_inference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onnx import GraphProto, NodeProto

    from trainer.few_clips_graph import GraphPlan

Array = NDArray[np.generic]

HALF, GAIN, WIDE, SCALED = ".half", ".gain", ".wide", ".scaled"
"""What is appended to a constant's name for the parts that it is made of."""


def narrowed(plan: "GraphPlan", network: nn.Module, halves: frozenset[str]) -> bytes:
    """A graph's file with constants in half precision; what they come to stays equal bit by bit.

    Args:
        plan: Where the graph holds the network's weights.
        network: Not folded; with weights that half precision holds exactly.
        halves: Which parameters these are.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(plan.content)
    weights = {name: each.detach().numpy() for name, each in network.named_parameters()}
    gains = gains_of(network, halves)
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    added: list[NodeProto] = []
    for place in plan.places:
        name, tensor = place.constant, constants[place.constant]
        like = numpy_helper.to_array(tensor)
        if place.parameter not in halves or like.size != weights[place.parameter].size:
            continue
        weight, gain = (
            place.value(each[place.parameter], np.empty(like.shape)).astype(np.float64)
            for each in (weights, gains)
        )
        if not np.array_equal((weight * gain).astype(np.float32), like):
            continue  # more than a gain was folded into it
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(
            numpy_helper.from_array(weight.astype(np.float16), f"{name}{HALF}")
        )
        if (gain == 1).all():
            added.append(_cast(f"{name}{HALF}", name, onnx.TensorProto.FLOAT))
            continue
        model.graph.initializer.append(numpy_helper.from_array(_small(gain), f"{name}{GAIN}"))
        added += (
            _cast(f"{name}{HALF}", f"{name}{WIDE}", onnx.TensorProto.DOUBLE),
            onnx.helper.make_node("Mul", [f"{name}{WIDE}", f"{name}{GAIN}"], [f"{name}{SCALED}"]),
            _cast(f"{name}{SCALED}", name, onnx.TensorProto.FLOAT),
        )
    nodes = [*added, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return bytes(model.SerializeToString())


def gains_of(network: nn.Module, names: frozenset[str]) -> "Mapping[str, Array]":
    """By what folding multiplies parameters, float64 of their shapes: what it makes of ones."""
    ones = copy.deepcopy(network).eval().double()
    parameters = dict(ones.named_parameters())
    with torch.no_grad():
        for name in names:
            parameters[name].fill_(1)
    fold_for_inference(ones)
    return {
        name: each.detach().double().numpy()
        for name, each in ones.named_parameters()
        if name in names
    }


def _cast(source: str, target: str, kind: int) -> "NodeProto":
    from onnx import helper

    return helper.make_node("Cast", [source], [target], to=kind)


def _small(values: Array) -> Array:
    """The same values to be broadcast: one along axes along which all are equal."""
    for axis in range(values.ndim):
        first = values.take([0], axis=axis)
        if (values == first).all():
            values = first
    return np.ascontiguousarray(values)


def widened(content: bytes) -> bytes:
    """A graph's file without constants in half precision: each as what it comes to.

    Args:
        content: Of a graph's file; it comes back as it is where it has none.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(content)
    graph = model.graph
    if not any(each.data_type == onnx.TensorProto.FLOAT16 for each in graph.initializer):
        return content
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    kept = []
    for node in graph.node:
        if node.op_type in ("Cast", "Mul") and all(name in constants for name in node.input):
            constants[node.output[0]] = _computed(node, [constants[name] for name in node.input])
        else:
            kept.append(node)
    used = {name for node in kept for name in node.input} | {each.name for each in graph.output}
    _replace(graph, kept, {name: value for name, value in constants.items() if name in used})
    return bytes(model.SerializeToString())


def _computed(node: "NodeProto", values: list[Array]) -> Array:
    from onnx import helper

    if node.op_type == "Mul":
        first, second = values
        product: Array = np.multiply(first, second)
        return product
    (kind,) = (each.i for each in node.attribute if each.name == "to")
    return values[0].astype(helper.tensor_dtype_to_np_dtype(kind))


def _replace(graph: "GraphProto", nodes: "list[NodeProto]", constants: dict[str, Array]) -> None:
    from onnx import numpy_helper

    del graph.node[:]
    graph.node.extend(nodes)
    del graph.initializer[:]
    graph.initializer.extend(
        numpy_helper.from_array(value, name) for name, value in constants.items()
    )
