"""From streams of clips to what a network's ``forward`` takes."""

import numpy as np
import torch
from torch import Tensor

from engine.architectures.base import Feeds, NetworkConfig, dense_feeds
from engine.arrays import FloatArray


def tensors_of(config: NetworkConfig, inputs: FloatArray) -> tuple[Tensor, ...]:
    """Arguments of the network's ``forward``, of a stream ``(N, C, T, V, M)`` float32."""
    return tensors_from(config.feeds(inputs))


def tensors_from(feeds: Feeds) -> tuple[Tensor, ...]:
    """The same of feeds that are made already; they share their memory where they can."""
    return tuple(
        torch.from_numpy(np.require(feed, requirements=("C", "W"))) for feed in feeds.values()
    )


def is_dense(config: NetworkConfig, inputs: FloatArray) -> bool:
    """Whether the network takes clips as they are, so that a blend of two is one too.

    Args:
        config: Of the network.
        inputs: ``(N, C, T, V, M)`` any clips.
    """
    return set(config.feeds(inputs)) == set(dense_feeds(inputs))
