"""Other people's trained weights: state dicts of the papers' own repositories, as our networks.

A module each; it turns names and shapes into a configuration and a state dict that loads strictly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.architectures.base import NetworkConfig

PREFIX = "module."
"""Put before every name by ``torch.nn.DataParallel``."""


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
