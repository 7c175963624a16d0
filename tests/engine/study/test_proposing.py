"""From answers to proposals."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.labels import NOTHING
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import Prediction, PredictionTrack
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis
from engine.study.proposing import Proposal, proposals_of

NAMES = ("wave", "clap", NOTHING)
WINDOW, STRIDE = 40, 10


def still(frames, *, moves=(0, 0)):
    """A recording in which somebody sways in a span and stands still otherwise."""
    positions = np.zeros((frames, 1, KINECT_V1.num_joints, 3), dtype=np.float32)
    positions[:] = np.random.default_rng(0).normal(size=positions.shape[2:])
    ramp = np.clip(np.arange(frames) - moves[0], 0, moves[1] - moves[0])
    positions[..., 0] += 0.1 * ramp[:, np.newaxis, np.newaxis]
    return Recording(
        layout=KINECT_V1,
        positions=positions,
        confidence=np.ones(positions.shape[:3], dtype=np.float32),
        fps=Fraction(30),
        units=Units.METRES,
        source=Source(path=None, format_id="made", sha256="0"),
        up=Axis.PLUS_Y,
    )


def track(says, *, frames=400, none_below=0.0):
    """Answers of windows; ``says`` gives ``(action, probability)`` for a window's middle frame."""
    starts = np.arange(0, frames - WINDOW + 1, STRIDE)
    rows = []
    for start in starts:
        action, share = says(start + WINDOW // 2)
        row = np.full(len(NAMES), (1 - share) / (len(NAMES) - 1))
        row[action] = share
        rows.append(row)
    return PredictionTrack(
        model_id="m",
        class_names=NAMES,
        starts=starts,
        stops=starts + WINDOW,
        probabilities=np.array(rows, dtype=np.float32),
        person=0,
        none_below=none_below,
    )


def found(answers, threshold=0.5, frames=400):
    return proposals_of(answers, still(frames), 0, threshold=threshold)


def test_each_action_becomes_one_proposal_and_nothing_happens_none():
    def says(frame):
        return (0, 0.9) if frame < 150 else (2, 0.9) if frame < 250 else (1, 0.8)

    one, two = found(track(says))
    assert (one.name, two.name, one.model_id) == ("wave", "clap", "m")
    assert one.start == 0
    assert abs(one.stop - 150) <= STRIDE
    assert abs(two.start - 250) <= STRIDE
    assert two.stop == 400


def test_the_score_is_the_mean_probability_over_its_frames():
    (one,) = found(track(lambda _: (0, 0.9)))
    assert one.score == pytest.approx(0.9)
    mixed = track(lambda frame: (0, 0.9 if frame < 200 else 0.7))
    (one,) = found(mixed)
    assert 0.79 < one.score < 0.81


def frame_by_frame(answers, frames):
    """Mean probabilities ``(T, K)`` of the windows over each frame, the slow way."""
    sums, counts = np.zeros((frames, len(NAMES))), np.zeros(frames)
    for start, stop, row in zip(answers.starts, answers.stops, answers.probabilities, strict=True):
        sums[start:stop] += row
        counts[start:stop] += 1
    return sums / np.maximum(counts, 1)[:, np.newaxis]


def test_scores_and_actions_are_those_of_the_mean_answer_frame_by_frame():
    chance = np.random.default_rng(5)
    shares = chance.uniform(0.4, 1, size=100)
    answers = track(lambda frame: (frame // 90 % 2, shares[frame // STRIDE]))
    means = frame_by_frame(answers, 400)
    made = found(answers, threshold=0.0)
    assert len(made) >= 4
    for each in made:
        action = NAMES.index(each.name)
        assert (means[each.start : each.stop].argmax(axis=1) == action).mean() > 0.95
        assert each.score == pytest.approx(means[each.start : each.stop, action].mean(), abs=1e-6)


def test_what_stays_below_the_threshold_is_not_proposed():
    assert found(track(lambda _: (0, 0.6)), threshold=0.7) == ()
    assert found(track(lambda _: (0, 0.75)), threshold=0.7)


def test_windows_in_which_the_model_means_none_of_its_actions_propose_nothing():
    answers = track(lambda frame: (0, 0.9 if frame < 200 else 0.6), none_below=0.7)
    (one,) = found(answers, threshold=0.3)
    assert one.stop < 250
    (whole,) = found(replace(answers, none_below=0.0), threshold=0.3)
    assert whole.stop == 400


def test_a_gap_of_a_frame_is_closed_and_a_flicker_is_dropped():
    starts = np.array([0, 100, 102, 203])
    stops = np.array([100, 101, 202, 303])
    rows = [[0.9, 0.1, 0], [0, 0.9, 0.1], [0.9, 0.1, 0], [0.9, 0.1, 0]]
    answers = PredictionTrack(
        model_id="m",
        class_names=NAMES,
        starts=starts,
        stops=stops,
        probabilities=np.array(rows, dtype=np.float32),
        person=0,
    )
    (one,) = found(answers)
    assert (one.name, one.start, one.stop) == ("wave", 0, 303)


def test_a_track_without_windows_proposes_nothing():
    empty = PredictionTrack(
        model_id="m",
        class_names=NAMES,
        starts=np.zeros(0, dtype=np.int64),
        stops=np.zeros(0, dtype=np.int64),
        probabilities=np.zeros((0, 3), dtype=np.float32),
        person=0,
    )
    assert found(empty) == ()


def answer(action, share, *, none_below=0.0, frames=90):
    row = np.full(3, (1 - share) / 2, dtype=np.float32)
    row[action] = share
    return Prediction(
        model_id="m",
        class_names=NAMES,
        probabilities=row,
        start=0,
        stop=frames,
        person=0,
        none_below=none_below,
    )


def test_a_short_recording_gets_one_proposal_over_the_frames_that_move():
    recording = still(90, moves=(30, 60))
    (one,) = proposals_of(answer(1, 0.8), recording, 0, threshold=0.5)
    assert one == Proposal(
        start=one.start, stop=one.stop, name="clap", score=pytest.approx(0.8), model_id="m"
    )
    assert abs(one.start - 30) <= 6
    assert abs(one.stop - 60) <= 6


def test_a_short_recording_in_which_nothing_or_none_is_meant_gets_no_proposal():
    recording = still(90, moves=(30, 60))
    assert proposals_of(answer(2, 0.9), recording, 0, threshold=0.5) == ()
    assert proposals_of(answer(1, 0.6), recording, 0, threshold=0.7) == ()
    assert proposals_of(answer(1, 0.6, none_below=0.65), recording, 0, threshold=0.5) == ()


def test_ten_hours_of_answers_take_well_under_a_second():
    windows = 10 * 3600 * 4
    rows = np.random.default_rng(0).dirichlet(np.full(20, 0.1), windows // 90).repeat(90, axis=0)
    starts = np.arange(windows) * 2
    answers = PredictionTrack(
        model_id="m",
        class_names=tuple(map(str, range(20))),
        starts=starts,
        stops=starts + 75,
        probabilities=rows.astype(np.float32),
        person=0,
        none_below=0.3,
    )
    recording = still(2 * windows + 73)
    began = time.process_time()
    assert len(proposals_of(answers, recording, 0, threshold=0.5)) > 100
    assert time.process_time() - began < 1
