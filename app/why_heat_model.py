"""A contrast as a strip of joints by time: pure numbers."""

from dataclasses import dataclass

import numpy as np

from app.why_state import Contrast
from engine.arrays import FloatArray, IntArray
from engine.skeleton import SkeletonLayout

SHORT_WORDS = {"left": "L", "right": "R"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRows:
    """Weights of one person, joints in the order of the parts."""

    contrast: Contrast
    weights: FloatArray
    """``(T, V)`` -1..1; NaN where the joint is not seen."""
    joints: IntArray
    """``(V,)`` which joint each row is."""
    names: tuple[str, ...]
    """Of the joints, row by row."""
    parts: tuple[tuple[str, int, int], ...]
    """Name, first row and the row after the last of each part."""

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.weights)

    def frame_at(self, share: float) -> int:
        """Recording frame at a place along time, 0..1."""
        step = int(np.clip(share * self.num_frames, 0, self.num_frames - 1))
        return step + self.contrast.start

    def text_at(self, across: float, down: float, time_text: str) -> str:
        """What a place says; places are shares, 0..1."""
        step = self.frame_at(across) - self.contrast.start
        row = int(np.clip(down * len(self.joints), 0, len(self.joints) - 1))
        weight = self.weights[step, row]
        if np.isnan(weight):
            return f"{self.names[row]} at {time_text}: not seen"
        found = self.contrast.joint_map
        for_whom = found.first if weight >= 0 else found.second
        exact = abs(float(weight)) * found.strongest
        return f"{self.names[row]} at {time_text}: {exact:.2g} for {for_whom}"


def heat_rows(
    contrast: Contrast, layout: SkeletonLayout, person: int | None, everybody: tuple[int, ...]
) -> HeatRows | None:
    """The rows of a person; None where that one has none.

    Args:
        contrast: What is shown.
        layout: Of the recording.
        person: Index; None for the first of those in the answer.
        everybody: Those in the answer.
    """
    weights = contrast.joint_map.weights
    whose = (everybody[0] if everybody else 0) if person is None else person
    if whose >= weights.shape[1] or np.isnan(weights[:, whose]).all():
        return None
    order: list[int] = []
    parts: list[tuple[str, int, int]] = []
    seen: set[int] = set()
    for part in layout.parts:
        own = [joint for joint in part.joints if joint not in seen]
        seen.update(own)
        if own:
            parts.append((_short(part.name), len(order), len(order) + len(own)))
            order.extend(own)
    return HeatRows(
        contrast=contrast,
        weights=weights[:, whose, order],
        joints=np.array(order, dtype=np.int64),
        names=tuple(layout.joints[joint] for joint in order),
        parts=tuple(parts),
    )


def _short(name: str) -> str:
    return " ".join(SHORT_WORDS.get(word, word) for word in name.split())
