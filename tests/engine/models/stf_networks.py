"""Tiny MS-G3Ds and STFs for tests, with something in every weight."""

from dataclasses import replace

import torch
from torch import nn

from engine.architectures.base import NetworkWish
from engine.architectures.stf import (
    MSG3DConfig,
    STFConfig,
    configure_ms_g3d,
    configure_stf,
)
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.stf import FocusGraph
from engine.models.window_graph import compute_as_published
from tests.engine.models import contract
from tests.engine.models.contract import random_input

WISH = NetworkWish(layout=KINECT_V1, classes=4, frames=16, people=2, size="tiny")
NTU = NetworkWish(layout=KINECT_V2, classes=60, frames=300, people=2, size="full")
BEFORE_NORMS = ("conv.bias", "project.bias")
"""A constant before a normalisation cannot matter."""


def tiny_ms_g3d(**changes: object) -> MSG3DConfig:
    return replace(configure_ms_g3d(WISH), **changes)


def tiny_stf(**changes: object) -> STFConfig:
    return replace(configure_stf(WISH), **changes)


def seeded(config: MSG3DConfig) -> nn.Module:
    """Fresh weights; the clips' own graphs and the masks are not zero, as after training."""
    network = contract.seeded(config)
    for module in network.modules():
        if isinstance(module, FocusGraph):
            nn.init.normal_(module.last.weight, std=0.2)
    for name, parameter in network.named_parameters():
        if name.endswith("mask"):
            nn.init.normal_(parameter, std=0.02)
    return network


def warmed(config: MSG3DConfig) -> nn.Module:
    """A network whose normalisations have seen data, as after training."""
    return contract.warm(seeded(config), config, batches=10, batch=4)


def macs(network: nn.Module, inputs: torch.Tensor) -> float:
    """Multiply-adds of one forward pass."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(inputs)
    return counter.get_total_flops() / 2


def assert_both_orders_answer_alike(config: MSG3DConfig) -> None:
    """All outputs are the same whether neighbours or channels are mixed first."""
    network, inputs = warmed(config), random_input(config, 2)
    with torch.inference_mode():
        cheap = network(inputs)
        compute_as_published(network)
        published = network(inputs)
    torch.testing.assert_close(cheap, published, atol=1e-5, rtol=1e-4)
