"""From recordings to what networks are fed with."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.errors import LayoutError
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.streams import Stream
from engine.runtime.inputs import (
    bodies_of,
    feeds_of,
    people_to_answer,
    prepare_people,
    sample_joints,
)
from engine.skeleton import Axis
from tests.engine.runtime.making import FRAMES
from tests.tiny_training import recording_of, standing, waving

if TYPE_CHECKING:
    from engine.recording import Recording


def crowd() -> np.ndarray:
    """Nobody, one who stands, one who waves a little, one who waves."""
    still, little, much = standing(30), waving(30, 7), waving(30, 7)
    little[:, :, 7] = (little[:, :, 7] + still[:, :, 7]) / 2
    return np.concatenate([np.full_like(still, np.nan), still, little, much], axis=1)


def test_people_alone_are_answered_in_the_recordings_order(single_package):
    assert people_to_answer(single_package.card, crowd()) == (1, 2, 3)


def test_people_together_are_those_who_move_most_in_that_order(pair_package):
    assert people_to_answer(pair_package.card, crowd()) == (3, 2)


def test_a_place_nobody_takes_stays_zero_also_in_the_visibility_channel(pair_package):
    (prepared,) = prepare_people(pair_package.card, crowd(), (3,))

    assert prepared.inputs.shape == (1, 4, 16, 20, 2)
    assert prepared.inputs[..., 0].any()
    assert not prepared.inputs[..., 1].any()
    for part in pair_package.card.networks:
        (fed,) = feeds_of(pair_package.card, part, prepared.inputs).values()
        assert not fed[..., 1].any()
        assert (fed[:, 3, :, :, 0] == 1).all()


def test_people_alone_get_an_input_each(single_package):
    prepared = prepare_people(single_package.card, crowd(), (1, 3))
    assert [each.inputs.shape for each in prepared] == [(1, 3, FRAMES, 20, 1)] * 2
    assert not np.array_equal(prepared[0].inputs, prepared[1].inputs)


def test_bones_are_fed_to_the_network_of_bones(single_package):
    joints = prepare_people(single_package.card, crowd(), (3,))[0].inputs
    part = replace(single_package.card.networks[0], stream=Stream.BONE)
    (bones,) = feeds_of(single_package.card, part, joints).values()
    np.testing.assert_array_equal(bones, joints - joints[:, :, :, KINECT_V1.parents])


def test_recorded_people_are_turned_upright_and_mapped():
    lying = recording_of(standing(4)[..., [0, 2, 1]] * np.float32([1, -1, 1]))
    lying = replace(lying, up=Axis.PLUS_Z)

    bodies = bodies_of(lying, lying.positions, KINECT_V1)
    mapped = bodies_of(lying, lying.positions, layout_by_id("kinect-v2"))

    np.testing.assert_allclose(bodies.positions, standing(4), atol=1e-6)
    assert bodies.mapping is None
    head = layout_by_id("kinect-v2").index("head")
    np.testing.assert_allclose(mapped.positions[:, :, head], standing(4)[:, :, 3], atol=1e-6)
    assert mapped.mapping is not None


def test_the_shipped_recordings_serve_models_of_bodies_only(single_package):
    joints = sample_joints(single_package.card)
    assert joints is not None
    assert joints.shape[1:] == (3, FRAMES, 20, 1)
    assert np.isfinite(joints).all()
    (part,) = single_package.card.networks
    hand = replace(part, network=replace(part.network, joints=22))
    card = replace(single_package.card, layout_id="shrec-hand-22", networks=(hand,))
    assert sample_joints(card) is None


def test_joints_that_cannot_be_mapped_are_refused():
    recording: Recording = recording_of(standing(3))
    with pytest.raises(LayoutError, match="hand"):
        bodies_of(recording, recording.positions, layout_by_id("shrec-hand-22"))
