"""How large a model is: read from the heads of its weights, without loading them."""

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path

from engine.errors import ModelPackageError
from engine.runtime.packages import ModelPackage

STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
"""Ends of names of stored numbers that were counted and not learned."""
LENGTH_BYTES = 8
LONGEST_TABLE = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """How large a model is."""

    parameters: int
    """Learned numbers of all its networks."""
    num_bytes: int
    """Of their weights on disk."""


def model_size(package: ModelPackage) -> ModelSize:
    """Look up how large a model is: reads the heads of its files, for a thread.

    Raises:
        ModelPackageError: A file is missing or is no safetensors file.
    """
    paths = [package.folder / part.weights.name for part in package.card.networks]
    try:
        return ModelSize(
            parameters=sum(_parameters(path) for path in paths),
            num_bytes=sum(path.stat().st_size for path in paths),
        )
    except OSError as error:
        raise ModelPackageError(
            f"model {package.card.id}: {error.filename} cannot be read; install it again"
        ) from error


def _parameters(path: Path) -> int:
    """Numbers in a safetensors file: eight bytes with the length of a JSON table of shapes."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        words = file.read(min(length, LONGEST_TABLE))
    try:
        rows = json.loads(words)
        return sum(
            prod(row["shape"])
            for name, row in rows.items()
            if name != "__metadata__" and not name.endswith(STATISTICS)
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelPackageError(
            f"{path}: expected a safetensors file, found something else; install the model again"
        ) from error
