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
from trainer.few_clips_head import classifier_of, name_of
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


def load_base(network: nn.Module, planned: PlannedNetwork, actions: tuple[str, ...]) -> None:
    """Start from the weights that the job names for a network.

    Every weight has to fit, so that nothing starts from chance unnoticed: it is the same network
    with any number of frames, or the one that this one has grown from. Only of a package, whose
    card names its actions, the actions may be others: those of the same name go on as they are, and
    the classifier's rows of the rest start from chance.

    Args:
        network: Changed.
        planned: Says what it starts from.
        actions: Of the data set, in the order of the classifier's rows.

    Raises:
        TrainingError: They cannot be read or are another network's.
    """
    base = Path(planned.choice.base)
    try:
        tensors = load_file(weights_file(base, planned))
        part = part_for(tensors, network, planned)
        known = read_card(base).class_names if base.is_dir() else actions
        if known != actions:
            tensors |= rows_by_name(tensors, part, known, actions)
        part.load_state_dict(tensors)
    except (EngineError, OSError, SafetensorError, RuntimeError) as error:
        reason = shorten(str(error), LONGEST_REASON)  # torch names every weight, a line each
        raise TrainingError(f"{planned.title} cannot start from {base}: {reason}") from error


def rows_by_name(
    tensors: dict[str, Tensor], network: nn.Module, known: tuple[str, ...], actions: tuple[str, ...]
) -> dict[str, Tensor]:
    """A classifier's weights for other actions than those it was trained on.

    Args:
        tensors: The trained weights.
        network: As it starts; gives the rows of actions that are new.
        known: The actions trained on, in the order of their rows.
        actions: The actions wanted.

    Raises:
        TrainingError: The weights have no such rows.
    """
    name = name_of(network, classifier_of(network))
    fresh, rows = network.state_dict(), {}
    for each in (f"{name}.weight", f"{name}.bias"):
        old = tensors.get(each)
        if old is None or len(old) != len(known):
            raise TrainingError(f"expected {each} with {len(known)} rows, one for each action")
        rows[each] = fresh[each].clone()
        for number, action in enumerate(actions):
            if action in known:
                rows[each][number] = old[known.index(action)]
    return rows


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
