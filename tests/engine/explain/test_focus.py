"""Grad-CAM without a backward pass: the closed form against autograd."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.explain.focus import focus, focus_contrast, focus_maps, top_actions
from engine.models.layers import PooledClassifier
from tests.engine.explain.making import evidence_of

PEOPLE, STEPS, JOINTS, CHANNELS, CLASSES = 2, 4, 5, 6, 7


def features(seed: int = 0) -> torch.Tensor:
    random = np.random.default_rng(seed).normal(size=(1, PEOPLE, STEPS, JOINTS, CHANNELS))
    return torch.from_numpy(random.astype(np.float32))


def classifier(scale: float = 1.0) -> PooledClassifier:
    torch.manual_seed(0)
    made = PooledClassifier(CHANNELS, CLASSES)
    with torch.no_grad():
        made.linear.weight.mul_(scale)
    return made


def by_autograd(made: PooledClassifier, x: torch.Tensor, action: int) -> np.ndarray:
    """STF Eq. 1 and 2 as they are written: channel weights are the mean gradients of p_y."""
    x = x.double().requires_grad_(True)
    probability = functional.softmax(made.double()(x)[0], dim=-1)[0, action]
    (gradient,) = torch.autograd.grad(probability, x)
    channel_weights = gradient.mean(dim=(1, 2, 3))
    return functional.relu((x * channel_weights).sum(-1))[0].detach().numpy()


def evidence_for(made: PooledClassifier, x: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Class activations ``(M, S, V, K)`` and logits ``(K,)`` as a network returns them."""
    with torch.inference_mode():
        logits, activations = made.float()(x)
    return activations[0].numpy(), logits[0].numpy()


@pytest.mark.parametrize("rank", [0, 1])
def test_the_closed_form_is_autograds_after_normalisation(rank):
    made = classifier()
    activations, logits = evidence_for(made, features())
    action = int(top_actions(logits[None])[0, rank])
    found, strongest = focus(activations, logits, action)

    expected = by_autograd(made, features(), action)
    assert strongest == pytest.approx(expected.max(), rel=1e-4)
    low, high = expected.min(), expected.max()
    np.testing.assert_allclose(found, (expected - low) / (high - low), atol=1e-5)


def test_a_network_that_is_sure_still_has_a_focus():
    """Where p is one up to float32, the first line of the formula is noise; ours is not."""
    made = classifier(scale=400.0)
    activations, logits = evidence_for(made, features())
    action = int(logits.argmax())
    probability = functional.softmax(torch.from_numpy(logits), dim=-1)[action]
    assert float(probability) == 1.0

    found, strongest = focus(activations, logits, action)
    # autograd in float64 has the digits that float32 has lost
    expected = by_autograd(made, features(), action)
    np.testing.assert_allclose(found, expected / expected.max(), atol=1e-4)
    assert found.max() == 1.0
    assert 0 < strongest < 1e-6


def test_the_contrast_with_the_only_rival_is_a_difference_of_activations():
    activations = np.array([[1.0, 4.0], [2.0, -1.0]], dtype=np.float32)
    np.testing.assert_allclose(focus_contrast(activations, np.zeros(2), 1), [3.0, -3.0])


def test_the_contrast_weighs_rivals_by_how_probable_they_are():
    activations = np.array([0.0, 1.0, 2.0], dtype=np.float32)
    even = focus_contrast(activations, np.zeros(3), 0)
    one_rival = focus_contrast(activations, np.array([0.0, 50.0, 0.0]), 0)
    assert even == pytest.approx(-1.5)
    assert one_rival == pytest.approx(-1.0)


def test_a_network_of_one_action_has_a_focus_too():
    activations = np.array([[[[1.0], [3.0]]]], dtype=np.float32)
    found, _ = focus(activations, np.zeros(1), 0)
    np.testing.assert_allclose(found, [[[0.0, 1.0]]])


def test_places_without_any_contrast_are_dark_everywhere():
    found, strongest = focus(np.zeros((1, 2, 3, 4), dtype=np.float32), np.zeros(4), 2)
    assert not found.any()
    assert strongest == 0


def test_focus_maps_are_those_of_the_two_best_actions_best_first():
    activations = np.zeros((1, 1, 2, 3, 3), dtype=np.float32)
    activations[0, 0, 1, 2, 1] = 6.0  # stand: the last joint in the second step
    activations[0, 0, 0, 0, 2] = 4.0  # walk: the first joint in the first step
    made = {"logits": np.array([[0.0, 2.0, 1.0]]), "class_activations": activations}
    stand, walk = focus_maps(evidence_of(made, [10, 15], (10, 20)))

    assert (stand.name, walk.name) == ("Focus on stand", "Focus on walk")
    assert stand.weights.shape == (10, 1, 3)
    assert stand.weights[5, 0].argmax() == 2
    assert stand.weights[5, 0, 2] == 1
    assert walk.weights[0, 0].argmax() == 0
    assert stand.strongest > 0


def test_each_person_in_a_row_of_their_own_sees_the_focus_on_their_own_answer():
    activations = np.zeros((2, 1, 1, 3, 3), dtype=np.float32)
    activations[0, 0, 0, 0, 0] = activations[1, 0, 0, 2, 1] = 1.0
    logits = np.array([[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]])
    made = {"logits": logits, "class_activations": activations}
    best, _ = focus_maps(evidence_of(made, [0], (0, 1), people=(1, 0)))

    assert best.name == "Focus on sit / stand"
    np.testing.assert_array_equal(best.weights[0, 1], [1, 0, 0])
    np.testing.assert_array_equal(best.weights[0, 0], [0, 0, 1])
