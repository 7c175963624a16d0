"""How weights move, and what shrinks on the way."""

import torch
from torch import nn

from engine.errors import TrainingError
from trainer.job import Schedule

MATRICES = ("weight", "near", "table")
"""What torch's layers call their matrices, and what the sparse convolutions do."""


def make_optimiser(network: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """The optimiser a schedule asks for.

    Raises:
        TrainingError: There is no such optimiser.
    """
    decay, rate = schedule.weight_decay, schedule.learning_rate
    groups = (
        [{"params": list(network.parameters()), "weight_decay": decay}]
        if schedule.decay_all
        else parameter_groups(network, decay)
    )
    if schedule.optimiser == "sgd":
        return torch.optim.SGD(
            groups, lr=rate, momentum=schedule.momentum, nesterov=schedule.nesterov
        )
    if schedule.optimiser == "adam":
        return torch.optim.Adam(groups, lr=rate)
    if schedule.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    raise TrainingError(f"no optimiser {schedule.optimiser!r}; there are sgd, adam and adamw")


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
