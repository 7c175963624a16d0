"""From FG-STFormer's focal scores, chosen joints and attention maps to an Explanation."""

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.explain.base import Evidence
from engine.prediction import Explanation, LinkMap, Node, none_chosen
from engine.preprocess.temporal import nearest_steps

LINKS = (
    ("part_attention", "{joints} to parts", Node.JOINT, Node.PART),
    ("joint_attention", "{joints} to {joints}", Node.JOINT, Node.JOINT),
    ("part_joint_attention", "parts to {joints}", Node.PART, Node.JOINT),
    ("part_part_attention", "parts to parts", Node.PART, Node.PART),
)
"""Output, name for menus, who asks, who is asked; only those that the network has."""


def explain_fg_stformer(evidence: Evidence) -> Explanation:
    """Map stage 2 back to recording frames.

    Scores are interpolated between the frames on which the steps are centred; choices and links are
    those of the nearest step. A network that does not select has no scores; how much attention each
    joint receives from all takes their place.
    """
    if "focal_scores" in evidence.outputs:
        scores = evidence.of_people("focal_scores")  # (P, S, V)
        chosen = evidence.of_people("focal_joints").astype(np.int64)  # (P, S, k)
        joint_map = evidence.joint_map("Informativeness", scores)
    else:
        scores = _received(evidence.of_people("joint_attention"))
        chosen = np.broadcast_to(np.arange(scores.shape[-1]), scores.shape)
        strongest = float(scores[[person >= 0 for person in evidence.people]].max(initial=0.0))
        share = scores / max(strongest, float(np.finfo(np.float32).tiny))
        joint_map = evidence.joint_map("Attention received", share, strongest)
    steps, joints = scores.shape[1:]
    centres = evidence.centres(steps)
    noun = "focal joints" if chosen.shape[-1] < joints else "joints"
    return Explanation(
        model_id=evidence.model_id,
        network=evidence.network,
        start=evidence.start,
        stop=evidence.stop,
        joint_maps=(joint_map,),
        chosen=_chosen_by_frame(evidence, chosen, joints),
        links=tuple(
            LinkMap(
                name=name.format(joints=noun).capitalize(),
                asking=asking,
                asked=asked,
                weights=_by_node(evidence, output, chosen, (asking, asked), joints),
                centres=centres.astype(np.float32),
            )
            for output, name, asking, asked in LINKS
            if output in evidence.outputs
        ),
        network_frames=centres.astype(np.float32),
    )


def _received(attention: FloatArray) -> FloatArray:
    """Attention ``(P, S, H, V, V)`` -> mean over heads and asking joints ``(P, S, V)``."""
    result: FloatArray = attention.mean(axis=(2, 3))
    return result


def _chosen_by_frame(evidence: Evidence, chosen: IntArray, joints: int) -> IntArray:
    """Slots ``(P, S, k)`` -> ``(T, M, k)`` in recording frames; none where all joints were kept."""
    if chosen.shape[-1] == joints:
        return none_chosen(len(evidence.span), evidence.num_people)
    everybody = evidence.of_everybody(chosen, -1).transpose(1, 0, 2)
    return everybody[nearest_steps(evidence.centres(chosen.shape[1]), evidence.span)]


def _by_node(
    evidence: Evidence, output: str, chosen: IntArray, ends: tuple[Node, Node], joints: int
) -> FloatArray:
    """Attention of slots ``(P, S, H, I, J)`` by joint: ``(S, M, H, I', J')``.

    NaN where a joint was not chosen.
    """
    weights = evidence.of_people(output)
    for axis, end in zip((-2, -1), ends, strict=True):
        if end is Node.JOINT:
            weights = _slots_to_joints(weights, chosen, joints, axis)
    return evidence.of_everybody(weights, np.nan).swapaxes(0, 1)


def _slots_to_joints(weights: FloatArray, chosen: IntArray, joints: int, axis: int) -> FloatArray:
    by_slot = np.moveaxis(weights, axis, -1)  # (P, S, H, other, k)
    by_joint = np.full((*by_slot.shape[:-1], joints), np.nan, dtype=np.float32)
    np.put_along_axis(
        by_joint, np.broadcast_to(chosen[:, :, None, None], by_slot.shape), by_slot, axis=-1
    )
    return np.moveaxis(by_joint, -1, axis)
