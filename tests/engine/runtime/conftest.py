"""Packages for the tests of this folder."""

from dataclasses import replace

import pytest

from engine.arrays import FloatArray
from engine.places import assets_folder
from engine.preprocess.streams import Stream
from engine.runtime.cards import read_card
from engine.runtime.inputs import sample_joints
from engine.runtime.packages import ModelPackage
from tests.engine.runtime.making import PLAIN, Wanted, make_package, with_graphs


@pytest.fixture(scope="session")
def shipped() -> ModelPackage:
    """The model in the box."""
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    return ModelPackage(folder=folder, card=read_card(folder))


@pytest.fixture(scope="session")
def real_joints(shipped: ModelPackage) -> FloatArray:
    """Windows of the shipped recordings, prepared for the model in the box."""
    joints = sample_joints(shipped.card)
    assert joints is not None
    return joints


@pytest.fixture(scope="session")
def pair_package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """Two people at once, joints and bones with visibility, for both backends."""
    wanted = (Wanted(), Wanted(stream=Stream.BONE, weight=0.5))
    package = make_package(
        tmp_path_factory.mktemp("pair"),
        wanted,
        people=2,
        preprocessing=replace(PLAIN, visibility=True),
    )
    return with_graphs(package)
