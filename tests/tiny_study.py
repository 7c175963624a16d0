"""A study of three people who lift an arm and kick, with nothing between: small, real files."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.labels import Action, Segment, StudyFacts, StudyRecording, Tier
from engine.study.contents import StudyContents
from tests.tiny_training import standing

LIFT = Action(id="lift", name="lift", colour="#4477aa", position=0)
KICK = Action(id="kick", name="kick", colour="#aa7744", position=1)
TIER = Tier(id="labels", name="Labels")
SPANS = (("lift", 10, 32), ("kick", 42, 64), ("lift", 74, 96), ("kick", 106, 128))
"""Action, first frame, frame after the last."""
NUM_FRAMES = 140
JOINTS = {"lift": 7, "kick": 19}


def moving(scale: float = 1.0) -> np.ndarray:
    """``(T, 1, 20, 3)`` of a person who does all of it, one after the other."""
    positions = standing(NUM_FRAMES)
    for action, start, stop in SPANS:
        wave = 0.4 * np.sin(np.linspace(0, np.pi, stop - start))
        positions[start:stop, 0, JOINTS[action], 1] += wave
    return (positions * scale).astype(np.float32)


def write_recording(path: Path, scale: float = 1.0) -> None:
    """A file that is told by its content."""
    content = {"file_name": path.stem, "skeletons": moving(scale)[:, 0].tolist(), "label": 1}
    path.write_text(json.dumps(content), encoding="utf-8")


def recording_row(path: Path, actor: str, **more: object) -> StudyRecording:
    """The row of such a file."""
    row = StudyRecording(
        id=path.stem,
        path=str(path),
        sha256=path.stem,
        title=path.stem,
        format_id="nw-ucla",
        layout_id="kinect-v1",
        num_frames=NUM_FRAMES,
        num_people=1,
        fps="30",
        actors=(actor,) if actor else (),
        view=1,
    )
    return replace(row, **more)


def segments_of(recording_id: str) -> tuple[Segment, ...]:
    """Everything labelled, and what lies between reviewed."""
    found, at = [], 0
    for action, start, stop in (*SPANS, ("", NUM_FRAMES, NUM_FRAMES)):
        for action_id, first, last in ((None, at, start), (action, start, stop)):
            if first < last:
                found.append(
                    Segment(
                        id=f"{recording_id}:{first}",
                        recording_id=recording_id,
                        person=0,
                        tier_id=TIER.id,
                        start=first,
                        stop=last,
                        action_id=action_id,
                    )
                )
        at = stop
    return tuple(found)


def contents_of(
    rows: tuple[StudyRecording, ...], segments: tuple[Segment, ...], **more: object
) -> StudyContents:
    """A study of some rows."""
    tables: dict[str, dict[str, Segment]] = {}
    for each in segments:
        tables.setdefault(each.recording_id, {})[each.id] = each
    contents = StudyContents(
        facts=StudyFacts(name="Tiny"),
        actions={each.id: each for each in (LIFT, KICK)},
        tiers={TIER.id: TIER},
        recordings={row.id: row for row in rows},
        segments=tables,
    )
    return replace(contents, **more)


def tiny_rows(folder: Path, actors: tuple[str, ...] = ("Ann", "Bob", "Cem")) -> StudyContents:
    """The study, without files."""
    rows = tuple(
        recording_row(folder / f"r{number}.json", actor) for number, actor in enumerate(actors)
    )
    return contents_of(rows, tuple(each for row in rows for each in segments_of(row.id)))


def make_tiny_study(folder: Path, actors: tuple[str, ...] = ("Ann", "Bob", "Cem")) -> StudyContents:
    """The study with its files, a recording a person."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = tiny_rows(folder, actors)
    for number, row in enumerate(contents.recordings.values()):
        write_recording(Path(row.path), 0.9 + 0.05 * number)
    return contents
