"""Northwestern-UCLA Multiview Action 3D (Wang et al., CVPR 2014): 10 actions, people; 3 cameras."""

import re
from pathlib import Path

from engine.datasets.base import LabelledFile
from engine.errors import EngineError
from engine.formats.actions import NW_UCLA

_NAME = re.compile(r"a(\d\d)_s(\d\d)_e\d\d_v(\d\d)\.json")
_FILE_ACTIONS = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12)
"""Action numbers in file names, in the order of ``actions``; 7 and 10 do not exist."""


class NwUcla:
    """Files named ``aAA_sSS_eEE_vVV.json`` in one folder."""

    id = "nw-ucla"
    name = "Northwestern-UCLA Multiview Action 3D"
    layout_id = "kinect-v1"
    actions: tuple[str, ...] = NW_UCLA
    terms = (
        "Northwestern-UCLA Multiview Action 3D (Wang, Nie, Xia, Wu, Zhu: Cross-view Action "
        "Modeling, Learning and Recognition, CVPR 2014). Research data by its authors, who state "
        "no licence. Not contained here."
    )

    def files(self, folder: Path) -> tuple[LabelledFile, ...]:
        """The recordings in a folder, in the order of their names."""
        found = []
        for path in sorted(folder.glob("a*.json")):
            match = _NAME.fullmatch(path.name)
            if match and int(match[1]) in _FILE_ACTIONS:
                action = _FILE_ACTIONS.index(int(match[1]))
                found.append(
                    LabelledFile(path=path, action=action, person=int(match[2]), view=int(match[3]))
                )
        if not found:
            raise EngineError(f"{folder} holds no NW-UCLA files (aAA_sSS_eEE_vVV.json)")
        return tuple(found)
