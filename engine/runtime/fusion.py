"""One answer of several networks, as sure of itself as it deserves to be.

A model's temperature divides the logarithms of the *fused* probabilities. For a single network, and
for networks whose logits are averaged, that is the usual temperature scaling (Guo, Pleiss, Sun,
Weinberger: On Calibration of Modern Neural Networks, ICML 2017): logits and logarithms of
probabilities differ by a constant that the softmax forgets. For networks whose probabilities are
averaged, a temperature for each network would change which action comes first; one for the fused
answer never does, and it corrects what fusing itself does to the sureness [ours].
"""

import numpy as np

from engine.arrays import DoubleArray, FloatArray
from engine.runtime.cards import Fusion, ModelCard


def fuse(logits: list[FloatArray], card: ModelCard) -> FloatArray:
    """Put the answers of a card's networks together, as the card says.

    Args:
        logits: ``(N, K)`` of each network.
        card: Their weights, the way of fusing and the temperature.

    Returns:
        ``(N, K)`` float32 probabilities.
    """
    return tempered(fused_logarithms(logits, card), card.temperature)


def fused_logarithms(logits: list[FloatArray], card: ModelCard) -> DoubleArray:
    """Logarithms of the fused probabilities, before the temperature.

    Logits are averaged and not added as in the official scripts [ours]: the order of the actions is
    the same, and the probabilities do not grow surer with every network.

    Args:
        logits: ``(N, K)`` of each network.
        card: Their weights and the way of fusing.

    Returns:
        ``(N, K)`` float64; the exponentials of each row sum to one.
    """
    weights = np.array([part.weight for part in card.networks], dtype=np.float64)
    counting = np.flatnonzero(weights)
    shares = weights[counting] / weights.sum()
    stacked = np.stack([logits[number] for number in counting]).astype(np.float64)
    if card.fusion is Fusion.LOGITS:
        return logarithms(np.tensordot(shares, stacked, axes=1))
    # a sum of exponentials around the largest: no probability is lost, however small
    parts = logarithms(stacked) + np.log(shares)[:, None, None]
    largest = parts.max(axis=0)
    return logarithms(largest + np.log(np.exp(parts - largest).sum(axis=0)))


def logarithms(logits: DoubleArray) -> DoubleArray:
    """``(..., K)`` logits -> logarithms of their probabilities."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: DoubleArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def tempered(log_probabilities: DoubleArray, temperature: float) -> FloatArray:
    """Probabilities at a temperature.

    Args:
        log_probabilities: ``(N, K)`` before the temperature.
        temperature: More than 0.

    Returns:
        ``(N, K)`` float32.
    """
    return np.exp(logarithms(log_probabilities / temperature)).astype(np.float32)


def softmax(logits: FloatArray) -> FloatArray:
    """``(N, K)`` logits -> probabilities."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    result: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return result
