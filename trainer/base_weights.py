"""Weights that a network starts from instead of chance."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import EngineError, TrainingError
from engine.runtime.cards import CARD_FILE, read_card
from engine.runtime.packages import ModelPackage
from trainer.plan import PlannedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A network that is another one with something added, which then keeps its own start."""

    origin: str
    """The other one's kind."""
    inside: str
    """The module that is the other one."""


LONGEST_REASON = 300
GROWTHS = {"stf": Growth(origin="ms-g3d", inside="backbone")}


def load_base(network: nn.Module, planned: PlannedNetwork) -> None:
    """Start from the weights that the job names for a network.

    Every weight has to fit, so that nothing starts from chance unnoticed: it is the same network
    with any number of frames, or the one that this one has grown from.

    Raises:
        TrainingError: They cannot be read or are another network's.
    """
    base = Path(planned.choice.base)
    try:
        tensors = load_file(weights_file(base, planned))
        part_for(tensors, network, planned).load_state_dict(tensors)
    except (EngineError, OSError, SafetensorError, RuntimeError) as error:
        reason = shorten(str(error), LONGEST_REASON)  # torch names every weight, a line each
        raise TrainingError(f"{planned.title} cannot start from {base}: {reason}") from error


def part_for(tensors: dict[str, Tensor], network: nn.Module, planned: PlannedNetwork) -> nn.Module:
    """Where in the network the weights belong: all of it, or what it has grown from."""
    growth = GROWTHS.get(planned.config.kind)
    if growth is None or any(name.startswith(f"{growth.inside}.") for name in tensors):
        return network
    return network.get_submodule(growth.inside)


def weights_file(base: Path, planned: PlannedNetwork) -> Path:
    """The file meant by a job: itself, or the one of the same stream in a package.

    Raises:
        EngineError: The package has none, or several, or is not what its card says.
    """
    if not base.is_dir():
        return base
    card = read_card(base)
    growth = GROWTHS.get(planned.config.kind)
    kinds = (planned.config.kind, None if growth is None else growth.origin)
    fitting = [
        part
        for part in card.networks
        if part.stream is planned.stream and part.network.kind in kinds
    ]
    if len(fitting) != 1:
        raise TrainingError(
            f"its {CARD_FILE} names {len(fitting)} networks for {planned.title}, expected one; "
            "name a weights file instead"
        )
    return ModelPackage(folder=base, card=card).checked_path(fitting[0].weights)
