"""What a job computes on, and in which numbers."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import TrainingError
from trainer.job import Precision

NUMBERS = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """A device and the numbers that a network computes in there."""

    device: str = "cpu"
    """As torch calls it: ``cpu``, or ``cuda:0``."""
    precision: Precision = Precision.FLOAT32

    @property
    def kind(self) -> str:
        """``cpu`` or ``cuda``."""
        return self.device.partition(":")[0]

    def autocast(self) -> torch.autocast:
        """Within it, matrix products are computed in the precision."""
        numbers = NUMBERS.get(self.precision, torch.bfloat16)
        return torch.autocast(self.kind, numbers, enabled=self.precision is not Precision.FLOAT32)

    def scaler(self) -> torch.amp.GradScaler:
        """Keeps the small gradients of float16 above zero; does nothing for other numbers."""
        return torch.amp.GradScaler(self.kind, enabled=self.precision is Precision.FLOAT16)

    def here(self, tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """The same on the device."""
        return tuple(each.to(self.device, non_blocking=True) for each in tensors)

    def memory_mb(self) -> float:
        """What is held on the GPU, in MB."""
        return torch.cuda.memory_allocated(self.device) / 1e6 if self.kind == "cuda" else 0.0


def choose(wanted: str, precision: Precision, gpus: int, local_rank: int = 0) -> Compute:
    """What a job's words come to on a machine.

    Args:
        wanted: ``auto``, ``cpu`` or ``cuda``.
        precision: Of the job; ``auto`` becomes one of the others.
        gpus: How many the machine has that torch can use.
        local_rank: Which of the machine's processes this is; each has a GPU of its own.

    Raises:
        TrainingError: The machine has too few GPUs, or cannot compute in the precision.
    """
    if wanted == "cuda" and local_rank >= gpus:
        raise TrainingError(
            f"the job wants a GPU for process {local_rank + 1} of this machine, and torch finds "
            f"{gpus}; set device to auto or cpu, or see 'skelarium doctor'"
        )
    device = f"cuda:{local_rank}" if wanted != "cpu" and local_rank < gpus else "cpu"
    if precision is Precision.AUTO:
        precision = Precision.BFLOAT16 if has_bfloat16(device) else Precision.FLOAT32
    if precision is Precision.FLOAT16 and device == "cpu":
        raise TrainingError(
            "float16 is for GPUs; set precision to bfloat16, or to float32 on older processors"
        )
    return Compute(device=device, precision=precision)


def has_bfloat16(device: str) -> bool:
    """Whether a device multiplies in bfloat16 itself; others do it in float32, at greater cost."""
    if device != "cpu":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # torch tells of its CPU's instructions only under private names
    asked = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, bool)() for name in asked)


def gpus_here() -> int:
    """How many GPUs torch can use."""
    return torch.cuda.device_count() if torch.cuda.is_available() else 0
