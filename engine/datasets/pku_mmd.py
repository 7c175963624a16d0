"""PKU-MMD (Liu et al., 2017), phases 1 and 2: 51 actions in untrimmed recordings of 3 cameras.

A recording and its labels have the same name in two folders: ``0291-L.txt`` in phase 1,
``A05N04-L.txt`` in phase 2, with L, M, R for the left, middle and right camera (views 1, 2, 3
here). A row of labels is ``action,start,end,confidence`` in rows of the recording, counted from 0,
the end not included, as the public loaders take them. The confidence is not used.

Who acts is not in the names of phase 1. In phase 2 it is the number after N: there are 26 × 13
pairs of A and N, and 13 people. Cross-subject figures follow the published lists
(``cross-subject.txt``), which must lie in the folder.
"""

import re
from pathlib import Path

from engine.datasets.base import UNKNOWN, Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import files_below, key_below, lines_of, named
from engine.errors import FileFormatError
from engine.formats.actions import PKU_MMD as ACTIONS
from engine.formats.reading import plural

_SAMPLE = r"(?:\d{4}|A\d{2}N(?P<person>\d{2}))-(?P<view>[LMR])"
_NAME = re.compile(rf"{_SAMPLE}\.txt")
_LIST = re.compile(r"cross[-_]subject\w*\.txt", re.IGNORECASE)
_LISTED = re.compile(r"(?:\d{4}|A\d{2}N\d{2})-[LMR]")
_VIEWS = "LMR"
_HEAD = 4096
_TRAIN = "cross-subject/train"
_TEST = "cross-subject/test"


def _search(folder: Path) -> Found:
    recordings: dict[str, tuple[Path, re.Match[str]]] = {}
    labels: dict[str, Path] = {}
    for path, match in named(folder, _NAME):
        if _is_labels(path):
            labels.setdefault(path.stem, path)
        else:
            recordings.setdefault(path.stem, (path, match))
    lists = _lists(folder)
    files: list[LabelledFile] = []
    for stem, (path, match) in recordings.items():
        if stem not in labels:
            continue
        for action, start, stop in _spans(labels[stem]):
            files.append(
                LabelledFile(
                    path=path,
                    action=action,
                    person=int(match["person"] or UNKNOWN),
                    view=_VIEWS.index(match["view"]) + 1,
                    start=start,
                    stop=stop,
                    lists=lists.get(stem, ()),
                    key=key_below(folder, path),
                )
            )
    notes: list[str] = []
    for what, lost in (
        ("without labels", recordings.keys() - labels.keys()),
        ("with labels but without a skeleton", labels.keys() - recordings.keys()),
    ):
        if lost:
            notes.append(f"{plural(len(lost), 'recording')} {what} left out.")
    if files and not lists:
        notes.append("There is no cross-subject.txt: its protocol divides nothing.")
    return Found(files=tuple(files), notes=tuple(notes))


def _is_labels(path: Path) -> bool:
    """Whether a file has rows divided by commas; an empty one has no labels."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=path) from error
    return b"," in head or not head.strip()


def _spans(path: Path) -> list[tuple[int, int, int]]:
    """Action (counted from 0), start and stop of each row of labels."""
    found: list[tuple[int, int, int]] = []
    for number, line in enumerate(lines_of(path), start=1):
        words = [word.strip() for word in line.split(",")]
        if words == [""]:
            continue
        is_row = len(words) >= 3 and all(word.isdecimal() for word in words[:3])  # noqa: PLR2004
        action, start, stop = (int(word) for word in words[:3]) if is_row else (0, 0, 0)
        if not (1 <= action <= len(ACTIONS) and start < stop):
            raise FileFormatError(
                f"expected action,start,end with an action of 1 to {len(ACTIONS)}, "
                f"found {line.strip()[:40]!r}; the labels are damaged, copy them again",
                path=path,
                line=number,
            )
        found.append((action - 1, start, stop))
    return found


def _lists(folder: Path) -> dict[str, tuple[str, ...]]:
    """In which published lists each recording stands."""
    found: dict[str, tuple[str, ...]] = {}
    for path in files_below(folder):
        if not _LIST.fullmatch(path.name):
            continue
        # two headings, "Training videos:" and "Validataion videos:" (so), each with names after it
        parts = re.split(r"(?i)valid\w*\s+videos\s*:", "\n".join(lines_of(path)))
        if len(parts) != 2:  # noqa: PLR2004
            raise FileFormatError(
                "expected names to train on, then 'Validation videos:' and names to judge by; "
                "copy it again",
                path=path,
            )
        for name, part in zip((_TRAIN, _TEST), parts, strict=True):
            for stem in _LISTED.findall(part):
                found[stem] = (*found.get(stem, ()), name)
    return found


PKU_MMD = DatasetFormat(
    id="pku-mmd",
    name="PKU-MMD",
    layout_id="kinect-v2",
    actions=ACTIONS,
    terms=(
        "PKU-MMD (Liu, Hu, Li, Song, Liu: PKU-MMD: A Large Scale Benchmark for Continuous "
        "Multi-Modal Human Action Understanding, 2017). Research data of Peking University, for "
        "academic use. Not contained here."
    ),
    pattern="NNNN-L.txt or AxxNyy-L.txt with labels of the same name in another folder",
    search=_search,
    protocols=(
        Protocol(
            id="x-sub",
            title="X-Sub: the published lists, 57 people train, 9 judge in phase 1",
            source="Liu et al. 2017, section 4.4; cross-subject.txt",
            by=Aspect.LIST,
            train=(_TRAIN,),
            test=(_TEST,),
        ),
        Protocol(
            id="x-view",
            title="X-View: the middle and right cameras train, the left one judges",
            source="Liu et al. 2017, section 4.4",
            by=Aspect.VIEW,
            train=(2, 3),
            test=(1,),
        ),
    ),
)
