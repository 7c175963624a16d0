"""From SEM-Net's class activations and attention maps to an Explanation."""

import numpy as np

from engine.arrays import DoubleArray, FloatArray
from engine.explain.base import Evidence
from engine.explain.focus import focus_explanation
from engine.prediction import Explanation, LinkMap, Node


def explain_sem_net(evidence: Evidence, *, is_cross_frame: bool) -> Explanation:
    """Focus on the most probable actions, then attention between joints.

    A cross-frame map holds for all frames that the network saw: each block's is a link map of one
    step, in the middle of the span. Single-frame maps are those of the last block, step by step.
    Weights are shown by their magnitude: those of ``tanh`` may be negative.

    Args:
        evidence: Outputs of a SEM-Net.
        is_cross_frame: Whether ``spatial_attention`` has a map for each block, not for each step.
    """
    links: tuple[LinkMap, ...] = ()
    if "spatial_attention" in evidence.outputs:
        maps = np.abs(evidence.of_people("spatial_attention"))  # (P, blocks or S, H, V, V)
        if is_cross_frame:
            middle = np.array([(evidence.start + evidence.stop - 1) / 2])
            links = tuple(
                _joint_links(evidence, f"Block {block + 1}", maps[:, [block]], middle)
                for block in range(maps.shape[1])
            )
        else:
            centres = evidence.centres(maps.shape[1])
            links = (_joint_links(evidence, "Last block", maps, centres),)
    return focus_explanation(evidence, links=links)


def _joint_links(evidence: Evidence, name: str, maps: FloatArray, centres: DoubleArray) -> LinkMap:
    """Maps ``(P, S, H, V, V)`` as links of everybody in the recording."""
    return LinkMap(
        name=name,
        asking=Node.JOINT,
        asked=Node.JOINT,
        weights=evidence.of_everybody(maps, np.nan).swapaxes(0, 1),
        centres=centres.astype(np.float32),
    )
