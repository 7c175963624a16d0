"""Configurations of SPA-4D and SPA-3+1D."""

from dataclasses import replace

import pytest

from engine.architectures.base import NetworkConfig, NetworkWish
from engine.architectures.spa_net import (
    KIND_3_1D,
    KIND_4D,
    SIZES,
    SPA_3_1D,
    SPA_4D,
    SPANetConfig,
)
from engine.errors import EngineError
from engine.layouts import layout_by_id
from engine.tables import read_table, table_text

WISH = NetworkWish(layout=layout_by_id("kinect-v2"), classes=60, frames=128, people=2, size="full")


def test_the_whole_network_is_the_papers_where_the_paper_speaks():
    config = SPA_4D.configure(WISH)
    assert isinstance(config, SPANetConfig)
    assert (config.space, config.kernel, config.labels) == (64, 5, 50)
    assert (config.reduction, config.coarsening) == (4, 8)
    assert config.kind == SPA_4D.id == KIND_4D
    assert SPA_3_1D.configure(WISH).kind == SPA_3_1D.id == KIND_3_1D


def test_only_spa_4d_sees_the_frames_before_and_after_in_a_convolution():
    for row, taps in ((SPA_4D, (-1, 0, 1)), (SPA_3_1D, (0,))):
        plan = row.configure(WISH).plan
        assert plan.taps == taps
        assert plan.lags == (-7, -5, -3, -1, 0, 1, 3, 5, 7)
        assert plan.neighbours == 124


def test_pictures_have_a_square_kernel_and_other_channels_are_not_coordinates():
    config = SPA_4D.configure(replace(WISH, layout=layout_by_id("coco-17"), channels=4))
    assert (config.coordinates, config.channels) == (2, 4)
    assert config.plan.neighbours == 24


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("row", [SPA_4D, SPA_3_1D], ids=lambda row: row.id)
def test_a_configuration_survives_its_table(row, size, tmp_path):
    config = row.configure(replace(WISH, size=size))
    assert isinstance(config, NetworkConfig)
    path = tmp_path / "network.toml"
    path.write_text(table_text(config), encoding="utf-8")
    assert read_table(path, SPANetConfig) == config


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "spa-5d"}, "spa-4d, spa-3\\+1d"),
        ({"coordinates": 4, "channels": 4}, "coordinates"),
        ({"channels": 2}, "coordinates"),
        ({"frames": 126}, "multiple of 4"),
        ({"kernel": 1}, "at least 2"),
        ({"space": 60}, "multiple of 8"),
        ({"pooled_blocks": (1, 4)}, "2..7"),
        ({"pooled_blocks": (4, 2), "halving_blocks": ()}, "ascending"),
        ({"halving_blocks": (3,)}, "among pooled_blocks"),
        ({"dilations": (), "kind": KIND_3_1D}, "needs some"),
        ({"dilations": (3, 1)}, "ascending"),
        ({"dilations": (0, 1)}, "1 or more"),
        ({"widths": (30, 32, 64, 64, 128, 128, 128, 128)}, "multiples of 4"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    config = SPA_4D.configure(WISH)
    assert isinstance(config, SPANetConfig)
    with pytest.raises(EngineError, match=words):
        replace(config, **changes)


def test_an_unknown_size_is_refused():
    with pytest.raises(EngineError, match="no size 'huge'; there are full, small, tiny"):
        SPA_4D.configure(replace(WISH, size="huge"))
