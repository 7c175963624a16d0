"""MSR-Action3D text: a line is one joint, ``x y z confidence``; 20 lines are a frame."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray
from engine.errors import EngineError, FileFormatError
from engine.formats.actions import MSR_ACTION3D as ACTIONS
from engine.formats.actions import numbered
from engine.formats.names import facts_from_name, person_ids
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
from engine.layouts.msr_action3d import MSR_ACTION3D
from engine.recording import Recording, Units
from engine.skeleton import Axis

_JOINTS = MSR_ACTION3D.num_joints
_COLUMNS = 4
_FPS = Fraction(15)
"""Li, Zhang, Liu 2010: depth maps at about 15 frames a second."""


class MsrAction3dFormat:
    """MSR-Action3D ``aAA_sSS_eEE_skeleton3D.txt`` (metres)."""

    id = "msr-action3d"
    name = "MSR-Action3D text"
    suffixes: tuple[str, ...] = (".txt",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether the first row has four numbers of which the last is a confidence."""
        row = first_row(head)
        if len(row) != _COLUMNS or b";" in head:
            return False
        return 0.0 <= float(row[3]) <= 1.0

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one clip; see :class:`engine.formats.base.SkeletonFormat`.

        A joint can have a position and confidence 0: the tracker guessed it.
        """
        rows = read_rows(data, path, _COLUMNS, "x y z confidence")
        if len(rows) % _JOINTS:
            raise FileFormatError(
                f"expected {_JOINTS} lines a frame, found {len(rows) % _JOINTS} in the last frame; "
                "the file is cut short, copy it again",
                path=path,
                line=len(rows),
            )
        frames = rows.reshape(-1, 1, _JOINTS, _COLUMNS)  # (T*V, 4) -> (T, 1, V, 4)
        values = frames[..., :3]
        check_range(values, path)
        positions, seen = mark_missing(values)
        facts = facts_from_name(path.stem)
        return Recording(
            layout=MSR_ACTION3D,
            positions=positions,
            confidence=np.where(seen, _confidence(frames[..., 3], path), 0.0).astype(np.float32),
            fps=None,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            person_ids=person_ids(facts),
            label=numbered(ACTIONS, facts.action),
            findings=(
                assumed_rate(_FPS, "as the data set's paper says"),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
            assumed_fps=_FPS,
        )

    def write(self, recording: Recording) -> bytes:
        """Lines of joints; missing joints become zeros."""
        require(recording, self.name, MSR_ACTION3D)
        if recording.shown_fps != _FPS or recording.timestamps is not None:
            raise EngineError(
                f"{self.name} has 15 even frames a second, this recording has "
                f"{float(recording.shown_fps):g} or times of its own; convert to npz instead"
            )
        positions = zeros_for_missing(recording.positions)
        lines = np.concatenate([positions, recording.confidence[..., None]], axis=-1)
        return number_rows(lines.reshape(-1, _COLUMNS))


def _confidence(values: DoubleArray, path: Path) -> DoubleArray:
    wrong = ~((values >= 0.0) & (values <= 1.0))
    if wrong.any():
        line = int(np.flatnonzero(wrong)[0]) + 1
        raise FileFormatError(
            f"expected a confidence from 0 to 1 as fourth number, found "
            f"{values.ravel()[line - 1]:g}; the file is damaged",
            path=path,
            line=line,
        )
    return values
