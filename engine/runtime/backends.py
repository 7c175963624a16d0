"""What can run a network on this machine, and which of it to use.

``choose`` decides on values; ``look_at_machine`` finds them out, and only those that the choice
needs: a program that does not ask for torch never loads it. Asking onnxruntime for CUDA where there
is none writes on standard error and computes on the processor without an exception, so the driver
is asked first whether there is a GPU at all, and what onnxruntime says after that is kept quiet.
"""

import ctypes
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from enum import Enum
from io import StringIO
from typing import Protocol, cast

from engine.errors import EngineError

CUDA_PROVIDER = "CUDAExecutionProvider"
CPU_PROVIDER = "CPUExecutionProvider"
SILENT, WARNINGS = 4, 2
"""Severities of onnxruntime's messages: only what ends the process, and its own default."""


class Backend(Enum):
    """What computes."""

    AUTO = "auto"
    ONNXRUNTIME = "onnxruntime"
    TORCH = "torch"


class Device(Enum):
    """What it computes on."""

    CPU = "cpu"
    CUDA = "cuda"


class Precision(Enum):
    """Arithmetic of matrix products and convolutions."""

    FLOAT32 = "float32"
    TF32 = "tf32"
    """Float32 with ten bits of mantissa, on tensor cores."""
    BF16 = "bf16"
    """Seven bits of mantissa; sums stay float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the caller asks for."""

    backend: Backend = Backend.AUTO
    device: Device | None = None
    """None for the fastest there is."""
    allow_torch: bool = False
    """Whether ``AUTO`` may load torch. The window's process never does."""

    @property
    def may_use_torch(self) -> bool:
        """Whether torch comes into question."""
        return self.backend is Backend.TORCH or (self.backend is Backend.AUTO and self.allow_torch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What was found out; False also stands for what nobody looked at."""

    nvidia: bool = False
    """The driver lets this process use an NVIDIA GPU."""
    onnxruntime_cuda: bool = False
    """A session was really made with onnxruntime's CUDA provider."""
    torch_cuda: bool = False
    """This build of torch sees the GPU."""
    bf16: bool = False
    """The GPU has tensor cores for bf16 and TF32 (compute capability 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What runs the networks, and why."""

    backend: Backend
    """Never ``AUTO``."""
    device: Device
    reason: str
    """Half a sentence for people."""
    fast: tuple[Precision, ...] = ()
    """Arithmetic faster than float32 that may be tried, fastest first."""

    @property
    def text(self) -> str:
        """One line for people."""
        where = "CUDA" if self.device is Device.CUDA else "the CPU"
        return f"{self.backend.value} on {where}: {self.reason}"


NO_GPU = "no NVIDIA GPU was found"
UNUSABLE = (
    "an NVIDIA GPU is here, but {backend} cannot use it: its CUDA libraries are missing or of "
    "another version ('skelarium doctor' says more)"
)


def choose(wish: Wish, machine: Machine) -> Choice:
    """Decide what runs the networks.

    On a GPU torch comes first, where it may be used: it replays recorded runs and has faster
    arithmetic. On the processor onnxruntime does: its matrix products run at twice torch's rate.

    Raises:
        EngineError: CUDA was asked for and cannot be used.
    """
    if wish.device is not Device.CPU:
        if machine.torch_cuda and wish.may_use_torch:
            fast = (Precision.BF16, Precision.TF32) if machine.bf16 else ()
            reason = _asked(wish) or "an NVIDIA GPU is here, and torch replays recorded runs on it"
            return Choice(backend=Backend.TORCH, device=Device.CUDA, reason=reason, fast=fast)
        if machine.onnxruntime_cuda and wish.backend is not Backend.TORCH:
            reason = _asked(wish) or "an NVIDIA GPU is here, and onnxruntime can use it"
            return Choice(backend=Backend.ONNXRUNTIME, device=Device.CUDA, reason=reason)
    backend = Backend.TORCH if wish.backend is Backend.TORCH else Backend.ONNXRUNTIME
    lacking = UNUSABLE.format(backend=backend.value) if machine.nvidia else NO_GPU
    if wish.device is Device.CUDA:
        raise EngineError(f"CUDA was asked for, but {lacking}; leave it out to use the processor")
    reason = _asked(wish) or f"{lacking}, and onnxruntime is the faster one on the processor"
    return Choice(backend=backend, device=Device.CPU, reason=reason)


def _asked(wish: Wish) -> str:
    """Why, where the caller left no choice or half of it; empty where all was left open."""
    asked = [] if wish.backend is Backend.AUTO else [wish.backend.value]
    if wish.device is not None:
        asked.append("CUDA" if wish.device is Device.CUDA else "the processor")
    return f"{' and '.join(asked)} asked for" if asked else ""


def look_at_machine(wish: Wish) -> Machine:
    """Find out what the choice needs to know; loads torch only where the wish allows it."""
    if wish.device is Device.CPU or nvidia_gpus() == 0:
        return Machine()
    if wish.may_use_torch:
        sees_gpu, bf16 = torch_abilities()
        if sees_gpu or wish.backend is Backend.TORCH:
            return Machine(nvidia=True, torch_cuda=sees_gpu, bf16=bf16)
    return Machine(nvidia=True, onnxruntime_cuda=onnxruntime_has_cuda())


class CudaDriver(Protocol):
    """The two functions of NVIDIA's driver library that are asked; 0 means success."""

    def cuInit(self, flags: int) -> int:  # noqa: N802
        """Start it."""
        ...

    def cuDeviceGetCount(self, count: object) -> int:  # noqa: N802
        """Fill in how many GPUs it lets this process use."""
        ...


def _load_driver(name: str) -> CudaDriver:
    return cast("CudaDriver", ctypes.CDLL(name))


def nvidia_gpus(load: Callable[[str], CudaDriver] = _load_driver) -> int:
    """How many NVIDIA GPUs this process may use; 0 without a driver. Prints nothing.

    Args:
        load: Opens a shared library; raises OSError where there is none.
    """
    try:
        driver = load("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def let_threads_sleep() -> None:
    """Have torch's threads wait asleep; to be called before torch is first imported.

    Threads that wait busily slow a machine down that has other work, up to 65-fold.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def torch_abilities() -> tuple[bool, bool]:
    """Whether torch sees a GPU, and whether that has tensor cores for bf16 and TF32."""
    let_threads_sleep()
    try:
        import torch
    except (ImportError, OSError):
        return False, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a driver too old: the answer says as much
        if not torch.cuda.is_available():
            return False, False
        return True, torch.cuda.is_bf16_supported(including_emulation=False)


def onnxruntime_has_cuda() -> bool:
    """Whether a session on CUDA can really be made; only sessions tell."""
    import onnxruntime

    from engine.probes.providers import ONE_NODE_MODEL

    if CUDA_PROVIDER not in onnxruntime.get_available_providers():
        return False
    with quiet_onnxruntime():
        session = onnxruntime.InferenceSession(
            ONE_NODE_MODEL, providers=[CUDA_PROVIDER, CPU_PROVIDER]
        )
    return CUDA_PROVIDER in session.get_providers()


@contextmanager
def quiet_onnxruntime() -> Iterator[None]:
    """Load the CUDA libraries of the installed packages; say nothing of those that are missing."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(SILENT)
    try:
        with redirect_stdout(StringIO()):
            onnxruntime.preload_dlls()
            yield
    finally:
        onnxruntime.set_default_logger_severity(WARNINGS)
