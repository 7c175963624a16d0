"""PKU-MMD text: a row is a frame, two people of 25 Kinect v2 joints in metres, zeros for nobody."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.formats.reading import (
    assumed_rate,
    check_range,
    mark_missing,
    missing_findings,
    scale_findings,
    source_of,
)
from engine.formats.rows import first_row, number_rows, read_rows
from engine.formats.writing import require, zeros_for_missing
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import Recording, Units
from engine.skeleton import Axis

_PEOPLE = 2
_JOINTS = KINECT_V2.num_joints
_COLUMNS = _PEOPLE * _JOINTS * 3
_FPS = Fraction(30)
"""Liu et al. 2017: 5.4 million frames in 3,000 minutes, 30 a second."""


class PkuMmdFormat:
    """PKU-MMD skeleton files (150 numbers a row)."""

    id = "pku-mmd"
    name = "PKU-MMD text"
    suffixes: tuple[str, ...] = (".txt",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether the first row has 150 numbers divided by white space."""
        return len(first_row(head)) == _COLUMNS and b";" not in head

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one recording; see :class:`engine.formats.base.SkeletonFormat`.

        A second person who is never there is left out.
        """
        rows = read_rows(data, path, _COLUMNS, f"{_PEOPLE} people × {_JOINTS} joints × 3")
        values = rows.reshape(-1, _PEOPLE, _JOINTS, 3)  # (T, 150) -> (T, M, V, C)
        check_range(values, path)
        positions, seen = mark_missing(values)
        people = _PEOPLE if seen[:, 1].any() else 1
        positions, seen = positions[:, :people], seen[:, :people]
        return Recording(
            layout=KINECT_V2,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=_FPS,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            findings=(
                assumed_rate(_FPS, "as the data set's paper says"),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """Rows of two people; missing joints and a missing second person become zeros."""
        require(recording, self.name, KINECT_V2, _PEOPLE)
        if recording.shown_fps != _FPS or recording.timestamps is not None:
            raise EngineError(
                f"{self.name} has 30 even frames a second, this recording has "
                f"{float(recording.shown_fps):g} or times of its own; convert to npz instead"
            )
        rows = np.zeros((recording.num_frames, _PEOPLE, _JOINTS, 3), dtype=np.float32)
        rows[:, : recording.num_people] = zeros_for_missing(recording.positions)
        return number_rows(rows.reshape(-1, _COLUMNS))
