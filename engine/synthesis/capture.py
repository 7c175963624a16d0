"""What turns performances into a recording: the unrest of a living body, a camera and its noise."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.arrays import DoubleArray
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis
from engine.synthesis.body import Channel, Pose, joints_of
from engine.synthesis.performer import Performer

FPS = Fraction(30)
"""Frame rate of a Kinect."""

_UNREST = {
    Channel.HIPS: 0.006,
    Channel.LEAN: 0.8,
    Channel.TILT: 0.5,
    Channel.TWIST: 1.2,
    Channel.NOD: 1.5,
    Channel.LEFT_HAND: 0.015,
    Channel.RIGHT_HAND: 0.015,
}
"""How far a body never at rest strays, in the units of each channel; feet stay where they are."""

_NOISE_M = 0.0025
"""Standard deviation of what a Kinect adds to a coordinate of a joint, metres."""
_NOISE_KEPT = 0.6
"""How much of a joint's noise is still there a frame later."""
_GRAIN_M = 1e-4
"""Coordinates are rounded to this, so that machines which differ in a last bit agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A depth camera looking at the middle of the stage, the origin of the world frame.

    Its own frame, metres: the camera at the origin, Y up, Z away from it. At azimuth 0 and pitch 0
    the axes are those of the world.
    """

    distance: float = 2.8
    """From the middle of the stage."""
    height: float = 0.9
    """Over the floor."""
    azimuth: float = 0.0
    """Degrees by which it has gone around the stage, to the left as it looks."""
    pitch: float = 0.0
    """Degrees by which it looks down; a Kinect does not level what it sees."""

    def sees(self, world: DoubleArray) -> DoubleArray:
        """Points ``(..., 3)`` of the world frame in the camera's frame."""
        turn, dip = np.radians(self.azimuth), np.radians(self.pitch)
        around = np.array(
            [[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]]
        )
        down = np.array([[1, 0, 0], [0, np.cos(dip), np.sin(dip)], [0, -np.sin(dip), np.cos(dip)]])
        return (world @ around.T + (0, -self.height, self.distance)) @ down.T


LEVEL_CAMERA = Camera()
"""Level, so that upright people are upright in the recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """People on a stage, and how they are filmed: until the first of them has finished."""

    people: tuple[Performer, ...]
    seed: int
    """Of unrest and noise: the same seed gives the same recording."""
    label: str | None = None
    """The action, if it is one."""
    camera: Camera = LEVEL_CAMERA
    trim_s: tuple[float, float] = (0.0, 0.0)
    """What is left out at the beginning and at the end."""

    @property
    def times(self) -> DoubleArray:
        """``(T,)`` seconds at which a frame is taken."""
        first_s = self.trim_s[0]
        last_s = min(person.now_s for person in self.people) - self.trim_s[1]
        return first_s + np.arange(round((last_s - first_s) * FPS)) / float(FPS)


def record(scene: Scene) -> Recording:
    """Film a scene: layout ``kinect-v1``, metres, Y up, 30 frames a second."""
    random = np.random.default_rng(scene.seed)
    times = scene.times
    joints = [
        joints_of(person.body, restless(person.pose_at(times), times, random))
        for person in scene.people
    ]
    seen = scene.camera.sees(np.stack(joints, axis=1))
    seen += sensor_noise(seen.shape, random)
    seen = np.round(seen / _GRAIN_M) * _GRAIN_M
    return Recording(
        layout=KINECT_V1,
        positions=seen.astype(np.float32),
        confidence=np.ones(seen.shape[:3], dtype=np.float32),
        fps=FPS,
        units=Units.METRES,
        source=Source(path=None, format_id="synthesis", sha256=""),
        up=Axis.PLUS_Y,
        label=scene.label,
    )


def restless(pose: Pose, times: DoubleArray, random: np.random.Generator) -> Pose:
    """Let trunk, head and hands drift a little around a pose, each in slow waves of its own."""
    drifting = dict(pose)
    for channel, extent in _UNREST.items():
        hertz, phase = random.uniform((0.15, 0.0), (0.45, 1.0), size=(pose[channel].shape[1], 2)).T
        waves = np.sin(2 * np.pi * (times[:, None] * hertz + phase))
        drifting[channel] = pose[channel] + extent * waves
    return drifting


def sensor_noise(shape: tuple[int, ...], random: np.random.Generator) -> DoubleArray:
    """Errors that wander from frame to frame (the first axis), metres."""
    fresh = _NOISE_M * np.sqrt(1 - _NOISE_KEPT**2) * random.standard_normal(shape)
    noise = np.empty(shape)
    noise[0] = _NOISE_M * random.standard_normal(shape[1:])
    for frame in range(1, shape[0]):
        noise[frame] = _NOISE_KEPT * noise[frame - 1] + fresh[frame]
    return noise
