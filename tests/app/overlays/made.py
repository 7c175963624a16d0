"""Explanations of every kind of network, small and known."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray
from engine.prediction import (
    Explanation,
    JointMap,
    LinkMap,
    Node,
    PointMap,
    TimeMap,
    none_chosen,
)
from tests.app.figures import explanation_of

FRAMES, JOINTS = 12, 20


def focus_only(people: int = 1) -> Explanation:
    """As of MS-G3D: focus on two actions, grown with the joint's index, the second one fallen."""
    rising = np.tile(np.linspace(0.0, 1.0, JOINTS, dtype=np.float32), (FRAMES, people, 1))
    made = explanation_of(rising)
    return replace(
        made,
        network="MS-G3D · joint",
        joint_maps=(
            JointMap(name="Focus on wave", weights=rising, strongest=0.002),
            JointMap(name="Focus on clap", weights=1 - rising, strongest=0.001),
        ),
        chosen=none_chosen(FRAMES, people),
    )


def link_map(weights: FloatArray, name: str = "Block 1") -> LinkMap:
    """Joints that look at joints: ``(S, M, H, V, V)``, steps spread over the frames."""
    centres = np.linspace(0, FRAMES - 1, 2 * len(weights) + 1, dtype=np.float32)[1::2]
    return LinkMap(name=name, asking=Node.JOINT, asked=Node.JOINT, weights=weights, centres=centres)


def with_links(*maps: LinkMap, people: int = 1) -> Explanation:
    """As of SEM-Net or S-TR."""
    return replace(focus_only(people), network="SEM-Net · joint", links=maps)


def with_times(weights: FloatArray, centres: FloatArray) -> Explanation:
    """As of T-TR: ``(M, V, H, S, S)``."""
    time_map = TimeMap(name="TSA of unit 9", weights=weights, centres=centres)
    return replace(focus_only(len(weights)), network="T-TR · joint", times=(time_map,))


def with_points(frames: FloatArray, magnitudes: FloatArray) -> Explanation:
    """As of SPA-Net: points beside one another along x."""
    positions = np.zeros((len(frames), 3), dtype=np.float32)
    positions[:, 0] = np.arange(len(frames))
    points = PointMap(
        name="Activation, 8 voxels an axis",
        frames=frames,
        positions=positions,
        magnitudes=magnitudes,
        size=0.2,
    )
    return replace(focus_only(), network="SPA-4D · joint", points=(points,))
