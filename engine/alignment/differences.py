"""How far two bodies on one spot are apart: joint by joint, and in the bend of joints."""

from dataclasses import dataclass

import numpy as np

from engine.alignment.pairing import FEWEST_JOINTS, Pair
from engine.alignment.placing import Placement
from engine.alignment.timing import between_frames
from engine.arrays import DoubleArray, FloatArray

SMALLEST = 1e-9
ANGLES: tuple[tuple[str, str, str], ...] = tuple(
    tuple(f"{side} {point}" for point in points)  # type: ignore[misc]  # three of each
    for points in (
        ("shoulder", "elbow", "wrist"),
        ("elbow", "shoulder", "hip"),
        ("shoulder", "hip", "knee"),
        ("hip", "knee", "ankle"),
    )
    for side in ("left", "right")
)
"""The bend of the middle joint, between the way to the first and the way to the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Frame by frame of the first recording; NaN where there is no partner."""

    joints: FloatArray
    """``(T1, J)`` how far each joint is from its partner, in the unit of the pair."""
    overall: FloatArray
    """``(T1,)`` the mean over joints, in body sizes: parts of the first body's height."""
    angle_names: tuple[str, ...]
    """A joints that bend, as the first layout calls them."""
    angles: FloatArray
    """``(T1, A)`` degrees by which the second body's joint is more open than the first one's."""


def differences(pair: Pair, frames: DoubleArray, placement: Placement) -> Differences:
    """Measure two bodies that are laid upon each other."""
    other = between_frames(pair.second.joints, frames)
    apart = np.linalg.norm(pair.first.joints - placement.place_all(other), axis=-1)
    known = np.isfinite(apart)
    counts = known.sum(axis=1)
    total = np.where(known, apart, 0.0).sum(axis=1)
    enough = counts >= FEWEST_JOINTS
    mean = np.where(enough, total / np.maximum(counts, 1), np.nan)
    names, triples = _bending(pair.joint_names)
    angles = np.zeros((len(frames), len(triples)), dtype=np.float32)
    for number, triple in enumerate(triples):
        angles[:, number] = _angle(other, triple) - _angle(pair.first.joints, triple)
    return Differences(
        joints=apart.astype(np.float32),
        overall=(mean / max(pair.first.height, SMALLEST)).astype(np.float32),
        angle_names=names,
        angles=angles,
    )


def _bending(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[int, int, int], ...]]:
    found = [row for row in ANGLES if set(row) <= set(names)]
    places = tuple((names.index(a), names.index(b), names.index(c)) for a, b, c in found)
    return tuple(row[1] for row in found), places


def _angle(points: FloatArray, triple: tuple[int, int, int]) -> DoubleArray:
    """``(T,)`` degrees between the ways from the middle joint to the two others."""
    first, middle, last = (points[:, joint].astype(np.float64) for joint in triple)
    ways = first - middle, last - middle
    lengths = np.linalg.norm(ways[0], axis=1) * np.linalg.norm(ways[1], axis=1)
    inner = np.einsum("tc,tc->t", *ways) / np.where(lengths > SMALLEST, lengths, np.nan)
    return np.degrees(np.arccos(np.clip(inner, -1.0, 1.0)))
