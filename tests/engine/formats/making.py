"""Small recordings and files for the tests of formats."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.recording import Finding, FindingKind, Recording, Source, Units
from engine.skeleton import SkeletonLayout


def make_recording(
    layout: SkeletonLayout, *, frames: int = 3, people: int = 1, **changes: object
) -> Recording:
    """Random coordinates of about a metre; the last joint of the first frame is missing."""
    random = np.random.default_rng(frames * 100 + people)
    shape = (frames, people, layout.num_joints, layout.dimensions)
    positions = random.normal(size=shape).astype(np.float32)
    positions[0, 0, -1] = np.nan
    confidence = np.ones(shape[:3], dtype=np.float32)
    confidence[0, 0, -1] = 0
    values: dict[str, object] = {
        "layout": layout,
        "positions": positions,
        "confidence": confidence,
        "fps": None,
        "units": Units.METRES,
        "source": Source(path=Path("clip.txt"), format_id="test", sha256="0" * 64),
        "up": layout.up,
    }
    return Recording(**(values | changes))


def full_recording(layout: SkeletonLayout) -> Recording:
    """A recording with every field in use."""
    random = np.random.default_rng(7)
    return make_recording(
        layout,
        frames=4,
        people=2,
        fps=Fraction(30000, 1001),
        assumed_fps=Fraction(25),
        timestamps=np.array([0.0, 1 / 3, 0.7, 1e5]),
        frame_ids=np.array([3, 5, 2**40, 2**40 + 1]),
        person_ids=("72057594037931115", "Zoë\n2"),
        label="wave “hello”",
        orientations=random.normal(size=(4, 2, layout.num_joints, 4)).astype(np.float32),
        findings=(
            Finding(kind=FindingKind.GHOST_BODY, message="A chair, 3 × seen.", count=3),
            Finding(kind=FindingKind.OTHER, message="Nothing else."),
        ),
    )


def rows_text(values: np.ndarray, divider: str = " ") -> bytes:
    """Rows of numbers as a text file, six decimals."""
    return "".join(divider.join(f"{x:.6f}" for x in row) + "\n" for row in values).encode()


def kinds(recording: Recording) -> set[FindingKind]:
    """What was found."""
    return {finding.kind for finding in recording.findings}


def found(recording: Recording, kind: FindingKind) -> Finding:
    """The only finding of a kind."""
    [finding] = [finding for finding in recording.findings if finding.kind is kind]
    return finding
