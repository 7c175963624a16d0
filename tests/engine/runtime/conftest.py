"""Packages for the tests of this folder."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.formats.actions import NW_UCLA
from engine.places import assets_folder
from engine.preprocess.streams import Stream
from engine.runtime.cards import read_card
from engine.runtime.inputs import sample_joints
from engine.runtime.packages import ModelPackage
from engine.tables import table_text
from tests.engine.runtime.making import (
    PLAIN,
    Wanted,
    card_of,
    make_package,
    network_for,
    part_of,
    random_config,
    with_graphs,
)
from tests.tiny_training import waving


@pytest.fixture(scope="session")
def shipped() -> ModelPackage:
    """The usual model in the box, for what is to hold of trained weights and of its files."""
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    return ModelPackage(folder=folder, card=read_card(folder))


@pytest.fixture(scope="session")
def real_joints(shipped: ModelPackage) -> FloatArray:
    """Windows of the shipped recordings, prepared for ``shipped``."""
    joints = sample_joints(shipped.card)
    assert joints is not None
    return joints


@pytest.fixture(scope="session")
def single_package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """People one by one, ten actions, not calibrated, for both backends; its card is a file."""
    folder = tmp_path_factory.mktemp("single")
    config = random_config(people=1, channels=3, classes=len(NW_UCLA))
    clips = [PLAIN.prepare(waving(20 + joint, joint)).inputs for joint in range(20)]
    network = network_for(config, np.concatenate(clips), np.arange(20) // 2)
    part = part_of(folder / "0.safetensors", config, network)
    card = card_of((part,), PLAIN, NW_UCLA)
    package = with_graphs(ModelPackage(folder=folder, card=card))
    (folder / "card.toml").write_text(table_text(package.card), encoding="utf-8")
    return package


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
