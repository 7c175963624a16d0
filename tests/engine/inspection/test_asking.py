"""Many questions: as right as one by one, told of, and stopped when nobody wants them any more."""

import numpy as np
import pytest

from engine.inspection.asking import StoppedError, held_still, joints_seen, log_probabilities
from tests.engine.inspection.planted_model import FOOT, HAND, clip_of, moving
from tests.tiny_training import standing


def test_answers_in_batches_are_those_of_each_clip_alone(planted):
    clips = [clip_of(moving(joint)) for joint in (HAND, FOOT, 3, HAND, FOOT)]
    told: list[float] = []
    found = log_probabilities(
        planted, (planted.question(clip) for clip in clips), 5, on_progress=told.append
    )
    assert len(clips) > planted.batch
    assert [rows.shape for rows in found] == [(1, 3)] * 5
    for clip, rows in zip(clips, found, strict=True):
        alone = planted.answer(clip, explain=False).predictions[0].probabilities
        np.testing.assert_allclose(np.exp(rows[0]), alone, atol=1e-5)
    assert told == [0.8, 1.0]


def test_a_question_about_several_people_has_a_row_for_each(planted):
    both = np.concatenate([moving(HAND), moving(FOOT) + np.float32(1)], axis=1)
    alone, together = log_probabilities(
        planted, map(planted.question, (clip_of(moving(HAND)), clip_of(both))), 2
    )
    assert (alone.shape, together.shape) == ((1, 3), (2, 3))
    np.testing.assert_allclose(together[0], alone[0], atol=1e-4)


def test_it_stops_before_the_next_batch(planted):
    asked = []

    def questions():
        for number in range(100):
            asked.append(number)
            yield planted.question(clip_of(standing(4)))

    with pytest.raises(StoppedError):
        log_probabilities(
            planted, questions(), 100, should_stop=lambda: len(asked) >= 2 * planted.batch
        )
    assert len(asked) == 2 * planted.batch


def test_joints_that_are_seen_once_are_seen():
    positions = standing(4)
    positions[1:, 0, 3] = np.nan
    positions[:, 0, 5, 2] = np.nan
    seen = joints_seen(clip_of(positions))
    assert seen.sum() == 19
    assert not seen[0, 5]


def test_a_body_held_still_is_asked_about_under_its_own_frames(planted):
    clip = clip_of(moving(HAND))
    question = held_still(planted, clip, np.ones((16, 1, 20), dtype=bool), (0,))
    inputs = question.prepared[0].inputs
    np.testing.assert_allclose(inputs, np.broadcast_to(inputs[:, :, :1], inputs.shape), atol=1e-6)
    assert question.clip is clip
