"""From a clip to a network's input."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.formats import read_recording
from engine.preprocess.recipe import Centring, Length, Preprocessing, Scaling, present_people
from engine.samples import SAMPLES

RECIPE = Preprocessing(frames=8, centre_joint=1, scaling=Scaling.AXES)
LENGTHS = ((0, 1), (2, 3))
FACING = {"upright": (0, 1), "sideways": (4, 2)}


def with_scaling(scaling: Scaling) -> Preprocessing:
    return replace(RECIPE, scaling=scaling, measured=LENGTHS if scaling is Scaling.LENGTHS else ())


def movement(frames: int = 15, people: int = 1) -> np.ndarray:
    """``(T, M, 20, 3)`` that wanders through the room."""
    random = np.random.default_rng(0)
    steps = 0.1 * random.normal(size=(frames, people, 20, 3)).cumsum(axis=0)
    return (random.normal(size=(1, people, 20, 3)) + steps).astype(np.float32)


def test_prepared_input_is_in_model_order_with_its_frame_map():
    positions = movement()

    prepared = RECIPE.prepare(positions)

    assert prepared.inputs.shape == (1, 3, 8, 20, 1)
    assert prepared.inputs.dtype == np.float32
    np.testing.assert_allclose(prepared.frames, np.linspace(0, 14, 8))
    expected = RECIPE.normalise(positions[None, ::2])
    np.testing.assert_allclose(prepared.inputs[0, 2, 3, 7, 0], expected[0, 3, 0, 7, 2], atol=1e-6)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_axes_are_stretched_by_the_formula_of_the_paper(sample):
    positions = read_recording(sample.path).positions[:, :1].astype(np.float64)
    low, high = positions.min(axis=(0, 1, 2)), positions.max(axis=(0, 1, 2))
    # min-max of CTR-GCN's NW-UCLA feeder; the centring before it changes nothing
    expected = (positions - low) / (high - low) * 2 - 1

    found = RECIPE.normalise(positions[None].astype(np.float32))[0]

    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_the_body_becomes_one_by_the_root_mean_square_distance_of_its_joints(sample):
    positions = read_recording(sample.path).positions[:, :1].astype(np.float64)
    body = positions[:, 0]
    distance = np.linalg.norm(body - body.mean(axis=1, keepdims=True), axis=-1)
    size = np.median(np.sqrt((distance**2).mean(axis=1)))
    expected = (positions - positions[0, 0, 1]) / size

    found = with_scaling(Scaling.BODY).normalise(positions[None].astype(np.float32))[0]

    np.testing.assert_allclose(found, expected, atol=2e-6)


@pytest.mark.parametrize("scaling", [each for each in Scaling if each is not Scaling.NONE])
def test_place_and_size_of_the_body_do_not_matter(scaling):
    positions = movement()
    here = with_scaling(scaling).prepare(positions).inputs
    there = with_scaling(scaling).prepare(positions * 1.7 + np.float32([3, -1, 2])).inputs
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_unscaled_bodies_keep_their_units():
    positions = movement()
    found = with_scaling(Scaling.NONE).normalise(positions[None])[0]
    np.testing.assert_array_equal(found, positions - positions[0, 0, 1])


@pytest.mark.parametrize("length", Length)
@pytest.mark.parametrize("scaling", Scaling)
def test_a_clip_of_one_frame_with_nobody_in_it_gives_zeros(scaling, length):
    recipe = replace(with_scaling(scaling), length=length, visibility=True, **FACING)
    prepared = recipe.prepare(np.full((1, 2, 20, 3), np.nan, dtype=np.float32))
    assert prepared.inputs.shape == (1, 4, 8, 20, 2)
    assert not prepared.inputs.any()


@pytest.mark.parametrize("centring", Centring)
@pytest.mark.parametrize("scaling", Scaling)
def test_who_is_not_there_stays_zero_and_changes_nothing_for_the_other(scaling, centring):
    recipe = replace(with_scaling(scaling), centring=centring, visibility=True, **FACING)
    positions = movement(people=2) + np.float32(5)
    positions[:, 1] = np.nan

    both = recipe.prepare(positions).inputs

    assert not both[..., 1].any()
    np.testing.assert_array_equal(both[..., :1], recipe.prepare(positions[:, :1]).inputs)


def test_people_keep_their_distance():
    positions = movement(people=2)
    found = replace(RECIPE, scaling=Scaling.NONE).normalise(positions[None])[0]
    np.testing.assert_allclose(
        found[:, 1] - found[:, 0], positions[:, 1] - positions[:, 0], atol=1e-6
    )


def test_centred_frame_by_frame_the_first_persons_joint_never_leaves_the_origin():
    recipe = replace(RECIPE, scaling=Scaling.NONE, centring=Centring.EVERY_FRAME)
    positions = movement(people=2)

    found = recipe.normalise(positions[None])[0]

    assert not found[:, 0, 1].any()
    np.testing.assert_allclose(found, positions - positions[:, :1, 1:2], atol=1e-6)
    path = replace(recipe, centring=Centring.FIRST_FRAME).normalise(positions[None])[0, :, 0, 1]
    assert not path[0].any()
    assert path[1:].any(axis=1).all()


@pytest.mark.parametrize("centring", Centring)
def test_the_first_frames_spine_points_up_z_and_its_shoulders_along_x(centring):
    recipe = replace(RECIPE, scaling=Scaling.BODY, centring=centring, **FACING)
    positions = movement(people=2)

    found = recipe.normalise(positions[None])[0]

    body = found[0, 0]
    spine, shoulders = body[1] - body[0], body[2] - body[4]
    np.testing.assert_allclose(spine[:2], 0, atol=1e-5)
    assert spine[2] > 0
    assert shoulders[1] == pytest.approx(0, abs=1e-5)
    assert shoulders[0] > 0
    # a rotation of everything: the second person is turned along
    plain = replace(recipe, upright=None, sideways=None).normalise(positions[None])[0]
    for one, other in ((0, 1), (5, 9)):
        np.testing.assert_allclose(
            np.linalg.norm(found[:, 0, one] - found[:, 1, other], axis=-1),
            np.linalg.norm(plain[:, 0, one] - plain[:, 1, other], axis=-1),
            atol=1e-4,
        )


def test_a_turned_body_gives_the_same_input():
    recipe = replace(RECIPE, scaling=Scaling.BODY, **FACING)
    turned = np.float32([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
    np.testing.assert_allclose(
        recipe.prepare(movement()).inputs, recipe.prepare(movement() @ turned.T).inputs, atol=1e-4
    )


def test_a_short_clip_is_repeated_and_a_long_one_stretched():
    recipe = replace(RECIPE, length=Length.LOOP, scaling=Scaling.BODY)

    short = recipe.prepare(movement(frames=3))
    assert short.frames.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
    np.testing.assert_array_equal(short.inputs[:, :, :3], short.inputs[:, :, 3:6])

    same, long = recipe.prepare(movement(frames=8)), recipe.prepare(movement(frames=29))
    assert same.frames.tolist() == list(range(8))
    np.testing.assert_allclose(long.frames, np.linspace(0, 28, 8))


def test_the_visibility_channel_is_zero_where_a_joint_was_missing():
    recipe = replace(RECIPE, visibility=True)
    positions = movement(frames=8)
    positions[2:4, 0, 5] = np.nan
    positions[:, 0, 6] = np.nan

    inputs = recipe.prepare(positions).inputs

    visible = inputs[0, 3, :, :, 0]
    assert visible[:, 5].tolist() == [1, 1, 0, 0, 1, 1, 1, 1]
    assert not visible[:, 6].any()
    assert (np.delete(visible, [5, 6], axis=1) == 1).all()
    assert np.isfinite(inputs).all()
    plain = replace(recipe, visibility=False).prepare(positions).inputs
    np.testing.assert_array_equal(inputs[:, :3], plain)


def test_in_training_everybody_who_is_there_counts_as_seen():
    clips = movement(people=2)[None].copy()
    clips[:, :, 1] = 0
    normal = replace(RECIPE, visibility=True).normalise(clips)
    assert (normal[0, :, 0, :, 3] == 1).all()
    assert not normal[0, :, 1].any()
    assert present_people(clips).tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"scaling": Scaling.LENGTHS}, "pairs of joints"),
        ({"measured": LENGTHS}, "pairs of joints"),
        ({"sideways": (4, 2)}, "upright"),
        ({"frames": 0}, "at least one frame"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(words, message):
    with pytest.raises(EngineError, match=message):
        replace(RECIPE, **words)


def test_a_recording_is_never_written_to():
    positions = movement()
    positions.flags.writeable = False
    for scaling in Scaling:
        with_scaling(scaling).prepare(positions)
        with_scaling(scaling).normalise(positions[None])
