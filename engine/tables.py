"""TOML files as frozen dataclasses: model cards, training jobs; unknown keys are errors."""

import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import tomli_w

from engine.errors import EngineError, FileFormatError

ValueT = TypeVar("ValueT")

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None
"""What a TOML document is made of."""


Hook = Callable[[type, Plain], object]
"""Makes a value of a type that is no dataclass, out of what stands in the document there."""


def read_table(path: Path, kind: type[ValueT], hook: Hook | None = None) -> ValueT:
    """Read a TOML file as one value.

    Raises:
        FileFormatError: It cannot be read, is not TOML, or does not describe a ``kind``; the
            message names the key.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileFormatError(f"is not a readable TOML file: {error}", path=path) from error
    try:
        value = msgspec.convert(document, kind, dec_hook=hook)
    except (msgspec.ValidationError, EngineError) as error:
        raise FileFormatError(f"does not describe a {kind.__name__}: {error}", path=path) from error
    unknown = unknown_keys(document, msgspec.to_builtins(value))
    if unknown:
        raise FileFormatError(
            f"unknown key {', '.join(unknown)}; remove it or mend its spelling", path=path
        )
    return value


def unknown_keys(document: Plain, understood: Plain, place: str = "") -> list[str]:
    """Dotted names of the keys of a document that the value made of it does not have."""
    if isinstance(document, list) and isinstance(understood, list | tuple):
        pairs = enumerate(zip(document, understood, strict=False))
        return [key for row, (a, b) in pairs for key in unknown_keys(a, b, f"{place}{row}.")]
    if not isinstance(document, dict) or not isinstance(understood, dict):
        return []
    found = []
    for key, item in document.items():
        name = f"{place}{key}"
        if key not in understood:
            found.append(name)
        else:
            found.extend(unknown_keys(item, understood[key], f"{name}."))
    return found


def table_text(value: object) -> str:
    """A dataclass as the text of a TOML file; fields that are None are left out."""
    if not dataclasses.is_dataclass(value):
        raise TypeError(f"only dataclasses become tables, not {type(value).__name__}")
    return tomli_w.dumps(without_none(msgspec.to_builtins(value)))


def without_none(table: dict[str, Plain]) -> dict[str, Plain]:
    """The same table without the keys whose value is None, at every depth."""
    return {key: _without_none(item) for key, item in table.items() if item is not None}


def _without_none(item: Plain) -> Plain:
    if isinstance(item, dict):
        return without_none(item)
    return [_without_none(each) for each in item] if isinstance(item, list | tuple) else item
