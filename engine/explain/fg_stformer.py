"""From FG-STFormer's focal scores, chosen joints and part attention to an Explanation."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.prediction import Explanation, LinkMap, LinkSource
from engine.preprocess.temporal import nearest_steps, spread_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalOutputs:
    """What the network's stage 2 said about each person of a recording, one row each.

    S steps, V joints of the network's layout, K chosen, P parts.
    """

    scores: FloatArray
    """``(M, S, V)``; NaN for people the network did not see."""
    chosen: IntArray
    """``(M, S, K)``; -1 for people the network did not see."""
    part_attention: FloatArray
    """``(M, S, K, P)``, of the head that looks hardest: a mean would hide what one head found."""


def explain_focal(
    outputs: FocalOutputs, centres: DoubleArray, *, model_id: str, start: int, stop: int
) -> Explanation:
    """Map stage 2 back to recording frames.

    Scores are interpolated between the frames on which the steps are centred; choices and links are
    those of the nearest step.

    Args:
        outputs: What the network said.
        centres: ``(S,)`` recording frame (fractional, absolute) on which each step is centred.
        model_id: The model.
        start: First frame of the span.
        stop: Frame after its last.
    """
    frames = np.arange(start, stop, dtype=np.float64)
    weights = spread_steps(outputs.scores.transpose(1, 0, 2), centres, frames)
    steps = nearest_steps(centres, frames)
    chosen = outputs.chosen.transpose(1, 0, 2)[steps]
    links = part_links(outputs, weights.shape[-1])[steps]
    return Explanation(
        model_id=model_id,
        start=start,
        stop=stop,
        joint_weights=weights,
        strongest=float(np.nanmax(outputs.scores)),
        chosen=chosen,
        links=(LinkMap(name="Parts to focal joints", source=LinkSource.PART, weights=links),),
        network_frames=centres.astype(np.float32),
    )


def part_links(outputs: FocalOutputs, joints: int) -> FloatArray:
    """Part attention by joint, not by slot: ``(S, M, P, V)``, NaN where a joint was not chosen."""
    people, steps, _, parts = outputs.part_attention.shape
    links = np.full((steps, people, parts, joints), np.nan, dtype=np.float32)
    for person in range(people):
        for step in range(steps):
            slots = outputs.chosen[person, step]
            if slots[0] >= 0:
                links[step, person][:, slots] = outputs.part_attention[person, step].T
    return links


def to_recording_joints(
    explanation: Explanation, users: tuple[tuple[int, ...], ...]
) -> Explanation:
    """The same explanation on another layout's joints.

    Args:
        explanation: On the network's joints.
        users: For each joint of the recording, the network's joints that are made from it.

    Returns:
        Each recording joint carries the largest weight of the network joints that use it; NaN where
        none does.
    """
    weights = _spread(explanation.joint_weights, users)
    links = tuple(
        LinkMap(name=link.name, source=link.source, weights=_spread(link.weights, users))
        for link in explanation.links
        if link.source is LinkSource.PART
    )
    owners = np.full(explanation.joint_weights.shape[-1], -1)
    for joint, used_by in enumerate(users):
        for target in used_by:
            owners[target] = joint
    chosen = np.where(explanation.chosen >= 0, owners[explanation.chosen], -1)
    return Explanation(
        model_id=explanation.model_id,
        start=explanation.start,
        stop=explanation.stop,
        joint_weights=weights,
        strongest=explanation.strongest,
        chosen=np.sort(chosen, axis=-1),
        links=links,
        network_frames=explanation.network_frames,
    )


def _spread(values: FloatArray, users: tuple[tuple[int, ...], ...]) -> FloatArray:
    columns = [
        np.fmax.reduce(values[..., list(used)], axis=-1)
        if used
        else np.full(values.shape[:-1], np.nan, dtype=np.float32)
        for used in users
    ]
    return np.stack(columns, axis=-1).astype(np.float32)
