"""UTD-MHAD (Chen, Jafari, Kehtarnavaz, ICIP 2015): 27 actions, 8 people, 4 times each."""

import re
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import key_below, named
from engine.formats.actions import UTD_MHAD as ACTIONS

_NAME = re.compile(r"a(\d{1,2})_s(\d{1,2})_t(\d{1,2})_skeleton\.mat")


def _search(folder: Path) -> Found:
    files = [
        LabelledFile(
            path=path,
            action=int(match[1]) - 1,
            person=int(match[2]),
            repetition=int(match[3]),
            view=1,
            key=key_below(folder, path),
        )
        for path, match in named(folder, _NAME)
        if 1 <= int(match[1]) <= len(ACTIONS)
    ]
    return Found(files=tuple(files))


UTD_MHAD = DatasetFormat(
    id="utd-mhad",
    name="UTD Multimodal Human Action Dataset",
    layout_id="utd-mhad",
    actions=ACTIONS,
    terms=(
        "UTD-MHAD (Chen, Jafari, Kehtarnavaz: UTD-MHAD: A Multimodal Dataset for Human Action "
        "Recognition Utilizing a Depth Camera and a Wearable Inertial Sensor, ICIP 2015). Research "
        "data by its authors, who state no licence. Not contained here."
    ),
    pattern="aA_sS_tT_skeleton.mat",
    search=_search,
    protocols=(
        Protocol(
            id="cross-person",
            title="People 1, 3, 5, 7 train, people 2, 4, 6, 8 judge",
            source="Chen, Jafari, Kehtarnavaz, ICIP 2015, section 4",
            by=Aspect.PERSON,
            train=(1, 3, 5, 7),
            test=(2, 4, 6, 8),
        ),
        Protocol(
            id="leave-one-person-out",
            title="Each person judges once",
            source="Common; asks more of few people than the published halves",
            by=Aspect.PERSON,
            leave_one_out=True,
        ),
    ),
)
