"""MSR-Action3D (Li, Zhang, Liu, CVPRW 2010): 20 actions, 10 people, 2 or 3 times each.

Its paper never trains on all actions at once but on three subsets of eight, chosen so that AS1 and
AS2 hold actions alike and AS3 complex ones; later papers use both ways. Each is a row of its own,
for a network that never sees an action need not have a place for it.
"""

import re
from functools import partial
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import key_below, named
from engine.formats.actions import MSR_ACTION3D as ACTIONS

_NAME = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)(?:_skeleton(?:3D)?)?\.txt")
_ALL = tuple(range(1, len(ACTIONS) + 1))
_SUBSETS = {
    "as1": (2, 3, 5, 6, 10, 13, 18, 20),
    "as2": (1, 4, 7, 8, 9, 11, 12, 14),
    "as3": (6, 14, 15, 16, 17, 18, 19, 20),
}
"""Li et al. 2010, table 1."""
_PROTOCOLS = (
    Protocol(
        id="cross-person",
        title="People 1, 3, 5, 7, 9 train, people 2, 4, 6, 8, 10 judge",
        source="Li, Zhang, Liu, CVPRW 2010, cross subject; the odd half as in Wang et al. 2012",
        by=Aspect.PERSON,
        train=(1, 3, 5, 7, 9),
        test=(2, 4, 6, 8, 10),
    ),
    Protocol(
        id="leave-one-person-out",
        title="Each person judges once",
        source="Common; asks more of few people than the published halves",
        by=Aspect.PERSON,
        leave_one_out=True,
    ),
)
_TERMS = (
    "MSR-Action3D (Li, Zhang, Liu: Action Recognition Based on a Bag of 3D Points, CVPR Workshops "
    "2010). Research data by its authors, who state no licence. Not contained here."
)


def _search(folder: Path, chosen: tuple[int, ...]) -> Found:
    files = [
        LabelledFile(
            path=path,
            action=chosen.index(int(match[1])),
            person=int(match[2]),
            repetition=int(match[3]),
            view=1,
            key=key_below(folder, path),
        )
        for path, match in named(folder, _NAME)
        if int(match[1]) in chosen
    ]
    return Found(files=tuple(files))


def _row(row_id: str, name: str, chosen: tuple[int, ...]) -> DatasetFormat:
    return DatasetFormat(
        id=row_id,
        name=name,
        layout_id="msr-action3d",
        actions=tuple(ACTIONS[number - 1] for number in chosen),
        terms=_TERMS,
        pattern="aAA_sSS_eEE_skeleton3D.txt",
        search=partial(_search, chosen=chosen),
        protocols=_PROTOCOLS,
    )


MSR_ACTION3D = (
    _row("msr-action3d", "MSR-Action3D", _ALL),
    *(
        _row(f"msr-action3d-{subset}", f"MSR-Action3D, subset {subset.upper()}", chosen)
        for subset, chosen in _SUBSETS.items()
    ),
)
