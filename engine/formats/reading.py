"""What readers share: the source, missing joints, and findings worded the same everywhere."""

from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray
from engine.errors import FileFormatError
from engine.recording import Finding, FindingKind, Source

_LARGEST_VALUE = 1e9
"""Above this a coordinate is damage, whatever its unit."""
_LONGEST_REASON = 80
_ROOM_M = 50.0
"""No depth camera sees farther: larger coordinates are not metres."""


def source_of(path: Path, data: bytes, format_id: str) -> Source:
    """Where a recording came from, with the hash of its bytes."""
    return Source(path=path, format_id=format_id, sha256=sha256(data).hexdigest())


def mark_missing(values: DoubleArray) -> tuple[FloatArray, BoolArray]:
    """Turn the zeros that stand for missing joints into NaN.

    Args:
        values: ``(T, M, V, C)`` as in the file; a joint at exactly zero, or with a NaN, is missing.

    Returns:
        ``(T, M, V, C)`` float32 with NaN where a joint is missing, and ``(T, M, V)`` True where it
        is seen.
    """
    with np.errstate(invalid="ignore"):  # some NaN are called invalid
        positions = values.astype(np.float32)
    seen: BoolArray = np.any(positions != 0, axis=-1) & ~np.any(np.isnan(positions), axis=-1)
    positions[~seen] = np.nan
    return positions, seen


def check_range(values: DoubleArray | FloatArray, path: Path) -> None:
    """Refuse coordinates that no capture system writes.

    Args:
        values: ``(T, M, V, C)`` as in the file; NaN is allowed.
        path: For the message.

    Raises:
        FileFormatError: A value is infinite or absurdly large; says which frame and joint.
    """
    with np.errstate(invalid="ignore"):  # some NaN are called invalid
        bad = np.abs(values) > _LARGEST_VALUE
    if bad.any():
        frame, person, joint, axis = (int(i) for i in np.argwhere(bad)[0])
        raise FileFormatError(
            f"frame {frame + 1}, person {person + 1}, joint {joint + 1}: expected a coordinate, "
            f"found {values[frame, person, joint, axis]:g}; the file is damaged",
            path=path,
        )


def assumed_rate(fps: Fraction | int, reason: str) -> Finding:
    """The finding of every format that has no frame rate in its files.

    Args:
        fps: What is shown instead.
        reason: Why that, e.g. ``as the Kinect has``.
    """
    message = (
        f"The file states no frame rate; {float(fps):g} frames a second are assumed, {reason}."
    )
    return Finding(kind=FindingKind.NO_FRAME_RATE, message=message)


def missing_findings(seen: BoolArray) -> tuple[Finding, ...]:
    """Findings about joints and people that are not there.

    Args:
        seen: ``(T, M, V)``.
    """
    frames = len(seen)
    if not seen.any():
        message = f"Nobody is visible: every position in {plural(frames, 'frame')} is missing."
        return (Finding(kind=FindingKind.MISSING_PERSON, message=message, count=frames),)
    people: BoolArray = np.any(seen, axis=2)  # (T, M)
    found: list[Finding] = []
    for person, count in enumerate((~people).sum(axis=0).tolist()):
        if count:
            message = f"Person {person + 1} is not visible in {count:,} of {frames:,} frames."
            found.append(Finding(kind=FindingKind.MISSING_PERSON, message=message, count=count))
    partly = people[:, :, None] & ~seen  # a person is there, this joint of theirs is not
    count = int(partly.sum())
    if count:
        where = plural(int(partly.any(axis=(1, 2)).sum()), "frame")
        message = f"{plural(count, 'joint position')} missing (zero in the file), in {where}."
        found.append(Finding(kind=FindingKind.MISSING_JOINTS, message=message, count=count))
    return tuple(found)


def scale_findings(positions: FloatArray) -> tuple[Finding, ...]:
    """A finding where coordinates that should be metres are too large for a room.

    Args:
        positions: ``(T, M, V, C)``, NaN where missing.
    """
    largest = float(np.nanmax(np.abs(positions), initial=0.0))
    if largest <= _ROOM_M:
        return ()
    message = f"Coordinates reach {largest:,.0f}; this format has metres, they may be millimetres."
    return (Finding(kind=FindingKind.UNUSUAL_SCALE, message=message),)


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 frame``, ``1,040 frames``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def reason(error: Exception) -> str:
    """The start of what a library says: its messages may quote whole files."""
    return f"{type(error).__name__} {str(error)[:_LONGEST_REASON]}".strip()
