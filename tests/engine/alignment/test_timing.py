import numpy as np
import pytest

from engine.alignment import timing
from engine.alignment.timing import By, between_frames, met_frames
from engine.arrays import DoubleArray
from engine.errors import EngineError
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_recording
from engine.recording import Recording
from tests.engine.alignment.made_pairs import moved, pair, retimed, sample, with_positions

A_FRAME = 1.0


def slowed_in_the_middle(recording: Recording) -> DoubleArray:
    """Frames of a recording that goes at half its speed for a while, then faster."""
    pace = np.concatenate([np.ones(20), np.full(40, 0.5), np.full(200, 1.4)])
    frames = np.concatenate([[0.0], np.cumsum(pace)])
    return frames[frames <= recording.num_frames - 1]


def still(recording: Recording, seconds: float) -> np.ndarray:
    """``(T, 1, V, 3)`` the first frame held."""
    return np.repeat(recording.positions[:1], round(seconds * 30), axis=0)


@pytest.mark.parametrize("by", list(By))
def test_a_recording_meets_itself_frame_by_frame(by: By) -> None:
    recording = sample("throw")

    frames = met_frames(pair(recording, recording), by)

    assert frames == pytest.approx(np.arange(recording.num_frames), abs=1e-6)


def test_a_warped_copy_is_recovered_within_a_frame() -> None:
    recording = sample("throw")
    warp = slowed_in_the_middle(recording)
    copy = moved(retimed(recording, warp), 120, (2.0, 0.0, -1.0))

    frames = met_frames(pair(copy, recording), By.MOVEMENT)

    assert np.nanmax(np.abs(frames - warp)) <= A_FRAME
    assert np.isfinite(frames).mean() > 0.95


def test_a_warped_copy_is_recovered_from_the_other_side_too() -> None:
    recording = sample("throw")
    warp = slowed_in_the_middle(recording)
    wanted = np.interp(np.arange(recording.num_frames), warp, np.arange(len(warp)))

    frames = met_frames(pair(recording, retimed(recording, warp)), By.MOVEMENT)

    reached = np.arange(recording.num_frames) <= warp[-1]
    assert np.nanmax(np.abs(frames - wanted)[reached]) <= 2 * A_FRAME  # where it went at half speed


def test_noise_of_a_sensor_moves_nothing_by_more_than_a_few_frames() -> None:
    recording = sample("throw")
    warp = slowed_in_the_middle(recording)
    clean = retimed(recording, warp)
    noise = np.random.default_rng(4).normal(0, 0.015, clean.positions.shape)
    noisy = with_positions(clean, clean.positions + noise)

    frames = met_frames(pair(noisy, recording), By.MOVEMENT)

    assert np.nanmedian(np.abs(frames - warp)) <= A_FRAME


@pytest.mark.parametrize("turned_round", [False, True])
def test_a_clip_inside_a_longer_recording_is_found(turned_round: bool) -> None:
    longer = sample("errand")
    start, stop = 700, 900
    clip = with_positions(longer, longer.positions[start:stop])
    wanted = np.arange(start, stop, dtype=np.float64)

    if turned_round:
        frames = met_frames(pair(longer, clip), By.MOVEMENT)
        found = np.flatnonzero(np.isfinite(frames))
        assert abs(found[0] - start) <= 2
        assert abs(found[-1] - (stop - 1)) <= 2
        assert frames[wanted.astype(int)] == pytest.approx(wanted - start, abs=A_FRAME, nan_ok=True)
    else:
        frames = met_frames(pair(clip, longer), By.MOVEMENT)
        assert np.nanmax(np.abs(frames - wanted)) <= A_FRAME


def test_somebody_who_waits_before_is_not_dragged_along() -> None:
    recording = sample("throw")
    waits = with_positions(recording, np.concatenate([still(recording, 2.0), recording.positions]))

    frames = met_frames(pair(recording, waits), By.MOVEMENT)

    known = np.isfinite(frames)
    late = np.arange(recording.num_frames) > 10
    assert frames[known & late] == pytest.approx(
        np.arange(recording.num_frames)[known & late] + 60, abs=A_FRAME
    )


