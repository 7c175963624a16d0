"""NW-UCLA JSON: one person, Kinect v1, metres, ``{"file_name", "skeletons", "label"}``."""

import re
from json import JSONDecodeError, dumps, loads
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray
from engine.errors import FileFormatError
from engine.formats.actions import NW_UCLA, numbered
from engine.formats.names import NameFacts, facts_from_name, person_ids
from engine.formats.reading import (
    assumed_rate,
    check_range,
    mark_missing,
    missing_findings,
    reason,
    scale_findings,
    source_of,
)
from engine.formats.rows import short_numbers
from engine.formats.writing import require, zeros_for_missing
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Finding, FindingKind, Recording, Units
from engine.skeleton import Axis

_START = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{.*?"skeletons"\s*:', re.DOTALL)
_LARGEST_FILE = 64 * 1024 * 1024
"""JSON numbers take ten times their text in memory; 64 MiB is half an hour of one person."""
_MEANING = 'an object with "skeletons": frames × 20 joints × 3 numbers'


class NwUclaFormat:
    """Northwestern-UCLA clips as CTR-GCN distributes them (one JSON object a file)."""

    id = "nw-ucla"
    name = "NW-UCLA JSON"
    suffixes: tuple[str, ...] = (".json",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether it is a JSON object with ``skeletons`` in it."""
        return _START.match(head) is not None

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one clip; see :class:`engine.formats.base.SkeletonFormat`."""
        content = _parse(path, data)
        values = _coordinates(content.get("skeletons"), path)[:, None]  # (T, V, C) -> (T, 1, V, C)
        check_range(values, path)
        positions, seen = mark_missing(values)
        label, label_findings = _label(content.get("label"))
        facts = facts_from_name(str(content.get("file_name")))
        if facts == NameFacts():
            facts = facts_from_name(path.stem)
        return Recording(
            layout=KINECT_V1,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=None,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            person_ids=person_ids(facts),
            label=label,
            findings=(
                assumed_rate(30, "as the Kinect has"),
                *label_findings,
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """One JSON object; missing joints become zeros, as in the published clips."""
        require(recording, self.name, KINECT_V1)
        path = recording.source.path
        skeletons = short_numbers(zeros_for_missing(recording.positions)[:, 0])
        content: dict[str, object] = {
            "file_name": path.stem if path else "recording",
            "skeletons": skeletons.tolist(),
        }
        if recording.label in NW_UCLA:
            content["label"] = NW_UCLA.index(recording.label) + 1
        return dumps(content, allow_nan=False).encode()


def _parse(path: Path, data: bytes) -> dict[str, object]:
    if len(data) > _LARGEST_FILE:
        raise FileFormatError(
            f"expected at most {_LARGEST_FILE // 2**20} MiB of JSON, found "
            f"{len(data) // 2**20} MiB; cut the recording into parts",
            path=path,
        )
    try:
        content: object = loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"expected UTF-8 text, found byte 0x{data[error.start]:02x}; save the file as UTF-8",
            path=path,
            byte=error.start,
        ) from error
    except JSONDecodeError as error:
        found = repr(error.doc[error.pos : error.pos + 20]) if error.doc[error.pos :] else "its end"
        raise FileFormatError(
            f"broken JSON in column {error.colno} ({error.msg}), found {found}; "
            "the file may be cut short, copy it again",
            path=path,
            line=error.lineno,
        ) from error
    except (RecursionError, ValueError) as error:  # too many brackets, too many digits
        raise FileFormatError(f"expected {_MEANING}, found {reason(error)}", path=path) from error
    if not isinstance(content, dict):
        raise FileFormatError(f"expected {_MEANING}, found {_kind(content)}", path=path)
    return content


def _coordinates(frames: object, path: Path) -> DoubleArray:
    """``(T, 20, 3)`` float64 from nested lists, or an error that names the first wrong place."""
    shape = (KINECT_V1.num_joints, KINECT_V1.dimensions)
    if not isinstance(frames, list) or not frames:
        found = "no frames" if frames == [] else _kind(frames)
        raise FileFormatError(f'expected {_MEANING}, found {found} in "skeletons"', path=path)
    try:
        values = np.array(frames)
    except (ValueError, OverflowError):  # rows of different lengths
        values = np.empty(0, dtype=object)
    if values.dtype.kind not in "fi" or values.shape[1:] != shape:
        raise FileFormatError(_first_fault(frames), path=path)
    return values.astype(np.float64)


def _first_fault(frames: list[object]) -> str:
    for t, frame in enumerate(frames):
        place = f"skeletons[{t}]"
        if not isinstance(frame, list) or len(frame) != KINECT_V1.num_joints:
            return f"{place}: expected {KINECT_V1.num_joints} joints, found {_kind(frame)}"
        for v, joint in enumerate(frame):
            if not isinstance(joint, list) or len(joint) != KINECT_V1.dimensions:
                return f"{place}[{v}]: expected 3 numbers, found {_kind(joint)}"
            for value in joint:
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    return f"{place}[{v}]: expected a number, found {_kind(value)}"
    return f"expected {_MEANING}, found numbers too large to hold"


def _kind(value: object) -> str:
    """A JSON value in a few words, for messages."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return f"the text {value[:20]!r}"
    words = {type(None): "nothing", bool: "true or false", dict: "an object"}
    return words.get(type(value), "a number")


def _label(number: object) -> tuple[str | None, tuple[Finding, ...]]:
    if number is None:
        return None, ()
    action = numbered(NW_UCLA, number) if isinstance(number, int) else None
    if action is not None:
        return action, ()
    message = (
        f"The file's label is {_kind(number)}, not one of the actions 1 to 10; it is left out."
    )
    return None, (Finding(kind=FindingKind.OTHER, message=message),)
