"""The lane of speed: how fast one joint of one person moves."""

from dataclasses import dataclass

import numpy as np

from app.lanes.base import NO_EDGES, Curve, LaneDrawing, LaneShape, LaneView
from app.lanes.detail import CurveLevels
from engine.arrays import DoubleArray, FloatArray
from engine.recording import Recording, Units

UNIT_NAMES = {
    Units.METRES: ("m/s", 1.0),
    Units.MILLIMETRES: ("m/s", 0.001),
    Units.PIXELS: ("px/s", 1.0),
    Units.UNKNOWN: ("units/s", 1.0),
}
TOP_SHARE = 0.995
"""The lane ends at the speed that all but so many frames stay below: sensors jump."""
HEADROOM = 1.1
CHUNK = 65536
"""Frames worked on at a time, so that memory stays small."""
SAMPLE_CHUNKS = 12
"""Parts of a very long recording that are looked at to find its fastest joint."""


@dataclass(frozen=True, kw_only=True)
class SpeedLane:
    """Speed of one joint over time."""

    joint: int
    joint_name: str
    is_picked: bool
    """Whether the user picked the joint; else it is the fastest."""
    curve: CurveLevels
    top: float
    """Speed at the lane's upper edge."""
    unit: str
    person: int
    kind: str = "speed"

    @property
    def name(self) -> str:
        """In the left column."""
        return "Speed"

    @property
    def remark(self) -> str:
        """Of which joint."""
        return self.joint_name

    @property
    def shape(self) -> LaneShape:
        """Two lines."""
        return LaneShape(lines=1.9, dense_lines=1.4)

    @property
    def scale_text(self) -> str:
        """What the upper edge means."""
        return f"{self.top:.2g} {self.unit}"

    def drawing(self, view: LaneView) -> LaneDrawing:
        """The range of speeds within each pixel column."""
        columns = self.curve.columns(view.span, view.width)
        full = max(self.top, 1e-9)
        return LaneDrawing(
            curve=Curve(
                low=np.clip(columns.low / full, 0.0, 1.0).astype(np.float32),
                high=np.clip(columns.high / full, 0.0, 1.0).astype(np.float32),
            )
        )

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """Joint, frame and speed."""
        del height
        frame = min(max(int(position), 0), view.span.num_frames - 1)
        speed = float(self.curve.values[frame])
        if not np.isfinite(speed):
            return f"{self.joint_name} · frame {frame} · not seen"
        why = "" if self.is_picked else " (the fastest; click a joint of the body for another)"
        return f"{self.joint_name} · frame {frame} · {speed:.2f} {self.unit}{why}"

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """None."""
        return ()

    @property
    def fine_edges(self) -> DoubleArray:
        """None."""
        return NO_EDGES


def speeds(recording: Recording, person: int, joint: int) -> FloatArray:
    """Speed of a joint between the frames before and after each frame.

    Returns:
        ``(T,)`` float32, in metres a second where the unit of length is known; NaN where the joint
        is missing, and beside gaps where it is known on one side only the step on that side.
    """
    factor = UNIT_NAMES[recording.units][1]
    places = recording.positions[:, person, joint]
    if len(places) == 1:
        return np.where(np.isfinite(places).all(axis=1), np.float32(0), np.float32(np.nan))
    steps = np.sqrt(np.square(np.diff(places, axis=0)).sum(axis=1)) * np.float32(factor)
    if recording.timestamps is not None:
        seconds = np.maximum(np.diff(recording.timestamps), 1e-6).astype(np.float32)
        steps = steps / seconds
    else:
        steps = steps * np.float32(float(recording.shown_fps))
    before = np.concatenate([[np.float32(np.nan)], steps])
    after = np.concatenate([steps, [np.float32(np.nan)]])
    both = (before + after) / 2
    return np.where(np.isnan(both), np.where(np.isnan(before), after, before), both)


def fastest_joint(recording: Recording, person: int) -> int:
    """The joint of a person that moves most, on the whole; of very long ones by samples."""
    total = recording.num_frames
    starts = np.arange(0, total, CHUNK)
    if len(starts) > SAMPLE_CHUNKS:
        starts = starts[np.linspace(0, len(starts) - 1, SAMPLE_CHUNKS).astype(int)]
    sums = np.zeros(recording.layout.num_joints)
    counts = np.zeros(recording.layout.num_joints)
    for start in starts:
        part = recording.positions[start : start + CHUNK, person]
        steps = np.sqrt(np.square(np.diff(part, axis=0)).sum(axis=2))  # (T - 1, V)
        sums += np.nansum(steps, axis=0)
        counts += np.isfinite(steps).sum(axis=0)
    return int(np.argmax(np.where(counts > 0, sums / np.maximum(counts, 1), -1.0)))


def speed_lane(
    recording: Recording, person: int, joint: int, *, is_picked: bool = False
) -> SpeedLane:
    """The lane for one joint."""
    values = speeds(recording, person, joint).astype(np.float32)
    known = values[np.isfinite(values)]
    stride = max(len(known) // CHUNK, 1)
    top = float(np.quantile(known[::stride], TOP_SHARE)) * HEADROOM if len(known) else 0.0
    return SpeedLane(
        joint=joint,
        joint_name=recording.layout.joints[joint],
        is_picked=is_picked,
        curve=CurveLevels.of(values),
        top=max(top, 1e-3),
        unit=UNIT_NAMES[recording.units][0],
        person=person,
    )
