"""Small recordings for tests of the scene: standing people, turned, moved, with joints missing."""

from fractions import Fraction

import numpy as np

from engine.arrays import FloatArray
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import Explanation, JointMap, LinkMap, Node
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis, SkeletonLayout

HEAD, RIGHT_ELBOW, RIGHT_WRIST, RIGHT_HAND, LEFT_FOOT = 3, 9, 10, 11, 15

# Metres, Y up, Kinect v1 order; facing -Z as people before a sensor do, their right is +X.
STANDING = np.array(
    [
        (0, 0.95, 0), (0, 1.15, 0), (0, 1.42, 0), (0, 1.65, 0),
        (-0.18, 1.40, 0), (-0.30, 1.15, 0), (-0.34, 0.92, -0.05), (-0.35, 0.84, -0.08),
        (0.18, 1.40, 0), (0.30, 1.15, 0), (0.34, 0.92, -0.05), (0.35, 0.84, -0.08),
        (-0.1, 0.88, 0), (-0.1, 0.48, 0), (-0.1, 0.10, 0), (-0.1, 0.04, -0.14),
        (0.1, 0.88, 0), (0.1, 0.48, 0), (0.1, 0.10, 0), (0.1, 0.04, -0.14),
    ],
    dtype=np.float32,
)  # fmt: skip


def recording_of(
    positions: FloatArray,
    *,
    layout: SkeletonLayout = KINECT_V1,
    up: Axis = Axis.PLUS_Y,
    units: Units = Units.METRES,
) -> Recording:
    """A recording at 30 frames a second; ``positions`` are ``(T, M, V, C)``."""
    return Recording(
        layout=layout,
        positions=positions.astype(np.float32),
        confidence=np.isfinite(positions).all(axis=-1).astype(np.float32),
        fps=Fraction(30),
        units=units,
        source=Source(path=None, format_id="made", sha256=""),
        up=up,
    )


def standing(
    num_frames: int = 30, people: tuple[tuple[float, float, float], ...] = ((0, 0, 3),)
) -> FloatArray:
    """``(T, M, V, C)`` people who stand still, each at a place on the floor."""
    one = np.stack([STANDING + np.array(place, dtype=np.float32) for place in people])
    return np.tile(one, (num_frames, 1, 1, 1))


def tilted(positions: FloatArray, degrees: float) -> FloatArray:
    """As a sensor sees them that looks down by so many degrees."""
    angle = np.radians(degrees)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(angle), np.sin(angle)], [0, -np.sin(angle), np.cos(angle)]]
    )
    return (positions @ turn.T).astype(np.float32)


def explanation_of(
    weights: FloatArray, *, start: int = 0, links: FloatArray | None = None
) -> Explanation:
    """Where a network looked: ``weights`` ``(T, M, V)``, part links ``(T, M, P, V)``."""
    frames = np.arange(start, start + len(weights), dtype=np.float32)
    maps = ()
    if links is not None:
        maps = (
            LinkMap(
                name="Focal joints to parts",
                asking=Node.JOINT,
                asked=Node.PART,
                weights=links.astype(np.float32).swapaxes(-1, -2)[:, :, None],
                centres=frames,
            ),
        )
    return Explanation(
        model_id="made",
        start=start,
        stop=start + len(weights),
        joint_maps=(
            JointMap(name="Informativeness", weights=weights.astype(np.float32), strongest=1.0),
        ),
        chosen=np.zeros((*weights.shape[:2], 1), dtype=np.int64),
        links=maps,
        network_frames=frames,
    )
