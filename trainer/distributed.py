"""Several processes, on one machine or more, that train one network together.

``torchrun`` starts them and says to each who it is. All see the same batch and compute a part of
it; gradients are added up over all of them, and normalisations take their statistics of all of them
(``trainer.norms``). So the result is that of one process, up to the order in which numbers are
added, and a job means the same however many devices there are.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn

PATIENCE = timedelta(hours=2)
"""How long one waits for the others: the first one also exports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Which of the processes this one is."""

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    """Among those of this machine."""

    @property
    def is_first(self) -> bool:
        """Whether it is the one that tells and writes."""
        return self.rank == 0

    def total(self, numbers: Tensor) -> Tensor:
        """The sum of a tensor over all processes, in place; bit-equal on all of them."""
        if self.count > 1:
            distributed.all_reduce(numbers)
        return numbers

    def agreed(self, number: int) -> int:
        """What the first process says of a number."""
        if self.count == 1:
            return number
        said = torch.tensor(number if self.is_first else 0, device=self._device())
        return int(self.total(said))

    def from_first(self, content: bytes | None) -> bytes | None:
        """The bytes that the first process has, on all of them; None if it has none."""
        if self.count == 1:
            return content
        length = self.agreed(-1 if content is None else len(content))
        if length < 0:
            return None
        held = bytearray(content) if self.is_first and content else bytearray(length)
        bytes_ = torch.frombuffer(held, dtype=torch.uint8).to(self._device())
        if length:
            distributed.broadcast(bytes_, src=0)
        return bytes_.cpu().numpy().tobytes()

    def _device(self) -> str:
        return f"cuda:{self.local_rank}" if distributed.get_backend() == "nccl" else "cpu"


def ranks_here() -> Ranks:
    """Who ``torchrun`` says this process is; without it, the only one."""
    return Ranks(
        rank=int(os.environ.get("RANK", "0")),
        count=int(os.environ.get("WORLD_SIZE", "1")),
        local_rank=int(os.environ.get("LOCAL_RANK", "0")),
    )


@contextmanager
def joined(ranks: Ranks, device: str) -> Iterator[None]:
    """Within it, the processes can hear each other.

    Args:
        ranks: Of this process.
        device: What each computes on, ``cpu`` or ``cuda:0``.
    """
    if ranks.count == 1:
        yield
        return
    is_gpu = device != "cpu"
    if is_gpu:
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if is_gpu else "gloo", timeout=PATIENCE)
    try:
        yield
    finally:
        distributed.destroy_process_group()


def add_up(network: nn.Module, ranks: Ranks, told: Tensor) -> Tensor:
    """Add up the gradients of all processes, and a few numbers besides, in one exchange.

    Args:
        network: After ``backward``; a parameter that no process has a gradient of keeps none.
        ranks: Of this process.
        told: ``(n,)`` float32 numbers to add up too.

    Returns:
        ``(n,)`` their sums.
    """
    if ranks.count == 1:
        return told
    parameters = [each for each in network.parameters() if each.requires_grad]
    moved = told.new_tensor([float(each.grad is not None) for each in parameters])
    flat = [(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters]
    sums = ranks.total(torch.cat([told, moved, *flat]))
    used = sums[len(told) : len(told) + len(moved)].tolist()
    place = len(told) + len(moved)
    for parameter, users in zip(parameters, used, strict=True):
        size = parameter.numel()
        if users:
            parameter.grad = sums[place : place + size].view_as(parameter).clone()
        place += size
    return sums[: len(told)]
