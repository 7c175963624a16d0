"""An explanation made ready for drawing, once a clip and off the main thread.

Drawing a frame is then a look-up: the strongest links of each step stand first, points lie step by
step, and every frame of the span knows its step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray, IntArray, read_only
from engine.prediction import Explanation, JointMap, LinkMap, Node, PointMap, TimeMap
from engine.preprocess.temporal import ascending_runs, nearest_steps

MOST_LINKS = 200
"""Links between joints kept of each step, person and head; of those with parts, all are."""
ALL_HEADS = 0
"""Row of the strongest over all heads; head h has row h + 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedLinks:
    """A link map with its strongest links first; R of them a step, person and head."""

    name: str
    asking: Node
    asked: Node
    num_asked: int
    """J."""
    pairs: NDArray[np.int32]
    """``(S, M, H + 1, R)`` who attends times J, plus who is attended to; the first row of heads
    holds each link's strongest."""
    weights: FloatArray
    """``(S, M, H + 1, R)`` float32, largest magnitude first; NaN where there are no more links."""
    steps: IntArray
    """``(T,)`` the step that each frame of the span shows."""
    lowest: float
    """Least weight of any link kept; negative where links can subtract."""
    strongest: float
    """Largest magnitude of any link over the whole clip."""

    @property
    def num_heads(self) -> int:
        """H."""
        return self.weights.shape[2] - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTimes:
    """A time map, with how much attention each moment receives."""

    name: str
    weights: FloatArray
    """``(M, V, H, S, S)``: rows ask, columns are asked; a short clip's first repetition only."""
    centres: FloatArray
    """``(S,)`` recording frame each step shows, ascending."""
    received: FloatArray
    """``(H + 1, S, M, V)`` mean weight that a moment gets from all moments of the same joint."""
    steps: IntArray
    """``(T,)`` the step that each frame of the span shows."""
    strongest: float
    """Largest of ``received``."""

    @property
    def num_heads(self) -> int:
        """H."""
        return self.weights.shape[2]

    def of_joint(self, person: int, joint: int, head: int | None) -> FloatArray:
        """``(S, S)`` of one joint; rows ask, columns are asked.

        Args:
            person: Index into M.
            joint: Index into V.
            head: Which head; None for each pair's strongest.
        """
        weights = self.weights[person, joint]
        if head is not None and head < self.num_heads:
            return weights[head]
        strongest: FloatArray = np.fmax.reduce(weights, axis=0)
        return strongest


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPoints:
    """A point map, cut into steps."""

    name: str
    positions: FloatArray
    """``(Q, 3)`` in the recording's coordinates."""
    magnitudes: FloatArray
    """``(Q,)``."""
    bounds: IntArray
    """``(S + 1,)`` first point of each step, and Q."""
    steps: IntArray
    """``(T,)`` the step that each frame of the span shows."""
    size: float
    """Edge of the place that a point stands for, in the recording's units."""
    strongest: float
    """Largest magnitude over the whole clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedExplanation:
    """An explanation with what its overlays look up."""

    explanation: Explanation
    links: tuple[PreparedLinks, ...]
    times: tuple[PreparedTimes, ...]
    points: tuple[PreparedPoints, ...]

    def step(self, frame: int) -> int | None:
        """Index of a recording frame into the span; None outside it."""
        is_inside = self.explanation.start <= frame < self.explanation.stop
        return frame - self.explanation.start if is_inside else None

    def joint_map(self, number: int) -> JointMap:
        """The joint map of that number, or the first."""
        maps = self.explanation.joint_maps
        return maps[number] if number < len(maps) else maps[0]

    def link_map(self, number: int) -> PreparedLinks | None:
        """The link map of that number, or the first; None where there is none."""
        found = self.links[number : number + 1] or self.links[:1]
        return found[0] if found else None

    def time_map(self) -> PreparedTimes | None:
        """The first time map; None where there is none."""
        return self.times[0] if self.times else None

    def point_map(self, number: int) -> PreparedPoints | None:
        """The point map of that number, or the first; None where there is none."""
        found = self.points[number : number + 1] or self.points[:1]
        return found[0] if found else None


def prepared(explanation: Explanation) -> PreparedExplanation:
    """Make an explanation ready for drawing: milliseconds, for the inference thread."""
    frames = np.arange(explanation.start, explanation.stop, dtype=np.float64)
    return PreparedExplanation(
        explanation=explanation,
        links=tuple(_links(link, frames) for link in explanation.links),
        times=tuple(_times(each, frames) for each in explanation.times),
        points=tuple(_points(points, frames) for points in explanation.points),
    )


def head_row(head: int | None, num_heads: int) -> int:
    """Row of a head among ``H + 1``; that of all heads for None or a head there is not."""
    return ALL_HEADS if head is None or not 0 <= head < num_heads else head + 1


def _links(link: LinkMap, frames: DoubleArray) -> PreparedLinks:
    every = np.concatenate(
        [np.fmax.reduce(link.weights, axis=2, keepdims=True), link.weights], axis=2
    )
    if np.fmin.reduce(link.weights, axis=None, initial=0.0) < 0:
        every[:, :, ALL_HEADS] = _largest_magnitude(link.weights)
    if link.asking is link.asked:  # what a node keeps for itself is no line
        itself = np.arange(min(every.shape[-2:]))
        every[..., itself, itself] = np.nan
    flat = every.reshape(*every.shape[:3], -1)
    size = np.where(np.isnan(flat), -1.0, np.abs(flat))
    is_among_joints = link.asking is Node.JOINT and link.asked is Node.JOINT
    kept = min(MOST_LINKS, size.shape[-1]) if is_among_joints else size.shape[-1]
    best = np.argpartition(-size, kept - 1, axis=-1)[..., :kept]
    order = np.argsort(-np.take_along_axis(size, best, axis=-1), axis=-1, kind="stable")
    best = np.take_along_axis(best, order, axis=-1)
    weights = np.take_along_axis(flat, best, axis=-1)
    return PreparedLinks(
        name=link.name,
        asking=link.asking,
        asked=link.asked,
        num_asked=every.shape[-1],
        pairs=read_only(best.astype(np.int32)),
        weights=read_only(weights),
        steps=nearest_steps(link.centres.astype(np.float64), frames),
        lowest=float(np.fmin.reduce(weights, axis=None, initial=0.0)),
        strongest=float(np.fmax.reduce(size, axis=None, initial=0.0)),
    )


def _largest_magnitude(weights: FloatArray) -> FloatArray:
    """``(S, M, H, I, J)`` -> ``(S, M, I, J)``: of each link the head farthest from nought."""
    size = np.where(np.isnan(weights), -1.0, np.abs(weights))
    head = size.argmax(axis=2)[:, :, None]
    result: FloatArray = np.take_along_axis(weights, head, axis=2)[:, :, 0]
    return result


def _times(time_map: TimeMap, frames: DoubleArray) -> PreparedTimes:
    centres = time_map.centres.astype(np.float64)
    played = ascending_runs(centres)[0]
    centres = centres[played]
    weights = time_map.weights[..., played, played]
    heads = np.concatenate(
        [np.fmax.reduce(weights, axis=2, keepdims=True), weights], axis=2
    )  # (M, V, H + 1, S, S)
    received = heads.mean(axis=-2).transpose(2, 3, 0, 1)
    return PreparedTimes(
        name=time_map.name,
        weights=read_only(weights),
        centres=centres.astype(np.float32),
        received=read_only(np.ascontiguousarray(received)),
        steps=nearest_steps(centres, frames),
        strongest=float(np.fmax.reduce(received, axis=None, initial=0.0)),
    )


def _points(points: PointMap, frames: DoubleArray) -> PreparedPoints:
    centres, firsts = np.unique(points.frames, return_index=True)
    steps = np.zeros(len(frames), dtype=np.int64)
    if len(centres):
        steps = nearest_steps(centres.astype(np.float64), frames)
    return PreparedPoints(
        name=points.name,
        positions=points.positions,
        magnitudes=points.magnitudes,
        bounds=read_only(np.append(firsts, len(points.frames))),
        steps=steps,
        size=points.size,
        strongest=float(np.fmax.reduce(points.magnitudes, axis=None, initial=0.0)),
    )
