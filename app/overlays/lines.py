"""Lines between joints and parts: where they begin, how thick they are."""

from dataclasses import dataclass

import numpy as np

from app.overlays.base import OverlayLinks
from engine.arrays import BoolArray, FloatArray, IntArray
from engine.prediction import Node
from engine.skeleton import SkeletonLayout

THINNEST_PX, WIDEST_PX = 1.0, 4.5
FAINTEST = 0.22
SPACE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What the lines of a frame lead between, weakest line first; L lines."""

    person: IntArray
    """``(L,)``."""
    asking: Node
    asked: Node
    from_index: IntArray
    """``(L,)`` who attends."""
    to_index: IntArray
    """``(L,)`` who is attended to."""
    weights: FloatArray
    """``(L,)``."""


def lines_between(
    ends: Ends, positions: FloatArray, layout: SkeletonLayout, strength: FloatArray, rgb: FloatArray
) -> OverlayLinks:
    """Lines at their places, thicker and less transparent with their strength.

    Lines to what is not seen are left out.

    Args:
        ends: What they lead between.
        positions: ``(M, V, C)`` of the frame.
        layout: Names joints and parts.
        strength: ``(L,)`` 0..1.
        rgb: ``(3,)`` or ``(L, 3)`` sRGB.
    """
    start = _places(positions, layout, ends.asked)[ends.person, ends.to_index]
    end = _places(positions, layout, ends.asking)[ends.person, ends.from_index]
    seen = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    rgba = np.empty((len(strength), 4), dtype=np.float32)
    rgba[:, :3] = rgb
    rgba[:, 3] = FAINTEST + (1.0 - FAINTEST) * strength
    from_names, to_names = node_names(layout, ends.asking), node_names(layout, ends.asked)
    pairs = zip(ends.from_index[seen].tolist(), ends.to_index[seen].tolist(), strict=True)
    is_part = (ends.asked is Node.PART, ends.asking is Node.PART)
    width_px = THINNEST_PX + (WIDEST_PX - THINNEST_PX) * strength
    return OverlayLinks(
        person=ends.person[seen],
        names=tuple((from_names[asking], to_names[asked]) for asking, asked in pairs),
        weights=ends.weights[seen],
        start=start[seen],
        end=end[seen],
        is_pinned=np.tile(np.array(is_part), (int(np.count_nonzero(seen)), 1)),
        rgba=rgba[seen],
        width_px=width_px[seen].astype(np.float32),
    )


def node_names(layout: SkeletonLayout, node: Node) -> tuple[str, ...]:
    """Names of joints or parts."""
    return layout.joints if node is Node.JOINT else tuple(part.name for part in layout.parts)


def _places(positions: FloatArray, layout: SkeletonLayout, node: Node) -> FloatArray:
    """``(M, nodes, 3)``; the third is 0 for layouts of two, NaN for what is not seen."""
    found = positions if node is Node.JOINT else part_centroids(positions, layout)
    if found.shape[-1] == SPACE:
        return found
    flat = np.zeros((*found.shape[:2], SPACE), dtype=np.float32)
    flat[..., : found.shape[-1]] = found
    return flat


def part_centroids(positions: FloatArray, layout: SkeletonLayout) -> FloatArray:
    """Where the links of each body part start: the mean of its visible joints.

    Args:
        positions: ``(M, V, C)``; NaN where a joint is missing.
        layout: Names the P parts.

    Returns:
        ``(M, P, C)``; NaN for parts with no visible joint.
    """
    member = np.zeros((len(layout.parts), layout.num_joints), dtype=np.float32)
    for row, part in enumerate(layout.parts):
        member[row, list(part.joints)] = 1.0
    visible: BoolArray = np.all(np.isfinite(positions), axis=-1)
    total = member @ np.where(visible[..., None], positions, 0.0)  # (M, P, C)
    count = (visible @ member.T)[..., None]
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan).astype(np.float32)
