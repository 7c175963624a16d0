"""What the two streams of ST-TR are configured from."""

from dataclasses import replace

import pytest

from engine.architectures.base import NetworkConfig, NetworkWish
from engine.architectures.st_tr import PAPER_WIDTHS, S_TR, T_TR, STTRConfig
from engine.errors import EngineError
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.tables import read_table, table_text


def wish(**changes: object) -> NetworkWish:
    return replace(NetworkWish(layout=KINECT_V2, classes=60, frames=300, people=2), **changes)


@pytest.mark.parametrize("row", [S_TR, T_TR], ids=lambda row: row.id)
def test_the_full_size_is_the_papers(row):
    config = row.configure(wish(size=row.sizes[0]))
    assert isinstance(config, NetworkConfig)
    assert config.kind == row.id
    assert config.widths == PAPER_WIDTHS == (64, 64, 64, 128, 128, 128, 256, 256, 256)
    assert (config.heads, config.frames, config.joints, config.steps) == (8, 300, 25, 75)
    assert config.focal_joints == 15


def test_joints_and_bones_together_double_all_widths():
    assert S_TR.configure(wish(size="full", channels=6)).widths[-1] == 512
    flat = layout_by_id("coco-17")
    assert S_TR.configure(wish(size="full", layout=flat, channels=4)).widths[-1] == 512


def test_visibility_beside_the_coordinates_doubles_nothing():
    assert S_TR.configure(wish(size="full", channels=4)).widths[-1] == 256
    flat = layout_by_id("coco-17")
    assert S_TR.configure(wish(size="full", layout=flat, channels=3)).widths[-1] == 256


def test_a_configuration_is_the_same_after_a_card(tmp_path):
    config = T_TR.configure(wish(size="small"))
    card = tmp_path / "card.toml"
    card.write_text(table_text(config), encoding="utf-8")
    assert read_table(card, STTRConfig) == config


def test_the_paired_frames_follow_the_number_of_joints():
    assert T_TR.configure(wish()).joins_frames
    assert not T_TR.configure(wish(layout=KINECT_V1)).joins_frames
    assert not S_TR.configure(wish()).joins_frames


def test_an_even_number_of_joints_takes_frames_that_do_not_divide():
    assert T_TR.configure(wish(layout=KINECT_V1, frames=150)).steps == 38
    assert S_TR.configure(wish(frames=150)).steps == 38


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "st-gcn"}, "s-tr or t-tr"),
        ({"frames": 10}, "multiple of 4"),
        ({"kind": "t-tr", "frames": 150}, "odd number"),
        ({"parents": (1, 0)}, "one root"),
        ({"parents": (0, 7)}, "one root"),
        ({"plain_units": 9}, "plain_units"),
        ({"halving_units": (2, 6)}, "halving_units"),
        ({"widths": (8,) * 9}, "multiple of 32"),
    ],
)
def test_impossible_configurations_are_refused(changes, words):
    with pytest.raises(EngineError, match=words):
        replace(S_TR.configure(wish(size="full")), **changes)


def test_an_unknown_size_is_refused():
    with pytest.raises(EngineError, match="T-TR has no size 'huge'; there are full, small, tiny"):
        T_TR.configure(wish(size="huge"))
