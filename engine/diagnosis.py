"""What works on this machine, what does not, and what happens instead.

Standard library only. Whatever could break, hang or crash is asked by a program of its own
(``engine.probes``), so a diagnosis can be made with broken packages too.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from platform import platform, python_version
from subprocess import PIPE, Popen, TimeoutExpired

from engine.places import SOURCE_ROOT
from engine.probes.facts import (
    DeviceFact,
    FactT,
    GraphicsFact,
    ModelFact,
    PackageFact,
    ProviderFact,
    receive,
)
from engine.version import program_version

PROBE_LIMIT_S = 60.0
GRAPHICS_PROBE = "app.graphics_probe"
"""The engine knows no Qt; the app has the program that asks it."""
CPU_PROVIDER = "CPUExecutionProvider"
CUDA_PROVIDER = "CUDAExecutionProvider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the standard library tells."""

    skelarium: str
    python: str
    system: str
    threads: int
    """Processor threads that this process may use."""
    memory_gib: float | None
    """Installed memory; None where the system does not tell."""
    has_display: bool
    """Whether a display server is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A question that got no answer."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything that was found out."""

    machine: Machine
    packages: tuple[PackageFact, ...] = ()
    graphics: tuple[GraphicsFact, ...] = ()
    providers: tuple[ProviderFact, ...] = ()
    devices: tuple[DeviceFact, ...] = ()
    models: tuple[ModelFact, ...] = ()
    failures: tuple[Failure, ...] = ()


class ProbeError(Exception):
    """A probe did not answer; the message says why."""


class Probe:
    """A program that looks at one thing, at work in its own process."""

    def __init__(self, module: str) -> None:
        paths = (str(SOURCE_ROOT), os.environ.get("PYTHONPATH", ""))
        search_path = os.pathsep.join(path for path in paths if path)
        self._process = Popen(
            [sys.executable, "-P", "-m", module],
            stdout=PIPE,
            stderr=PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONPATH": search_path},
        )

    def facts(self, kind: type[FactT], *, limit_s: float = PROBE_LIMIT_S) -> tuple[FactT, ...]:
        """Wait for the answer.

        Raises:
            ProbeError: The probe failed; says how.
        """
        try:
            text, complaint = self._process.communicate(timeout=limit_s)
        except TimeoutExpired as error:
            self._process.kill()
            self._process.communicate()
            raise ProbeError(f"no answer within {limit_s:.0f} s") from error
        try:
            return receive(kind, text)
        except ValueError as error:
            lines = complaint.strip().splitlines()
            status = f"it ended with status {self._process.returncode}"
            raise ProbeError(lines[-1] if lines else status) from error


def diagnose(start: Callable[[str], Probe] = Probe) -> Diagnosis:
    """Ask everything at the same time; takes as long as loading torch.

    Args:
        start: Starts a probe by the name of its module.
    """
    machine = this_machine()
    graphics = start(GRAPHICS_PROBE) if machine.has_display else None
    packages = start("engine.probes.packages")
    providers = start("engine.probes.providers")
    devices = start("engine.probes.torch_devices")
    models = start("engine.probes.models")
    failures: list[Failure] = []

    def facts(about: str, probe: Probe, kind: type[FactT]) -> tuple[FactT, ...]:
        try:
            return probe.facts(kind)
        except ProbeError as error:
            failures.append(Failure(about=about, reason=str(error)))
            return ()

    return Diagnosis(
        machine=machine,
        packages=facts("packages", packages, PackageFact),
        graphics=() if graphics is None else facts("graphics", graphics, GraphicsFact),
        providers=facts("onnxruntime", providers, ProviderFact),
        devices=facts("torch", devices, DeviceFact),
        models=facts("models", models, ModelFact),
        failures=tuple(failures),
    )


def this_machine() -> Machine:
    """What can be said without loading anything."""
    affinity = getattr(os, "sched_getaffinity", None)
    return Machine(
        skelarium=program_version(),
        python=f"{python_version()} ({sys.executable})",
        system=platform(),
        threads=len(affinity(0)) if affinity else os.cpu_count() or 1,
        memory_gib=_memory_gib(),
        has_display=not sys.platform.startswith("linux")
        or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")),
    )


def fallbacks(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What does not work here, why, and what happens instead: one sentence each."""
    return (
        *_graphics_fallbacks(diagnosis),
        *_provider_fallbacks(diagnosis),
        *_training_fallbacks(diagnosis),
        *(
            f"Package {package.name} does not work: {package.problem or 'it is not installed'}; "
            "`python3 start.py` installs what is missing."
            for package in diagnosis.packages
            if package.version is None or package.problem is not None
        ),
        *(
            f"Model {model.id} in {model.folder} is left out: {model.problem}."
            for model in diagnosis.models
            if model.problem is not None
        ),
        *(
            f"Could not look at {failure.about}: {failure.reason}."
            for failure in diagnosis.failures
            if failure.about in ("packages", "models")
        ),
    )


def _reason(diagnosis: Diagnosis, about: str) -> str | None:
    return next((each.reason for each in diagnosis.failures if each.about == about), None)


def _graphics_fallbacks(diagnosis: Diagnosis) -> tuple[str, ...]:
    if not diagnosis.machine.has_display:
        return (
            "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): the window cannot "
            "open; `python3 start.py` prints answers and draws into a file instead.",
        )
    reason = _reason(diagnosis, "graphics")
    if reason is not None:
        return (f"The window cannot open: {reason}.",)
    return tuple(
        f"The processor draws ({fact.renderer}), no graphics card: edges are not smoothed."
        for fact in diagnosis.graphics
        if fact.is_software
    )


def _provider_fallbacks(diagnosis: Diagnosis) -> tuple[str, ...]:
    reason = _reason(diagnosis, "onnxruntime")
    if reason is not None:
        return (f"Networks cannot run: onnxruntime does not load: {reason}.",)
    return tuple(
        f"{fact.name} is listed but not usable ({fact.reason}): networks run on the processor."
        for fact in diagnosis.providers
        if fact.name == CUDA_PROVIDER and not fact.is_usable
    )


def _training_fallbacks(diagnosis: Diagnosis) -> tuple[str, ...]:
    reason = _reason(diagnosis, "torch")
    if reason is not None:
        return (f"Training cannot run: torch does not load: {reason}. All else works without it.",)
    if diagnosis.devices and all(device.name == "cpu" for device in diagnosis.devices):
        return ("torch sees no accelerator: training runs on the processor, which is slow.",)
    return ()


def _memory_gib() -> float | None:
    """Installed memory, where POSIX tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return None
