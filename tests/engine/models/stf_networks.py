"""Tiny MS-G3Ds and STFs for tests, with something in every weight."""

from dataclasses import replace

import numpy as np
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
from engine.models.stf import FocusGraph

WISH = NetworkWish(layout=KINECT_V1, classes=4, frames=16, people=2, size="tiny")


def tiny_ms_g3d(**changes: object) -> MSG3DConfig:
    return replace(configure_ms_g3d(WISH), **changes)


def tiny_stf(**changes: object) -> STFConfig:
    return replace(configure_stf(WISH), **changes)


def random_input(config: MSG3DConfig, batch: int, seed: int = 0) -> torch.Tensor:
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


def seeded(config: MSG3DConfig) -> nn.Module:
    """Fresh weights; the clips' own graphs and the masks are not zero, as after training."""
    torch.manual_seed(0)
    network = config.build()
    for module in network.modules():
        if isinstance(module, FocusGraph):
            nn.init.normal_(module.last.weight, std=0.2)
    for name, parameter in network.named_parameters():
        if name.endswith("mask"):
            nn.init.normal_(parameter, std=0.02)
    return network


def warmed(config: MSG3DConfig) -> nn.Module:
    """A network whose normalisations have seen data, as after training."""
    network = seeded(config)
    with torch.no_grad():
        for seed in range(10):
            network(random_input(config, 4, seed))
    return network.eval()


def macs(network: nn.Module, inputs: torch.Tensor) -> float:
    """Multiply-adds of one forward pass."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(inputs)
    return counter.get_total_flops() / 2
