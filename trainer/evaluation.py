"""What a network says to clips that it was not trained on, while it trains and at the end."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from engine.arrays import FloatArray, IntArray
from trainer.data import ClipSet, plain_input
from trainer.distributed import Ranks
from trainer.inputs import tensors_of
from trainer.plan import PlannedNetwork


@torch.inference_mode()
def predict_logits(network: nn.Module, planned: PlannedNetwork, clips: ClipSet) -> FloatArray:
    """``(N, K)`` float32 logits of a batch of clips, each as in use."""
    network.eval()
    device = next(network.parameters()).device
    inputs = planned.stream_of(plain_input(clips, planned.preprocessing))
    tensors = (each.to(device) for each in tensors_of(planned.config, inputs))
    logits: FloatArray = network(*tensors).logits.float().cpu().numpy()
    return logits


def logits_of(
    network: nn.Module,
    planned: PlannedNetwork,
    clips: ClipSet,
    ranks: Ranks,
    on_batch: Callable[[], None],
) -> FloatArray:
    """Logits of any number of clips, each process answering its share of them.

    Args:
        network: To ask.
        planned: What it is.
        clips: To show it.
        ranks: Of this process.
        on_batch: Called before each batch; may raise to break off.

    Returns:
        ``(N, K)`` float32 of all clips, on every process.
    """
    found = np.zeros((len(clips), planned.config.classes), dtype=np.float32)
    first = len(clips) * ranks.rank // ranks.count
    last = len(clips) * (ranks.rank + 1) // ranks.count
    for start in range(first, last, BATCH):
        on_batch()
        stop = min(start + BATCH, last)
        found[start:stop] = predict_logits(network, planned, clips.part(start, stop))
    if ranks.count == 1:
        return found
    device = next(network.parameters()).device
    return ranks.total(torch.from_numpy(found).to(device)).cpu().numpy()


BATCH = 16
"""Clips asked about at once."""


def accuracy(logits: FloatArray, actions: IntArray) -> float:
    """Share of clips named right.

    Args:
        logits: ``(N, K)``.
        actions: ``(N,)`` the true ones.
    """
    return float((logits.argmax(1) == actions).mean())


def recall(logits: FloatArray, actions: IntArray, names: tuple[str, ...]) -> dict[str, float]:
    """Of each action that the clips show, the share of its clips named right.

    Args:
        logits: ``(N, K)``.
        actions: ``(N,)`` the true ones.
        names: Of the K actions.
    """
    right = logits.argmax(1) == actions
    return {
        names[action]: round(float(right[actions == action].mean()), 4)
        for action in np.unique(actions)
    }
