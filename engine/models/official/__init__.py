"""Other people's trained weights: state dicts of the papers' own repositories, as our networks.

A module each; it turns names and shapes into a configuration and a state dict that loads strictly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.architectures.base import NetworkConfig
from engine.errors import EngineError

PREFIX = "module."
"""Put before every name by ``torch.nn.DataParallel``."""
LISTED = 12
"""How many misfits a message names before it only counts them."""

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedNetwork:
    """A network made from somebody else's weights."""

    config: NetworkConfig
    """What the shapes say the network is."""
    state: dict[str, Tensor]
    """Loads strictly into ``config.build()``."""


def without_prefix(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors, their names without the ``module.`` of ``torch.nn.DataParallel``."""
    return {name.removeprefix(PREFIX): tensor for name, tensor in state.items()}


def shapes_of(state: Mapping[str, Tensor]) -> dict[str, Shape]:
    """Shapes of a state dict's tensors, by name."""
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def shape_of(shapes: Mapping[str, Shape], name: str, axes: int, *, title: str) -> Shape:
    """One tensor's shape.

    Args:
        shapes: Of an official state dict, by name.
        name: Of the tensor.
        axes: How many it must have.
        title: Of the network, for the message.

    Raises:
        EngineError: There is no such tensor, it has more or fewer axes, or one of them is empty.
    """
    if name not in shapes:
        raise EngineError(f"these are no official {title} weights: there is no {name}")
    if len(shapes[name]) != axes or 0 in shapes[name]:
        raise EngineError(f"{name}: {axes} axes were expected, found shape {shapes[name]}")
    return shapes[name]


def check_fit(expected: Mapping[str, Shape], found: Mapping[str, Tensor], *, title: str) -> None:
    """Name everything that does not fit.

    Args:
        expected: Names and shapes of the official state dict.
        found: The state dict that was given.
        title: Of the network, for the message.

    Raises:
        EngineError: Something does not.
    """
    misfits = [f"{name} is missing" for name in expected if name not in found]
    misfits += [f"{name} is not known" for name in found if name not in expected]
    misfits += [
        f"{name} should be {expected[name]}, is {tuple(tensor.shape)}"
        for name, tensor in found.items()
        if name in expected and tuple(tensor.shape) != expected[name]
    ]
    if misfits:
        more = [f"and {len(misfits) - LISTED} more"] if len(misfits) > LISTED else []
        raise EngineError(
            f"official {title} weights that do not fit: {'; '.join(misfits[:LISTED] + more)}"
        )
