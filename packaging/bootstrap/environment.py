"""The environment `.venv` of a checkout, and how to see in no time that it is ready.

Two kinds of small files inside it say how far it came. The mark is written first and means "made
by start.py, may be thrown away". A stamp is written last and names all that the environment was
made from, so that a changed file, a moved checkout or another Python makes it be brought up to
date.
"""

import os
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path


class Extent(Enum):
    """How much is installed."""

    PROGRAM = "program"
    TESTS = "tests"
    """The program, and the tools that its tests and checks need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where the environment of a checkout lies, and what is known about it."""

    root: Path
    """The checkout: the folder of pyproject.toml."""

    @property
    def folder(self) -> Path:
        """The environment itself."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def constraints(self) -> Path:
        """The exact versions that go into it."""
        return self.root / "constraints.txt"

    @property
    def mark(self) -> Path:
        """There when start.py made the environment."""
        return self.folder / "skelarium-made-this"

    @property
    def libraries_stamp(self) -> Path:
        """There when the system had all that Qt loads."""
        return self.folder / "skelarium-libraries-seen"

    def stamp(self, extent: Extent) -> Path:
        """There when the environment was finished to this extent."""
        return self.folder / f"skelarium-{extent.value}-ready"

    def is_ready(self, extent: Extent) -> bool:
        """Whether it was made to its end from just these files, and its Python is still there."""
        key = self.key()
        enough = (extent, Extent.TESTS)
        return key is not None and any(_text(self.stamp(each)) == key for each in enough)

    def key(self) -> str | None:
        """A digest of all that the environment is made from; None while a part is missing."""
        sources = (self.root / "pyproject.toml", self.constraints, self.folder / "pyvenv.cfg")
        try:
            digest = sha256(f"{self.root}\n{self.python.resolve(strict=True)}\n".encode())
            for source in sources:
                digest.update(sha256(source.read_bytes()).digest())
        except OSError:
            return None
        return digest.hexdigest()


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
