"""UTD-MHAD ``.mat``: ``d_skel`` of 20 joints × 3 × frames, in metres."""

from pathlib import Path

import numpy as np

from engine.errors import FileFormatError
from engine.formats.actions import UTD_MHAD as ACTIONS
from engine.formats.actions import numbered
from engine.formats.mat5 import looks_like_mat, read_array
from engine.formats.names import facts_from_name, person_ids
from engine.formats.reading import (
    assumed_rate,
    check_range,
    mark_missing,
    missing_findings,
    scale_findings,
    source_of,
)
from engine.formats.writing import cannot_write
from engine.layouts.utd_mhad import UTD_MHAD
from engine.recording import Recording, Units
from engine.skeleton import Axis

_VARIABLE = "d_skel"
_FRAME = (UTD_MHAD.num_joints, UTD_MHAD.dimensions)


class UtdMhadFormat:
    """UTD-MHAD ``aA_sS_tT_skeleton.mat``."""

    id = "utd-mhad"
    name = "UTD-MHAD mat"
    suffixes: tuple[str, ...] = (".mat",)
    can_write = False

    def sniff(self, head: bytes) -> bool:
        """Whether it is a MATLAB file."""
        return looks_like_mat(head)

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one clip; see :class:`engine.formats.base.SkeletonFormat`."""
        skeleton = read_array(data, _VARIABLE, path)
        # MATLAB drops the last dimension of one frame
        shape = (*_FRAME, 1) if skeleton.shape == _FRAME else skeleton.shape
        if shape[:-1] != _FRAME or not shape[-1]:
            raise FileFormatError(
                f"expected {_VARIABLE} of 20 × 3 × frames, found "
                f"{' × '.join(str(size) for size in skeleton.shape)}; is it of another data set?",
                path=path,
            )
        values = skeleton.reshape(shape).transpose(2, 0, 1)[:, None]  # (V, C, T) -> (T, 1, V, C)
        check_range(values, path)
        positions, seen = mark_missing(values)
        facts = facts_from_name(path.stem)
        return Recording(
            layout=UTD_MHAD,
            positions=positions,
            confidence=seen.astype(np.float32),
            fps=None,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            person_ids=person_ids(facts),
            label=numbered(ACTIONS, facts.action),
            findings=(
                assumed_rate(30, "as the Kinect has"),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """Not possible; see ``can_write``."""
        raise cannot_write(self.name)
