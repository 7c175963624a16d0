"""Decision delay: when an answer came up, and when it stayed."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inspection.asking import StoppedError
from engine.inspection.delay import DecisionDelay, decision_delay
from engine.recording import Clip
from tests.engine.inspection.planted_model import HAND, MOVES, clip_of, moving


def delay_of(*rows) -> DecisionDelay:
    count = len(rows)
    return DecisionDelay(
        model_id="m",
        class_names=("sit", "stand"),
        person=0,
        start=100,
        stops=100 + 10 * np.arange(1, count + 1),
        seconds=(10 * np.arange(1, count + 1) - 1) / 30,
        probabilities=np.array(rows),
    )


def test_an_answer_that_comes_and_goes_settles_when_it_stays():
    sit, stand = (0.8, 0.2), (0.4, 0.6)
    delay = delay_of(sit, stand, sit, stand, stand)
    assert delay.answer == 1
    assert (delay.first_on_top.frame, delay.settled.frame) == (119, 139)
    assert (delay.first_on_top.share, delay.settled.share) == (0.4, 0.8)
    assert delay.settled.seconds == pytest.approx(39 / 30)


def test_an_answer_that_was_there_from_the_start_is_settled_at_once():
    delay = delay_of((0.8, 0.2), (0.7, 0.3))
    assert delay.first_on_top == delay.settled
    assert delay.settled.share == 0.5


def test_before_anybody_was_seen_nothing_was_on_top():
    delay = delay_of((np.nan, np.nan), (0.8, 0.2))
    assert delay.first_on_top.frame == delay.settled.frame == 119


def test_the_planted_answer_comes_after_the_hand_has_begun_to_move(planted):
    clip = clip_of(moving(HAND))
    told: list[float] = []
    delay = decision_delay(planted, clip, prefixes=100, on_progress=told.append)
    np.testing.assert_array_equal(delay.stops, np.arange(1, 17))
    assert delay.class_names[delay.answer] == "left hand"
    assert MOVES[0] <= delay.first_on_top.frame <= delay.settled.frame
    assert delay.probabilities[MOVES[0] - 1].argmax() != delay.answer
    whole = planted.answer(clip, explain=False).predictions[0].probabilities
    np.testing.assert_allclose(delay.probabilities[-1], whole, atol=1e-5)
    assert told[-1] == 1.0


def test_beginnings_are_even_and_the_last_is_the_clip(shipped, throw):
    clip = Clip(recording=throw.recording, start=7, stop=87)
    delay = decision_delay(shipped, clip, prefixes=8)
    np.testing.assert_array_equal(delay.stops, 7 + 10 * np.arange(1, 9))
    np.testing.assert_allclose(delay.seconds, (10 * np.arange(1, 9) - 1) / 30)
    whole = shipped.answer(clip, explain=False).predictions[0]
    assert delay.class_names[delay.answer] == whole.top(1)[0][0]
    np.testing.assert_allclose(delay.probabilities[-1], whole.probabilities, atol=1e-5)
    np.testing.assert_allclose(delay.probabilities.sum(axis=1), 1, atol=1e-5)


def test_times_are_the_recordings_own_where_it_has_some(shipped, throw):
    stamps = np.arange(throw.num_frames) * 0.1 + 50
    recording = replace(throw.recording, timestamps=stamps)
    delay = decision_delay(shipped, Clip(recording=recording, start=10, stop=40), prefixes=2)
    np.testing.assert_allclose(delay.seconds, [1.4, 2.9])


def test_a_person_who_comes_late_has_no_answer_before(planted):
    positions = moving(HAND)
    positions[:6] = np.nan
    delay = decision_delay(planted, clip_of(positions), prefixes=16)
    unknown = np.isnan(delay.probabilities).all(axis=1)
    np.testing.assert_array_equal(np.flatnonzero(unknown), np.arange(6))
    assert delay.first_on_top.frame >= 6


def test_where_people_are_seen_together_the_first_may_be_alone_for_a_while(pair):
    second = moving(HAND) + np.float32(1)
    second[:8] = np.nan
    delay = decision_delay(pair, clip_of(np.concatenate([moving(HAND), second], axis=1)))
    assert delay.person is None
    assert np.isfinite(delay.probabilities).all()


def test_no_beginnings_are_refused_and_it_stops(planted):
    with pytest.raises(EngineError, match="at least one beginning"):
        decision_delay(planted, clip_of(moving(HAND)), prefixes=0)
    with pytest.raises(StoppedError):
        decision_delay(planted, clip_of(moving(HAND)), should_stop=lambda: True)
