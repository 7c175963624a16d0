"""Clips as a poorer source would have given them: how much a model's answers suffer from it.

Each disturbance is a row of ``DISTURBANCES``. The sizes are those of a pose estimator for ordinary
cameras, measured against a depth sensor: joints that jump by 7 mm from one frame to the next while
the body stands still, and that lie centimetres from where the sensor puts them, the same all along.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from zlib import crc32

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.datasets.base import Contents, DatasetFormat, LabelledFile
from engine.preprocess.augment import rotation_matrices
from engine.preprocess.people import main_people
from engine.preprocess.sides import NO_NAME, mirrored_actions
from engine.preprocess.spatial import body_size, from_y_up, to_y_up
from engine.preprocess.temporal import fill_gaps
from engine.recording import Clip, Recording, Units
from engine.rows import row_by_id

ADULT = 0.45
"""Metres, root mean square distance of a standing adult's joints from their centre: the measure
where a recording's units are not known."""
JITTER_M = 0.005
"""Standard deviation of each coordinate in each frame: 7 mm from frame to frame."""
DISPLACEMENT_M = 0.03
"""Standard deviation of each coordinate, the same all through a clip: 5 cm on average."""
SLOW_FPS = Fraction(10)
CAMERA_FPS = Fraction(15)
TURN = 60.0
"""Degrees about the vertical, to either side."""
CHILD = 0.7
LOST_JOINTS = 0.25
LOST_TIME = 0.5

