"""Matrices shrink, what carries a meaning of its own does not."""

import pytest
import torch
from torch import nn

from engine.architectures import ARCHITECTURES
from engine.architectures.base import NetworkWish
from engine.errors import TrainingError
from engine.layouts.kinect_v1 import KINECT_V1
from trainer.job import Schedule
from trainer.optimiser import is_matrix, make_optimiser

NO_MATRICES = {"bias", "shared_map", "inherent", "balance", "mask", "learned"}
"""Parameters of two axes and more that carry a meaning of their own."""


class Graph(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(4, 4)
        self.conv = nn.Conv2d(4, 4, (3, 1))
        self.norm = nn.BatchNorm1d(4)
        self.mask = nn.Parameter(torch.ones(3, 4, 4))
        self.strength = nn.Parameter(torch.ones(1))


def test_weight_decay_is_for_matrices_alone():
    network = Graph()
    optimiser = make_optimiser(network, Schedule(weight_decay=0.1))
    decayed = {id(p) for p in optimiser.param_groups[0]["params"]}
    names = {name for name, p in network.named_parameters() if id(p) in decayed}
    assert names == {"project.weight", "conv.weight"}
    assert [group["weight_decay"] for group in optimiser.param_groups] == [0.1, 0.0]
    assert sum(len(group["params"]) for group in optimiser.param_groups) == len(
        list(network.parameters())
    )


@pytest.mark.parametrize("row", ARCHITECTURES, ids=lambda row: row.id)
def test_every_parameter_of_each_network_is_known_as_a_matrix_or_as_none(row):
    network = row.configure(
        NetworkWish(layout=KINECT_V1, classes=3, frames=16, size="tiny")
    ).build()
    others = {
        name.rpartition(".")[2]
        for name, parameter in network.named_parameters()
        if parameter.ndim > 1 and not is_matrix(name, parameter)
    }
    assert others <= NO_MATRICES
    assert any(is_matrix(name, parameter) for name, parameter in network.named_parameters())


def test_an_unknown_optimiser_is_refused():
    with pytest.raises(TrainingError, match="sgd, adam and adamw"):
        make_optimiser(Graph(), Schedule(optimiser="lion"))


def test_the_papers_weight_decay_is_for_everything():
    network = Graph()
    (group,) = make_optimiser(network, Schedule(weight_decay=0.1, decay_all=True)).param_groups
    assert group["weight_decay"] == 0.1
    assert len(group["params"]) == len(list(network.parameters()))


@pytest.mark.parametrize(("name", "kind"), [("adam", "Adam"), ("adamw", "AdamW"), ("sgd", "SGD")])
def test_an_optimiser_is_chosen_by_name(name, kind):
    optimiser = make_optimiser(Graph(), Schedule(optimiser=name, learning_rate=0.3))
    assert type(optimiser).__name__ == kind
    assert {group["lr"] for group in optimiser.param_groups} == {0.3}


def test_momentum_is_nesterovs_unless_the_paper_says_otherwise():
    plain = make_optimiser(Graph(), Schedule(nesterov=False))
    assert [group["nesterov"] for group in plain.param_groups] == [False, False]
    assert make_optimiser(Graph(), Schedule()).param_groups[0]["nesterov"]
