"""SEM-Net's configuration: sizes, layouts, what is refused, the way through TOML."""

from dataclasses import replace

import msgspec
import pytest

from engine.architectures.base import NetworkConfig, NetworkWish
from engine.architectures.sem_net import (
    SEM_NET,
    Attention,
    SEMNetConfig,
    Squash,
    config_for,
    configure,
)
from engine.errors import EngineError
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.tables import read_table, table_text


def test_the_defaults_are_the_papers_network_for_ntu():
    config = config_for(layout_by_id("kinect-v2"), classes=60, people=2)
    assert config == SEMNetConfig(joints=25, people=2, classes=60)
    assert (config.frames, config.heads, config.reduction) == (128, 4, 8)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("size", SEM_NET.sizes)
def test_every_layout_has_a_configuration_of_every_size(layout, size):
    config = configure(NetworkWish(layout=layout, classes=5, frames=64, people=3, size=size))
    assert isinstance(config, NetworkConfig)
    assert (config.joints, config.people, config.kind) == (layout.num_joints, 3, SEM_NET.id)
    assert 0 < config.focal_joints <= layout.num_joints


def test_a_configuration_survives_toml(tmp_path):
    config = replace(
        config_for(KINECT_V1, classes=5, people=1, size="tiny"),
        attention=Attention.SINGLE_FRAME,
        squash=Squash.TANH,
        kernels=(9,),
        dilations=(1,),
    )
    file = tmp_path / "network.toml"
    file.write_text(table_text(config), encoding="utf-8")
    assert read_table(file, SEMNetConfig) == config
    assert 'attention = "single-frame"' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": 52}, "multiple of 8, got 52"),
        ({"frames": 0}, "multiple of 8"),
        ({"halving_blocks": (2, 8)}, "halving_blocks must be among 0..7"),
        ({"halving_blocks": (2, 2)}, "halving_blocks must be among 0..7, each once"),
        ({"kernels": (3, 3)}, "2 kernels need as many dilations, got 4"),
        ({"kernels": (3, 4, 3, 3)}, "odd"),
        ({"dilations": (1, 0, 5, 7)}, "at least one frame apart"),
        ({"widths": (64,) * 7 + (66,)}, "multiples of 4"),
        ({"kernels": (3, 3, 3), "dilations": (1, 3, 5)}, "number of branches"),
        ({"heads": 0}, "heads"),
        ({"attention": Attention.UNIFIED, "squash": Squash.TANH}, "needs softmax"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    with pytest.raises(EngineError, match=words):
        replace(SEMNetConfig(joints=25, people=2, classes=60), **changes)


def test_a_size_that_is_not_there_is_refused_with_those_that_are():
    wish = NetworkWish(layout=KINECT_V1, classes=5, frames=64, size="huge")
    with pytest.raises(EngineError, match="no size 'huge'; there are full, small, tiny"):
        configure(wish)


def test_an_attention_that_is_not_there_is_refused():
    table = msgspec.to_builtins(SEMNetConfig(joints=25, people=2, classes=60))
    with pytest.raises(msgspec.ValidationError, match="attention"):
        msgspec.convert({**table, "attention": "none"}, SEMNetConfig)
