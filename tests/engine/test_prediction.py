"""Answers that can say none of these."""

import numpy as np
import pytest

from engine.prediction import Prediction, PredictionTrack


def prediction(*shares: float, **words: float) -> Prediction:
    return Prediction(
        model_id="m",
        class_names=("walk", "throw", "carry"),
        probabilities=np.float32(shares),
        start=0,
        stop=10,
        person=0,
        **words,
    )


@pytest.mark.parametrize(("surest", "is_none"), [(0.49, True), (0.5, False), (0.51, False)])
def test_below_its_threshold_a_model_means_none_of_these(surest, is_none):
    rest = (1 - surest) / 2
    found = prediction(rest, surest, rest, none_below=0.5)
    assert found.is_none is is_none
    assert found.top(1) == (("throw", pytest.approx(surest)),)


def test_without_a_threshold_something_is_always_named():
    assert prediction(0.34, 0.33, 0.33).is_none is False


def test_each_window_of_a_track_has_its_own():
    shares = np.float32([[0.9, 0.1], [0.55, 0.45]])
    track = PredictionTrack(
        model_id="m",
        class_names=("walk", "throw"),
        starts=np.array([0, 5]),
        stops=np.array([10, 15]),
        probabilities=shares,
        person=0,
        none_below=0.6,
    )
    assert track.is_none.tolist() == [False, True]
