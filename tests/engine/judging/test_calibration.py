"""Temperatures, calibration errors and thresholds, on clips whose truth is made up to fit."""

import numpy as np
import pytest

from engine.judging.calibration import (
    BINS,
    HIGHEST,
    LOWEST,
    calibrate,
    calibration_error,
    fitted_temperature,
    none_threshold,
    refusals,
    reliability,
    surprise,
)
from engine.judging.verdict import OTHER
from engine.runtime.cards import Calibration
from engine.runtime.fusion import logarithms, tempered
from tests.engine.judging.making import verdict_from


def drawn(clips: int, sharpness: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Answers ``sharpness`` times as sharp as they deserve, with truths drawn accordingly."""
    random = np.random.default_rng(seed)
    honest = logarithms(2 * random.standard_normal((clips, 6)))
    truths = np.array([random.choice(6, p=np.exp(row)) for row in honest])
    return logarithms(sharpness * honest), truths


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_takes_back_what_was_too_sharp_or_too_dull(sharpness):
    answers, truths = drawn(3000, sharpness)
    assert fitted_temperature(answers, truths) == pytest.approx(sharpness, rel=0.08)


def test_the_temperature_is_where_the_truth_surprises_least():
    answers, truths = drawn(3000, 2.0)
    best = fitted_temperature(answers, truths)
    least = surprise(answers, truths, best)
    assert least < surprise(answers, truths, best * 1.1)
    assert least < surprise(answers, truths, best / 1.1)


def test_calibrating_brings_the_error_down_and_leaves_the_order_alone():
    answers, truths = drawn(2000, 3.0)
    found = calibrate(answers, truths)
    assert found.ece_before > 0.15
    assert found.ece_after < 0.04
    assert found.clips == 2000
    np.testing.assert_array_equal(
        np.argsort(tempered(answers, found.temperature), axis=1), np.argsort(answers, axis=1)
    )


@pytest.mark.parametrize("clips", [1, 3, 100])
def test_clips_that_are_all_right_ask_for_no_absurd_sureness(clips):
    answers = logarithms(np.tile([3.0, 0.0, 0.0], (clips, 1)))
    temperature = fitted_temperature(answers, np.zeros(clips, dtype=np.int64))
    assert 0.3 < temperature < 1


def test_clips_that_are_all_wrong_stay_within_the_bounds():
    answers = logarithms(np.tile([9.0, 0.0, 0.0], (500, 1)))
    temperature = fitted_temperature(answers, np.ones(500, dtype=np.int64))
    assert LOWEST < temperature <= HIGHEST * 1.001


def test_no_clips_leave_everything_as_it_is():
    found = calibrate(np.zeros((0, 4)), np.zeros(0, dtype=np.int64))
    assert (found.temperature, found.none_below, found.clips) == (1.0, 0.0, 0)
    assert (found.ece_before, found.ece_after) == (0.0, 0.0)


def test_bins_hold_every_answer_once_and_the_upper_end_belongs_to_the_lower_bin():
    surest = np.float32([1 / 3, 0.3334, 0.4, 0.4001, 0.6, 0.8, 1.0])
    rest = (1 - surest) / 3
    probabilities = np.stack([surest, rest, rest, rest], axis=1)
    bins = reliability(probabilities, np.array([0, 0, 0, 0, 0, 0, 1]))
    counts = {round(each.high * BINS): each.clips for each in bins if each.clips}
    assert len(bins) == BINS
    assert counts == {5: 1, 6: 2, 7: 1, 9: 1, 12: 1, 15: 1}
    assert (bins[-1].right, bins[-1].sureness) == (0, 1)


def test_the_error_is_the_mean_distance_of_sureness_and_rightness():
    probabilities = np.float32([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10)
    truths = np.array([0] * 5 + [1] * 5 + [0] * 6 + [1] * 4)
    error = calibration_error(reliability(probabilities, truths))
    assert error == pytest.approx((0.4 + 0.0) / 2, abs=1e-6)


@pytest.mark.parametrize(("right", "kept"), [(1, 1), (19, 19), (20, 19), (100, 95), (101, 96)])
def test_a_threshold_keeps_at_least_95_of_100_right_answers(right, kept):
    sureness = np.linspace(0.2, 0.9, right).astype(np.float32)
    below = none_threshold(sureness, np.zeros(0, np.float32))
    assert (sureness >= below).sum() == kept
    assert below > 0.2 - 1e-4


def test_with_clips_of_other_actions_no_right_answer_is_refused_for_nothing():
    right = np.linspace(0.5, 1.0, 100).astype(np.float32)
    below = none_threshold(right, np.float32([0.1, 0.3, 0.99]))
    assert 0.3 < below < 0.31
    assert none_threshold(right, np.float32([0.99])) == none_threshold(right, np.zeros(0))


def test_where_nothing_is_right_nothing_is_refused():
    assert none_threshold(np.zeros(0, np.float32), np.float32([0.3])) == 0


def test_refusals_are_counted_by_what_they_do_to_right_wrong_and_other_clips():
    rows = [[0.9, 0.1], [0.55, 0.45], [0.6, 0.4], [0.8, 0.2], [0.51, 0.49]]
    verdict = verdict_from(np.log(rows), [0, 0, 1, 1, OTHER])
    limits = Calibration(temperature=1, none_below=0.61, ece_before=0, ece_after=0, clips=5)
    counted = refusals(verdict.calibrated(limits))
    assert (counted.kept.count, counted.kept.of) == (1, 2)
    assert (counted.wrong.count, counted.wrong.of) == (1, 2)
    assert (counted.others.count, counted.others.of) == (1, 1)
