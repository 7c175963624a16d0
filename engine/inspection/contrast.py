"""Why one action and not another: the difference of what speaks for each.

Networks that end in pooling and a linear layer say it themselves, in closed form and for any two
actions, from one run that was kept (``Examination``). FG-STFormer has no such map: its joints and
parts meet in a hidden layer after the pooling, so no place has a share of its own in a logit. For
it, and as a second opinion for all, there is ``engine.inspection.occlusion``.
"""

import numpy as np

from engine.architectures.spa_net import SPANetConfig
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.explain.base import Evidence
from engine.explain.focus import (
    Score,
    activation_difference,
    focus_difference,
    focus_name,
    focus_scores,
    map_at_steps,
)
from engine.explain.joints import to_recording_weights
from engine.explain.spa_net import map_at_joints
from engine.inspection.signed import SignedJointMap
from engine.prediction import JointMap
from engine.runtime.questions import Examination


def has_focus(examination: Examination, network: int) -> bool:
    """Whether a network says of any action where it is in focus."""
    return "class_activations" in examination.evidences[network].outputs


def focus_on(examination: Examination, network: int, action: int) -> JointMap:
    """Where and when one action is in focus, be it probable or not (STF Eq. 2).

    Args:
        examination: A run that was kept.
        network: Which of the model's.
        action: Which of its actions.

    Raises:
        EngineError: The network has no such map, or no such action.
    """
    evidence = _evidence(examination, network, (action,))
    actions = np.full(len(evidence.logits()), action)
    name = focus_name(evidence, actions)
    return _map(examination, network, name, focus_scores(actions))


def focus_contrast_of(
    examination: Examination, network: int, first: int, second: int
) -> SignedJointMap:
    """The focus on one action less the focus on another (STF Eq. 4's two maps).

    Raises:
        EngineError: The network has no such map, or no such action.
    """

    def score(activations: FloatArray, logits: FloatArray, _: int) -> tuple[FloatArray, float]:
        return focus_difference(activations, logits, first, second)

    return _difference(examination, network, (first, second), score, ("Focus", "focus"))


def activation_contrast(
    examination: Examination, network: int, first: int, second: int
) -> SignedJointMap:
    """What each joint and moment adds to one action's logit and not to the other's.

    Raises:
        EngineError: The network has no such map, or no such action.
    """

    def score(activations: FloatArray, _: FloatArray, __: int) -> tuple[FloatArray, float]:
        return activation_difference(activations, first, second)

    return _difference(examination, network, (first, second), score, ("Logit", "logits"))


def _difference(
    examination: Examination,
    network: int,
    actions: tuple[int, int],
    score: Score,
    words: tuple[str, str],
) -> SignedJointMap:
    evidence = _evidence(examination, network, actions)
    first, second = (evidence.class_names[action] for action in actions)
    kind, unit = words
    found = _map(examination, network, f"{kind}: {first} less {second}", score)
    return SignedJointMap(
        name=found.name,
        first=first,
        second=second,
        weights=found.weights,
        strongest=found.strongest,
        unit=unit,
    )


def _evidence(examination: Examination, network: int, actions: tuple[int, ...]) -> Evidence:
    evidence = examination.evidences[network]
    if not has_focus(examination, network):
        raise EngineError(
            f"{evidence.network} has no focus on single actions: its joints and parts meet in a "
            "hidden layer after the pooling; ask what is lost when joints stand still instead"
        )
    wrong = [action for action in actions if not 0 <= action < len(evidence.class_names)]
    if wrong:
        raise EngineError(
            f"{evidence.model_id} has {len(evidence.class_names)} actions, counted from 0, "
            f"and no number {wrong[0]}"
        )
    return evidence


def _map(examination: Examination, network: int, name: str, score: Score) -> JointMap:
    """On the recording's joints, whatever kind of places the network has."""
    evidence, config = examination.evidences[network], examination.networks[network].network
    if isinstance(config, SPANetConfig):
        inputs = np.asarray(evidence.feeds["input"], dtype=np.float32)
        coarsest = config.plan.sites(inputs)[1][-1]
        found = map_at_joints(evidence, coarsest, name, score)
    else:
        found = map_at_steps(evidence, name, score)
    if examination.users is None:
        return found
    return JointMap(
        name=found.name,
        weights=to_recording_weights(found.weights, examination.users),
        strongest=found.strongest,
    )
