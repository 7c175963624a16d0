"""PYSKL and mmaction2 skeleton pickles: many clips and their published splits in one file.

A dict of ``annotations`` (``frame_dir`` the clip's name, ``label``, ``keypoint`` (M, T, V, C),
``keypoint_score`` (M, T, V) for flat skeletons) and ``split`` (name of a split -> names of clips).
Also taken: a list of annotations, or a single one. Joints are not named; their number and
dimensions say which layout it is. Actions are numbers; their names are read from a
``label_map*.txt`` beside the file (one a line), or are known for NTU RGB+D.

The pickle is read by ``engine.formats.restricted_pickle``: nothing in it is executed.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from engine.datasets.base import (
    UNKNOWN,
    Aspect,
    DatasetFormat,
    Found,
    LabelledFile,
    Protocol,
)
from engine.datasets.listing import files_below, key_below, lines_of
from engine.datasets.ntu import facts_of
from engine.errors import EngineError, FileFormatError
from engine.formats.actions import NTU_RGBD
from engine.formats.reading import assumed_rate, check_range, missing_findings, plural
from engine.formats.restricted_pickle import read_pickle
from engine.layouts import layout_by_id
from engine.recording import Clip, Recording, Source, Units

LARGEST_FILE = 4 * 1024**3
"""Bytes; the largest published one has about 2 GiB."""
_SUFFIXES = (".pkl", ".pickle")
_LABEL_MAP = "label_map*.txt"
_LAYOUTS = {
    (25, 3): "kinect-v2",
    (17, 2): "coco-17",
    (18, 2): "openpose-18",
    (25, 2): "body-25",
    (20, 3): "kinect-v1",
    (22, 3): "shrec-hand-22",
    (15, 2): "jhmdb-15",
}
"""Number of joints and dimensions -> layout."""
_TESTS = ("val", "test")
_MOST_FRAMES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pickle:
    """A whole file."""

    annotations: tuple[dict[object, object], ...]
    numbers: dict[str, int]
    """Name of an annotation -> its place. The name is ``frame_dir``, after its place if shared."""
    lists: dict[str, tuple[str, ...]]
    """Name of a clip -> the splits it stands in."""
    splits: tuple[str, ...]


def _search(folder: Path) -> Found:
    path = _only_pickle(folder)
    if path is None:
        return Found(files=())
    content = _opened(path)
    files: list[LabelledFile] = []
    layouts: dict[str, int] = {}
    without = 0
    for name, number in content.numbers.items():
        annotation = content.annotations[number]
        label = annotation.get("label")
        if not _is_label(label):
            without += 1
            continue
        facts = facts_of(name)
        layout = _layout_of(annotation, path, name)
        layouts[layout] = layouts.get(layout, 0) + 1
        files.append(
            LabelledFile(
                path=path,
                action=label,
                person=UNKNOWN if facts is None else facts.person or UNKNOWN,
                view=1 if facts is None else facts.view or 1,
                repetition=UNKNOWN if facts is None else facts.take or UNKNOWN,
                setup=UNKNOWN if facts is None else facts.setup or UNKNOWN,
                item=name,
                lists=content.lists.get(name, ()),
                key=key_below(folder, path),
            )
        )
    actions, notes = _actions(path, files)
    if without:
        notes.append(f"{plural(without, 'clip')} without a label left out.")
    if len(layouts) > 1:
        notes.append(f"Its clips have different joints: {', '.join(sorted(layouts))}.")
    return Found(
        files=tuple(files),
        notes=tuple(notes),
        actions=actions,
        layout_id=max(layouts, key=lambda name: layouts[name], default=""),
        protocols=_protocols(content.splits),
    )


def read_pyskl_clip(file: LabelledFile) -> Clip:
    """Read one clip; see :class:`engine.datasets.base.DatasetFormat`.

    The pickle stays in memory for the next clip.
    """
    content = _opened(file.path)
    name = str(file.item)
    number = content.numbers.get(name)
    if number is None:
        raise EngineError(f"{file.path.name} has no clip {name!r}; it is another version")
    return file.cut(Clip.whole(_recording(file.path, content.annotations[number], name)))


def read_annotation(path: Path) -> Recording:
    """The only clip of a pickle that holds one.

    Raises:
        FileFormatError: It holds none or several, or is broken.
    """
    content = _opened(path)
    if len(content.numbers) != 1:
        found = plural(len(content.numbers), "clip")
        raise FileFormatError(f"expected one clip, found {found}; open it as a data set", path=path)
    return _recording(path, content.annotations[0], next(iter(content.numbers)))


def _only_pickle(folder: Path) -> Path | None:
    paths = [path for path in files_below(folder) if path.suffix in _SUFFIXES]
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths[:4])
        raise EngineError(
            f"{folder} holds several pickles ({names}); give one of them: "
            "the same clips may be in all"
        )
    return paths[0] if paths else None


def _opened(path: Path) -> _Pickle:
    try:
        status = path.stat()
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=path) from error
    if status.st_size > LARGEST_FILE:
        raise FileFormatError(
            f"expected at most {LARGEST_FILE // 2**30} GiB, found more; cut it in parts", path=path
        )
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, _mtime_ns: int, _size: int) -> _Pickle:
    """The file as it is at that time: one is remembered, and read again when it changes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=path) from error
    content = read_pickle(data, path)
    splits: object = {}
    if isinstance(content, dict) and "annotations" in content:
        splits = content.get("split") or {}
        content = content["annotations"]
    annotations = [content] if isinstance(content, dict) else content
    if not isinstance(annotations, list) or not annotations:
        raise _no_pyskl(path)
    tables = tuple(annotation for annotation in annotations if isinstance(annotation, dict))
    named = [table.get("frame_dir", table.get("filename")) for table in tables]
    names = tuple(name for name in named if isinstance(name, str))
    if len(tables) < len(annotations) or len(names) < len(tables):
        raise _no_pyskl(path)
    if len(set(names)) < len(names):
        names = tuple(f"{number}:{name}" for number, name in enumerate(names))
    lists = _lists(splits, path)
    return _Pickle(
        annotations=tables,
        numbers={name: number for number, name in enumerate(names)},
        lists=lists[0],
        splits=lists[1],
    )


