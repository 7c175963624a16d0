"""A skeleton recording, raw as captured, and spans of it."""

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray, read_only
from engine.errors import EngineError
from engine.skeleton import Axis, SkeletonLayout


class Units(Enum):
    """What one unit of a coordinate is."""

    METRES = "m"
    MILLIMETRES = "mm"
    PIXELS = "px"
    UNKNOWN = "?"


class FindingKind(Enum):
    """Kinds of things a reader noticed and the user should know."""

    NO_FRAME_RATE = "no-frame-rate"
    REPEATED_FRAME = "repeated-frame"
    SKIPPED_FRAMES = "skipped-frames"
    MISSING_JOINTS = "missing-joints"
    MISSING_PERSON = "missing-person"
    GHOST_BODY = "ghost-body"
    PEOPLE_LIMIT = "people-limit"
    KNOWN_BAD = "known-bad"
    UNUSUAL_SCALE = "unusual-scale"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something noticed while reading a file: reported, never hidden."""

    kind: FindingKind
    message: str
    """One plain sentence with the numbers in it."""
    count: int = 1
    """How many frames, joints or bodies it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a recording came from."""

    path: Path | None
    """None for recordings made in the program."""
    format_id: str
    sha256: str
    """Of the file's bytes; identifies the recording when the file moves."""
    origin: "Source | None" = None
    """The file this one was converted from, the first of a chain; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Skeleton motion as captured: nothing is centred, scaled, dropped or filled in on reading.

    Raises:
        EngineError: Arrays whose shapes contradict each other (checked on construction).
    """

    layout: SkeletonLayout
    positions: FloatArray
    """``(T, M, V, C)`` float32 in ``units``; NaN where a joint is missing; T, M at least 1."""
    confidence: FloatArray
    """``(T, M, V)`` float32 in 0..1 as the source states it; 0 where missing, 1 where unstated."""
    fps: Fraction | None
    """Exact frame rate; None where the source has none (``assumed_fps`` is shown then)."""
    units: Units
    source: Source
    up: Axis
    timestamps: DoubleArray | None = None
    """``(T,)`` seconds, where the source has times of its own."""
    frame_ids: IntArray | None = None
    """``(T,)`` the source's own frame numbers, where it has them and they are not 0..T-1."""
    person_ids: tuple[str, ...] = ()
    """M names as the source gives them (text: Kinect body ids do not fit a double)."""
    label: str | None = None
    """The action the file or its name states, if any."""
    orientations: FloatArray | None = None
    """``(T, M, V, 4)`` float32 quaternions (x, y, z, w), where the source has them."""
    findings: tuple[Finding, ...] = ()
    assumed_fps: Fraction = field(default=Fraction(30))
    """Used to show times where ``fps`` is None."""

    def __post_init__(self) -> None:
        shape = self.positions.shape
        expected = (self.layout.num_joints, self.layout.dimensions)
        if len(shape) != len("TMVC") or shape[2:] != expected or 0 in shape:
            raise EngineError(
                f"positions must be (T, M, {expected[0]}, {expected[1]}), T and M at least 1, "
                f"got {shape}"
            )
        if len(self.person_ids) not in (0, shape[1]):
            raise EngineError(f"{shape[1]} people need as many ids, got {len(self.person_ids)}")
        self._seal("positions", np.float32, shape)
        self._seal("confidence", np.float32, shape[:3])
        self._seal("orientations", np.float32, (*shape[:3], 4))
        self._seal("timestamps", np.float64, shape[:1])
        self._seal("frame_ids", np.int64, shape[:1])

    def _seal(self, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
        array = getattr(self, name)
        if array is None:
            return
        if array.shape != shape:
            raise EngineError(f"{name} must be {shape}, got {array.shape}")
        object.__setattr__(self, name, read_only(np.ascontiguousarray(array, dtype=dtype)))

    @property
    def num_frames(self) -> int:
        """T."""
        return self.positions.shape[0]

    @property
    def num_people(self) -> int:
        """M."""
        return self.positions.shape[1]

    @property
    def shown_fps(self) -> Fraction:
        """The frame rate for clocks and playback."""
        return self.fps or self.assumed_fps

    def time_s(self, frame: int) -> float:
        """Seconds from the first frame to ``frame``."""
        if self.timestamps is not None:
            return float(self.timestamps[frame] - self.timestamps[0])
        return float(frame / self.shown_fps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A half-open span of frames of a recording: a view, no copy."""

    recording: Recording
    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop <= self.recording.num_frames:
            raise EngineError(
                f"clip {self.start}..{self.stop} does not lie in a recording of "
                f"{self.recording.num_frames} frames"
            )

    @classmethod
    def whole(cls, recording: Recording) -> "Clip":
        """All frames of a recording."""
        return cls(recording=recording, start=0, stop=recording.num_frames)

    @property
    def positions(self) -> FloatArray:
        """``(T, M, V, C)`` of the span."""
        return self.recording.positions[self.start : self.stop]

    @property
    def num_frames(self) -> int:
        """Frames in the span."""
        return self.stop - self.start
