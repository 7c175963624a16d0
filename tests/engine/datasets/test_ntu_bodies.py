from dataclasses import replace

import numpy as np

from engine.datasets.ntu_bodies import SHORT, denoise_bodies
from engine.recording import FindingKind
from tests.engine.datasets.making import standing_bodies


def widened(recording, body, share):
    """The same with a body lying down in a share of its frames."""
    positions = recording.positions.copy()
    frames = np.flatnonzero(~np.isnan(positions[:, body, 0, 0]))
    lying = frames[: round(share * len(frames))]
    positions[lying, body] = positions[lying, body][..., [1, 0, 2]]
    return replace(recording, positions=positions)


def test_one_body_stays_whatever_it_looks_like():
    recording = widened(standing_bodies((0, 5)), 0, 1.0)
    assert denoise_bodies(recording).person_ids == ("100",)


def test_a_body_seen_for_a_moment_goes():
    recording = standing_bodies((0, 60), (10, 10 + SHORT))
    cleaned = denoise_bodies(recording)
    assert cleaned.person_ids == ("100",)
    assert cleaned.findings[-1].kind is FindingKind.GHOST_BODY
    assert cleaned.findings[-1].count == 1
    assert len(denoise_bodies(standing_bodies((0, 60), (10, 11 + SHORT))).person_ids) == 2


def test_where_all_are_short_the_longest_stays():
    recording = standing_bodies((0, 3), (20, 27), (40, 45))
    cleaned = denoise_bodies(recording)
    assert cleaned.person_ids == ("101",)
    assert np.array_equal(cleaned.positions[:, 0], recording.positions[:, 1], equal_nan=True)


def test_a_body_that_is_wide_most_of_the_time_goes():
    recording = standing_bodies((0, 60), (0, 60))
    assert denoise_bodies(widened(recording, 1, 0.72)).person_ids == ("100",)
    assert set(denoise_bodies(widened(recording, 1, 0.65)).person_ids) == {"100", "101"}


def test_the_last_body_stays_even_if_all_are_wide():
    recording = widened(widened(standing_bodies((0, 60), (0, 60)), 0, 1.0), 1, 1.0)
    assert denoise_bodies(recording).person_ids == ("101",)


def test_wide_frames_do_not_count_as_motion():
    """A body that jumps away and back is mistracked, not lively."""
    recording = standing_bodies((0, 60), (0, 60), motions=(0.5, 0.4))
    astray = widened(recording, 1, 0.5)
    positions = astray.positions.copy()
    positions[:30, 1] += 5
    astray = replace(astray, positions=positions)
    variances = positions.reshape(60, 2, -1, 3).var(axis=(0, 2)).sum(axis=-1)
    assert variances[1] > variances[0]
    assert denoise_bodies(astray).person_ids == ("100", "101")


def test_whoever_moves_most_comes_first():
    recording = standing_bodies((0, 60), (0, 60), motions=(0.1, 0.9))
    cleaned = denoise_bodies(recording)
    assert cleaned.person_ids == ("101", "100")
    assert np.array_equal(cleaned.positions, recording.positions[:, ::-1])
    assert cleaned.confidence.min() == 1


def test_somebody_lost_and_found_again_is_one_actor():
    recording = standing_bodies((0, 30), (30, 60), (0, 60), motions=(0.9, 0.8, 0.1))
    cleaned = denoise_bodies(recording)
    assert cleaned.person_ids == ("100", "102")
    assert np.array_equal(cleaned.positions[:30, 0], recording.positions[:30, 0])
    assert np.array_equal(cleaned.positions[30:, 0], recording.positions[30:, 1])
    assert cleaned.findings == recording.findings


def test_the_second_actor_is_continued_too_and_a_third_goes():
    recording = standing_bodies((0, 60), (0, 25), (30, 60), (20, 50), motions=(0.9, 0.7, 0.6, 0.5))
    cleaned = denoise_bodies(recording)
    assert cleaned.person_ids == ("100", "101")
    assert np.array_equal(cleaned.positions[30:, 1], recording.positions[30:, 2])
    assert np.isnan(cleaned.positions[25:30, 1]).all()
    assert cleaned.findings[-1].count == 1


def test_a_body_seen_with_interruptions_keeps_its_own_frames():
    recording = standing_bodies((0, 60), (0, 60))
    positions = recording.positions.copy()
    positions[20:30, 1] = np.nan
    cleaned = denoise_bodies(replace(recording, positions=positions))
    slot = cleaned.person_ids.index("101")
    assert np.isnan(cleaned.positions[20:30, slot]).all()
    assert np.array_equal(cleaned.positions[30:, slot], positions[30:, 1])


def test_orientations_go_with_their_bodies():
    recording = standing_bodies((0, 60), (0, 60), motions=(0.1, 0.9))
    turns = np.zeros((60, 2, 25, 4), dtype=np.float32)
    turns[:, 1, :, 3] = 1
    cleaned = denoise_bodies(replace(recording, orientations=turns))
    assert cleaned.orientations[:, 0, :, 3].min() == 1
    assert cleaned.orientations[:, 1].max() == 0


def test_a_recording_of_nobody_comes_back():
    recording = standing_bodies((0, 0), (0, 0))
    cleaned = denoise_bodies(recording)
    assert cleaned.num_people == 1
    assert np.isnan(cleaned.positions).all()
    assert cleaned.findings == recording.findings


def test_the_real_recording_of_two_keeps_both(shared_data):
    from engine.formats import read_recording

    path = shared_data / "ntu-raw" / "S001C001P001R001A050.skeleton"
    assert denoise_bodies(read_recording(path)).num_people == 2
