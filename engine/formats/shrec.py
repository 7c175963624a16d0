"""SHREC'17 and DHG hand text: a row is a frame, 22 hand joints × 3 in metres."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.formats.reading import (
    assumed_rate,
    check_range,
    mark_missing,
    missing_findings,
    scale_findings,
    source_of,
)
from engine.formats.rows import first_row, read_rows
from engine.formats.writing import cannot_write
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.recording import Recording, Units

_JOINTS = SHREC_HAND_22.num_joints
_COLUMNS = _JOINTS * 3
_FPS = Fraction(30)


class ShrecFormat:
    """SHREC'17 ``skeletons_world.txt`` and DHG ``skeleton_world.txt`` (66 numbers a row)."""

    id = "shrec"
    name = "SHREC'17 hand text"
    suffixes: tuple[str, ...] = (".txt",)
    can_write = False

    def sniff(self, head: bytes) -> bool:
        """Whether the first row has 66 numbers divided by white space."""
        return len(first_row(head)) == _COLUMNS and b";" not in head

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one gesture; see :class:`engine.formats.base.SkeletonFormat`."""
        rows = read_rows(data, path, _COLUMNS, f"{_JOINTS} hand joints × 3")
        values = rows.reshape(-1, 1, _JOINTS, 3)  # (T, 66) -> (T, M, V, C)
        check_range(values, path)
        positions, seen = mark_missing(values)
        return Recording(
            layout=SHREC_HAND_22,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=_FPS,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=SHREC_HAND_22.up,
            findings=(
                assumed_rate(_FPS, "as the data set's paper says"),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """Not possible; see ``can_write``."""
        raise cannot_write(self.name)
