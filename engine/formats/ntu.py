"""NTU RGB+D ``.skeleton`` text: bodies of 25 Kinect v2 joints, frame by frame.

A file is the number of frames; each frame the number of bodies; each body a line of ten values
that starts with its id, a line ``25``, and 25 lines of twelve values: x y z in metres, place in the
depth picture (2), place in the colour picture (2), quaternion w x y z, tracking state.
"""

from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.errors import FileFormatError
from engine.formats.actions import NTU_RGBD, numbered
from engine.formats.ghosts import ghost_findings
from engine.formats.names import facts_from_name
from engine.formats.reading import (
    assumed_rate,
    check_range,
    mark_missing,
    missing_findings,
    plural,
    scale_findings,
    source_of,
)
from engine.formats.rows import first_row, number_rows
from engine.formats.writing import require, zeros_for_missing
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import Finding, FindingKind, Recording, Units
from engine.skeleton import Axis

MOST_PEOPLE = 6
"""A Kinect v2 follows six people at a time; a file with more ids keeps the six seen longest."""
_MOST_BODIES = 1_000_000
"""Frames times people that a recording may have: about nine hours of one person."""
_JOINTS = KINECT_V2.num_joints
_BODY_VALUES = 10
_LONGEST_ID = 40
_LONGEST_COUNT = 9
_JOINT_VALUES = 12
_USED = (0, 1, 2, 7, 8, 9, 10, 11)
"""Columns read: pixel places are left out, some files have infinities there."""
_CONFIDENCE = np.array([0.0, 0.5, 1.0])
"""Of the Kinect's tracking states: not tracked, inferred, tracked."""
_TRACKED = 0.75
"""Confidence from which a joint is written as tracked."""


