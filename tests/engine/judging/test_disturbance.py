"""What disturbed clips keep, and what they lose."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.commands.evaluate import WAYS
from engine.datasets.base import Contents, DatasetFormat, Found, LabelledFile
from engine.errors import EngineError
from engine.formats import read_recording
from engine.judging.disturbance import (
    ADULT,
    CHILD,
    DISTURBANCES,
    LOST_JOINTS,
    disturbance_by_id,
    disturbed,
)
from engine.places import assets_folder
from engine.preprocess.spatial import to_y_up
from engine.recording import Clip, Units

ACTIONS = ("swipe left", "swipe right", "wave", "draw clockwise")


@pytest.fixture(scope="module")
def clip():
    recording = read_recording(next(iter(sorted((assets_folder() / "samples").glob("*.npz")))))
    return Clip(recording=recording, start=5, stop=45)


def after(way: str, clip: Clip, seed: int = 1):
    return disturbance_by_id(way)(clip, seed).recording


def test_the_command_offers_every_disturbance():
    assert tuple(way.id for way in DISTURBANCES) == WAYS


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_disturbs_alike_and_leaves_the_clip_alone(way, clip):
    before = clip.positions.copy()
    first, second = after(way, clip), after(way, clip)
    np.testing.assert_array_equal(first.positions, second.positions)
    np.testing.assert_array_equal(clip.positions, before)
    assert first.positions.shape[1:] == before.shape[1:]
    assert not np.array_equal(first.positions, before)


def test_noise_is_5_mm_and_another_source_3_cm_of_a_metre(clip):
    for units, metre in ((Units.METRES, 1), (Units.MILLIMETRES, 1000)):
        known = replace(clip, recording=replace(clip.recording, units=units))
        noise = after("noise", known).positions - clip.positions
        away = after("joints", known).positions - clip.positions
        assert np.nanstd(noise) == pytest.approx(0.005 * metre, rel=0.1)
        assert np.nanstd(away) == pytest.approx(0.03 * metre, rel=0.3)
        np.testing.assert_allclose(away, np.broadcast_to(away[:1], away.shape), atol=1e-3)


def test_without_units_the_body_says_what_a_metre_is(clip):
    unknown = replace(clip, recording=replace(clip.recording, units=Units.UNKNOWN))
    large = replace(
        unknown,
        recording=replace(unknown.recording, positions=clip.recording.positions * np.float32(250)),
    )
    small_noise = np.nanstd(after("noise", unknown).positions - clip.positions)
    large_noise = np.nanstd(after("noise", large).positions - large.positions)
    assert large_noise == pytest.approx(250 * small_noise, rel=0.01)
    assert small_noise == pytest.approx(0.005, rel=0.5)
    assert 0.2 < ADULT < 0.7


def test_a_quarter_of_the_joints_is_missing_half_the_time(clip):
    gone = np.isnan(after("missing", clip).positions).any(axis=(1, 3))
    hit = gone.any(axis=0)
    assert hit.sum() == round(len(hit) * LOST_JOINTS)
    np.testing.assert_array_equal(gone.sum(axis=0)[hit], clip.num_frames // 2)
    assert (after("missing", clip).confidence[:, 0][gone] == 0).all()


def test_slow_keeps_real_frames_and_says_their_rate(clip):
    slow = after("slow", clip)
    step = float(clip.recording.shown_fps) / 10
    assert slow.num_frames == pytest.approx(clip.num_frames / step, abs=1)
    assert float(slow.shown_fps) == pytest.approx(10)
    assert all((clip.positions == frame).all(axis=(1, 2, 3)).any() for frame in slow.positions)
    already = replace(clip, recording=replace(clip.recording, fps=Fraction(8)))
    assert after("slow", already).num_frames == clip.num_frames


def test_turned_keeps_heights_and_distances(clip):
    level = to_y_up(clip.positions, clip.recording.up)
    turned = to_y_up(after("turned", clip).positions, clip.recording.up)
    np.testing.assert_allclose(turned[..., 1], level[..., 1], atol=1e-5)
    lengths = np.linalg.norm(np.diff(level, axis=2), axis=-1)
    np.testing.assert_allclose(np.linalg.norm(np.diff(turned, axis=2), axis=-1), lengths, atol=1e-5)
    assert np.abs(turned[..., 0] - level[..., 0]).max() > 0.1


def test_a_child_is_smaller(clip):
    np.testing.assert_allclose(after("child", clip).positions, clip.positions * CHILD, rtol=1e-6)


def test_mirrored_twice_is_as_before(clip):
    way = disturbance_by_id("mirror")
    np.testing.assert_allclose(way(way(clip, 1), 1).positions, clip.positions, atol=1e-6)


def test_a_mirror_renames_actions_with_a_side_and_leaves_out_those_without_a_name(clip):
    files = tuple(
        LabelledFile(path=assets_folder() / f"{number}.npz", action=number, person=1, view=1)
        for number in range(len(ACTIONS))
    )
    dataset = DatasetFormat(
        id="made",
        name="Made",
        terms="",
        pattern="",
        search=lambda folder: Found(files=files),
        read_clip=lambda file: clip,
    )
    contents = Contents(files=files, actions=ACTIONS, layout_id="kinect-v1")
    same, kept = disturbed(dataset, contents, disturbance_by_id("noise"))
    _, mirrored = disturbed(dataset, contents, disturbance_by_id("mirror"))
    assert kept.files == files
    assert [file.action for file in mirrored.files] == [1, 0, 2]
    noisy = [same.read_clip(file).positions for file in files]
    assert not np.array_equal(noisy[0], noisy[1])
    np.testing.assert_array_equal(noisy[0], same.read_clip(files[0]).positions)


def test_an_unknown_way_is_named_with_those_there_are():
    with pytest.raises(EngineError, match=r"no disturbance 'fog'; there are noise.*camera"):
        disturbance_by_id("fog")
