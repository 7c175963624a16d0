"""What of a model can be trained on: its networks in the words of a job. Torch-free."""

from dataclasses import dataclass

from engine.architectures import architecture_by_id
from engine.architectures.base import NetworkConfig, NetworkWish
from engine.errors import EngineError
from engine.layouts import layout_by_id
from engine.preprocess.streams import Stream
from engine.runtime.cards import ModelCard, NetworkPart
from engine.study.durations import CLIPS_PER_SECOND, SLOWEST

BEARABLE = 25.0
"""Clips a second on a processor: slower networks are for GPUs, and for who asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseNetwork:
    """One network of a model, as a job would name it."""

    kind: str
    """Row of ``engine.architectures.ARCHITECTURES``."""
    size: str
    stream: Stream
    weight: float
    dropout: float
    frames: int


def trainable_networks(card: ModelCard) -> tuple[BaseNetwork, ...]:
    """Networks of a model that can go on from their weights.

    Those of a size that the architecture has no name for are left out, and of several of the same
    kind and stream all: a job could not tell their weights apart.
    """
    kinds = [(part.network.kind, part.stream) for part in card.networks]
    found = []
    for part in card.networks:
        size = size_of(card, part)
        if size and kinds.count((part.network.kind, part.stream)) == 1:
            found.append(
                BaseNetwork(
                    kind=part.network.kind,
                    size=size,
                    stream=part.stream,
                    weight=part.weight,
                    dropout=_dropout(part.network),
                    frames=part.network.frames,
                )
            )
    return tuple(found)


def networks_for(card: ModelCard, kinds: tuple[str, ...] = ()) -> tuple[BaseNetwork, ...]:
    """The networks of a model that a full run trains.

    Args:
        card: Of the model.
        kinds: Those wanted; empty for all that a processor trains in reasonable time, or for all
            where it has no others.
    """
    found = trainable_networks(card)
    if kinds:
        return tuple(each for each in found if each.kind in kinds)
    quick = tuple(each for each in found if CLIPS_PER_SECOND.get(each.kind, SLOWEST) >= BEARABLE)
    return quick or found


def size_of(card: ModelCard, part: NetworkPart) -> str:
    """The size of an architecture that gives a card's network; empty where none does."""
    architecture = architecture_by_id(part.network.kind)
    for size in architecture.sizes:
        wish = NetworkWish(
            layout=layout_by_id(card.layout_id),
            classes=part.network.classes,
            frames=part.network.frames,
            people=part.network.people,
            channels=part.network.channels,
            size=size,
            dropout=_dropout(part.network),
        )
        try:
            made = architecture.configure(wish)
        except EngineError:
            continue
        if _same(made, part.network):
            return size
    return ""


def _same(made: NetworkConfig, found: NetworkConfig) -> bool:
    return type(made) is type(found) and made == found


def _dropout(config: NetworkConfig) -> float:
    return float(getattr(config, "dropout", 0.0))
