"""Configurations of MS-G3D and STF: sizes, layouts, what is refused, the way through TOML."""

from dataclasses import replace

import pytest

from engine.architectures.base import NetworkConfig, NetworkWish
from engine.architectures.stf import (
    MS_G3D,
    STF,
    MSG3DConfig,
    STFConfig,
    configure_ms_g3d,
    configure_stf,
)
from engine.errors import EngineError
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.tables import read_table, table_text

ROWS = (MS_G3D, STF)


def stf(**changes: object) -> STFConfig:
    wish = NetworkWish(layout=KINECT_V1, classes=5, frames=64, size="full")
    return replace(configure_stf(wish), **changes)


def test_the_full_size_is_the_official_one_for_ntu():
    layout = layout_by_id("kinect-v2")
    wish = NetworkWish(layout=layout, classes=60, frames=300, people=2, size="full")
    assert configure_ms_g3d(wish) == MSG3DConfig(
        joints=25, bones=layout.bones, people=2, classes=60
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
@pytest.mark.parametrize("size", STF.sizes)
def test_every_layout_has_a_configuration_of_every_size(layout, row, size):
    config = row.configure(
        NetworkWish(layout=layout, classes=5, frames=64, people=3, channels=4, size=size)
    )
    assert isinstance(config, NetworkConfig)
    assert isinstance(config, row.config_type)
    assert (config.joints, config.people, config.channels) == (layout.num_joints, 3, 4)
    assert config.kind == row.id
    assert 0 < config.focal_joints <= layout.num_joints


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_configuration_survives_toml(row, tmp_path):
    config = row.configure(NetworkWish(layout=KINECT_V1, classes=5, frames=64, size="tiny"))
    file = tmp_path / "network.toml"
    file.write_text(table_text(config), encoding="utf-8")
    assert read_table(file, row.config_type) == config


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": 30}, "multiple of 4, got 30"),
        ({"frames": 0}, "multiple of 4, got 0"),
        ({"widths": (96, 192)}, "three multiples of 6"),
        ({"widths": (96, 192, 256)}, "three multiples of 6"),
        ({"windows": (3, 4)}, "odd numbers from 3 on"),
        ({"windows": (1,)}, "odd numbers from 3 on"),
        ({"windows": ()}, "odd numbers from 3 on"),
        ({"graph_scales": 0}, "at least one scale"),
        ({"joints": 19}, "bones must be of joints 0..18"),
        ({"dynamic_scales": 6}, "dynamic_scales must be 1..5, got 6"),
        ({"dynamic_scales": 0}, "dynamic_scales must be 1..5, got 0"),
        ({"classes": 1}, "two most probable classes"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    with pytest.raises(EngineError, match=words):
        stf(**changes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_size_that_is_not_there_is_refused_with_those_that_are(row):
    wish = NetworkWish(layout=KINECT_V1, classes=5, frames=64, size="huge")
    with pytest.raises(EngineError, match=f"{row.title} has no size 'huge'; there are full, small"):
        row.configure(wish)
