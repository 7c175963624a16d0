"""One answer of several networks."""

from dataclasses import replace

import numpy as np
import pytest

from engine.runtime.cards import Calibration, Fusion
from engine.runtime.fusion import fuse, fused_logarithms, softmax, tempered

FIRST = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=np.float32)
SECOND = np.array([[0.0, 3.0, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)


@pytest.fixture
def cards(single_package):
    (part,) = single_package.card.networks

    def card_of(weights, fusion):
        networks = tuple(replace(part, weight=weight) for weight in weights)
        return replace(single_package.card, networks=networks, fusion=fusion)

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


def warm(card, temperature):
    calibration = Calibration(
        temperature=temperature, none_below=0, ece_before=0, ece_after=0, clips=1
    )
    return replace(card, calibration=calibration)


@pytest.mark.parametrize("fusion", Fusion)
@pytest.mark.parametrize("temperature", [0.2, 2.0, 8.0])
def test_a_temperature_keeps_the_order_of_all_actions(cards, fusion, temperature):
    random = np.random.default_rng(0)
    logits = [random.normal(size=(500, 7)).astype(np.float32) * 3 for _ in range(3)]
    card = cards((1.0, 2.0, 0.5), fusion)
    plain, warmed = fuse(logits, card), fuse(logits, warm(card, temperature))
    np.testing.assert_array_equal(plain.argmax(axis=1), warmed.argmax(axis=1))
    np.testing.assert_array_equal(
        np.argsort(fused_logarithms(logits, card), axis=1), np.argsort(warmed, axis=1)
    )
    assert (warmed.max(axis=1) < plain.max(axis=1)).all() == (temperature > 1)


def test_of_a_single_network_the_temperature_divides_the_logits(cards):
    fused = fuse([FIRST], warm(cards((1.0,), Fusion.SOFTMAX), 2.5))
    np.testing.assert_allclose(fused, softmax(FIRST / 2.5), rtol=1e-6)


def test_of_averaged_logits_the_temperature_divides_the_average(cards):
    fused = fuse([FIRST, SECOND], warm(cards((3.0, 2.0), Fusion.LOGITS), 0.5))
    np.testing.assert_allclose(fused, softmax((0.6 * FIRST + 0.4 * SECOND) / 0.5), rtol=1e-6)


@pytest.mark.parametrize("fusion", Fusion)
def test_a_network_that_does_not_count_says_nothing(cards, fusion):
    fused = fuse([FIRST, SECOND], cards((2.0, 0.0), fusion))
    np.testing.assert_allclose(fused, softmax(FIRST), rtol=1e-6)


def test_what_is_all_but_impossible_keeps_its_logarithm(cards):
    sure = np.float32([[0.0, -300.0, -500.0]])
    rows = fused_logarithms([sure, sure], cards((1.0, 1.0), Fusion.SOFTMAX))
    np.testing.assert_allclose(rows, [[0, -300, -500]], atol=1e-9)
    assert tempered(rows, 100.0)[0, 2] == pytest.approx(np.exp(-5) / (1 + np.exp(-3) + np.exp(-5)))
