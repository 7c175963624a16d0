"""A trained network in the graph of the one it came from, without tracing it anew.

Tracing takes as long as the training of a few clips. Where only numbers differ, the old graph needs
nothing but the new numbers: which of its constants hold which weights is found by their values, and
what the new graph says is compared with torch before anybody relies on it.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import nn

from engine.arrays import IntArray
from engine.models.layers import fold_for_inference
from trainer.few_clips_head import classifier_of
from trainer.half_graph import widened

if TYPE_CHECKING:
    from onnx import ModelProto

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A constant of a graph that holds a weight."""

    constant: str
    parameter: str
    """Of the folded network."""
    axes: tuple[int, ...] | None
    """The constant's axes in the weight, where all it does is exchange them."""
    order: IntArray | None
    """Where each of the constant's numbers stands in the flat weight, where it does more."""

    def value(self, weight: Array, like: Array) -> Array:
        """What the constant is for another weight.

        Args:
            weight: In the folded network.
            like: The constant as it was.
        """
        if self.axes is not None:
            return np.ascontiguousarray(weight.transpose(self.axes)).astype(like.dtype)
        return weight.reshape(-1)[self.order].reshape(like.shape).astype(like.dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphPlan:
    """Which weights a graph holds, and where."""

    content: bytes
    """The graph's file, all of it in full precision."""
    places: tuple[Place, ...]
    fixed: frozenset[str]
    """Weights that it holds in no form that could be exchanged: they have to stay as they are."""
    classes: int
    """K of the graph."""


def plan_graph(path: Path, network: nn.Module) -> GraphPlan:
    """Look up the weights of a network in its graph.

    Args:
        path: Of the graph.
        network: Whose weights are in it, before folding.
    """
    import onnx
    from onnx import numpy_helper

    content = widened(path.read_bytes())
    weights = folded_weights(network)
    by_value = _by_value(weights)
    by_content = _by_content(weights)
    places = []
    for tensor in onnx.load_from_string(content).graph.initializer:
        constant = numpy_helper.to_array(tensor)
        if constant.dtype != np.float32:
            continue
        same = by_value.get((constant.shape, constant.tobytes()), [])
        found = [
            Place(constant=tensor.name, parameter=name, axes=axes, order=None)
            for name, axes in sorted(same, key=lambda each: not tensor.name.endswith(each[0]))
        ] or list(_rearranged(tensor.name, constant, by_content))
        places += found[:1]
    held = {place.parameter for place in places}
    return GraphPlan(
        content=content,
        places=tuple(places),
        fixed=frozenset(name for name in weights if name not in held),
        classes=classifier_of(network).out_features,
    )


def folded_weights(network: nn.Module) -> dict[str, Array]:
    """All that training can change of a network, as it is in its graph, by name.

    Parameters, running statistics, and what folding made of both.
    """
    folded = copy.deepcopy(network).eval()
    fold_for_inference(folded)
    tensors = (*folded.named_parameters(), *folded.named_buffers())
    return {name: each.detach().numpy() for name, each in tensors if each.is_floating_point()}


Held = dict[tuple[tuple[int, ...], bytes], list[tuple[str, tuple[int, ...]]]]


def _by_value(weights: dict[str, Array]) -> Held:
    found: Held = defaultdict(list)
    for name, weight in weights.items():
        for axes in permutations(range(weight.ndim)):
            turned = np.ascontiguousarray(weight.transpose(axes))
            found[turned.shape, turned.tobytes()].append((name, axes))
    return found


def _by_content(weights: dict[str, Array]) -> dict[bytes, tuple[str, IntArray]]:
    """Weights whose numbers all differ, by these numbers in ascending order."""
    found = {}
    for name, weight in weights.items():
        flat = weight.reshape(-1)
        order = np.argsort(flat)
        if flat.size > 1 and len(np.unique(flat)) == flat.size:
            found[flat[order].tobytes()] = (name, order)
    return found


def _rearranged(
    constant: str, values: Array, by_content: dict[bytes, tuple[str, IntArray]]
) -> Iterator[Place]:
    flat = values.reshape(-1)
    ascending = np.argsort(flat)
    if flat[ascending].tobytes() not in by_content:
        return
    name, order = by_content[flat[ascending].tobytes()]
    place = np.empty_like(order)
    place[ascending] = order
    yield Place(constant=constant, parameter=name, axes=None, order=place)


def patched(plan: GraphPlan, network: nn.Module) -> bytes:
    """The graph's file with a network's weights.

    Args:
        plan: Of the network that it came from.
        network: Has the same shapes, but for the number of actions.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(plan.content)
    weights = folded_weights(network)
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for place in plan.places:
        tensor = constants[place.constant]
        old = numpy_helper.to_array(tensor)
        tensor.CopyFrom(
            numpy_helper.from_array(place.value(weights[place.parameter], old), tensor.name)
        )
    _declare_classes(model, plan.classes, classifier_of(network).out_features)
    return bytes(model.SerializeToString())


def _declare_classes(model: "ModelProto", old: int, new: int) -> None:
    """Bring what the graph says of its shapes in line with another number of actions."""
    if new == old:
        return  # shapes that are known make a session open twice as fast
    del model.graph.value_info[:]
    for output in model.graph.output:
        if output.name in ("logits", "class_activations"):
            last = output.type.tensor_type.shape.dim[-1]
            if last.dim_value == old:
                last.dim_value = new