def _no_pyskl(path: Path) -> FileFormatError:
    return FileFormatError(
        "expected annotations with frame_dir, label and keypoint, found another pickle", path=path
    )


def _lists(splits: object, path: Path) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    if not isinstance(splits, dict):
        raise _no_pyskl(path)
    for split, names in splits.items():
        if not isinstance(split, str) or not isinstance(names, list | tuple | set):
            raise _no_pyskl(path)
        for name in names:
            if not isinstance(name, str):
                raise _no_pyskl(path)
            found[name] = (*found.get(name, ()), split)
    return found, tuple(str(split) for split in splits)


def _protocols(splits: tuple[str, ...]) -> tuple[Protocol, ...]:
    """A protocol for each pair of names of one kind, such as ``xsub_train`` and ``xsub_val``."""
    found: list[Protocol] = []
    for train in splits:
        tests = [train.replace("train", word) for word in _TESTS]
        test = next((name for name in tests if name in splits and name != train), None)
        if "train" not in train or test is None:
            continue
        name = train.replace("train", "").strip("_-") or "published"
        found.append(
            Protocol(
                id=name,
                title=f"{train} trains, {test} judges",
                source="The lists in the file",
                by=Aspect.LIST,
                train=(train,),
                test=(test,),
            )
        )
    return tuple(found)


def _actions(path: Path, files: list[LabelledFile]) -> tuple[tuple[str, ...], list[str]]:
    needed = 1 + max((file.action for file in files), default=-1)
    for map_path in sorted(path.parent.glob(_LABEL_MAP)):
        names = tuple(line.strip() for line in lines_of(map_path) if line.strip())
        if len(names) >= needed:
            return names, [f"Actions are named as in {map_path.name}."]
    if files and all(facts_of(str(file.item)) is not None for file in files):
        count = 60 if needed <= 60 else len(NTU_RGBD)  # noqa: PLR2004
        return NTU_RGBD[:count], []
    note = f"Actions have numbers; put their names, one a line, into {_LABEL_MAP} beside the file."
    return tuple(f"action {number + 1}" for number in range(needed)), [note]


def _is_label(label: object) -> TypeGuard[int]:
    return isinstance(label, int) and not isinstance(label, bool) and label >= 0


def _joints_of(annotation: dict[object, object], path: Path, name: str) -> NDArray[np.generic]:
    joints = annotation.get("keypoint")
    if not isinstance(joints, np.ndarray) or joints.ndim != len("MTVC") or 0 in joints.shape:
        if "raw_file" in annotation:
            raise FileFormatError(
                f"{name}: its joints are in another file (Kinetics); this form is not read",
                path=path,
            )
        raise FileFormatError(f"{name}: expected joints (M, T, V, C), found none", path=path)
    return joints


def _layout_of(annotation: dict[object, object], path: Path, name: str) -> str:
    joints = _joints_of(annotation, path, name)
    layout = _LAYOUTS.get((joints.shape[2], joints.shape[3]))
    if layout is None:
        known = ", ".join(f"{joints} × {values}" for joints, values in _LAYOUTS)
        raise FileFormatError(
            f"{name}: expected joints × dimensions of {known}, found "
            f"{joints.shape[2]} × {joints.shape[3]}",
            path=path,
        )
    return layout


def _recording(path: Path, annotation: dict[object, object], name: str) -> Recording:
    layout = layout_by_id(_layout_of(annotation, path, name))
    joints = _joints_of(annotation, path, name)
    # (M, T, V, C) -> (T, M, V, C)
    positions = joints.astype(np.float32).transpose(1, 0, 2, 3).copy()
    if len(positions) > _MOST_FRAMES:
        raise FileFormatError(f"{name}: expected at most {_MOST_FRAMES:,} frames", path=path)
    seen = (positions != 0).any(axis=-1) & ~np.isnan(positions).any(axis=-1)
    confidence = seen.astype(np.float32)
    scores = annotation.get("keypoint_score")
    if isinstance(scores, np.ndarray):
        if scores.shape != joints.shape[:3]:
            raise FileFormatError(f"{name}: expected a score for each joint", path=path)
        # scores of some detectors exceed one a little
        certain = np.clip(np.nan_to_num(scores.astype(np.float32)), 0, 1).transpose(1, 0, 2)
        seen &= certain > 0
        confidence = np.where(seen, certain, np.float32(0))
    check_range(positions, path)
    positions[~seen] = np.nan
    return Recording(
        layout=layout,
        positions=positions,
        confidence=confidence,
        fps=None,
        units=Units.METRES if layout.dimensions == 3 else Units.PIXELS,  # noqa: PLR2004
        source=Source(path=path, format_id="pyskl", sha256=sha256(joints.tobytes()).hexdigest()),
        up=layout.up,
        findings=(assumed_rate(30, "as most cameras have"), *missing_findings(seen)),
    )


PYSKL = DatasetFormat(
    id="pyskl",
    name="PYSKL / mmaction2 pickle",
    terms="As the data set in the pickle says. Not contained here.",
    pattern="one .pkl with annotations",
    search=_search,
    read_clip=read_pyskl_clip,
)
