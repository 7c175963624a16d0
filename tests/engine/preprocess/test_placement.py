"""Out of the recording's coordinates and back into them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.explain.base import Evidence
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.placement import Placements, join_placements
from engine.preprocess.presets import PRESETS
from engine.preprocess.recipe import Centring, Preprocessing, Scaling
from engine.preprocess.spatial import to_y_up
from engine.skeleton import Axis

FRAMES, JOINTS = 5, 6

RECIPES = st.builds(
    lambda scaling, centring, facing, centre: Preprocessing(
        frames=FRAMES,
        centre_joint=centre,
        scaling=scaling,
        centring=centring,
        upright=facing[0],
        sideways=facing[1],
        measured=((0, 1), (2, 3)) if scaling is Scaling.LENGTHS else (),
    ),
    scaling=st.sampled_from(Scaling),
    centring=st.sampled_from(Centring),
    facing=st.sampled_from([(None, None), ((0, 1), None), ((0, 1), (2, 3)), ((4, 4), (5, 2))]),
    centre=st.integers(0, JOINTS - 1),
)
CLIPS = st.sampled_from([2, 3]).flatmap(
    lambda channels: arrays(
        np.float32, (2, FRAMES, 2, JOINTS, channels), elements=st.floats(-4, 4, width=16)
    )
)


def assert_restored(positions, recipe):
    placements = recipe.placements(positions)
    normal = placements.apply(positions)
    assert normal.dtype == np.float32
    size = np.abs(positions).max() + 1
    for clip in range(len(positions)):
        for frame in range(positions.shape[1]):
            points = normal[clip, frame].reshape(-1, positions.shape[-1])
            back = placements.restore(points, clip, np.full(len(points), frame))
            assert back.dtype == np.float32
            np.testing.assert_allclose(
                back, positions[clip, frame].reshape(points.shape), atol=2e-6 * size
            )


@given(positions=CLIPS, recipe=RECIPES)
def test_what_a_recipe_took_out_is_put_back(positions, recipe):
    assert_restored(positions, recipe)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_so_it_is_with_every_preset_and_layout(layout, preset):
    shape = (2, 4, 2, layout.num_joints, layout.dimensions)
    positions = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert_restored(positions, preset.make(layout, 4))


def test_an_axis_without_extent_comes_back_where_it_was():
    positions = np.random.default_rng(0).normal(size=(1, 4, 1, 3, 3)).astype(np.float32)
    positions[..., 2] = 2.5
    recipe = Preprocessing(frames=4, centre_joint=0, scaling=Scaling.AXES)

    placements = recipe.placements(positions)
    back = placements.restore(np.float32([[0.3, -0.2, 0.9]]), 0, np.array([1]))

    assert back[0, 2] == pytest.approx(2.5)


def test_a_point_goes_back_by_its_own_frame_where_frames_are_centred_one_by_one():
    positions = np.zeros((1, 3, 1, 2, 3), dtype=np.float32)
    positions[0, :, 0, :, 0] = np.arange(3)[:, None]
    recipe = Preprocessing(
        frames=3, centre_joint=0, scaling=Scaling.NONE, centring=Centring.EVERY_FRAME
    )
    placements = recipe.placements(positions)
    back = placements.restore(np.zeros((3, 3), np.float32), 0, np.array([2, 0, 1]))
    assert back[:, 0].tolist() == [2, 0, 1]


def test_joined_placements_are_those_of_each_clip():
    random = np.random.default_rng(0)
    recipe = Preprocessing(
        frames=4, centre_joint=0, scaling=Scaling.BODY, upright=(0, 1), sideways=(2, 3)
    )
    positions = random.normal(size=(3, 4, 1, 5, 3)).astype(np.float32)
    together = recipe.placements(positions)
    joined = join_placements([recipe.placements(clip[None]) for clip in positions])
    for name in ("origin", "rotation", "shift", "scale"):
        np.testing.assert_allclose(getattr(joined, name), getattr(together, name), atol=1e-6)


@pytest.mark.parametrize("up", Axis)
def test_evidence_brings_points_to_the_recording_whichever_way_is_up(up):
    recorded = np.random.default_rng(0).normal(size=(1, 4, 1, 20, 3)).astype(np.float32)
    recipe = Preprocessing(frames=4, centre_joint=1, scaling=Scaling.BODY)
    upright = to_y_up(recorded, up)
    placements: Placements = recipe.placements(upright)
    normal = placements.apply(upright)
    evidence = Evidence(
        model_id="model",
        network="network",
        layout=KINECT_V1,
        class_names=("one",),
        outputs={},
        feeds={},
        frames=np.arange(4.0),
        placements=placements,
        up=up,
        people=(0,),
        num_people=1,
        start=0,
        stop=4,
    )
    back = evidence.in_recording(normal[0, 2, 0], 0, np.full(20, 2))
    np.testing.assert_allclose(back, recorded[0, 2, 0], atol=1e-5)
