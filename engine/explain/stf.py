"""From MS-G3D's class activations and STF's graphs to an Explanation."""

import numpy as np

from engine.explain.base import Evidence
from engine.explain.focus import focus_explanation
from engine.prediction import Explanation, JointMap, LinkMap, Node


def explain_stf(evidence: Evidence) -> Explanation:
    """Focus on the two most probable actions; of an STF, also what its six modules found.

    The graphs are of the whole clip: one step. Their weights are as the network uses them, from -1
    (a joint takes from another with the opposite sign) to 1, and not attention that sums to one.
    """
    return focus_explanation(evidence, more=_embedding_maps(evidence), links=_graph_links(evidence))


def _embedding_maps(evidence: Evidence) -> tuple[JointMap, ...]:
    """Where and when each module found something that matters."""
    if "embeddings" not in evidence.outputs:
        return ()
    embeddings = evidence.of_people("embeddings")  # (P, 6, S, V)
    return tuple(
        evidence.joint_map(f"Embedding of STF-GCN-{module + 1}", embeddings[:, module])
        for module in range(embeddings.shape[1])
    )


def _graph_links(evidence: Evidence) -> tuple[LinkMap, ...]:
    """The clip's own graphs: rows take, columns give; heads are the scales 1, 2, 3 bones away."""
    if "focus_graphs" not in evidence.outputs:
        return ()
    graphs = evidence.of_everybody(evidence.of_people("focus_graphs"), np.nan)  # (M, 6, G, V, V)
    middle = np.array([(evidence.start + evidence.stop - 1) / 2], dtype=np.float32)
    scales = graphs.shape[2]
    return tuple(
        LinkMap(
            name=f"G1\N{EN DASH}G{scales} of STF-GCN-{module + 1} (\N{MINUS SIGN}1..1)",
            asking=Node.JOINT,
            asked=Node.JOINT,
            weights=graphs[np.newaxis, :, module],
            centres=middle,
        )
        for module in range(graphs.shape[1])
    )
