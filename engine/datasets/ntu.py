"""NTU RGB+D 60 (Shahroudy et al., CVPR 2016) and 120 (Liu et al., TPAMI 2019).

``SsssCcccPpppRrrrAaaa.skeleton``: setup, camera, person, repetition, action. NTU 60 is setups 1 to
17 and actions 1 to 60 of NTU 120. The data set comes with lists of samples whose skeletons are
missing or incomplete; where such a list lies in the folder or beside it, those samples are left
out, as in every published figure. Recordings are read with ``denoise_bodies``: the actors alone.
"""

import re
from functools import partial
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import files_below, key_below, lines_of
from engine.datasets.ntu_bodies import read_actors
from engine.formats.actions import NTU_RGBD
from engine.formats.names import NameFacts, facts_from_name
from engine.formats.reading import plural

_NAME = re.compile(r"S\d{3}C\d{3}P\d{3}R\d{3}A\d{3}")
_SUFFIX = ".skeleton"
_LISTS = "*missing_skeleton*.txt"
_SETUPS_60 = 17
_ACTIONS_60 = 60

_PEOPLE_60 = (1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38)
"""Who trains in NTU 60: Shahroudy et al. 2016, section 3.2."""
_PEOPLE_120 = (
    *_PEOPLE_60,
    *(45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86),
    *(89, 91, 92, 93, 94, 95, 97, 98, 100, 103),
)
"""Who trains in NTU 120: Liu et al. 2019, section 3.2."""


def _others(people: tuple[int, ...], count: int) -> tuple[int, ...]:
    return tuple(person for person in range(1, count + 1) if person not in people)


def facts_of(name: str) -> NameFacts | None:
    """What the name of a sample says, with or without its suffix; None for any other name."""
    match = _NAME.match(name)
    return None if match is None else facts_from_name(match[0])


def cross_person(train: tuple[int, ...], people: int, source: str) -> Protocol:
    """The X-Sub protocol of either data set."""
    return Protocol(
        id="x-sub",
        title=f"X-Sub: {len(train)} people train, {people - len(train)} judge",
        source=source,
        by=Aspect.PERSON,
        train=train,
        test=_others(train, people),
    )


NTU_60_PROTOCOLS = (
    cross_person(_PEOPLE_60, 40, "Shahroudy et al., CVPR 2016, section 3.2"),
    Protocol(
        id="x-view",
        title="X-View: cameras 2 and 3 train, camera 1 judges",
        source="Shahroudy et al., CVPR 2016, section 3.2",
        by=Aspect.VIEW,
        train=(2, 3),
        test=(1,),
    ),
)
NTU_120_PROTOCOLS = (
    cross_person(_PEOPLE_120, 106, "Liu et al., TPAMI 2019, section 3.2"),
    Protocol(
        id="x-set",
        title="X-Set: even setups train, odd setups judge",
        source="Liu et al., TPAMI 2019, section 3.2",
        by=Aspect.SETUP,
        train=tuple(range(2, 33, 2)),
        test=tuple(range(1, 33, 2)),
    ),
)


def _search(folder: Path, setups: int, actions: int) -> Found:
    paths = files_below(folder)
    bad = _bad_samples((*paths, *folder.parent.glob(_LISTS)))
    files: list[LabelledFile] = []
    left_out = 0
    for path in paths:
        facts = facts_of(path.name) if path.suffix == _SUFFIX else None
        if facts is None or facts.action is None or facts.setup is None:
            continue
        if facts.setup > setups or not 1 <= facts.action <= actions:
            continue
        if path.stem in bad:
            left_out += 1
            continue
        files.append(
            LabelledFile(
                path=path,
                action=facts.action - 1,
                person=facts.person or 0,
                view=facts.view or 1,
                repetition=facts.take or 0,
                setup=facts.setup,
                key=key_below(folder, path),
            )
        )
    if bad:
        note = f"{plural(left_out, 'recording')} on the lists of missing skeletons left out."
    else:
        note = f"No list of missing skeletons ({_LISTS}) is there: nothing is left out."
    return Found(files=tuple(files), notes=(note,))


def _bad_samples(paths: tuple[Path, ...]) -> frozenset[str]:
    """Names of samples on the lists of missing skeletons; other lines of them are words."""
    lists = {path.resolve() for path in paths if path.match(_LISTS)}
    return frozenset(
        match[0]
        for path in sorted(lists)
        for line in lines_of(path)
        if (match := _NAME.fullmatch(line.strip().removesuffix(_SUFFIX)))
    )


_TERMS = (
    "NTU RGB+D ({which}). For academic research under the terms of the ROSE Lab, Nanyang "
    "Technological University; may not be passed on. Not contained here."
)

NTU_DATASETS = (
    DatasetFormat(
        id="ntu-60",
        name="NTU RGB+D 60",
        layout_id="kinect-v2",
        actions=NTU_RGBD[:_ACTIONS_60],
        terms=_TERMS.format(which="Shahroudy, Liu, Ng, Wang, CVPR 2016"),
        pattern="SsssCcccPpppRrrrAaaa.skeleton",
        search=partial(_search, setups=_SETUPS_60, actions=_ACTIONS_60),
        protocols=NTU_60_PROTOCOLS,
        read_clip=read_actors,
    ),
    DatasetFormat(
        id="ntu-120",
        name="NTU RGB+D 120",
        layout_id="kinect-v2",
        actions=NTU_RGBD,
        terms=_TERMS.format(which="Liu, Shahroudy, Perez, Wang, Duan, Kot, TPAMI 2019"),
        pattern="SsssCcccPpppRrrrAaaa.skeleton",
        search=partial(_search, setups=32, actions=len(NTU_RGBD)),
        protocols=NTU_120_PROTOCOLS,
        read_clip=read_actors,
    ),
)
