"""Small recordings in files, for studies to take in."""

import numpy as np

from engine.formats import read_recording, write_recording
from engine.layouts.kinect_v1 import KINECT_V1
from engine.study.contents import StudyContents
from tests.engine.formats.making import make_recording


def write_clip(path, *, seed=0, frames=6, people=1, busy=0, format_id="npz", **changes):
    """Write a recording in which one person moves more than the others; its content is the seed's.

    Returns:
        The recording as it reads.
    """
    steps = np.linspace(0.5 + 0.01 * seed, 3, frames, dtype=np.float32)
    rest = (
        np.ones((frames, people, 20, 3), dtype=np.float32)
        + np.arange(20, dtype=np.float32)[:, np.newaxis] / 50
    )
    rest[:, busy] += steps[:, np.newaxis, np.newaxis]
    path.parent.mkdir(exist_ok=True, parents=True)
    write_recording(
        make_recording(
            KINECT_V1,
            frames=frames,
            people=people,
            positions=rest,
            confidence=np.ones(rest.shape[:3]),
            **changes,
        ),
        path,
        format_id,
    )
    return read_recording(path)


def one_row(contents: StudyContents):
    """The only recording."""
    (row,) = contents.recordings.values()
    return row


def labels(contents: StudyContents):
    """``(recording, person, start, stop, action)`` of every segment, by recording and start."""
    rows = (row for rows in contents.segments.values() for row in rows.values())
    return sorted(
        (
            contents.recordings[row.recording_id].title,
            row.person,
            row.start,
            row.stop,
            None if row.action_id is None else contents.actions[row.action_id].name,
        )
        for row in rows
    )
