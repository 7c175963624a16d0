"""What a model sees, as a scene."""

from dataclasses import replace

import numpy as np
import pytest

from app.scene_contents import SceneContents, drawing, overlay_frame
from app.scene_frame import FrameStyle, scene_frame
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.seen_model import SeenScene, seen_scene
from app.why_state import Hidden
from engine.arrays import FloatArray
from engine.inspection.seen import SeenStage, SeenVoxels, Station
from engine.layouts.coco_17 import COCO_17
from engine.preprocess.spatial import from_y_up, to_y_up
from engine.recording import Clip, Recording, Units
from engine.skeleton import Axis
from tests.app.figures import HEAD, RIGHT_HAND, recording_of, standing


def walking(up: Axis = Axis.PLUS_Y) -> Recording:
    """Goes to the left by 2 cm a frame; in coordinates with another axis up."""
    positions = standing(30)
    positions[..., 0] += np.linspace(0, 0.6, 30)[:, None, None]
    made = recording_of(positions)
    if up is Axis.PLUS_Y:
        return made
    return replace(made, positions=from_y_up(made.positions, up), up=up)


def stage(
    recording: Recording, station: Station, frames: FloatArray, positions: FloatArray
) -> SeenStage:
    """A stage of one person, whose frames show the recording's."""
    return SeenStage(
        station=station,
        name=station.value,
        layout=recording.layout,
        up=Axis.PLUS_Y,
        people=(0,),
        positions=positions,
        seen=np.ones(positions.shape[:3], dtype=np.bool_),
        frames=frames,
        dropped=np.zeros(0, dtype=np.int64),
        repeated=np.zeros(len(frames), dtype=np.bool_),
    )


def filled(recording: Recording, *, station: Station = Station.FILLED) -> SeenStage:
    upright = to_y_up(recording.positions, recording.up)
    frames = np.arange(recording.num_frames, dtype=np.float64)
    return stage(recording, station, frames, upright)


def scene_of(made: SeenStage, recording: Recording) -> SeenScene:
    return seen_scene(made, Clip.whole(recording), build_scene(recording))


@pytest.mark.parametrize("up", list(Axis))
def test_in_the_room_a_stage_stands_where_the_recording_does(up: Axis) -> None:
    recording = walking(up)
    base = build_scene(recording)
    seen = seen_scene(filled(recording), Clip.whole(recording), base)
    np.testing.assert_allclose(seen.model.positions, base.positions, atol=1e-5)
    assert seen.model.stage == base.stage
    assert seen.has_ghost
    assert not seen.is_apart


def test_each_frame_of_the_clip_shows_the_nearest_frame_of_the_network() -> None:
    recording = walking()
    every_third = filled(recording)
    few = replace(
        every_third,
        station=Station.RESAMPLED,
        positions=every_third.positions[1::3],
        seen=every_third.seen[1::3],
        frames=every_third.frames[1::3],
        repeated=every_third.repeated[1::3],
    )
    seen = scene_of(few, recording)
    assert seen.steps[:7].tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert seen.model.num_frames == recording.num_frames
    assert seen.frame(-4) == 0
    assert seen.frame(99) == 29


def test_a_clip_of_a_long_recording_starts_at_its_own_frame() -> None:
    recording = walking()
    clip = Clip(recording=recording, start=10, stop=20)
    part = filled(recording)
    part = replace(
        part,
        positions=part.positions[10:20],
        seen=part.seen[10:20],
        frames=part.frames[10:20],
        repeated=part.repeated[10:20],
    )
    base = build_scene(recording)
    seen = seen_scene(part, clip, base)
    assert seen.frame(14) == 4
    np.testing.assert_allclose(seen.model.positions[4], base.positions[14], atol=1e-5)


def test_people_are_found_and_empty_places_are_nobody() -> None:
    recording = walking()
    made = filled(recording, station=Station.CENTRED)
    two = replace(
        made,
        people=(0, -1),
        positions=np.concatenate([made.positions, np.zeros_like(made.positions)], axis=1),
        seen=np.concatenate([made.seen, made.seen], axis=1),
    )
    seen = scene_of(two, recording)
    assert not seen.model.visible[:, 1].any()
    assert seen.person(0) == 0
    assert seen.person(3) is None
    assert seen.is_apart