def test_missing_joints_and_frames_change_nothing() -> None:
    recording = sample("throw")
    positions = recording.positions.copy()
    rng = np.random.default_rng(5)
    positions[rng.random(positions.shape[:3]) < 0.15] = np.nan
    positions[30:34] = np.nan

    frames = met_frames(pair(with_positions(recording, positions), recording), By.MOVEMENT)

    assert np.nanmedian(np.abs(frames - np.arange(recording.num_frames))) <= 0.5
    assert np.nanmax(np.abs(frames - np.arange(recording.num_frames))) <= 3


def test_another_layout_of_the_same_body_is_met_frame_by_frame() -> None:
    recording = sample("throw")
    other = map_recording(recording, KINECT_V2)

    frames = met_frames(pair(recording, other), By.MOVEMENT)

    assert np.nanmax(np.abs(frames - np.arange(recording.num_frames))) <= A_FRAME


def test_a_copy_at_half_speed_is_stretched_back() -> None:
    recording = sample("throw")
    last = recording.num_frames - 1
    slow = retimed(recording, np.arange(0, last + 0.25, 0.5))

    for by in (By.STRETCHED, By.MOVEMENT):
        frames = met_frames(pair(recording, slow), by)
        assert np.nanmax(np.abs(frames - 2 * np.arange(last + 1))) <= 2 * A_FRAME


def test_by_start_both_run_at_one_rate_in_seconds() -> None:
    recording = sample("throw")
    fine = retimed(recording, np.arange(0, 40, 0.5), fps=60)

    frames = met_frames(pair(recording, fine), By.START)

    assert frames[:39] == pytest.approx(2.0 * np.arange(39), abs=1e-6)
    assert np.isnan(frames[41:]).all()  # the other one has ended


def test_by_start_begins_where_the_persons_are_first_seen() -> None:
    recording = sample("throw")
    nobody = np.full((12, *recording.positions.shape[1:]), np.nan, dtype=np.float32)
    late = with_positions(recording, np.concatenate([nobody, recording.positions]))

    frames = met_frames(pair(late, recording), By.START)

    assert np.isnan(frames[:12]).all()
    assert frames[12:] == pytest.approx(np.arange(recording.num_frames), abs=1e-6)


def test_what_is_met_never_goes_back() -> None:
    frames = met_frames(pair(sample("pick-up"), sample("errand")), By.MOVEMENT)

    assert (np.diff(frames[np.isfinite(frames)]) >= 0).all()


def test_long_recordings_are_aligned_coarsely_first(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = sample("errand")
    pace = np.where(np.arange(1600) % 400 < 200, 0.7, 1.3)
    warp = np.concatenate([[0.0], np.cumsum(pace)])
    warp = warp[warp <= recording.num_frames - 1]
    monkeypatch.setattr(timing, "MOST_PAIRS", 150 * 150)
    told: list[float] = []

    frames = met_frames(
        pair(retimed(recording, warp), recording), By.MOVEMENT, on_progress=told.append
    )

    assert np.nanmedian(np.abs(frames - warp)) <= A_FRAME
    assert np.nanquantile(np.abs(frames - warp), 0.95) <= 5
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_single_frame_has_no_movement_to_align_by() -> None:
    recording = sample("throw")
    one = with_positions(recording, recording.positions[:1])

    with pytest.raises(EngineError, match="single frame"):
        met_frames(pair(recording, one), By.MOVEMENT)


def test_between_frames_lie_straight_lines_and_beside_gaps_the_nearer_frame() -> None:
    values = np.array([[0.0], [2.0], [np.nan], [8.0]], dtype=np.float32)

    made = between_frames(values, np.array([0.5, 1.25, 1.75, 2.6, np.nan]))

    assert made[:, 0] == pytest.approx([1.0, 2.0, np.nan, 8.0, np.nan], nan_ok=True)
