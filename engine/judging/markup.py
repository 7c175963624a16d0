"""HTML and SVG as values: text is escaped once, where it becomes part of an element."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

VOID = ("meta",)
"""Elements without an end."""


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already."""

    text: str


Inner = Markup | str
"""A piece of HTML, or plain text."""
Attributes = Mapping[str, str | float]


def element(name: str, attributes: Attributes | None = None, *inner: Inner) -> Markup:
    """An element of HTML or SVG.

    Args:
        name: Of the element.
        attributes: By name, empty ones left out; numbers are written with two decimals at most.
        inner: What it holds, one after the other; plain text is escaped.
    """
    pairs = (attributes or {}).items()
    written = "".join(f' {key}="{_value(value)}"' for key, value in pairs if value != "")
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{together(*inner).text}</{name}>")


def together(*inner: Inner) -> Markup:
    """Several pieces, one after the other."""
    return Markup(
        "".join(each.text if isinstance(each, Markup) else escape(each) for each in inner)
    )


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")
