"""One answer of several networks."""

from dataclasses import replace

import numpy as np
import pytest

from engine.runtime.cards import Fusion
from engine.runtime.fusion import fuse, softmax

FIRST = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=np.float32)
SECOND = np.array([[0.0, 3.0, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)


@pytest.fixture
def cards(shipped):
    (part,) = shipped.card.networks

    def card_of(weights, fusion):
        networks = tuple(replace(part, weight=weight) for weight in weights)
        return replace(shipped.card, networks=networks, fusion=fusion)

    return card_of


def test_probabilities_are_averaged_with_their_weights(cards):
    fused = fuse([FIRST, SECOND], cards((3.0, 1.0), Fusion.SOFTMAX))
    np.testing.assert_allclose(fused, 0.75 * softmax(FIRST) + 0.25 * softmax(SECOND), rtol=1e-6)


def test_logits_are_averaged_with_their_weights(cards):
    fused = fuse([FIRST, SECOND], cards((3.0, 2.0), Fusion.LOGITS))
    np.testing.assert_allclose(fused, softmax(0.6 * FIRST + 0.4 * SECOND), rtol=1e-6)


def test_both_ways_can_name_different_actions(cards):
    sure, unsure = np.float32([[9.0, 0, 0]]), np.float32([[0, 2.4, 0]])  # alone, and three of them
    named = [
        int(fuse([sure, unsure, unsure, unsure], cards((1.0,) * 4, fusion)).argmax())
        for fusion in (Fusion.SOFTMAX, Fusion.LOGITS)
    ]
    assert named == [1, 0]


@pytest.mark.parametrize("fusion", Fusion)
def test_a_single_network_says_what_it_says_and_sums_to_one(cards, fusion):
    fused = fuse([FIRST], cards((3.0,), fusion))
    np.testing.assert_allclose(fused, softmax(FIRST), rtol=1e-6)
    np.testing.assert_allclose(fused.sum(axis=1), 1, rtol=1e-6)
    assert fused.dtype == np.float32


def test_large_logits_do_not_overflow():
    np.testing.assert_allclose(softmax(np.float32([[1e4, 0.0]])), [[1, 0]])
