"""What the probes find out, and how it travels from their process to the doctor's.

Standard library only: it has to work where everything else is broken.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing found out: a flat record of JSON's own types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFact(Fact):
    """A Python package that the program needs."""

    name: str
    """As pip knows it."""
    version: str | None
    """None where it is not installed."""
    problem: str | None
    """Why it does not load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFact(Fact):
    """A way for onnxruntime to compute."""

    name: str
    """As onnxruntime calls it, e.g. ``CUDAExecutionProvider``."""
    is_usable: bool
    """Whether a session was really made with it."""
    reason: str
    """Why not; empty where it is usable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFact(Fact):
    """A device that torch can train on."""

    name: str
    """As torch calls it, e.g. ``cuda:0``."""
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphicsFact(Fact):
    """What Qt and OpenGL say about the display."""

    platform: str
    """Qt's platform plug-in, e.g. ``xcb``."""
    renderer: str
    version: str

    @property
    def is_software(self) -> bool:
        """Whether the processor draws, not a graphics card."""
        return any(name in self.renderer.lower() for name in ("llvmpipe", "softpipe", "swrast"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFact(Fact):
    """A model package that was found."""

    id: str
    folder: str
    problem: str | None
    """Why it cannot be used."""


FactT = TypeVar("FactT", bound=Fact)


def send(facts: Sequence[Fact]) -> None:
    """Write facts on stdout, for :func:`receive`."""
    json.dump([asdict(fact) for fact in facts], sys.stdout)


def receive(kind: type[FactT], text: str) -> tuple[FactT, ...]:
    """Read what :func:`send` wrote.

    Raises:
        ValueError: It is something else.
    """
    rows = json.loads(text)
    try:
        return tuple(kind(**row) for row in rows)
    except TypeError as error:
        raise ValueError(f"not {kind.__name__} rows: {error}") from error
