"""SHREC'17 Track (De Smedt et al., 3DOR 2017) and DHG-14/28 (De Smedt et al., CVPRW 2016).

Fourteen hand gestures, each made with one finger and with the whole hand: 14 labels, or 28 when the
two ways count apart. Both lie as ``gesture_G/finger_F/subject_S/essai_E``. SHREC'17 lists its 1,960
clips to train on in ``train_gestures.txt`` and 840 to judge in ``test_gestures.txt``, rows of
gesture, finger, subject, essai, label of 14, label of 28, frames. DHG says in
``informations_troncage_sequences.txt`` (gesture, finger, subject, essai, first frame, last frame)
where in each recording the gesture is; frames count from 0 and the last belongs to it.

The label of 28 here is gesture by gesture, one finger then whole hand, whatever number the lists
give.
"""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import files_below, key_below, lines_of
from engine.errors import FileFormatError
from engine.formats.actions import HAND_GESTURES
from engine.formats.shrec import ShrecFormat
from engine.recording import Clip

_PLACE = re.compile(r"(?:.*/)?gesture_(\d+)/finger_(\d+)/subject_(\d+)/essai_(\d+)/([^/]+)")
_LISTS = {"train": "train_gestures.txt", "test": "test_gestures.txt"}
_SPANS = "informations_troncage_sequences.txt"
_WAYS = ("one finger", "whole hand")

_Clip = tuple[int, int, int, int]
"""Gesture, finger, subject, essai."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One of the two data sets, with one of its two sets of labels."""

    recording: str
    """Name of the files that hold joints in space."""
    labels: int

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the labels."""
        if self.labels == len(HAND_GESTURES):
            return HAND_GESTURES
        return tuple(f"{gesture} ({way})" for gesture in HAND_GESTURES for way in _WAYS)

    def action(self, clip: _Clip) -> int:
        """Index into ``actions``."""
        gesture, finger, _, _ = clip
        return gesture - 1 if self.labels == len(HAND_GESTURES) else 2 * (gesture - 1) + finger - 1


def _search(folder: Path, kind: _Kind) -> Found:
    paths = files_below(folder)
    lists: dict[_Clip, tuple[str, ...]] = {}
    for name, file_name in _LISTS.items():
        for path in paths:
            if path.name == file_name:
                for clip, _ in _rows(path):
                    lists[clip] = (*lists.get(clip, ()), name)
    spans = {
        clip: (rest[0], rest[1] + 1)
        for path in paths
        if path.name == _SPANS
        for clip, rest in _rows(path)
    }
    files: list[LabelledFile] = []
    for path in paths:
        match = _PLACE.fullmatch(path.as_posix())
        if match is None or match[5] != kind.recording:
            continue
        clip = (int(match[1]), int(match[2]), int(match[3]), int(match[4]))
        if not (1 <= clip[0] <= len(HAND_GESTURES) and 1 <= clip[1] <= len(_WAYS)):
            continue
        start, stop = spans.get(clip, (0, None))
        files.append(
            LabelledFile(
                path=path,
                action=kind.action(clip),
                person=clip[2],
                repetition=clip[3],
                view=1,
                start=start,
                stop=stop,
                lists=lists.get(clip, ()),
                key=key_below(folder, path),
            )
        )
    known = {(f.action, f.person, f.repetition) for f in files}
    lost = [c for c in (*lists, *spans) if (kind.action(c), c[2], c[3]) not in known]
    notes = (f"{len(lost):,} listed recordings are not there.",) if lost and files else ()
    return Found(files=tuple(files), notes=notes)


def _rows(path: Path) -> list[tuple[_Clip, tuple[int, ...]]]:
    """The rows of a list: which clip, and the numbers after that."""
    found: list[tuple[_Clip, tuple[int, ...]]] = []
    for number, line in enumerate(lines_of(path), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) < 6 or not all(word.isdecimal() for word in words):  # noqa: PLR2004
            raise FileFormatError(
                f"expected at least six whole numbers, found {line.strip()[:40]!r}; "
                "the list is damaged, copy it again",
                path=path,
                line=number,
            )
        gesture, finger, subject, essai, *rest = (int(word) for word in words)
        found.append(((gesture, finger, subject, essai), tuple(rest)))
    return found


def read_hand_clip(file: LabelledFile) -> Clip:
    """Read one clip; see :class:`engine.datasets.base.DatasetFormat`."""
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=file.path) from (
            error
        )
    return file.cut(Clip.whole(ShrecFormat().read(file.path, data)))


_SHREC = (
    Protocol(
        id="published",
        title="The published lists: 1,960 clips train, 840 judge",
        source=(
            "De Smedt et al., SHREC'17 Track, 3DOR 2017: train_gestures.txt and test_gestures.txt. "
            "People are on both sides"
        ),
        by=Aspect.LIST,
        train=("train",),
        test=("test",),
    ),
)
_ONE_OUT = Protocol(
    id="leave-one-person-out",
    title="Each person judges once",
    source="De Smedt, Wannous, Vandeborre, CVPRW 2016",
    by=Aspect.PERSON,
    leave_one_out=True,
)


def _row(
    row_id: str, name: str, kind: _Kind, terms: str, protocols: tuple[Protocol, ...]
) -> DatasetFormat:
    return DatasetFormat(
        id=f"{row_id}-{kind.labels}",
        name=f"{name}, {kind.labels} gestures",
        layout_id="shrec-hand-22",
        actions=kind.actions,
        terms=terms,
        pattern=f"gesture_G/finger_F/subject_S/essai_E/{kind.recording}",
        search=partial(_search, kind=kind),
        protocols=protocols,
        read_clip=read_hand_clip,
    )


_SHREC_TERMS = (
    "SHREC'17 Track: 3D Hand Gesture Recognition Using a Depth and Skeletal Dataset (De Smedt, "
    "Wannous, Vandeborre, Guerry, Le Saux, Filliat, 3DOR 2017). Research data by its authors, who "
    "state no licence. Not contained here."
)
_DHG_TERMS = (
    "DHG-14/28 (De Smedt, Wannous, Vandeborre: Skeleton-based Dynamic Hand Gesture Recognition, "
    "CVPR Workshops 2016). Research data by its authors, who state no licence. Not contained here."
)

HAND_DATASETS = (
    *(
        _row(
            "shrec17",
            "SHREC'17 hand gestures",
            _Kind(recording="skeletons_world.txt", labels=labels),
            _SHREC_TERMS,
            (*_SHREC, _ONE_OUT),
        )
        for labels in (14, 28)
    ),
    *(
        _row(
            "dhg",
            "Dynamic Hand Gesture 14/28",
            _Kind(recording="skeleton_world.txt", labels=labels),
            _DHG_TERMS,
            (_ONE_OUT,),
        )
        for labels in (14, 28)
    ),
)
