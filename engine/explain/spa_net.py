"""From what SPA-Net has at its voxels to an Explanation.

The focus on an action is known at the coarsest voxels; each joint carries that of the voxel that it
lies in, so joints in one voxel carry the same. Activations stay where they are: at the middles of
the voxels, in the recording's own coordinates, as in Fig. 7c of the paper.
"""

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.explain.base import Evidence
from engine.explain.focus import Score, focus_name, focus_scores, top_actions
from engine.prediction import Explanation, JointMap, PointMap, none_chosen
from engine.preprocess.sparse_feeds import SparsePlan
from engine.preprocess.temporal import ascending_runs
from engine.preprocess.voxels import Sites, Voxels

SPACE = 3
"""Coordinates of a point to draw."""


def explain_spa_net(evidence: Evidence, plan: SparsePlan) -> Explanation:
    """Focus on the two most probable actions at the joints, activations at the voxels.

    Args:
        evidence: Outputs of a SPA-Net, and the feeds that they come from.
        plan: What the feeds were made with.
    """
    inputs = np.asarray(evidence.feeds["input"], dtype=np.float32)
    voxels, levels = plan.sites(inputs)
    steps = np.arange(levels[-1].times)
    return Explanation(
        model_id=evidence.model_id,
        network=evidence.network,
        start=evidence.start,
        stop=evidence.stop,
        joint_maps=_focus_at_joints(evidence, levels[-1]),
        chosen=none_chosen(len(evidence.span), evidence.num_people),
        points=(
            _activations_in_space(evidence, "activations", voxels, levels[-1]),
            _activations_in_space(evidence, "fine_activations", voxels, levels[0]),
        ),
        network_frames=_in_recording_time(evidence, _middles(evidence, steps, len(steps))[1]),
    )


def _focus_at_joints(evidence: Evidence, sites: Sites) -> tuple[JointMap, ...]:
    return tuple(
        map_at_joints(evidence, sites, focus_name(evidence, actions), focus_scores(actions))
        for actions in top_actions(evidence.logits()).T
    )


def map_at_joints(evidence: Evidence, sites: Sites, name: str, score: Score) -> JointMap:
    """Values made of outputs ``class_activations (n, K)`` at sites, as a joint map.

    It is over the network's own frames: joints change voxels more often than steps change.

    Args:
        evidence: With those outputs.
        sites: The coarsest ones, n of them.
        name: For menus.
        score: Makes the values, batch row by batch row.
    """
    activations = np.asarray(evidence.outputs["class_activations"], dtype=np.float32)
    rows, frames, _ = sites.of_joints.shape
    places = np.zeros(len(sites) + 1, dtype=np.float32)  # the last one for people not there
    strongest = 0.0
    for row, logits in enumerate(evidence.logits()):
        of_row = sites.clips == row
        places[:-1][of_row], largest = score(activations[of_row], logits, row)
        strongest = max(strongest, largest)
    at_joints = places[sites.of_joints].reshape(rows, frames, -1, evidence.layout.num_joints)
    by_person = at_joints.transpose(0, 2, 1, 3).reshape(len(evidence.people), frames, -1)
    return evidence.joint_map(name, by_person, strongest)


def _activations_in_space(
    evidence: Evidence, output: str, voxels: Voxels, sites: Sites
) -> PointMap:
    """An output ``(n,)`` at the middles of its sites, of the first repetition of a short clip."""
    shown, middles = _middles(evidence, sites.steps, sites.times)
    order = np.argsort(middles, kind="stable")
    shown, middles = shown[order], middles[order]
    coarsening = voxels.space // sites.space
    magnitudes = np.asarray(evidence.outputs[output], dtype=np.float32)
    return PointMap(
        name=f"Activation, {sites.space} voxels an axis",
        frames=_in_recording_time(evidence, middles),
        positions=_in_space(evidence, voxels, sites, shown, middles),
        magnitudes=magnitudes[shown],
        size=_edge(evidence, voxels) * coarsening,
    )


def _middles(evidence: Evidence, steps: IntArray, times: int) -> tuple[IntArray, DoubleArray]:
    """Which of some steps belong to the first repetition, and their middles in network frames.

    A step takes in whole frames: it is centred between the first and the last of them.
    """
    reduction = len(evidence.frames) // times
    played = ascending_runs(evidence.frames)[0].stop
    shown = np.flatnonzero(steps * reduction < played)
    return shown, np.minimum(steps[shown] * reduction + (reduction - 1) / 2, played - 1)


def _in_recording_time(evidence: Evidence, middles: DoubleArray) -> FloatArray:
    network = np.arange(len(evidence.frames))
    return np.interp(middles, network, evidence.frames).astype(np.float32)


def _in_space(
    evidence: Evidence, voxels: Voxels, sites: Sites, shown: IntArray, middles: DoubleArray
) -> FloatArray:
    """``(Q, 3)`` middles of some sites in the recording; pictures lie in the plane z = 0."""
    clips = sites.clips[shown]
    centres = voxels.centres(clips, sites.cells[shown], voxels.space // sites.space)
    positions = np.zeros((len(shown), SPACE), dtype=np.float32)
    for row in range(len(voxels.low)):
        of_row = clips == row
        frames = middles[of_row].astype(np.int64)
        restored = evidence.in_recording(centres[of_row], row, frames)
        positions[of_row, : restored.shape[1]] = restored
    return positions


def _edge(evidence: Evidence, voxels: Voxels) -> float:
    """Mean edge of a finest voxel in the recording's units, over its axes and all batch rows."""
    edges = []
    for row, (low, lengths) in enumerate(zip(voxels.low, voxels.edges, strict=True)):
        corners = np.concatenate([low[None], low + np.diag(lengths)])
        at = evidence.in_recording(corners, row, np.zeros(len(corners), dtype=np.int64))
        edges.extend(np.linalg.norm(at[1:] - at[0], axis=1)[lengths > 0])
    return float(np.mean(edges)) if edges else 0.0
