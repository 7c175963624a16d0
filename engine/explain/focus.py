"""Grad-CAM at the last layer without a backward pass (STF Eq. 2; Selvaraju et al., ICCV 2017).

A network that ends in global average pooling, a linear layer and a softmax has class activations
``a_k = sum_c w_kc X_c`` at every place. The gradient of the probability p_y in channel c is the
same everywhere, ``p_y (w_yc - sum_k p_k w_kc) / Z``, so the map is

    Q_y = ReLU(p_y (a_y - sum_k p_k a_k) / Z)
        = ReLU(p_y (1 - p_y) (a_y - sum_{k != y} q_k a_k) / Z),   q = softmax over the others.

The factor before the brackets is one number a clip and leaves when the map is normalised. The
second line is used, because the first loses all its digits when p_y comes close to one.
"""

from collections.abc import Callable

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.explain.base import Evidence
from engine.prediction import Explanation, JointMap, LinkMap, TimeMap, none_chosen

COMPARED_ACTIONS = 2
"""How many of the most probable actions get a focus map (STF compares the top two)."""

Score = Callable[[FloatArray, FloatArray, int], tuple[FloatArray, float]]
"""Of a batch row: its class activations ``(..., K)``, its logits ``(K,)`` and its number -> values
at the same places, and the largest of them before any normalisation."""


def focus_contrast(activations: FloatArray, logits: FloatArray, action: int) -> FloatArray:
    """The bracket of the second line: what speaks for an action and against its rivals.

    Args:
        activations: ``(..., K)`` class activations of one batch row.
        logits: ``(K,)`` of that row.
        action: y.

    Returns:
        ``(...)`` float32, of either sign.
    """
    rivals = np.array(logits, dtype=np.float64)
    rivals[action] = -np.inf
    shares = np.exp(rivals - rivals.max()) if len(rivals) > 1 else np.zeros(1)
    shares /= max(float(shares.sum()), 1.0)
    result: FloatArray = (activations[..., action] - activations @ shares).astype(np.float32)
    return result


def focus(activations: FloatArray, logits: FloatArray, action: int) -> tuple[FloatArray, float]:
    """Q of an action, min-max normalised over all its places, and its largest value before that.

    Args:
        activations: ``(..., K)`` class activations of one batch row, one person or several.
        logits: ``(K,)`` of that row.
        action: y.

    Returns:
        ``(...)`` in 0..1, and the largest value of Eq. 2 before the normalisation.
    """
    contrast = np.maximum(focus_contrast(activations, logits, action), 0)
    low, high = float(contrast.min()), float(contrast.max())
    probabilities = np.exp(logits.astype(np.float64) - logits.max())
    share = float(probabilities[action] / probabilities.sum())
    strongest = share * (1 - share) * high / contrast.size
    spread = np.float32(max(high - low, float(np.finfo(np.float32).tiny)))
    return ((contrast - low) / spread).astype(np.float32), strongest


def top_actions(logits: FloatArray, count: int = COMPARED_ACTIONS) -> IntArray:
    """``(N, K)`` logits -> ``(N, count)`` most probable actions, best first."""
    order: IntArray = np.argsort(-logits, axis=1, kind="stable")[:, :count]
    return order


def focus_difference(
    activations: FloatArray, logits: FloatArray, first: int, second: int
) -> tuple[FloatArray, float]:
    """Q of one action less Q of another: what STF's divergence loss drives apart (Eq. 4).

    Args:
        activations: ``(..., K)`` class activations of one batch row.
        logits: ``(K,)`` of that row.
        first: Above zero where the focus is on this action.
        second: Below zero where it is on this one.

    Returns:
        ``(...)`` float32 in -1..1, and its largest size.
    """
    difference = (
        focus(activations, logits, first)[0] - focus(activations, logits, second)[0]
    ).astype(np.float32)
    return difference, float(np.abs(difference).max(initial=0.0))


def activation_difference(
    activations: FloatArray, first: int, second: int
) -> tuple[FloatArray, float]:
    """What each place adds to one logit and not to another: on average, by how much they differ.

    Nothing is cut off here as the ReLU of Eq. 2 does. The mean over all places, plus the difference
    of the two biases, is exactly the difference of the logits.

    Args:
        activations: ``(..., K)`` class activations of one batch row.
        first: Above zero where a place speaks for this action.
        second: Below zero where it speaks for this one.

    Returns:
        ``(...)`` float32 in -1..1, and the largest size in logits by which it was divided.
    """
    difference = activations[..., first] - activations[..., second]
    largest = float(np.abs(difference).max(initial=0.0))
    smallest = float(np.finfo(np.float32).tiny)
    return (difference / max(largest, smallest)).astype(np.float32), largest


def map_at_steps(evidence: Evidence, name: str, score: Score) -> JointMap:
    """Values made of outputs ``class_activations (N, M, S, V, K)``, as a joint map.

    Args:
        evidence: With those outputs.
        name: For menus.
        score: Makes the values, batch row by batch row.
    """
    activations = np.asarray(evidence.outputs["class_activations"], dtype=np.float32)
    rows = zip(activations, evidence.logits(), strict=True)
    found = [score(places, logits, row) for row, (places, logits) in enumerate(rows)]
    values = np.concatenate([values for values, _ in found])  # (P, S, V)
    return evidence.joint_map(name, values, max(strongest for _, strongest in found))


def focus_name(evidence: Evidence, actions: IntArray) -> str:
    """What a map is called that shows each batch row the focus on an action of its own."""
    return f"Focus on {' / '.join(dict.fromkeys(evidence.class_names[each] for each in actions))}"


def focus_scores(actions: IntArray) -> Score:
    """The focus on an action: of each batch row its own, ``(N,)``."""

    def score(activations: FloatArray, logits: FloatArray, row: int) -> tuple[FloatArray, float]:
        return focus(activations, logits, int(actions[row]))

    return score


def focus_maps(evidence: Evidence) -> tuple[JointMap, ...]:
    """Focus on the two most probable actions, of outputs ``class_activations (N, M, S, V, K)``.

    Where each person is a batch row of their own, each is shown the focus on their own answer.
    """
    return tuple(
        map_at_steps(evidence, focus_name(evidence, actions), focus_scores(actions))
        for actions in top_actions(evidence.logits()).T
    )


def focus_explanation(
    evidence: Evidence,
    *,
    more: tuple[JointMap, ...] = (),
    links: tuple[LinkMap, ...] = (),
    times: tuple[TimeMap, ...] = (),
) -> Explanation:
    """The explanation of a network that selects no joints and has class activations at its steps.

    Args:
        evidence: With outputs ``class_activations (N, M, S, V, K)``.
        more: Joint maps after the focus on the most probable actions.
        links: Who attended to whom.
        times: Which moment attended to which.
    """
    steps = evidence.outputs["class_activations"].shape[2]
    return Explanation(
        model_id=evidence.model_id,
        network=evidence.network,
        start=evidence.start,
        stop=evidence.stop,
        joint_maps=(*focus_maps(evidence), *more),
        chosen=none_chosen(len(evidence.span), evidence.num_people),
        links=links,
        times=times,
        network_frames=evidence.centres(steps).astype(np.float32),
    )
