"""The JSON header of Skelarium's own recordings."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from engine.errors import EngineError
from engine.formats.reading import reason
from engine.recording import Finding, FindingKind, Source, Units
from engine.skeleton import Axis

HEADER_VERSION = 1
_FORMAT = "skelarium-recording"
_FASTEST = 1_000_000
"""Frames a second above which a header is taken for damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a recording is besides its arrays; fields as in :class:`engine.recording.Recording`."""

    version: int
    layout: str
    joints: tuple[str, ...]
    """The layout's joints when it was written: a changed layout is noticed."""
    fps: Fraction | None
    assumed_fps: Fraction
    units: Units
    up: Axis
    person_ids: tuple[str, ...]
    label: str | None
    findings: tuple[Finding, ...]
    origin: Source
    """The file it was converted from."""


def header_to_json(header: Header) -> bytes:
    """The header as readable UTF-8 JSON."""
    origin = header.origin
    content = {
        "format": _FORMAT,
        "version": header.version,
        "layout": header.layout,
        "joints": header.joints,
        "fps": None if header.fps is None else str(header.fps),
        "assumed_fps": str(header.assumed_fps),
        "units": header.units.value,
        "up": header.up.value,
        "person_ids": header.person_ids,
        "label": header.label,
        "findings": [
            {"kind": finding.kind.value, "message": finding.message, "count": finding.count}
            for finding in header.findings
        ],
        "origin": {
            "name": origin.path.name if origin.path else None,
            "format": origin.format_id,
            "sha256": origin.sha256,
        },
    }
    return json.dumps(content, indent=1).encode()


def header_from_json(data: bytes) -> Header:
    """Read a header.

    Raises:
        EngineError: It is no header, of a later version, or a value is not what it should be.
    """
    try:
        content: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"header: expected JSON, found {reason(error)}") from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise EngineError(f"header: expected the format {_FORMAT!r}")
    if content.get("version") != HEADER_VERSION:
        raise EngineError(
            f"header: expected version {HEADER_VERSION}, found {str(content.get('version'))[:20]}; "
            "open it with a newer Skelarium"
        )
    try:
        return _header(content)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, AttributeError) as error:
        raise EngineError(
            f"header: expected the values of a recording, found {reason(error)}"
        ) from error


def _header(content: dict[str, object]) -> Header:
    """Raises KeyError, TypeError, ValueError or ZeroDivisionError for what does not fit."""
    label = content["label"]
    return Header(
        version=HEADER_VERSION,
        layout=_text(content["layout"]),
        joints=_texts(content["joints"]),
        fps=None if content["fps"] is None else _rate(content["fps"]),
        assumed_fps=_rate(content["assumed_fps"]),
        units=Units(content["units"]),
        up=Axis(content["up"]),
        person_ids=_texts(content["person_ids"]),
        label=None if label is None else _text(label),
        findings=tuple(_finding(_table(item)) for item in _items(content["findings"])),
        origin=_origin(_table(content["origin"])),
    )


def _finding(item: dict[str, object]) -> Finding:
    count = item["count"]
    if not isinstance(count, int):
        raise TypeError(f"a count {count!r}")
    return Finding(kind=FindingKind(item["kind"]), message=_text(item["message"]), count=count)


def _origin(item: dict[str, object]) -> Source:
    name = item["name"]
    return Source(
        path=None if name is None else Path(_text(name)),
        format_id=_text(item["format"]),
        sha256=_text(item["sha256"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} where text is expected")
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} where a list is expected")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _items(value))


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} where an object is expected")
    return value


def _rate(value: object) -> Fraction:
    rate = Fraction(_text(value))
    if not 0 < rate < _FASTEST:
        raise ValueError(f"a frame rate of {value!r:.40}")
    return rate
