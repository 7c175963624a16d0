"""SFINGE3D text: a row is a frame, 20 hand joints of position and quaternion, by semicolons."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.formats.actions import SFINGE3D, numbered
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
from engine.layouts.sfinge_hand_20 import SFINGE_HAND_20
from engine.recording import Recording, Units
from engine.skeleton import Axis

_JOINTS = SFINGE_HAND_20.num_joints
_VALUES = 7
_COLUMNS = _JOINTS * _VALUES
_FPS = Fraction(20)
"""The data set's read-me: captured at 20 frames a second."""


class Sfinge3dFormat:
    """SFINGE3D gestures and sequences (140 numbers a row)."""

    id = "sfinge3d"
    name = "SFINGE3D text"
    suffixes: tuple[str, ...] = (".txt",)
    can_write = False

    def sniff(self, head: bytes) -> bool:
        """Whether the first row has 140 numbers divided by semicolons."""
        return len(first_row(head)) == _COLUMNS and b";" in head

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one gesture; see :class:`engine.formats.base.SkeletonFormat`."""
        rows = read_rows(data, path, _COLUMNS, f"{_JOINTS} joints × position and quaternion")
        frames = rows.reshape(-1, 1, _JOINTS, _VALUES)  # (T, 140) -> (T, 1, V, 7)
        check_range(frames, path)
        positions, seen = mark_missing(frames[..., :3])
        orientations, _ = mark_missing(frames[..., 3:])
        return Recording(
            layout=SFINGE_HAND_20,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=_FPS,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            label=_gesture(path),
            orientations=orientations,
            findings=(
                assumed_rate(_FPS, "as the data set says"),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """Not possible; see ``can_write``."""
        raise cannot_write(self.name)


def _gesture(path: Path) -> str | None:
    """The gesture of a file in the data set's folders: ``Dictionary/<gesture>/<take>.txt``."""
    folder = path.parent
    if folder.parent.name != "Dictionary" or not folder.name.isdecimal():
        return None
    return numbered(SFINGE3D, int(folder.name))
