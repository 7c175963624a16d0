"""One answer of several networks."""

import numpy as np

from engine.arrays import FloatArray
from engine.runtime.cards import Fusion, ModelCard


def fuse(logits: list[FloatArray], card: ModelCard) -> FloatArray:
    """Put the answers of a card's networks together, as the card says.

    Logits are averaged and not added as in the official scripts [ours]: the order of the actions is
    the same, and the probabilities do not grow surer with every network.

    Args:
        logits: ``(N, K)`` of each network.
        card: Their weights and the way of fusing.

    Returns:
        ``(N, K)`` float32 probabilities.
    """
    shares = np.array([part.weight for part in card.networks], dtype=np.float32)
    shares /= shares.sum()
    if card.fusion is Fusion.LOGITS:
        return softmax(np.tensordot(shares, np.stack(logits), axes=1))
    fused: FloatArray = np.tensordot(shares, np.stack([softmax(each) for each in logits]), axes=1)
    return fused


def softmax(logits: FloatArray) -> FloatArray:
    """``(N, K)`` logits -> probabilities."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    result: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return result
