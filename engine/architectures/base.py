"""What every network declares: its configuration, torch-free, and what is made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.skeleton import SkeletonLayout

if TYPE_CHECKING:
    from torch import nn

    from engine.explain.base import Evidence
    from engine.prediction import Explanation

Feeds = Mapping[str, NDArray[np.generic]]
"""Inputs of a network's graph by name, in the order of its ``forward``; axis 0 is of any length."""
SizeT = TypeVar("SizeT")


@runtime_checkable
class NetworkConfig(Protocol):
    """What a network is built from: a frozen dataclass, part of the model card.

    One network takes one stream of ``(N, C, T, V, M)``.
    """

    @property
    def kind(self) -> str:
        """Row of ``engine.architectures.ARCHITECTURES``."""
        ...

    @property
    def joints(self) -> int:
        """V."""
        ...

    @property
    def people(self) -> int:
        """M: how many people are seen at once."""
        ...

    @property
    def classes(self) -> int:
        """K."""
        ...

    @property
    def frames(self) -> int:
        """T."""
        ...

    @property
    def channels(self) -> int:
        """C of the input stream."""
        ...

    @property
    def focal_joints(self) -> int:
        """How many joints of a person to light unasked.

        As many as the network selects itself, else ``focal_joint_count``.
        """
        ...

    def build(self) -> "nn.Module":
        """The network with fresh weights; imports torch.

        Its ``forward`` takes tensors in the order of ``feeds`` and returns a NamedTuple: ``logits``
        ``(N, K)`` first, then what explains them, each tensor starting with ``(N, M)``.
        """
        ...

    def feeds(self, inputs: FloatArray) -> Feeds:
        """What the graph is fed with, of ``(N, C, T, V, M)`` float32."""
        ...

    def explain(self, evidence: "Evidence") -> "Explanation":
        """What the outputs say of the recording."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkWish:
    """What a network is wanted for."""

    layout: SkeletonLayout
    classes: int
    frames: int
    people: int = 1
    channels: int = 3
    """C of the input stream: 2 or 3 coordinates, twice that for joints and bones together, one
    more for visibility."""
    size: str = "small"
    """One of the architecture's sizes."""
    dropout: float = 0.0
    """Before the classifier, where the architecture has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A row of the table of networks."""

    id: str
    """Stable, lower case, e.g. ``fg-stformer``; the ``kind`` of its configurations."""
    title: str
    """For people, e.g. ``FG-STFormer``."""
    paper: str
    """Authors, title, venue."""
    config_type: type[Any]
    """A dataclass that is a ``NetworkConfig``."""
    sizes: tuple[str, ...]
    """Names that ``configure`` takes, the paper's own first."""
    paper_frames: int = 128
    """T of the paper's main experiments."""
    streams: tuple[str, ...] = ("joint",)
    """What the paper shows a single network, for measuring: values of ``Stream``."""
    configure: Callable[[NetworkWish], NetworkConfig]
    """The configuration for a skeleton layout; raises EngineError for an impossible wish."""


def chosen_size(sizes: Mapping[str, SizeT], wish: NetworkWish, title: str) -> SizeT:
    """What an architecture's size of the wished name stands for.

    Args:
        sizes: Of the architecture, by name.
        wish: Which of them is wanted.
        title: Of the architecture, for the message.

    Raises:
        EngineError: There is no such size; the message lists those there are.
    """
    if wish.size not in sizes:
        raise EngineError(f"{title} has no size {wish.size!r}; there are {', '.join(sizes)}")
    return sizes[wish.size]


def focal_joint_count(joints: int) -> int:
    """FG-STFormer's 15 of NTU's 25 joints, in proportion for smaller skeletons."""
    return min(15, round(0.6 * joints))


def dense_feeds(inputs: FloatArray) -> Feeds:
    """For networks that take the clip as it is: one input of that name."""
    return {"input": inputs}
