"""From streams of clips to what a network's ``forward`` takes."""

import numpy as np
import torch
from torch import Tensor

from engine.architectures.base import NetworkConfig, dense_feeds
from engine.arrays import FloatArray


def tensors_of(config: NetworkConfig, inputs: FloatArray) -> tuple[Tensor, ...]:
    """Arguments of the network's ``forward``, of a stream ``(N, C, T, V, M)`` float32."""
    return tuple(
        torch.from_numpy(np.require(feed, requirements=("C", "W")))
        for feed in config.feeds(inputs).values()
    )


def is_dense(config: NetworkConfig, inputs: FloatArray) -> bool:
    """Whether the network takes clips as they are, so that a blend of two is one too.

    Args:
        config: Of the network.
        inputs: ``(N, C, T, V, M)`` any clips.
    """
    return set(config.feeds(inputs)) == set(dense_feeds(inputs))
