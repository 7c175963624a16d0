"""Tiny recordings in the places and under the names that data sets publish them."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.datasets.base import LabelledFile
from engine.formats import write_recording
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.msr_action3d import MSR_ACTION3D
from engine.recording import Recording
from tests.engine.formats.making import make_recording

LAYOUTS = {
    "nw-ucla": KINECT_V1,
    "utkinect": KINECT_V1,
    "npz": KINECT_V1,
    "ntu": KINECT_V2,
    "pku-mmd": KINECT_V2,
    "msr-action3d": MSR_ACTION3D,
}


def put(path: Path, format_id: str, **changes: object) -> Recording:
    """Write a recording of random motion there, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if format_id == "msr-action3d":
        changes = {"assumed_fps": 15, **changes}
    recording = make_recording(LAYOUTS[format_id], **changes)
    write_recording(recording, path, format_id)
    return recording


def put_rows(path: Path, columns: int, frames: int = 6, divider: str = " ") -> np.ndarray:
    """Write rows of random numbers there and return them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.random.default_rng(frames).uniform(0.1, 0.9, (frames, columns)).round(4)
    path.write_text("".join(divider.join(map(str, row)) + "\n" for row in rows.tolist()))
    return rows


def standing_bodies(
    *spans: tuple[int, int], frames: int = 60, motions: tuple[float, ...] = ()
) -> Recording:
    """Kinect v2 bodies taller than wide, each seen from a frame to another (not included).

    ``motions`` says how far each goes up and down.
    """
    layout = KINECT_V2
    recording = make_recording(layout, frames=frames, people=len(spans))
    shape = np.random.default_rng(0).uniform(0, 1, (layout.num_joints, 3)) * (0.5, 1.8, 0.3)
    positions = np.full(recording.positions.shape, np.nan, dtype=np.float32)
    for body, (start, stop) in enumerate(spans):
        far = motions[body] if motions else 1.0 + body
        times = np.arange(stop - start)
        positions[start:stop, body] = shape + body
        positions[start:stop, body, :, 1] += far * np.sin(times)[:, None]
    return replace(
        recording,
        positions=positions,
        confidence=(~np.isnan(positions).any(axis=-1)).astype(np.float32),
        person_ids=tuple(str(100 + body) for body in range(len(spans))),
    )


def labelled(name: str, **facts: object) -> LabelledFile:
    """A clip that is nowhere on the disk, by a short description such as ``p3 v2 a1``."""
    numbers = {key: int(value) for key, value in re.findall(r"([pvar])(\d+)", name)}
    values: dict[str, object] = {
        "path": Path(f"/data/{name}"),
        "person": numbers.get("p", 1),
        "view": numbers.get("v", 1),
        "action": numbers.get("a", 0),
        "repetition": numbers.get("r", 0),
    }
    return LabelledFile(**(values | facts))