class NtuFormat:
    """NTU RGB+D ``SsssCcccPpppRrrrAaaa.skeleton``."""

    id = "ntu"
    name = "NTU RGB+D skeleton"
    suffixes: tuple[str, ...] = (".skeleton",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether it starts with two lines of one number, then a body (or nobody)."""
        frames, _, rest = head.partition(b"\n")
        bodies, _, rest = rest.partition(b"\n")
        if not (frames.strip().isdigit() and bodies.strip().isdigit()):
            return False
        words = rest.partition(b"\n")[0].split()
        return len(words) in ((0, 1) if bodies.strip() == b"0" else (_BODY_VALUES,))

    def read(self, path: Path, data: bytes) -> Recording:
        """Read one file; see :class:`engine.formats.base.SkeletonFormat`.

        People are linked by body id; frames without a body are NaN.
        """
        bodies = _Walk(path=path, data=data).run()
        values = _joint_values(bodies, path)  # (B, V, 8)
        frames, slots, kept = _placed(bodies)
        size = (bodies.num_frames, max(len(kept), 1), _JOINTS)
        if size[0] * size[1] > _MOST_BODIES:
            raise FileFormatError(
                f"expected at most {_MOST_BODIES:,} frames times people, found "
                f"{size[0]:,} × {size[1]}; cut the recording into parts",
                path=path,
            )
        table = np.zeros((*size, len(_USED)))
        table[frames[slots >= 0], slots[slots >= 0]] = values[slots >= 0]
        check_range(table[..., :3], path)
        positions, seen = mark_missing(table[..., :3])
        orientations, turned = mark_missing(table[..., [4, 5, 6, 3]])  # w x y z -> x y z w
        confidence = np.where(seen, _CONFIDENCE[table[..., 7].astype(np.int64)], 0.0)
        person_ids = tuple(bodies.names[body] for body in kept)
        return Recording(
            layout=KINECT_V2,
            positions=positions,
            confidence=confidence.astype(np.float32),
            fps=None,
            units=Units.METRES,
            source=source_of(path, data, self.id),
            up=Axis.PLUS_Y,
            person_ids=person_ids,
            label=numbered(NTU_RGBD, facts_from_name(path.stem).action),
            orientations=orientations if turned.any() else None,
            findings=(
                assumed_rate(30, "as the Kinect has"),
                *_people_findings(bodies, len(kept)),
                *ghost_findings(positions, person_ids),
                *missing_findings(seen),
                *scale_findings(positions),
            ),
        )

    def write(self, recording: Recording) -> bytes:
        """Bodies of the people seen in each frame; pixel places and hand states are zero.

        Ids that are no numbers, as the Kinect's are, become 1, 2, ….
        """
        require(recording, self.name, KINECT_V2, MOST_PEOPLE)
        names = recording.person_ids
        if not names or not all(name.isascii() and name.isdigit() for name in names):
            names = tuple(str(person + 1) for person in range(recording.num_people))
        joints = number_rows(_joint_table(recording).reshape(-1, _JOINT_VALUES))
        text = joints.decode("ascii").splitlines()
        lines = [str(recording.num_frames)]
        for t in range(recording.num_frames):
            there = np.flatnonzero(~np.isnan(recording.positions[t]).all(axis=(1, 2)))
            lines.append(str(len(there)))
            for m in there:
                first = (t * recording.num_people + int(m)) * _JOINTS
                lines += [f"{names[m]} 0 0 0 0 0 0 0 0 2", str(_JOINTS)]
                lines += text[first : first + _JOINTS]
        return ("\n".join(lines) + "\n").encode()


@dataclass(slots=True)
class _Bodies:
    """The bodies of a file in its own order; B of them."""

    num_frames: int
    frames: list[int] = field(default_factory=list)
    """Frame of each body."""
    ids: list[int] = field(default_factory=list)
    """Index into ``names`` of each body."""
    joints: list[str] = field(default_factory=list)
    """25 lines for each body."""
    first_lines: list[int] = field(default_factory=list)
    """1-based line of each body's first joint."""
    names: list[str] = field(default_factory=list)
    """Body ids in order of appearance: text, for they do not fit a double."""
    lines_after: int = 0


class _Walk:
    """One pass over the lines of a file."""

    def __init__(self, *, path: Path, data: bytes) -> None:
        self.path = path
        self.lines = BytesIO(data)
        self.number = 0

    def run(self) -> _Bodies:
        bodies = _Bodies(num_frames=self.count("the number of frames"))
        if not 0 < bodies.num_frames <= _MOST_BODIES:
            raise self.error(f"expected 1 to {_MOST_BODIES:,} frames, found {bodies.num_frames:,}")
        known: dict[str, int] = {}
        for frame in range(bodies.num_frames):
            for _ in range(self.count(f"the number of bodies of frame {frame + 1}")):
                body = self.body()
                if self.count("the number of joints") != _JOINTS:
                    raise self.error(f"expected {_JOINTS} joints, found another number")
                bodies.first_lines.append(self.number + 1)
                bodies.joints.extend(self.joints())
                bodies.ids.append(known.setdefault(body, len(known)))
                bodies.frames.append(frame)
        bodies.names = list(known)
        bodies.lines_after = sum(1 for line in self.lines if line.strip())
        return bodies

    def line(self, expected: str) -> str:
        text = self.lines.readline()
        self.number += 1
        if not text:
            raise self.error(f"expected {expected}, found the end; the file is cut short")
        return text.decode("utf-8", "replace").strip()

    def count(self, expected: str) -> int:
        text = self.line(expected)
        if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT):
            raise self.error(f"expected {expected}, found {text[:30]!r}; the file is damaged")
        return int(text)

    def body(self) -> str:
        words = self.line("a body").split()
        if len(words) != _BODY_VALUES or len(words[0]) > _LONGEST_ID:
            raise self.error(
                f"expected a body's id and {_BODY_VALUES - 1} values, found {len(words)} words; "
                "the file is damaged"
            )
        return words[0]

    def joints(self) -> list[str]:
        found = [line.decode("utf-8", "replace") for line in islice(self.lines, _JOINTS)]
        self.number += len(found)
        if len(found) < _JOINTS:
            raise self.error(
                f"expected {_JOINTS} joints, found {len(found)} and the end; the file is cut short"
            )
        return found

    def error(self, message: str) -> FileFormatError:
        return FileFormatError(f"{message}, copy it again", path=self.path, line=self.number)


