"""What a model remembers of its own actions: features, from which no recording can be had back.

A package may bring ``features.safetensors``: what its network pools of some clips of each action.
With them, the actions are replayed to the last layers while others are learnt.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.arrays import IntArray
from engine.errors import ModelPackageError
from engine.runtime.cards import PackageFile
from engine.runtime.packages import file_sha256
from trainer.few_clips_head import Examples, Head, smooth

PER_ACTION = 40
"""Features kept of an action."""
EXACT_SHARE = 0.6
"""Of what is to be said of a feature: enough to outweigh an old head that is sure of something
else."""
READABLE = 0o644


def write_bank(features: Tensor, actions: Tensor, path: Path) -> PackageFile:
    """Write features, as many of each action as are kept, in half precision.

    Args:
        features: ``(N, D)``; those of an action that come first are kept.
        actions: ``(N,)`` int64.
        path: Of the new file.

    Raises:
        OSError: The disk refuses.
    """
    places = [
        torch.nonzero(actions == action).flatten()[:PER_ACTION]
        for action in sorted(set(actions.tolist()))
    ]
    kept = torch.cat(places)
    tensors = {
        "features": features[kept].half().contiguous(),
        "actions": actions[kept].to(torch.int16).contiguous(),
    }
    save_file(tensors, path)
    path.chmod(READABLE)  # safetensors writes for the owner alone
    return PackageFile(name=path.name, sha256=file_sha256(path))


def read_bank(path: Path, *, width: int, classes: int) -> tuple[Tensor, Tensor]:
    """Read features.

    Args:
        path: A file that ``write_bank`` wrote.
        width: D that they must have.
        classes: K that they are of.

    Returns:
        ``(N, D)`` float32 and the numbers of their actions, ``(N,)`` int64.

    Raises:
        ModelPackageError: They are not the network's.
    """
    try:
        tensors = load_file(path)
        features, actions = tensors["features"].float(), tensors["actions"].long()
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelPackageError(
            f"{path.name} holds no features ({error}); install the model again"
        ) from error
    fits = features.ndim == len("ND") and features.shape == (len(actions), width)
    if not fits or (len(actions) and not 0 <= int(actions.min()) <= int(actions.max()) < classes):
        raise ModelPackageError(
            f"{path.name}: expected features of {width} numbers for {classes} actions, found "
            f"{tuple(features.shape)}; install the model again"
        )
    return features, actions


def replayed(old: Head, features: Tensor, actions: Tensor | None, rows: IntArray) -> Examples:
    """Features under the new numbers of actions, with what is to be said of them.

    That is what they are, and to a lesser part what the old head said of them, which also holds
    what is like what (Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015);
    only the latter where nobody knows what they are.

    Args:
        old: The old head.
        features: ``(N, D)``.
        actions: ``(N,)`` their old numbers, or None.
        rows: ``(K,)`` which old action each new one was; -1 for none, but not for all.

    Returns:
        Without those of actions that are not kept.
    """
    kept = np.flatnonzero(rows >= 0)
    with torch.no_grad():
        said = torch.softmax(old.logits(features)[:, rows[kept]], dim=1)
    targets = torch.zeros(len(features), len(rows))
    targets[:, kept] = said
    if actions is None:
        return Examples(features=features, targets=targets)
    numbers = torch.full((old.layers[-1].out_features,), -1)
    numbers[rows[kept]] = torch.from_numpy(kept)
    now = numbers[actions]
    known = now >= 0
    exact = smooth(now[known], len(rows))
    both = EXACT_SHARE * exact + (1 - EXACT_SHARE) * targets[known]
    return Examples(features=features[known], targets=both)
