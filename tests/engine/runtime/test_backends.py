"""What runs the networks, and why; nothing here needs a GPU."""

import ctypes
from typing import NoReturn

import pytest

from engine.errors import EngineError
from engine.probes.providers import ONE_NODE_MODEL
from engine.runtime import backends
from engine.runtime.backends import (
    CPU_PROVIDER,
    CUDA_PROVIDER,
    Backend,
    Device,
    Machine,
    Precision,
    Wish,
    choose,
    look_at_machine,
    nvidia_gpus,
    onnxruntime_has_cuda,
    quiet_onnxruntime,
)

BARE = Machine()
FULL = Machine(nvidia=True, onnxruntime_cuda=True, torch_cuda=True, bf16=True)
NO_LIBRARIES = Machine(nvidia=True)
ONNX_ONLY = Machine(nvidia=True, onnxruntime_cuda=True)
OLD_GPU = Machine(nvidia=True, torch_cuda=True)


def never(*_: object) -> NoReturn:
    raise AssertionError("nobody should have looked")


@pytest.mark.parametrize(
    ("wish", "machine", "backend", "device", "reason"),
    [
        (Wish(), BARE, "onnxruntime", "cpu", "no NVIDIA GPU was found"),
        (Wish(allow_torch=True), BARE, "onnxruntime", "cpu", "no NVIDIA GPU was found"),
        (Wish(), NO_LIBRARIES, "onnxruntime", "cpu", "doctor"),
        (Wish(), ONNX_ONLY, "onnxruntime", "cuda", "onnxruntime can use it"),
        (Wish(), FULL, "onnxruntime", "cuda", "onnxruntime can use it"),
        (Wish(allow_torch=True), FULL, "torch", "cuda", "torch replays"),
        (Wish(allow_torch=True), ONNX_ONLY, "onnxruntime", "cuda", "onnxruntime can use it"),
        (Wish(device=Device.CPU, allow_torch=True), FULL, "onnxruntime", "cpu", "processor asked"),
        (Wish(backend=Backend.TORCH), BARE, "torch", "cpu", "torch asked for"),
        (Wish(backend=Backend.TORCH), FULL, "torch", "cuda", "torch asked for"),
        (Wish(backend=Backend.TORCH), ONNX_ONLY, "torch", "cpu", "torch asked for"),
        (Wish(backend=Backend.TORCH, device=Device.CPU), FULL, "torch", "cpu", "torch and the"),
        (
            Wish(backend=Backend.ONNXRUNTIME, device=Device.CUDA, allow_torch=True),
            FULL,
            "onnxruntime",
            "cuda",
            "onnxruntime and CUDA asked for",
        ),
        (Wish(device=Device.CUDA), ONNX_ONLY, "onnxruntime", "cuda", "CUDA asked for"),
    ],
)
def test_the_choice_follows_from_the_wish_and_the_machine(wish, machine, backend, device, reason):
    choice = choose(wish, machine)
    assert (choice.backend.value, choice.device.value) == (backend, device)
    assert reason in choice.reason
    assert choice.text.startswith(backend)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (BARE, "no NVIDIA GPU was found"),
        (NO_LIBRARIES, "torch cannot use it: its CUDA libraries"),
        (ONNX_ONLY, "torch cannot use it: its CUDA libraries"),
    ],
)
def test_cuda_that_cannot_be_had_is_refused_in_words(machine, words):
    with pytest.raises(EngineError, match="CUDA was asked for") as caught:
        choose(Wish(backend=Backend.TORCH, device=Device.CUDA), machine)
    assert words in str(caught.value)


def test_faster_arithmetic_is_tried_by_torch_on_a_gpu_that_has_it():
    asked = Wish(backend=Backend.TORCH)
    assert choose(asked, FULL).fast == (Precision.BF16, Precision.TF32)
    assert choose(asked, OLD_GPU).fast == ()
    assert choose(asked, BARE).fast == ()
    assert choose(Wish(), FULL).fast == ()


class Driver:
    """Answers as NVIDIA's library would."""

    def __init__(self, gpus: int, *, start: int = 0, counting: int = 0) -> None:
        self._gpus, self._start, self._counting = gpus, start, counting

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return self._start

    def cuDeviceGetCount(self, count: object) -> int:  # noqa: N802
        ctypes.cast(count, ctypes.POINTER(ctypes.c_int)).contents.value = self._gpus
        return self._counting


@pytest.mark.parametrize(
    ("driver", "gpus"),
    [
        (Driver(2), 2),
        (Driver(0), 0),
        (Driver(2, start=100), 0),
        (Driver(2, counting=3), 0),
    ],
)
def test_the_driver_says_how_many_gpus_there_are(driver, gpus):
    assert nvidia_gpus(lambda name: driver) == gpus


def test_without_a_driver_there_is_no_gpu():
    def load(name: str) -> Driver:
        raise OSError(name)

    assert nvidia_gpus(load) == 0


def test_for_the_processor_nothing_is_looked_at(monkeypatch):
    for name in ("nvidia_gpus", "torch_abilities", "onnxruntime_has_cuda"):
        monkeypatch.setattr(backends, name, never)
    assert look_at_machine(Wish(device=Device.CPU, backend=Backend.TORCH)) == BARE


def test_without_a_gpu_no_library_is_asked(monkeypatch):
    monkeypatch.setattr(backends, "nvidia_gpus", lambda: 0)
    for name in ("torch_abilities", "onnxruntime_has_cuda"):
        monkeypatch.setattr(backends, name, never)
    assert look_at_machine(Wish(allow_torch=True)) == BARE


@pytest.mark.parametrize("wish", [Wish(), Wish(backend=Backend.ONNXRUNTIME, allow_torch=True)])
def test_torch_is_not_asked_unless_it_may_be_used(monkeypatch, wish):
    monkeypatch.setattr(backends, "nvidia_gpus", lambda: 1)
    monkeypatch.setattr(backends, "torch_abilities", never)
    monkeypatch.setattr(backends, "onnxruntime_has_cuda", lambda: True)
    assert look_at_machine(wish) == ONNX_ONLY


def test_onnxruntime_is_asked_where_torch_does_not_see_the_gpu(monkeypatch):
    monkeypatch.setattr(backends, "nvidia_gpus", lambda: 1)
    monkeypatch.setattr(backends, "onnxruntime_has_cuda", lambda: True)
    monkeypatch.setattr(backends, "torch_abilities", lambda: (False, False))
    assert look_at_machine(Wish(allow_torch=True)) == ONNX_ONLY
    assert look_at_machine(Wish(backend=Backend.TORCH)) == NO_LIBRARIES

    monkeypatch.setattr(backends, "onnxruntime_has_cuda", never)
    monkeypatch.setattr(backends, "torch_abilities", lambda: (True, True))
    assert look_at_machine(Wish(allow_torch=True)).torch_cuda


def test_asking_onnxruntime_for_cuda_prints_nothing_whatever_is_missing(capfd):
    import onnxruntime

    has_cuda = onnxruntime_has_cuda()
    with quiet_onnxruntime():
        session = onnxruntime.InferenceSession(
            ONE_NODE_MODEL, providers=[CUDA_PROVIDER, CPU_PROVIDER]
        )

    assert capfd.readouterr() == ("", "")
    assert has_cuda == (CUDA_PROVIDER in session.get_providers())
