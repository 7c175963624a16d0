"""The papers' own preprocessing, for any layout."""

from dataclasses import dataclass

import numpy as np
import pytest

from engine.errors import EngineError
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.kinect_v2 import KINECT_V2
from engine.preprocess.presets import PRESETS, preset_by_id
from engine.preprocess.recipe import Centring, Length, Preprocessing, Scaling
from engine.tables import read_table, table_text

IN_LAYOUTS = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
EACH_PRESET = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)

NTU = {
    "2s-agcn": Preprocessing(
        frames=300,
        centre_joint=1,
        scaling=Scaling.NONE,
        length=Length.LOOP,
        centring=Centring.EVERY_FRAME,
        upright=(0, 1),
        sideways=(8, 4),
    ),
    "stf": Preprocessing(
        frames=300,
        centre_joint=1,
        scaling=Scaling.LENGTHS,
        length=Length.LOOP,
        centring=Centring.EVERY_FRAME,
        measured=((3, 0), (12, 13), (13, 14)),
        visibility=True,
    ),
    "dsta": Preprocessing(
        frames=128,
        centre_joint=0,
        scaling=Scaling.LENGTHS,
        upright=(0, 20),
        sideways=(20, 4),
        measured=((0, 20),),
    ),
    "ctr-gcn": Preprocessing(frames=128, centre_joint=1, scaling=Scaling.NONE),
    "ctr-gcn-nw-ucla": Preprocessing(frames=52, centre_joint=1, scaling=Scaling.AXES),
}
"""What the papers do to NTU's skeletons, joints counted from zero."""


@EACH_PRESET
def test_for_ntu_each_row_is_what_its_paper_does(preset):
    assert preset.make(KINECT_V2, preset.frames) == NTU[preset.id]


def test_for_nw_ucla_the_spine_is_the_origin_and_axes_are_stretched():
    assert preset_by_id("ctr-gcn-nw-ucla").make(layout_by_id("kinect-v1"), 52) == Preprocessing(
        frames=52, centre_joint=1, scaling=Scaling.AXES
    )


def test_a_hand_is_measured_from_wrist_to_middle_finger():
    shrec = layout_by_id("shrec-hand-22")
    found = preset_by_id("dsta").make(shrec, 128)
    assert (found.centre_joint, found.measured) == (0, ((0, 10),))
    assert found.upright is found.sideways is None


@IN_LAYOUTS
@EACH_PRESET
def test_every_row_prepares_every_layout(preset, layout):
    recipe = preset.make(layout, 20)
    assert recipe.frames == 20
    shape = (9, 2, layout.num_joints, layout.dimensions)
    positions = np.random.default_rng(0).normal(size=shape).astype(np.float32)

    prepared = recipe.prepare(positions)

    channels = layout.dimensions + recipe.visibility
    assert prepared.inputs.shape == (1, channels, 20, layout.num_joints, 2)
    assert np.isfinite(prepared.inputs).all()


@IN_LAYOUTS
@EACH_PRESET
def test_pictures_are_never_turned_and_never_left_in_pixels(preset, layout):
    recipe = preset.make(layout, 20)
    if layout.dimensions == 2:
        assert recipe.upright is None
        assert recipe.scaling is not Scaling.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    recipe: Preprocessing


@EACH_PRESET
def test_a_row_survives_its_way_through_a_card(preset, tmp_path):
    held = Holder(recipe=preset.make(KINECT_V2, preset.frames))
    path = tmp_path / "card.toml"
    path.write_text(table_text(held), encoding="utf-8")
    assert read_table(path, Holder) == held


def test_an_unknown_row_lists_those_there_are():
    with pytest.raises(EngineError, match="no preprocessing 'nonsense'; there are ctr-gcn"):
        preset_by_id("nonsense")
