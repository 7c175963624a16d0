"""Statistics for batch normalisations as the network is used: with nothing dropped.

While a network trains, what is dropped is made up for by what is kept being scaled up. That leaves
a mean as it is, but not a variance: a normalisation behind the dropping learns one that it never
meets in use (Li, Chen, Hu, Yang: Understanding the Disharmony between Dropout and Batch
Normalization by Variance Shift, CVPR 2019). An average of weights has no statistics of its own
either. So at the end they are taken anew, from batches that the network sees as in use.
"""

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from trainer.devices import Compute
from trainer.inputs import tensors_from
from trainer.norms import share_norms
from trainer.sampling import Making, Part


def settled(
    network: nn.Module,
    making: Making,
    compute: Compute,
    on_batch: Callable[[], None],
) -> nn.Module:
    """A copy of a network with statistics of its own; the network itself where it keeps none.

    Args:
        network: With its weights.
        making: Makes the batches. As many are seen as its schedule says: those that would come
            after its last pass, so that they are the same at any moment.
        compute: Where, and in which numbers.
        on_batch: Called before each batch; may raise to break off.
    """
    wanted = making.schedule.settling
    if not wanted or not norms_of(network):
        return network
    result = copy.deepcopy(network)
    seeing = result
    if making.share.ranks > 1:
        seeing = copy.deepcopy(network)
        share_norms(seeing)
    # a blend of two clips is something that is never met in use
    plain = replace(making, schedule=replace(making.schedule, mixup=0.0))
    after = making.schedule.passes
    batches = (
        parts for number in range(after, after + wanted) for parts in plain.batches(number, 0)
    )
    settle(seeing, islice(batches, wanted), compute, on_batch)
    if seeing is not result:
        result.load_state_dict(seeing.state_dict())
    return result


@torch.no_grad()
def settle(
    network: nn.Module,
    batches: Iterable[tuple[Part, ...]],
    compute: Compute,
    on_batch: Callable[[], None],
) -> None:
    """Give a network's batch normalisations the mean of the statistics of batches, in place."""
    norms = norms_of(network)
    momenta = [norm.momentum for norm in norms]
    network.eval()
    for norm in norms:
        norm.train()
    seen = 0
    for parts in batches:
        on_batch()
        for part in parts:
            seen += 1
            for norm in norms:
                norm.momentum = 1 / seen
            with compute.autocast():
                network(*compute.here(tensors_from(part.feeds)))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    network.eval()


def norms_of(network: nn.Module) -> tuple[_BatchNorm, ...]:
    """Its batch normalisations that keep statistics."""
    return tuple(
        module
        for module in network.modules()
        if isinstance(module, _BatchNorm) and module.running_mean is not None
    )
