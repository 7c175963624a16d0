"""Clips of a data set: several people, empty places, what was seen, short clips played over."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.base import DatasetFormat, Found, LabelledFile
from engine.errors import TrainingError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.preprocess.augment import Augmentation
from engine.preprocess.recipe import Length, Preprocessing, Scaling
from engine.preprocess.sides import NO_NAME
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
    ).joints


def test_who_moves_most_comes_first_and_who_is_not_there_is_all_zero():
    clips = load_clips(*reading_of(two_people(), standing(9), people=2))

    assert clips.clip(0).shape == (12, 2, 20, 3)
    assert clips.clip(1).shape == (9, 2, 20, 3)
    np.testing.assert_array_equal(clips.clip(0)[:, 0], two_people()[:, 1])
    assert not clips.clip(1)[:, 1].any()
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
    assert clips.clip(0).shape == (5, 1, 25, 3)
    assert np.isfinite(clips.clip(0)).all()


@pytest.mark.parametrize("with_visibility", [False, True])
def test_clips_in_a_pack_are_those_in_memory_and_are_decoded_once(tmp_path, with_visibility):
    recordings = [two_people(7), two_people(12), standing(9, 2)]
    recordings[1][3, :, 5] = np.nan
    files, reading = reading_of(*recordings, people=2, with_visibility=with_visibility)
    held, kept = load_clips(files, reading), load_clips(files, reading, tmp_path)

    def decoded(file):
        raise AssertionError(f"{file.name} was decoded again")

    once = replace(reading, dataset=replace(reading.dataset, read_clip=decoded))
    backwards = load_clips(files[::-1], once, tmp_path)

    plan = recipe(visibility=with_visibility)
    np.testing.assert_array_equal(batch_of(kept, plan), batch_of(held, plan))
    np.testing.assert_array_equal(plain_input(backwards, plan)[::-1], plain_input(held, plan))
    np.testing.assert_array_equal(backwards.actions, [2, 1, 0])
    np.testing.assert_array_equal(backwards.part(1, 2).clip(0), held.clip(1))
    assert np.isnan(held.clip(1)[3, :, 5]).all() == with_visibility


def test_other_people_or_joints_need_another_pack(tmp_path):
    files, reading = reading_of(two_people())
    for changes in ({}, {"people": 2}, {"layout": KINECT_V2}):
        load_clips(files, replace(reading, **changes), tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_batch_needs_no_more_memory_however_many_clips_there_are(tmp_path):
    files, reading = reading_of(*[standing(30)] * 40)
    many = tuple(replace(files[n % 40], key=str(n)) for n in range(3_000))
    clips = load_clips(many, reading, tmp_path)
    chosen = np.arange(16) * 101
    tracemalloc.start()
    training_batch(clips, chosen, KINECT_V1, recipe(), Augmentation(), np.random.default_rng(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert clips.positions.nbytes > 20e6
    assert peak < 2e6


def test_a_mirrored_clip_shows_the_action_of_the_other_side():
    raised = standing(9)
    raised[:, 0, 7, 1] += 0.8
    clips = replace(
        load_clips(*reading_of(*[raised] * 64)),
        actions=np.repeat([0, 2], 32),
        mirrored=np.array([1, 0, NO_NAME]),
    )
    plan = replace(STILL, mirror=True)
    every, random = np.arange(64), np.random.default_rng(0)
    found = training_batch(clips, every, KINECT_V1, recipe(), plan, random)

    is_left = found.joints[:, 1, 0, 7, 0] > found.joints[:, 1, 0, 11, 0] + 0.1
    np.testing.assert_array_equal(found.actions[:32], np.where(is_left[:32], 0, 1))
    assert 5 < is_left[:32].sum() < 27
    assert is_left[32:].all()
    assert (found.actions[32:] == 2).all()


def test_clips_of_a_sided_action_may_be_mirrored_less_often():
    clips = replace(
        load_clips(*reading_of(*[standing(9)] * 200)),
        actions=np.repeat([0, 2], 100),
        mirrored=np.array([1, 0, 2]),
    )
    plan = replace(STILL, mirror=True, mirror_sided=0.2)
    every, random = np.arange(200), np.random.default_rng(0)
    found = training_batch(clips, every, KINECT_V1, recipe(), plan, random)
    never = replace(plan, mirror_sided=0.0)
    still = training_batch(clips, every, KINECT_V1, recipe(), never, random)

    assert 2 < (found.actions == 1).sum() < 25
    np.testing.assert_array_equal(still.actions, clips.actions)
