"""Northwestern-UCLA Multiview Action 3D (Wang et al., CVPR 2014): 10 actions, people; 3 cameras."""

import re
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import key_below, named
from engine.formats.actions import NW_UCLA as ACTIONS

_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_v(\d\d)\.json")
_FILE_ACTIONS = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12)
"""Action numbers in file names, in the order of ``actions``; 7 and 10 do not exist."""
WRONGLY_LABELLED = ("*_s04_*_v02.json", "*_s05_*_v02.json")
"""In view 2, people 4 and 5 are partly exchanged: what a name says of a clip may be true of
the other one's. Nothing in a file tells which, so the clips of both are left out together."""


def _search(folder: Path) -> Found:
    files = [
        LabelledFile(
            path=path,
            action=_FILE_ACTIONS.index(int(match[1])),
            person=int(match[2]),
            repetition=int(match[3]) + 1,  # counted from 0 in the names
            view=int(match[4]),
            key=key_below(folder, path),
        )
        for path, match in named(folder, _NAME)
        if int(match[1]) in _FILE_ACTIONS
    ]
    return Found(files=tuple(files))


NW_UCLA = DatasetFormat(
    id="nw-ucla",
    name="Northwestern-UCLA Multiview Action 3D",
    layout_id="kinect-v1",
    actions=ACTIONS,
    terms=(
        "Northwestern-UCLA Multiview Action 3D (Wang, Nie, Xia, Wu, Zhu: Cross-view Action "
        "Modeling, Learning and Recognition, CVPR 2014). Research data by its authors, who state "
        "no licence. Not contained here."
    ),
    pattern="aAA_sSS_eEE_vVV.json",
    search=_search,
    protocols=(
        Protocol(
            id="cross-view",
            title="Views 1 and 2 train, view 3 judges",
            source="Wang et al., CVPR 2014, section 5; used by CTR-GCN and FG-STFormer",
            by=Aspect.VIEW,
            train=(1, 2),
            test=(3,),
        ),
        Protocol(
            id="leave-one-person-out",
            title="Each person judges once",
            source="Wang et al., CVPR 2014, cross-subject setting",
            by=Aspect.PERSON,
            leave_one_out=True,
        ),
    ),
    leave_out=WRONGLY_LABELLED,
)
