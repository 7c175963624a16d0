"""What the model sees: every station, and at the end exactly what the networks are fed with."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.architectures.base import NetworkWish
from engine.architectures.spa_net import SPA_4D
from engine.errors import EngineError
from engine.inspection.effect import shown_instead
from engine.inspection.masks import Mask
from engine.inspection.seen import SeenStage, Station, seen_stages
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_recording
from engine.preprocess.presets import PRESETS
from engine.preprocess.recipe import Length, Preprocessing, Scaling
from engine.preprocess.streams import Stream, stream_of
from engine.recording import Clip
from engine.skeleton import Axis
from tests.engine.inspection.planted_model import HAND, RECIPE, clip_of, moving, recognizer_of
from tests.planted import LAYOUT
from tests.tiny_training import recording_of, waving


def with_recipe(recognizer, recipe: Preprocessing):
    """The same model with other preprocessing: the stages do not run its network."""
    return replace(recognizer, card=replace(recognizer.card, preprocessing=recipe))


def station(stages: tuple[SeenStage, ...], wanted: Station) -> SeenStage:
    (found,) = (stage for stage in stages if stage.station is wanted)
    return found


def turning(frames: int) -> Clip:
    """Somebody who waves, walks and leans, with gaps, from frame 5 on."""
    positions = waving(frames + 5, 7)
    positions[..., 0] += np.linspace(0, 1, frames + 5, dtype=np.float32)[:, None, None]
    positions[..., :, 2] += positions[..., 1] * np.float32(0.3)
    positions[8:12, 0, 7] = np.nan
    return Clip(recording=recording_of(positions), start=5, stop=frames + 5)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda row: row.id)
@pytest.mark.parametrize("frames", [9, 40])
def test_the_last_station_is_what_the_networks_are_fed_with(planted, preset, frames):
    recipe = replace(preset.make(KINECT_V1, 16), visibility=False)
    recognizer = with_recipe(planted, recipe)
    clip = turning(frames)
    stages = seen_stages(recognizer, clip)
    fed = recognizer.question(clip).prepared[0].inputs  # (1, C, T, V, M)
    scaled = station(stages, Station.SCALED)
    np.testing.assert_array_equal(scaled.positions, fed[0].transpose(1, 3, 2, 0))
    assert scaled.networks == ("SEM-Net · joint",)
    for wanted, stream in (
        (Station.BONE, Stream.BONE),
        (Station.JOINT_MOTION, Stream.JOINT_MOTION),
        (Station.BONE_MOTION, Stream.BONE_MOTION),
    ):
        stage = station(stages, wanted)
        expected = stream_of(fed, stream, KINECT_V1)[0].transpose(1, 3, 2, 0)
        np.testing.assert_array_equal(stage.vectors, expected)
        np.testing.assert_array_equal(stage.positions, scaled.positions)
        assert stage.networks == ()


def test_each_station_does_its_own_part(planted):
    recipe = next(row for row in PRESETS if row.id == "dsta").make(KINECT_V1, 16)
    clip = turning(40)
    stages = seen_stages(with_recipe(planted, recipe), clip)
    assert [stage.station for stage in stages] == list(Station)[:-1]
    raw, filled, resampled, centred, upright, scaled = stages[:6]
    np.testing.assert_array_equal(raw.positions, clip.positions)
    np.testing.assert_array_equal(raw.frames, np.arange(5, 45))
    np.testing.assert_array_equal(np.flatnonzero(~raw.seen[:, 0, 7]), np.arange(3, 7))
    assert raw.seen.sum() == 40 * 20 - 4
    assert not np.isnan(filled.positions).any()
    np.testing.assert_array_equal(filled.seen, raw.seen)
    assert resampled.positions.shape == (16, 1, 20, 3)
    hips = KINECT_V1.index("hip centre")
    np.testing.assert_allclose(centred.positions[0, 0, hips], 0, atol=1e-6)
    moved = resampled.positions - centred.positions
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0, 0, 0], moved.shape), atol=1e-6)
    # dsta stands the trunk along z, and keeps every length until it scales
    trunk = upright.positions[0, 0, KINECT_V1.root] - upright.positions[0, 0, hips]
    np.testing.assert_allclose(trunk, [0, 0, np.linalg.norm(trunk)], atol=1e-5)
    assert (raw.up, centred.up, upright.up) == (Axis.PLUS_Y, Axis.PLUS_Y, Axis.PLUS_Z)
    ratio = np.linalg.norm(scaled.positions[0, 0]) / np.linalg.norm(upright.positions[0, 0])
    np.testing.assert_allclose(scaled.positions, upright.positions * ratio, atol=1e-5)


def test_a_long_clip_drops_frames_and_says_which(planted):
    resampled = station(seen_stages(planted, clip_of(waving(31, 7))), Station.RESAMPLED)
    np.testing.assert_allclose(resampled.frames, np.arange(16) * 2.0)
    np.testing.assert_array_equal(resampled.dropped, np.arange(1, 30, 2))
    assert not resampled.repeated.any()


def test_a_short_clip_shows_frames_again_and_says_where(planted):
    stretched = station(seen_stages(planted, clip_of(waving(4, 7))), Station.RESAMPLED)
    assert len(stretched.dropped) == 0
    assert stretched.repeated.sum() == 16 - 4
    assert not stretched.repeated[0]
    looping = with_recipe(planted, replace(RECIPE, length=Length.LOOP))
    clip = Clip(recording=recording_of(waving(10, 7)), start=3, stop=9)
    looped = station(seen_stages(looping, clip), Station.RESAMPLED)
    np.testing.assert_array_equal(looped.frames[:8], [3, 4, 5, 6, 7, 8, 3, 4])
    np.testing.assert_array_equal(looped.repeated, np.arange(16) >= 6)


def test_recordings_of_other_joints_are_raw_in_their_own(planted):
    recording = map_recording(clip_of(moving(HAND)).recording, KINECT_V2)
    raw, filled, *_ = seen_stages(planted, Clip.whole(recording))
    assert (raw.layout, raw.positions.shape[2]) == (KINECT_V2, 25)
    assert (filled.layout, filled.positions.shape[2]) == (KINECT_V1, 20)


def test_people_seen_together_have_places_of_their_own(pair):
    positions = np.concatenate([waving(40, 7) + np.float32(1), waving(40, 7)], axis=1)
    (one, two) = (
        seen_stages(pair, clip_of(positions[:, :1])),
        seen_stages(pair, clip_of(positions)),
    )
    assert one[0].people == (0,)
    assert station(one, Station.SCALED).people == (0, -1)
    assert not station(one, Station.SCALED).positions[:, 1].any()
    assert sorted(station(two, Station.SCALED).people) == [0, 1]
    fed = pair.question(clip_of(positions)).prepared[0].inputs
    scaled = station(two, Station.SCALED)
    np.testing.assert_array_equal(scaled.positions, fed[0, :-1].transpose(1, 3, 2, 0))
    assert scaled.networks == ("FG-STFormer · joint",)
    assert station(two, Station.BONE).networks == ("FG-STFormer · bone",)


def test_of_people_seen_alone_the_one_asked_for_is_shown(planted):
    positions = np.concatenate([moving(HAND), moving(3) + np.float32(1)], axis=1)
    stages = seen_stages(planted, clip_of(positions), person=1)
    np.testing.assert_array_equal(stages[0].positions, positions[:, [1]])
    assert {stage.people for stage in stages} == {(1,)}
    with pytest.raises(EngineError, match="P3 is not seen"):
        seen_stages(planted, clip_of(positions), person=2)


def test_what_is_hidden_is_stood_in_for_and_was_not_seen(planted):
    clip = clip_of(moving(HAND))
    instead = shown_instead(planted, clip, [Mask(joints=(HAND,))])
    stages = seen_stages(planted, clip, instead=instead)
    scaled = station(stages, Station.SCALED)
    np.testing.assert_array_equal(~scaled.seen, np.arange(20) == np.full((16, 1, 1), HAND))
    np.testing.assert_allclose(scaled.positions, np.tile(scaled.positions[:1], (16, 1, 1, 1)))


def test_voxels_hold_every_joint_in_the_frames_that_they_are_there(tmp_path):
    config = SPA_4D.configure(NetworkWish(layout=LAYOUT, classes=3, frames=16, size="tiny"))
    torch.manual_seed(0)
    recognizer = recognizer_of(tmp_path, config, config.build().eval())
    stages = seen_stages(recognizer, clip_of(moving(HAND)))
    found = [stage for stage in stages if stage.station is Station.VOXELS]
    assert [stage.voxels.space for stage in found] == [64, 32, 16, 8]
    assert [stage.networks for stage in found] == [("SPA-4D · joint",), (), (), ()]
    assert station(stages, Station.SCALED).networks == ()
    for stage in (found[0], found[-1]):
        voxels = stage.voxels
        assert voxels.joints.sum() == 16 * 20
        for frame in range(16):
            boxes = voxels.at(frame)
            gaps = np.abs(stage.positions[frame, 0][:, None] - voxels.centres[boxes])
            # joints lie at the corners of the finest grid, not in the middles of its voxels
            inside = (gaps <= voxels.edges * 1.01).all(axis=-1)
            assert inside.any(axis=1).all()
            assert inside.any(axis=0).all() or stage is found[-1]
    steps = found[-1].voxels
    np.testing.assert_array_equal(np.unique(steps.starts), [0, 4, 8, 12])
    np.testing.assert_array_equal(steps.stops - steps.starts, 4)


def test_nothing_is_called_scaled_that_is_not(planted):
    names = [stage.name for stage in seen_stages(planted, clip_of(moving(HAND)))]
    assert "Joints, not scaled" in names
    recognizer = with_recipe(planted, replace(RECIPE, scaling=Scaling.BODY))
    names = [stage.name for stage in seen_stages(recognizer, clip_of(moving(HAND)))]
    assert "Joints, scaled" in names
