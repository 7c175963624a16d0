"""Everyday actions: one set of labels over NW-UCLA, UTD-MHAD and UTKinect, below one folder.

All three filmed with the first Kinect. Where two of them mean the same movement, its clips share a
label: walk (walk around), sit down (stand to sit), stand up (sit to stand), throw, carry, wave
(wave hands), clap (clap hands), push, and pick up.

**Pick up** takes in NW-UCLA's two kinds, with one and with two hands, for UTKinect's people pick up
sometimes with one hand and sometimes with both, under one label: kept apart, the same movement
would have two right answers. NW-UCLA on its own (``nw-ucla``) keeps them apart. ``Pick up and
throw`` and ``drop trash`` are movements of their own and stay so.

People are numbered apart (101 on, 201 on, 301 on) and so are cameras: 1 to 3 are NW-UCLA's, 4 is
UTD-MHAD's, 5 is UTKinect's, so that holding out a view holds out that view alone. UTD-MHAD's clips
are in its own order of joints and have to be mapped to ``kinect-v1``, joint by joint.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.datasets.base import DatasetFormat, Found, LabelledFile
from engine.datasets.nw_ucla import NW_UCLA, WRONGLY_LABELLED
from engine.datasets.utd_mhad import UTD_MHAD
from engine.datasets.utkinect import UTKINECT
from engine.formats.reading import plural

SAME_ACTION = {
    "pick up with one hand": "pick up",
    "pick up with two hands": "pick up",
    "walk around": "walk",
    "stand to sit": "sit down",
    "sit to stand": "stand up",
    "wave hands": "wave",
    "clap hands": "clap",
}
"""A data set's own name of an action -> the shared one; all others keep theirs."""
_FIRST = (
    "walk",
    "sit down",
    "stand up",
    "pick up",
    "carry",
    "throw",
    "push",
    "pull",
    "wave",
    "clap",
    "drop trash",
    "donning",
    "doffing",
)
"""What more than one data set has, and other things of every day, before UTD-MHAD's gestures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One of the data sets."""

    dataset: DatasetFormat
    people: int
    """Added to its people's numbers."""
    views: int
    """Added to its cameras' numbers."""


_PARTS = (
    _Part(dataset=NW_UCLA, people=100, views=0),
    _Part(dataset=UTD_MHAD, people=200, views=3),
    _Part(dataset=UTKINECT, people=300, views=4),
)


def _everyday_actions() -> tuple[str, ...]:
    names = (SAME_ACTION.get(a, a) for part in _PARTS for a in part.dataset.actions)
    return _FIRST + tuple(name for name in dict.fromkeys(names) if name not in _FIRST)


EVERYDAY_ACTIONS = _everyday_actions()


def _search(folder: Path) -> Found:
    files: list[LabelledFile] = []
    notes: list[str] = []
    for part in _PARTS:
        found = part.dataset.search(folder)
        files += [_shared(file, part) for file in found.files]
        notes += found.notes if found.files else ()
        if found.files:
            notes.append(f"{part.dataset.name}: {plural(len(found.files), 'clip')}.")
        else:
            notes.append(f"{part.dataset.name} is not there ({part.dataset.pattern}).")
    return Found(files=tuple(files), notes=tuple(notes))


def _shared(file: LabelledFile, part: _Part) -> LabelledFile:
    name = part.dataset.actions[file.action]
    return replace(
        file,
        action=EVERYDAY_ACTIONS.index(SAME_ACTION.get(name, name)),
        person=file.person + part.people,
        view=file.view + part.views,
    )


EVERYDAY = DatasetFormat(
    id="everyday",
    name="everyday actions (NW-UCLA, UTD-MHAD, UTKinect)",
    layout_id="kinect-v1",
    actions=EVERYDAY_ACTIONS,
    terms=" ".join(part.dataset.terms for part in _PARTS),
    pattern="the three data sets, each in a folder of its own",
    search=_search,
    leave_out=WRONGLY_LABELLED,
)