def _joint_values(bodies: _Bodies, path: Path) -> DoubleArray:
    """``(B, 25, 8)`` float64: the columns of ``_USED``.

    Raises:
        FileFormatError: Names the first line that is wrong.
    """
    if not bodies.joints:
        return np.zeros((0, _JOINTS, len(_USED)))
    if not any(line.strip() for line in bodies.joints):
        raise _first_fault(bodies, path)
    try:
        rows = np.loadtxt(bodies.joints, comments=None, usecols=_USED, ndmin=2)
    except ValueError as error:
        raise _first_fault(bodies, path) from error
    states = rows[:, -1]
    if len(rows) != len(bodies.joints) or not np.isin(states, (0, 1, 2)).all():
        raise _first_fault(bodies, path)
    return rows.reshape(-1, _JOINTS, len(_USED))


def _first_fault(bodies: _Bodies, path: Path) -> FileFormatError:
    for index, text in enumerate(bodies.joints):
        body, joint = divmod(index, _JOINTS)
        line = bodies.first_lines[body] + joint
        words = text.split()
        if len(words) != _JOINT_VALUES:
            message = f"expected a joint of {_JOINT_VALUES} values, found {len(words)}"
        elif not first_row(" ".join(words[column] for column in _USED).encode()):
            message = f"expected {_JOINT_VALUES} numbers, found {text.strip()[:40]!r}"
        elif float(words[-1]) not in (0.0, 1.0, 2.0):
            message = f"expected a tracking state 0, 1 or 2 at the end, found {words[-1][:20]!r}"
        else:
            continue
        return FileFormatError(f"{message}; the file is damaged", path=path, line=line)
    return FileFormatError("expected joints of numbers; the file is damaged", path=path)


def _placed(bodies: _Bodies) -> tuple[IntArray, IntArray, tuple[int, ...]]:
    """Where each body goes: its frame, its person (-1: left out), and which ids were kept."""
    ids = np.array(bodies.ids, dtype=np.int64)
    frames = np.array(bodies.frames, dtype=np.int64)
    counts = np.bincount(ids, minlength=len(bodies.names))
    longest = np.argsort(-counts, kind="stable")[:MOST_PEOPLE]
    kept = tuple(sorted(int(body) for body in longest))
    slot_of = np.full(len(bodies.names), -1)
    slot_of[list(kept)] = np.arange(len(kept))
    slots = slot_of[ids]
    _, first = np.unique(frames * (len(bodies.names) + 1) + ids, return_index=True)
    twice = np.ones(len(ids), dtype=bool)
    twice[first] = False
    slots[twice] = -1
    return frames, slots, kept


def _people_findings(bodies: _Bodies, kept: int) -> tuple[Finding, ...]:
    found: list[Finding] = []
    total = len(bodies.names)
    if total > kept:
        message = f"{total} body ids; only the {kept} seen longest are kept."
        found.append(Finding(kind=FindingKind.PEOPLE_LIMIT, message=message, count=total - kept))
    repeats = len(bodies.ids) - len(set(zip(bodies.frames, bodies.ids, strict=True)))
    if repeats:
        message = f"{plural(repeats, 'time')} one body id twice in a frame; the first is kept."
        found.append(Finding(kind=FindingKind.OTHER, message=message, count=repeats))
    if bodies.lines_after:
        message = f"{plural(bodies.lines_after, 'line')} after the last frame; left out."
        found.append(Finding(kind=FindingKind.OTHER, message=message, count=bodies.lines_after))
    return tuple(found)


def _joint_table(recording: Recording) -> FloatArray:
    """``(T, M, 25, 12)`` as in the file."""
    table = np.zeros((*recording.confidence.shape, _JOINT_VALUES), dtype=np.float32)
    table[..., :3] = zeros_for_missing(recording.positions)
    if recording.orientations is not None:
        turns = zeros_for_missing(recording.orientations)
        table[..., 7:11] = turns[..., [3, 0, 1, 2]]  # x y z w -> w x y z
    table[..., 11] = np.where(recording.confidence >= _TRACKED, 2, recording.confidence > 0)
    return table