def test_bones_end_at_their_joints_and_movement_starts_there() -> None:
    recording = walking()
    made = filled(recording)
    parents = list(recording.layout.parents)
    bones = made.positions - made.positions[:, :, parents]
    seen = scene_of(replace(made, station=Station.BONE, vectors=bones), recording)
    starts, ends = seen.segments(3)
    assert len(starts) == 19, "the root has no bone"
    body = seen.model.positions[3, 0]
    joints = [joint for joint in range(20) if parents[joint] != joint]
    np.testing.assert_allclose(ends, body[joints], atol=1e-5)
    np.testing.assert_allclose(starts, body[[parents[joint] for joint in joints]], atol=1e-5)
    steps = np.zeros_like(made.positions)
    steps[:-1] = np.diff(made.positions, axis=0)
    moving = scene_of(replace(made, station=Station.JOINT_MOTION, vectors=steps), recording)
    starts, ends = moving.segments(3)
    reach = moving.model.positions[4, 0] - moving.model.positions[3, 0]
    np.testing.assert_allclose(ends - starts, moving.gain * reach, atol=1e-4)
    assert moving.gain == 20.0
    assert moving.faint(3).all()


def test_voxels_are_boxes_of_twelve_edges() -> None:
    recording = walking()
    voxels = SeenVoxels(
        centres=np.array([[0, 1, 3], [0.5, 1, 3]], dtype=np.float32),
        edges=np.array([0.1, 0.1, 0.1], dtype=np.float32),
        starts=np.array([0, 8]),
        stops=np.array([8, 30]),
        joints=np.array([2, 2]),
        space=64,
    )
    made = replace(filled(recording), station=Station.VOXELS, voxels=voxels)
    seen = scene_of(made, recording)
    starts, ends = seen.segments(2)
    assert len(starts) == 12
    lengths = np.linalg.norm(ends - starts, axis=1)
    np.testing.assert_allclose(lengths, 0.1 * seen.model.transform.scale, rtol=1e-4)
    middle = (starts + ends).mean(axis=0) / 2
    expected = seen.model.transform.apply(voxels.centres[:1])[0]
    np.testing.assert_allclose(middle, expected, atol=1e-5)


def contents(recording: Recording) -> SceneContents:
    return SceneContents(theme=SceneTheme.dark()).with_model(build_scene(recording))


def test_hidden_joints_are_ghosts_where_they_were_recorded() -> None:
    plain = contents(walking())
    assert plain.model is not None
    hidden = replace(plain, frame=5, hidden=Hidden(joints=frozenset({(0, RIGHT_HAND)})))
    whole = drawing(replace(plain, frame=5), None)
    less = drawing(hidden, overlay_frame(hidden))
    assert whole is not None
    assert less is not None
    assert len(less.limbs) == len(whole.limbs) - 2, "the joint and its bone"
    np.testing.assert_allclose(less.rings[0, :3], plain.model.positions[5, 0, RIGHT_HAND])
    assert len(less.trails) == 1
    after = replace(hidden, hidden=Hidden(joints=frozenset({(0, HEAD)}), span=(0, 5)))
    shown = drawing(after, None)
    assert shown is not None
    assert len(shown.limbs) == len(whole.limbs), "the span is over"


def test_what_is_seen_is_drawn_with_the_recording_as_a_ghost() -> None:
    recording = walking()
    plain = contents(recording)
    assert plain.model is not None
    shifted = filled(recording)
    shifted = replace(shifted, positions=shifted.positions + np.float32(0.1))
    seen = seen_scene(shifted, Clip.whole(recording), plain.model)
    shown = replace(plain, frame=5, seen=seen)
    drawn = drawing(shown, overlay_frame(shown))
    assert drawn is not None
    alone = scene_frame(seen.model, 5, FrameStyle(theme=plain.theme))
    np.testing.assert_array_equal(drawn.limbs, alone.limbs)
    assert len(drawn.rings) == 20
    np.testing.assert_allclose(drawn.rings[:, :3], plain.model.positions[5, 0], atol=1e-6)
    assert shown.shown is seen.model
    assert replace(shown, seen=None).shown is plain.model


def test_made_up_joints_are_ghosts() -> None:
    recording = walking()
    made = filled(recording)
    seen_mask = made.seen.copy()
    seen_mask[5, 0, HEAD] = False
    seen = scene_of(replace(made, seen=seen_mask), recording)
    assert seen.faint(5)[0, HEAD]
    assert np.count_nonzero(seen.faint(5)) == 1


def test_a_picture_stands_where_the_recording_does() -> None:
    positions = np.tile(np.random.default_rng(3).uniform(0, 300, (1, 1, 17, 2)), (12, 1, 1, 1))
    recording = recording_of(positions, layout=COCO_17, up=COCO_17.up, units=Units.PIXELS)
    base = build_scene(recording)
    seen = seen_scene(filled(recording), Clip.whole(recording), base)
    np.testing.assert_allclose(seen.model.positions, base.positions, atol=1e-4)
    centred = filled(recording, station=Station.CENTRED)
    flat = replace(centred, station=Station.BONE, vectors=np.ones_like(centred.positions))
    starts, ends = scene_of(flat, recording).segments(0)
    assert starts.shape == ends.shape == (17, 3)
