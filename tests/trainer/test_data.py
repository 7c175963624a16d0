"""Clips in memory: several people, empty places, what was seen, short clips played over."""

from pathlib import Path

import numpy as np
import pytest

from engine.datasets.base import DatasetFormat, Found, LabelledFile
from engine.errors import TrainingError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.preprocess.augment import Augmentation
from engine.preprocess.recipe import Length, Preprocessing, Scaling
from engine.recording import Clip
from tests.tiny_training import recording_of, standing
from trainer.data import Reading, load_clips, plain_input, span_times, training_batch

STILL = Augmentation(yaw=0, pitch=0, roll=0, limb_scale=0, crop=1, jitter=0, sway=0, mirror=False)
FRAMES = 8


def reading_of(*clips, people=1, with_visibility=False, layout=KINECT_V1):
    """A data set whose clips lie in memory, and labelled files for all of them."""
    dataset = DatasetFormat(
        id="memory",
        name="Memory",
        terms="none",
        pattern="",
        search=lambda folder: Found(files=()),
        read_clip=lambda file: Clip.whole(recording_of(clips[file.view])),
    )
    files = tuple(
        LabelledFile(path=Path(f"{number}"), action=number, person=1, view=number)
        for number in range(len(clips))
    )
    return files, Reading(
        dataset=dataset, layout=layout, people=people, with_visibility=with_visibility
    )


def recipe(**changes):
    return Preprocessing(frames=FRAMES, centre_joint=1, scaling=Scaling.BODY, **changes)


def two_people(frames=12):
    positions = standing(frames, 2)
    positions[:, 1, 7, 1] += np.linspace(0, 1, frames)
    return positions


def batch_of(clips, preprocessing, plan=None, seed=0):
    everything = np.arange(len(clips))
    random = np.random.default_rng(seed)
    return training_batch(
        clips, everything, KINECT_V1, preprocessing, plan or Augmentation(), random
    )


def test_who_moves_most_comes_first_and_who_is_not_there_is_all_zero():
    clips = load_clips(*reading_of(two_people(), standing(9), people=2))

    assert clips.positions.shape == (2, 12, 2, 20, 3)
    np.testing.assert_array_equal(clips.positions[0, :, 0], two_people()[:, 1])
    assert not clips.positions[1, :, 1].any()
    assert clips.visible is None
    np.testing.assert_array_equal(clips.lengths, [12, 9])


def test_an_empty_place_stays_empty_however_clips_are_varied():
    clips = load_clips(*reading_of(two_people(), standing(9), people=2))
    inputs = batch_of(clips, recipe())

    assert inputs.shape == (2, 3, FRAMES, 20, 2)
    assert not inputs[1, ..., 1].any()
    assert np.abs(inputs[0, ..., 1]).max() > 0.1


def test_a_clip_in_which_nobody_is_seen_is_named():
    with pytest.raises(TrainingError, match="nobody is seen in 1;"):
        load_clips(*reading_of(standing(9), np.full((9, 1, 20, 3), np.nan)))


@pytest.mark.parametrize("frames", [5, 20])
@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("with_visibility", [False, True])
def test_unvaried_repeated_clips_are_seen_in_training_as_in_use(frames, people, with_visibility):
    positions = two_people(frames)
    positions[2, :, 4] = np.nan
    clips = load_clips(*reading_of(positions, people=people, with_visibility=with_visibility))
    preprocessing = recipe(length=Length.LOOP, visibility=with_visibility)

    used = plain_input(clips, preprocessing)
    trained = batch_of(clips, preprocessing, STILL)

    np.testing.assert_allclose(trained, used, atol=1e-6)
    assert (used[:, 3:] == 0).any() == (with_visibility and frames == 5)


def test_what_was_seen_is_told_and_changes_sides_with_the_joints():
    positions = standing(FRAMES)
    positions[:3, 0, 7] = np.nan  # left hand
    clips = load_clips(*reading_of(*[positions] * 16, with_visibility=True))
    preprocessing = recipe(visibility=True, length=Length.LOOP)
    plan = Augmentation(yaw=0, pitch=0, roll=0, limb_scale=0, crop=1, jitter=0, sway=0, mirror=True)

    seen = batch_of(clips, preprocessing, plan)[:, 3, :, :, 0]

    assert set(np.unique(seen)) == {0.0, 1.0}
    other = KINECT_V1.mirror[7]
    hidden = {(int((clip[:, 7] == 0).sum()), int((clip[:, other] == 0).sum())) for clip in seen}
    assert hidden == {(3, 0), (0, 3)}
    np.testing.assert_array_equal(seen.sum(axis=(1, 2)), FRAMES * 20 - 3)


def test_short_clips_are_played_over_and_long_ones_sampled_evenly():
    lengths = np.array([3, 20])
    at = span_times(lengths, recipe(length=Length.LOOP), 1.0, np.random.default_rng(0))
    np.testing.assert_array_equal(at[0], [0, 1, 2, 0, 1, 2, 0, 1])
    np.testing.assert_allclose(at[1], np.linspace(0, 19, FRAMES))


def test_spans_lie_within_their_clips():
    lengths = np.tile([1, 2, 7, 50], 50)
    for length in Length:
        at = span_times(lengths, recipe(length=length), 0.3, np.random.default_rng(0))
        assert at.min() >= 0
        assert (at <= (lengths - 1)[:, None]).all()
        assert len(np.unique(at[:, 0])) > 5


def test_recordings_with_other_joints_are_mapped():
    clips = load_clips(*reading_of(standing(5), layout=KINECT_V2))
    assert clips.positions.shape == (1, 5, 1, 25, 3)
    assert np.isfinite(clips.positions).all()
