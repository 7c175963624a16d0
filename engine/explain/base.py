"""What a network returned for a span, and the maps from its axes to the recording's."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.architectures.base import Feeds
from engine.arrays import DoubleArray, FloatArray, IntArray, ScalarT
from engine.prediction import JointMap
from engine.preprocess.placement import Placements
from engine.preprocess.spatial import from_y_up
from engine.preprocess.temporal import spread_steps
from engine.skeleton import Axis, SkeletonLayout

Outputs = Mapping[str, NDArray[np.generic]]
"""What a network's graph returns, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One network's outputs for one span, of N batch rows with M people each.

    A network that sees one person at a time has a batch row for each person seen (M = 1); one that
    sees all together has a single row. P = N * M below counts both ways of holding people.
    """

    model_id: str
    network: str
    """For people, e.g. ``S-TR · joint``."""
    layout: SkeletonLayout
    """The network's, of V joints."""
    class_names: tuple[str, ...]
    outputs: Outputs
    feeds: Feeds
    frames: DoubleArray
    """``(T,)`` recording frame (fractional, absolute) that each of the network's frames shows;
    starts over where a short clip is repeated."""
    placements: Placements
    """Of the N batch rows: from network coordinates back to the recording's."""
    up: Axis
    """Which way is up in the recording; the placements speak of +y up."""
    people: tuple[int, ...]
    """``P`` indices: which person of the recording each is; -1 for an empty place."""
    num_people: int
    """People of the recording."""
    start: int
    stop: int
    """Half-open span of recording frames."""

    @property
    def span(self) -> DoubleArray:
        """``(stop - start,)`` the recording frames asked about."""
        return np.arange(self.start, self.stop, dtype=np.float64)

    def logits(self) -> FloatArray:
        """``(N, K)``."""
        return np.asarray(self.outputs["logits"], dtype=np.float32)

    def of_people(self, name: str) -> FloatArray:
        """An output ``(N, M, ...)`` as ``(P, ...)`` float32, in the order of ``people``."""
        values = np.asarray(self.outputs[name], dtype=np.float32)
        return values.reshape(-1, *values.shape[2:])

    def of_everybody(self, values: NDArray[ScalarT], absent: float) -> NDArray[ScalarT]:
        """Rows ``(P, ...)`` spread over all people of the recording; the others hold ``absent``."""
        everybody = np.full((self.num_people, *values.shape[1:]), absent, dtype=values.dtype)
        for row, person in enumerate(self.people):
            if person >= 0:
                everybody[person] = values[row]
        return everybody

    def centres(self, steps: int) -> DoubleArray:
        """``(S,)`` recording frame on which each of a network's shortened steps is centred."""
        reduction = max(round(len(self.frames) / steps), 1)
        return self.frames[::reduction][:steps]

    def in_recording(self, points: FloatArray, row: int, frames: IntArray) -> FloatArray:
        """Points ``(Q, 3)`` in network coordinates of a batch row as ``(Q, 3)`` of the recording.

        Args:
            points: Where they are.
            row: Which of the N.
            frames: ``(Q,)`` network frame of each.
        """
        return from_y_up(self.placements.restore(points, row, frames), self.up)

    def joint_map(self, name: str, values: FloatArray, strongest: float | None = None) -> JointMap:
        """Values of steps and joints as a map over the recording's frames and people.

        Args:
            name: For menus.
            values: ``(P, S, V)`` in 0..1.
            strongest: Largest value before any normalisation; None where there was none.
        """
        known = values[[person >= 0 for person in self.people]]
        everybody = self.of_everybody(values.astype(np.float32), np.nan)
        weights = spread_steps(
            everybody.transpose(1, 0, 2), self.centres(values.shape[1]), self.span
        )
        largest = float(known.max(initial=0.0)) if strongest is None else strongest
        return JointMap(name=name, weights=weights, strongest=largest)
