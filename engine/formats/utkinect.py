"""UTKinect-Action3D text: a row is a frame number and 20 Kinect v1 joints in metres.

The frame numbers count the camera's 30 pictures a second. Rows exist only for some of them (mostly
every fourth), and some numbers come twice.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.arrays import BoolArray, DoubleArray, IntArray
from engine.errors import EngineError, FileFormatError
from engine.formats.names import facts_from_name, person_ids
from engine.formats.reading import (
    check_range,
    mark_missing,
    missing_findings,
    plural,
    scale_findings,
    source_of,
)
from engine.formats.rows import first_row, number_rows, read_rows
from engine.formats.writing import require, zeros_for_missing
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Finding, FindingKind, Recording, Units
from engine.skeleton import Axis

_JOINTS = KINECT_V1.num_joints
_COLUMNS = 1 + 3 * _JOINTS
_CAMERA_FPS = Fraction(30)
_LARGEST_ID = 2**53


class UtKinectFormat:
    """UTKinect-Action3D ``joints_sSS_eEE.txt``."""

    id = "utkinect"
    name = "UTKinect text"
    suffixes: tuple[str, ...] = (".txt",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether the first row has 61 numbers of which the first is whole."""
        row = first_row(head)
        return len(row) == _COLUMNS and b";" not in head and row[0].isdigit()

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one recording; see :class:`engine.formats.base.SkeletonFormat`."""
        rows = read_rows(data, path, _COLUMNS, f"a frame number and {_JOINTS} joints × 3")
        kept = _first_of_each(_checked_ids(rows[:, 0], path))
        frame_ids = rows[kept, 0].astype(np.int64)
        values = rows[kept, 1:].reshape(-1, 1, _JOINTS, 3)  # (T, 60) -> (T, 1, V, C)
        check_range(values, path)
        positions, seen = mark_missing(values)
        steps = np.diff(frame_ids)
        in_order = bool((steps > 0).all())
        usual = int(np.median(steps)) if in_order and len(steps) else 1
        times = (frame_ids - frame_ids[0]) / float(_CAMERA_FPS)
        return Recording(
            layout=KINECT_V1,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=None,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            timestamps=times if in_order else None,
            frame_ids=None if (frame_ids == np.arange(len(frame_ids))).all() else frame_ids,
            person_ids=person_ids(facts_from_name(path.stem)),
            findings=(
                *_frame_findings(frame_ids, int((~kept).sum())),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
            assumed_fps=_CAMERA_FPS / usual,
        )

    def write(self, recording: Recording) -> bytes:
        """Rows of the recording; missing joints become zeros."""
        require(recording, self.name, KINECT_V1)
        rows = zeros_for_missing(recording.positions).reshape(recording.num_frames, -1)
        return number_rows(rows, _ids_to_write(recording))


def _checked_ids(column: DoubleArray, path: Path) -> IntArray:
    wrong = ~((column >= 0) & (column <= _LARGEST_ID) & (column == np.floor(column)))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise FileFormatError(
            f"expected a whole frame number at the start of row {row + 1}, found {column[row]:g}; "
            "the file is damaged",
            path=path,
        )
    return column.astype(np.int64)


def _first_of_each(frame_ids: IntArray) -> BoolArray:
    """``(R,)`` False for rows that repeat the frame number of the row before."""
    return np.concatenate([[True], np.diff(frame_ids) != 0])


def _frame_findings(frame_ids: IntArray, repeats: int) -> tuple[Finding, ...]:
    found = [
        Finding(
            kind=FindingKind.NO_FRAME_RATE,
            message="The file states no frame rate; its frame numbers are taken for "
            "the Kinect's 30 a second.",
        )
    ]
    if repeats:
        message = f"{plural(repeats, 'row')} with the frame number of the row before; left out."
        found.append(Finding(kind=FindingKind.REPEATED_FRAME, message=message, count=repeats))
    steps = np.diff(frame_ids)
    backward = int((steps < 0).sum())
    if backward:
        message = f"Frame numbers go back {plural(backward, 'time')}; times are even steps instead."
        found.append(Finding(kind=FindingKind.OTHER, message=message, count=backward))
    skips = int((steps > 1).sum())
    if skips:
        first, last = int(frame_ids.min()), int(frame_ids.max())
        message = (
            f"Frame numbers {first:,} to {last:,} have only {len(frame_ids):,} rows: steps of "
            f"{np.median(steps):.0f} as a rule, {steps.max():,} at most; nothing is filled in."
        )
        found.append(Finding(kind=FindingKind.SKIPPED_FRAMES, message=message, count=skips))
    return tuple(found)


def _ids_to_write(recording: Recording) -> IntArray:
    """``(T,)`` frame numbers, 30 a second, that read back as the recording's times.

    Raises:
        EngineError: Its times are no whole thirtieths of a second.
    """
    if recording.frame_ids is not None:
        frame_ids = recording.frame_ids
    else:
        step = _CAMERA_FPS / recording.shown_fps
        frame_ids = np.arange(recording.num_frames) * step.numerator
        if step.denominator != 1:
            raise EngineError(
                f"UTKinect text counts 30 frames a second, this recording has "
                f"{float(recording.shown_fps):g}; convert to npz instead"
            )
    if recording.timestamps is not None:
        times = (frame_ids - frame_ids[0]) / float(_CAMERA_FPS)
        if not np.array_equal(times, recording.timestamps - recording.timestamps[0]):
            raise EngineError(
                "UTKinect text counts 30 frames a second, this recording has other times; "
                "convert to npz instead"
            )
    if (frame_ids < 0).any() or (np.diff(frame_ids) == 0).any():
        raise EngineError(
            "UTKinect text needs frame numbers that do not repeat; convert to npz instead"
        )
    return frame_ids
