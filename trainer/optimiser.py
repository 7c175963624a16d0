"""How weights move: rates over a run, and what shrinks on the way."""

import math

import torch
from torch import nn

from engine.errors import TrainingError
from trainer.job import Schedule

MATRICES = ("weight", "near", "table")
"""What torch's layers call their matrices, and what the sparse convolutions do."""


def learning_rate(schedule: Schedule, progress: float) -> float:
    """One cosine up from a fortieth of the highest rate, one down to a thousandth of it.

    Args:
        schedule: Highest rate and share of warm-up.
        progress: Share of the run that is done, 0..1.
    """
    high = schedule.learning_rate
    first, last = high / 40, high / 1000
    if progress < schedule.warm_up:
        share = progress / schedule.warm_up
        return first + (high - first) * (1 - math.cos(math.pi * share)) / 2
    share = (progress - schedule.warm_up) / (1 - schedule.warm_up)
    return last + (high - last) * (1 + math.cos(math.pi * share)) / 2


def make_optimiser(network: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """The optimiser a schedule asks for.

    Raises:
        TrainingError: There is no such optimiser.
    """
    groups = parameter_groups(network, schedule.weight_decay)
    if schedule.optimiser == "sgd":
        return torch.optim.SGD(
            groups, lr=schedule.learning_rate, momentum=schedule.momentum, nesterov=True
        )
    if schedule.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.98))
    raise TrainingError(f"no optimiser {schedule.optimiser!r}; there are sgd and adamw")


def parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """What shrinks a little with every step, and what does not.

    Weight decay keeps the matrices of projections and convolutions from growing for nothing, since
    a normalisation behind them takes their size out again. What carries a meaning of its own is
    left where it learnt to be: biases, gains of normalisations, and parameters that are graphs,
    masks, maps or scales, which shrinking would pull to "no connection". The names tell, because
    shapes do not: a graph of joints has two axes like a matrix.
    """
    matrices = [p for name, p in network.named_parameters() if is_matrix(name, p)]
    held = {id(p) for p in matrices}
    others = [p for p in network.parameters() if id(p) not in held]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Whether a parameter is the matrix of a projection or a convolution."""
    return name.rpartition(".")[2] in MATRICES and parameter.ndim > 1
