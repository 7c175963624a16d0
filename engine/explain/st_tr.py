"""From ST-TR's class activations and attention maps to an Explanation."""

import numpy as np

from engine.explain.base import Evidence
from engine.explain.focus import focus_explanation
from engine.prediction import Explanation, LinkMap, Node, TimeMap


def explain_st_tr(evidence: Evidence, unit: int) -> Explanation:
    """Focus on the likeliest actions; whom each joint, or each moment of it, attended to.

    Args:
        evidence: With ``spatial_attention`` of S-TR or ``temporal_attention`` of T-TR.
        unit: Which unit the attention is of, counted from one, for its name.
    """
    return focus_explanation(evidence, links=_links(evidence, unit), times=_times(evidence, unit))


def _links(evidence: Evidence, unit: int) -> tuple[LinkMap, ...]:
    if "spatial_attention" not in evidence.outputs:
        return ()
    # (P, S, H, V, V); the attention of a unit comes before its convolution may halve the steps
    weights = evidence.of_people("spatial_attention")
    return (
        LinkMap(
            name=f"SSA of unit {unit}",
            asking=Node.JOINT,
            asked=Node.JOINT,
            weights=evidence.of_everybody(weights, np.nan).swapaxes(0, 1),
            centres=evidence.centres(weights.shape[1]).astype(np.float32),
        ),
    )


def _times(evidence: Evidence, unit: int) -> tuple[TimeMap, ...]:
    if "temporal_attention" not in evidence.outputs:
        return ()
    weights = evidence.of_people("temporal_attention")  # (P, V, H, S, S)
    return (
        TimeMap(
            name=f"TSA of unit {unit}",
            weights=evidence.of_everybody(weights, np.nan),
            centres=evidence.centres(weights.shape[-1]).astype(np.float32),
        ),
    )
