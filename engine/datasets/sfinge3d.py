"""SFINGE3D version 1 (Caputo et al., 2020): 13 hand gestures, 36 of each in ``Dictionary``.

Who made which gesture is not stated, so a split by person is impossible. The data set's own
protocol is about finding gestures in its long sequences, which are not read here.
"""

import re
from pathlib import Path

from engine.datasets.base import UNKNOWN, DatasetFormat, Found, LabelledFile
from engine.datasets.listing import key_below, named
from engine.formats.actions import SFINGE3D as ACTIONS

_NAME = re.compile(r"(\d+)\.txt")
_FOLDER = "Dictionary"
_NUMBERS = tuple(str(number + 1) for number in range(len(ACTIONS)))


def _search(folder: Path) -> Found:
    files = [
        LabelledFile(
            path=path,
            action=int(path.parent.name) - 1,
            person=UNKNOWN,
            repetition=int(match[1]),
            view=1,
            key=key_below(folder, path),
        )
        for path, match in named(folder, _NAME)
        if path.parent.name in _NUMBERS and path.resolve().parents[1].name == _FOLDER
    ]
    return Found(files=tuple(sorted(files, key=lambda file: (file.action, file.repetition))))


SFINGE3D = DatasetFormat(
    id="sfinge3d",
    name="SFINGE3D hand gestures",
    layout_id="sfinge-hand-20",
    actions=ACTIONS,
    terms=(
        "SFINGE3D (Caputo, Giachetti, Giannini, Lupinetti, Monti, Pegoraro, Ranieri: SFINGE 3D: A "
        "novel benchmark for online detection and recognition of heterogeneous hand gestures from "
        "3D fingers' trajectories, Computers & Graphics 2020). Its authors ask to be cited. Not "
        "contained here."
    ),
    pattern="Dictionary/GESTURE/N.txt",
    search=_search,
)
