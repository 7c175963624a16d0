"""NTU RGB+D and PKU-MMD as CTR-GCN's scripts prepare them: thousands of clips in one ``.npz``.

``x_train``, ``y_train``, ``x_test``, ``y_test``: x is ``(N, T, 150)``, two people of 25 joints,
zeros after a clip's end and for a person who is not there; y is one-hot. One file is one protocol
(``NTU60_CS.npz``), named after its file. Names, people and cameras are lost; the origin is the
first actor's spine in the first frame; frames without anybody were dropped.

Two things are easily taken wrongly. That origin makes a joint of zeros a place like any other: a
person is missing only where all joints are zero. And for NTU 120 the scripts write a lone person
twice (``hstack((joints, joints))``): a second person who is the first again is nobody.

Clips are read from where they lie in the file; the whole is never loaded.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from engine.arrays import FloatArray, IntArray, missing_joints
from engine.datasets.base import UNKNOWN, Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import files_below, key_below
from engine.errors import EngineError, FileFormatError
from engine.formats.actions import NTU_RGBD, PKU_MMD
from engine.formats.npz_members import Array, member_names, open_member
from engine.formats.reading import assumed_rate, check_range, missing_findings
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import Clip, Finding, FindingKind, Recording, Source, Units

_PARTS = ("train", "test")
_PEOPLE = 2
_COLUMNS = _PEOPLE * KINECT_V2.num_joints * 3
_NAMES = {60: NTU_RGBD[:60], 120: NTU_RGBD, 51: PKU_MMD}
"""Number of labels -> their names."""
_PROTOCOLS = (
    Protocol(
        id="published",
        title="x_train trains, x_test judges",
        source="The two parts of the file",
        by=Aspect.LIST,
        train=("train",),
        test=("test",),
    ),
)


def _search(folder: Path) -> Found:
    paths = [path for path in files_below(folder) if path.suffix == ".npz" and _is_ours(path)]
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths[:4])
        raise EngineError(
            f"{folder} holds several npz files ({names}); give one of them: "
            "the same clips are in all"
        )
    files: list[LabelledFile] = []
    classes = 0
    for path in paths:
        for part in _PARTS:
            labels, classes = _labels(path, part)
            files += [
                LabelledFile(
                    path=path,
                    action=int(label),
                    person=UNKNOWN,
                    view=1,
                    item=f"{part}/{number}",
                    lists=(part,),
                    key=key_below(folder, path),
                )
                for number, label in enumerate(labels)
            ]
    actions = _NAMES.get(classes, tuple(f"action {number + 1}" for number in range(classes)))
    return Found(files=tuple(files), actions=actions)


def _is_ours(path: Path) -> bool:
    return {f"{axis}_{part}" for axis in "xy" for part in _PARTS} <= set(member_names(path))


def _labels(path: Path, part: str) -> tuple[IntArray, int]:
    """``(N,)`` action of each clip of a part, and how many actions there are."""
    one_hot = open_member(path, f"y_{part}")
    clips = open_member(path, f"x_{part}")
    good = one_hot.ndim == 2 and len(one_hot) == len(clips)  # noqa: PLR2004
    chosen = one_hot.astype(np.float32) > 0
    if not good or not (np.count_nonzero(chosen, axis=1) == 1).all():
        raise FileFormatError(
            f"y_{part}: expected one label of several for each of {len(clips):,} clips, found "
            f"another table {one_hot.shape}",
            path=path,
        )
    return chosen.argmax(axis=1).astype(np.int64), one_hot.shape[1]


@lru_cache(maxsize=4)
def _mapped(path: Path, part: str, _mtime_ns: int) -> Array:
    return open_member(path, f"x_{part}")


def read_ctr_gcn_clip(file: LabelledFile) -> Clip:
    """Read one clip; see :class:`engine.datasets.base.DatasetFormat`."""
    part, _, number = str(file.item).partition("/")
    try:
        mtime_ns = file.path.stat().st_mtime_ns
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=file.path) from (
            error
        )
    clips = _mapped(file.path, part, mtime_ns)
    if not number.isdecimal() or int(number) >= len(clips):
        raise EngineError(f"{file.path.name} has no clip {file.item!r}; it is another version")
    if clips.ndim != len("NTX") or clips.shape[-1] != _COLUMNS:
        raise FileFormatError(
            f"x_{part}: expected (N, T, {_COLUMNS}) numbers, found {clips.shape}", path=file.path
        )
    return file.cut(Clip.whole(_recording(np.array(clips[int(number)], dtype=np.float32), file)))


def _recording(rows: FloatArray, file: LabelledFile) -> Recording:
    """A recording out of the rows ``(T, 150)`` of one clip."""
    people = rows.reshape(-1, _PEOPLE, KINECT_V2.num_joints, 3)
    there = (people != 0).any(axis=(2, 3))  # (T, M)
    filled = np.flatnonzero(there.any(axis=1))
    people = people[: filled[-1] + 1 if len(filled) else 1].copy()
    there = there[: len(people)]
    is_alone = not there[:, 1].any() or np.array_equal(people[:, 0], people[:, 1])
    if is_alone:
        people, there = people[:, :1].copy(), there[:, :1]
    check_range(people, file.path)
    people[~there] = np.nan
    seen = ~missing_joints(people)
    message = "The origin is the first actor's spine in the first frame; places are lost."
    return Recording(
        layout=KINECT_V2,
        positions=people,
        confidence=seen.astype(np.float32),
        fps=None,
        units=Units.METRES,
        source=Source(
            path=file.path, format_id="ctr-gcn", sha256=sha256(rows.tobytes()).hexdigest()
        ),
        up=KINECT_V2.up,
        findings=(
            assumed_rate(30, "as the Kinect has"),
            Finding(kind=FindingKind.OTHER, message=message),
            *missing_findings(seen),
        ),
    )


CTR_GCN = DatasetFormat(
    id="ctr-gcn",
    name="CTR-GCN npz",
    layout_id="kinect-v2",
    terms="As the data set in the file says (NTU RGB+D: academic research). Not contained here.",
    pattern="one .npz with x_train, y_train, x_test, y_test",
    search=_search,
    protocols=_PROTOCOLS,
    read_clip=read_ctr_gcn_clip,
)