Change = Callable[[Recording, np.random.Generator], Recording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """One way in which clips differ from those a model was made with."""

    id: str
    title: str
    changes: tuple[Change, ...]
    """Made one after the other."""
    mirrors: bool = False
    """Actions with a side become those of the other side."""

    def __call__(self, clip: Clip, seed: int) -> Clip:
        """The clip as it would have been.

        Args:
            clip: As it is; not changed.
            seed: Source of chance; the same seed disturbs a clip in the same way.
        """
        random = np.random.default_rng(seed)
        recording = _span(clip)
        for change in self.changes:
            recording = change(recording, random)
        return Clip.whole(recording)

    def action(self, action: int, names: tuple[str, ...]) -> int | None:
        """What a disturbed clip of an action shows; None where that action has no name.

        Args:
            action: Index of the undisturbed one.
            names: Of all actions.
        """
        if not self.mirrors:
            return action
        other = int(mirrored_actions(names)[action])
        return None if other == NO_NAME else other


def disturbed(
    dataset: DatasetFormat, contents: Contents, disturbance: Disturbance
) -> tuple[DatasetFormat, Contents]:
    """A data set whose clips are read disturbed, each in its own way, always the same.

    Args:
        dataset: As it lies on disk.
        contents: Its clips.
        disturbance: What happens to them. Clips that have no name then are left out.
    """
    pairs = ((file, disturbance.action(file.action, contents.actions)) for file in contents.files)
    files = tuple(replace(file, action=action) for file, action in pairs if action is not None)

    def read(file: LabelledFile) -> Clip:
        return disturbance(dataset.read_clip(file), crc32(file.name.encode()))

    return replace(dataset, read_clip=read), replace(contents, files=files)


def disturbance_by_id(disturbance_id: str) -> Disturbance:
    """A row of ``DISTURBANCES``.

    Raises:
        EngineError: There is none of that name.
    """
    return row_by_id(DISTURBANCES, disturbance_id, "disturbance")


def _span(clip: Clip) -> Recording:
    """The clip's frames as a recording of their own."""
    recording, span = clip.recording, slice(clip.start, clip.stop)
    return _frames(recording, np.arange(recording.num_frames)[span])


def _frames(recording: Recording, frames: IntArray) -> Recording:
    """Some frames of a recording, with nothing said of their times."""
    return replace(
        recording,
        positions=recording.positions[frames],
        confidence=recording.confidence[frames],
        orientations=None,
        timestamps=None,
        frame_ids=None,
    )


def _moved(recording: Recording, positions: FloatArray) -> Recording:
    return replace(recording, positions=positions, orientations=None)


def _metre(recording: Recording) -> float:
    """How many of the recording's units are a metre; told by the body where it does not say."""
    if recording.units is Units.METRES:
        return 1.0
    if recording.units is Units.MILLIMETRES:
        return 1000.0
    person = main_people(recording.positions, 1)
    bodies = fill_gaps(recording.positions)[:, list(person)].swapaxes(0, 1)
    return float(1 / body_size(bodies)[0]) / ADULT


def jitter(recording: Recording, random: np.random.Generator) -> Recording:
    """Noise on every joint in every frame."""
    positions = recording.positions
    noise = random.normal(0, JITTER_M * _metre(recording), positions.shape)
    return _moved(recording, positions + noise.astype(np.float32))


def displace(recording: Recording, random: np.random.Generator) -> Recording:
    """Every joint a little elsewhere, the same all through the clip: another source of joints."""
    positions = recording.positions
    offsets = random.normal(0, DISPLACEMENT_M * _metre(recording), positions.shape[2:])
    return _moved(recording, positions + offsets.astype(np.float32))


def lose(recording: Recording, random: np.random.Generator) -> Recording:
    """A quarter of the joints out of sight for half of the time."""
    frames, _, joints, _ = recording.positions.shape
    count = max(round(joints * LOST_JOINTS), 1)
    length = max(round(frames * LOST_TIME), 1)
    positions, confidence = recording.positions.copy(), recording.confidence.copy()
    for joint in random.permutation(joints)[:count]:
        start = int(random.integers(0, frames - length + 1))
        positions[start : start + length, :, joint] = np.nan
        confidence[start : start + length, :, joint] = 0
    return replace(recording, positions=positions, confidence=confidence, orientations=None)


def _slower(fps: Fraction) -> Change:
    def slow_down(recording: Recording, _: np.random.Generator) -> Recording:
        """Fewer frames a second; no frame is made up."""
        step = max(float(recording.shown_fps / fps), 1.0)
        frames = np.unique(np.rint(np.arange(0, recording.num_frames, step)).astype(np.int64))
        frames = frames[frames < recording.num_frames]
        return replace(_frames(recording, frames), fps=recording.shown_fps / Fraction(step))

    return slow_down


def turn(recording: Recording, random: np.random.Generator) -> Recording:
    """Another place of the camera, at the same height."""
    if recording.layout.dimensions == len("xy"):
        return recording
    angle = np.radians(TURN) * random.choice((-1, 1))
    rotation = rotation_matrices(np.array([[0.0, angle, 0.0]]))[0]
    level = to_y_up(recording.positions, recording.up) @ rotation.T
    return _moved(recording, from_y_up(level.astype(np.float32), recording.up))


def shrink(recording: Recording, _: np.random.Generator) -> Recording:
    """A child's size, its path shortened alike."""
    return _moved(recording, recording.positions * np.float32(CHILD))


def mirror(recording: Recording, _: np.random.Generator) -> Recording:
    """Left and right exchanged."""
    other = list(recording.layout.mirror)
    level = to_y_up(recording.positions[:, :, other], recording.up)
    level[..., 0] *= -1
    positions = from_y_up(level, recording.up)
    return replace(_moved(recording, positions), confidence=recording.confidence[:, :, other])


DISTURBANCES = (
    Disturbance(id="noise", title="joints jump by 7 mm a frame", changes=(jitter,)),
    Disturbance(id="joints", title="joints lie 5 cm elsewhere", changes=(displace,)),
    Disturbance(
        id="missing", title="a quarter of the joints missing half the time", changes=(lose,)
    ),
    Disturbance(id="slow", title="10 frames a second", changes=(_slower(SLOW_FPS),)),
    Disturbance(id="turned", title="seen from 60° aside", changes=(turn,)),
    Disturbance(id="child", title="a child's size", changes=(shrink,)),
    Disturbance(id="mirror", title="left and right exchanged", changes=(mirror,), mirrors=True),
    Disturbance(
        id="camera",
        title="as a camera gives it: 15 frames a second, noise, other joints, gaps",
        changes=(_slower(CAMERA_FPS), displace, jitter, lose),
    ),
)
