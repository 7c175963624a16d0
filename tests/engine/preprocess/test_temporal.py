"""From a recording's frames to a network's and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.preprocess.temporal import (
    ascending_runs,
    fill_gaps,
    loop_positions,
    nearest_steps,
    resample,
    sample_positions,
    spread_steps,
)


def test_a_gap_is_filled_on_a_straight_line_between_its_neighbours():
    positions = np.zeros((5, 1, 2, 3), dtype=np.float32)
    positions[:, 0, 1, 0] = [0, np.nan, np.nan, 3, np.nan]

    filled = fill_gaps(positions)

    np.testing.assert_allclose(filled[:, 0, 1, 0], [0, 1, 2, 3, 3])


def test_a_joint_never_seen_takes_the_middle_of_the_visible_ones():
    positions = np.ones((2, 1, 3, 3), dtype=np.float32)
    positions[:, 0, 0] = 3
    positions[:, 0, 2] = np.nan

    filled = fill_gaps(positions)

    np.testing.assert_allclose(filled[:, 0, 2], 2)


def test_a_person_never_seen_becomes_zero_and_the_input_is_left_alone():
    positions = np.full((2, 1, 3, 3), np.nan, dtype=np.float32)

    filled = fill_gaps(positions)

    assert not filled.any()
    assert np.isnan(positions).all()


def test_resampling_at_whole_frames_returns_those_frames():
    positions = np.random.default_rng(0).normal(size=(7, 2, 3, 3)).astype(np.float32)

    np.testing.assert_array_equal(
        resample(positions, np.array([0.0, 3.0, 6.0])), positions[[0, 3, 6]]
    )


def test_one_frame_can_be_resampled_to_many():
    positions = np.full((1, 1, 2, 3), 4, dtype=np.float32)

    sampled = resample(positions, sample_positions(5, 0, 0))

    assert sampled.shape == (5, 1, 2, 3)
    assert (sampled == 4).all()


def test_steps_go_back_to_the_frames_they_are_centred_on():
    values = np.array([[0.0], [1.0], [5.0]], dtype=np.float32)
    centres = np.array([10.0, 20.0, 40.0])

    spread = spread_steps(values, centres, np.array([5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0]))

    np.testing.assert_allclose(spread[:, 0], [0, 0, 0.5, 1, 3, 5, 5])


def test_the_nearest_step_is_chosen_by_time_not_by_number():
    assert nearest_steps(np.array([0.0, 10.0]), np.array([0.0, 4.0, 6.0, 11.0])).tolist() == [
        0,
        0,
        1,
        1,
    ]


def test_a_repeated_clip_starts_over():
    assert loop_positions(7, 3).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert loop_positions(3, 1).tolist() == [0, 0, 0]


@given(length=st.integers(1, 90), reduction=st.sampled_from([1, 2, 4]))
def test_steps_of_a_repeated_clip_go_back_to_the_frames_they_show(length, reduction):
    centres = 100 + loop_positions(300, length)[::reduction]
    frames = np.arange(100.0, 100 + length)

    spread = spread_steps(centres[:, None].astype(np.float32), centres, frames)[:, 0]

    # between the first and the last frame that any step shows, time itself comes back exactly
    inside = (frames >= centres.min()) & (frames <= centres.max())
    np.testing.assert_allclose(spread[inside], frames[inside], atol=1e-3)
    nearest = nearest_steps(centres, frames)
    best = np.abs(frames[:, None] - centres).min(axis=1)
    np.testing.assert_array_equal(np.abs(frames - centres[nearest]), best)


def test_repetitions_are_averaged_where_they_reach():
    values = np.array([0, 2, 4, 10, 12, 14, 30], dtype=np.float32)
    centres = np.array([0.0, 1, 2, 0, 1, 2, 0])

    spread = spread_steps(values, centres, np.array([0.0, 1, 2, 3]))

    # the last repetition breaks off after frame 0
    np.testing.assert_allclose(spread, [40 / 3, 7, 9, 9], rtol=1e-6)
    assert [range(7)[run] for run in ascending_runs(centres)] == [
        range(3),
        range(3, 6),
        range(6, 7),
    ]


def test_people_who_were_not_seen_stay_unknown():
    values = np.ones((4, 2), dtype=np.float32)
    values[:, 1] = np.nan
    spread = spread_steps(values, np.array([0.0, 1, 0, 1]), np.array([0.0, 0.5, 1]))
    assert (spread[:, 0] == 1).all()
    assert np.isnan(spread[:, 1]).all()


def test_of_two_repetitions_as_near_the_first_is_taken():
    centres = np.array([0.0, 4, 1, 5, 0, 4])
    assert nearest_steps(centres, np.array([0.0, 1, 4, 5])).tolist() == [0, 2, 1, 3]
