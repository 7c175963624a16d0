"""What every row of the table of networks keeps to, with the settings that all of them share."""

from dataclasses import replace

import pytest
import torch

from engine.architectures import ARCHITECTURES
from engine.architectures.base import NetworkWish
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_independent_of_batch,
    run,
    seeded,
    wandering_clips,
    warm,
)

TINY = NetworkWish(layout=KINECT_V1, classes=4, frames=16, people=2, size="tiny")
ROWS = pytest.mark.parametrize("row", ARCHITECTURES, ids=lambda row: row.id)


def assert_fits(row, wish):
    config = row.configure(wish)
    assert (config.kind, config.joints) == (row.id, wish.layout.num_joints)
    assert (config.people, config.channels) == (wish.people, wish.channels)
    with torch.inference_mode():
        logits = run(seeded(config).eval(), config, wandering_clips(config, 2)).logits
    assert logits.shape == (2, wish.classes)
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@ROWS
def test_every_layout_and_number_of_people_fits(row, layout):
    for people in range(1, 5):
        wish = replace(TINY, layout=layout, channels=layout.dimensions, frames=8, people=people)
        assert_fits(row, wish)


@pytest.mark.parametrize("layout", ["coco-17", "kinect-v2"])
@ROWS
def test_visibility_or_bones_beside_the_coordinates_fit(row, layout):
    flat_or_not = layout_by_id(layout)
    for channels in (flat_or_not.dimensions + 1, 2 * flat_or_not.dimensions):
        assert_fits(row, replace(TINY, layout=flat_or_not, channels=channels, frames=8))


@ROWS
def test_an_answer_does_not_depend_on_the_rest_of_the_batch(row):
    config = row.configure(TINY)
    network = warm(seeded(config), config, batches=6, batch=4, clips=wandering_clips)
    clips = wandering_clips(config, 5)
    clips[1, ..., 1] = 0  # the second person is not there
    assert_independent_of_batch(network, config, clips)


@ROWS
def test_folding_the_normalisations_changes_nothing(row):
    config = row.configure(TINY)
    network = warm(seeded(config), config, batches=6, batch=4, clips=wandering_clips)
    assert_folding_changes_nothing(network, config, wandering_clips(config, 3))
