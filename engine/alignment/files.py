"""An alignment on disk: tables, arrays and a summary, in a folder of its own."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.alignment.alignment import Alignment
from engine.alignment.pairing import Body
from engine.alignment.timing import between_frames
from engine.errors import EngineError
from engine.formats import write_bytes_atomically

FRAMES_FILE, JOINTS_FILE, ANGLES_FILE = "frames.csv", "joints.csv", "angles.csv"
ARRAYS_FILE, SUMMARY_FILE = "compare.npz", "compare.json"
FILES = (FRAMES_FILE, JOINTS_FILE, ANGLES_FILE, ARRAYS_FILE, SUMMARY_FILE)
FIGURES = "%.7g"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    FRAMES_FILE: {
        "frame": "of the first recording, from 0; only those that have a partner",
        "seconds": "from its first frame",
        "other_frame": "of the second recording, from 0, fractional",
        "other_seconds": "from its first frame",
        "difference": "mean distance of the joints, in heights of the first body",
        "length": "the same, in the unit of length",
    },
    JOINTS_FILE: {
        "frame": "of the first recording, from 0",
        "joint": "as the first recording's layout calls it",
        "distance": "from its partner, in the unit of length",
    },
    ANGLES_FILE: {
        "frame": "of the first recording, from 0",
        "joint": "that bends",
        "degrees": "by which the second body's joint is more open",
    },
}
"""The tables, with what their columns mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written."""

    files: tuple[Path, ...]
    summary: Mapping[str, object]


def check_folder(folder: Path, *, replaces: bool) -> None:
    """Refuse to write over anything, before any work is done.

    Raises:
        EngineError: A file is there already, or the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise EngineError(f"{folder} is a file; name a folder")
    there = [name for name in FILES if (folder / name).exists()]
    if there and not replaces:
        raise EngineError(
            f"{folder / there[0]} exists already; give another folder, or --force to replace it"
        )


def summary_of(alignment: Alignment) -> dict[str, object]:
    """What came of it, for people and programs: frames from 0, people from 1 as in the window."""
    pair, measured = alignment.pair, alignment.differences
    aligned = np.flatnonzero(alignment.aligned)
    frame, greatest = alignment.greatest
    seconds = pair.first.performer.seconds
    height = pair.first.height
    return {
        "by": alignment.by.value,
        "place": alignment.place.value,
        "same_size": alignment.same_size,
        "first": _told(pair.first),
        "second": _told(pair.second),
        "unit": pair.unit,
        "size_ratio": round(pair.ratio, 4),
        "joints_compared": list(pair.joint_names),
        "frames": [int(aligned[0]), int(aligned[-1])],
        "other_frames": [float(alignment.frames[aligned[each]]) for each in (0, -1)],
        "mean_difference": alignment.mean,
        "mean_length": alignment.mean * height,
        "greatest_difference": greatest,
        "greatest_length": greatest * height,
        "greatest_frame": frame,
        "greatest_seconds": float(seconds[frame]),
        "joints": [
            {"joint": pair.joint_names[joint], "mean_distance": float(alignment.joint_means[joint])}
            for joint in alignment.joints_by_distance
        ],
        "angles": [
            {"joint": name, "mean_degrees": _mean(measured.angles[:, number])}
            for number, name in enumerate(measured.angle_names)
        ],
    }


def write_alignment(alignment: Alignment, folder: Path, facts: Mapping[str, object]) -> Written:
    """Write tables and arrays, and last of all the summary.

    Args:
        alignment: What was found.
        folder: Made where it is not there; files of the same names are replaced.
        facts: For the summary: which files were compared.

    Raises:
        EngineError: The system refuses; says why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror or error})") from error
    rows = {FRAMES_FILE: _frames, JOINTS_FILE: _joints, ANGLES_FILE: _angles}
    for name, made in rows.items():
        write_bytes_atomically(folder / name, _csv(tuple(COLUMNS[name]), made(alignment)))
    buffer = io.BytesIO()
    arrays = _arrays(alignment)
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_bytes_atomically(folder / ARRAYS_FILE, buffer.getvalue())
    described = {name: dict(columns) for name, columns in COLUMNS.items()}
    shapes = {name: list(array.shape) for name, array in arrays.items()}
    summary = {**facts, **summary_of(alignment), "files": {**described, ARRAYS_FILE: shapes}}
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    write_bytes_atomically(folder / SUMMARY_FILE, f"{text}\n".encode())
    return Written(files=tuple(folder / name for name in FILES), summary=summary)


def _told(body: Body) -> dict[str, object]:
    recording = body.performer.recording
    return {
        "person": body.performer.person + 1,
        "frames": recording.num_frames,
        "layout": recording.layout.id,
        "height": body.height,
    }


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _frames(alignment: Alignment) -> Iterator[tuple[object, ...]]:
    pair = alignment.pair
    ours, theirs = pair.first.performer.seconds, pair.second.performer.seconds
    other = np.interp(alignment.frames, np.arange(len(theirs)), theirs)
    for frame in np.flatnonzero(alignment.aligned):
        difference = float(alignment.differences.overall[frame])
        yield (
            int(frame),
            float(ours[frame]),
            float(alignment.frames[frame]),
            float(other[frame]),
            difference,
            difference * pair.first.height,
        )


def _joints(alignment: Alignment) -> Iterator[tuple[object, ...]]:
    apart = alignment.differences.joints
    for frame, joint in np.argwhere(np.isfinite(apart)):
        yield int(frame), alignment.pair.joint_names[joint], float(apart[frame, joint])


def _angles(alignment: Alignment) -> Iterator[tuple[object, ...]]:
    angles = alignment.differences.angles
    for frame, number in np.argwhere(np.isfinite(angles)):
        name = alignment.differences.angle_names[number]
        yield int(frame), name, float(angles[frame, number])


def _arrays(alignment: Alignment) -> dict[str, np.ndarray]:
    """All of it by name; NaN where there is no partner.

    ``other_frames (T,)``, ``difference (T,)`` in heights, ``joints (J,)`` names, ``distances
    (T, J)``, ``angle_joints (A,)`` names, ``angles (T, A)`` degrees; ``body (T, J, 3)`` and
    ``placed (T, J, 3)``: both bodies' joints in upright coordinates of the first.
    """
    measured, pair = alignment.differences, alignment.pair
    other = between_frames(pair.second.joints, alignment.frames)
    return {
        "other_frames": alignment.frames,
        "difference": measured.overall,
        "joints": np.array(pair.joint_names),
        "distances": measured.joints,
        "angle_joints": np.array(measured.angle_names),
        "angles": measured.angles,
        "body": pair.first.joints,
        "placed": alignment.placement.place_all(other),
    }


def _csv(columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([FIGURES % cell if isinstance(cell, float) else cell for cell in row])
    return text.getvalue().encode()
