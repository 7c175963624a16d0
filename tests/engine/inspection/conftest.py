"""Models for the tests of this folder."""

from dataclasses import replace

import pytest

from engine.formats import read_recording
from engine.places import assets_folder
from engine.preprocess.streams import Stream
from engine.recording import Clip
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage, find_model
from engine.runtime.recognizer import Recognizer, open_recognizer
from tests.engine.inspection.planted_model import on_torch, trained_recognizer
from tests.engine.runtime.making import PLAIN, Wanted, make_package


@pytest.fixture(scope="session")
def shipped() -> Recognizer:
    """The model in the box."""
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    return open_recognizer(ModelPackage(folder=folder, card=read_card(folder)))


@pytest.fixture(scope="session")
def usual() -> Recognizer:
    """The model that is asked first."""
    return open_recognizer(find_model(None))


@pytest.fixture(scope="session")
def wave() -> Clip:
    """A shipped recording in which the right hand waves."""
    return Clip.whole(read_recording(assets_folder() / "samples" / "wave.npz"))


@pytest.fixture(scope="session")
def throw() -> Clip:
    """A shipped recording in which the right arm throws."""
    return Clip.whole(read_recording(assets_folder() / "samples" / "throw.npz"))


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """Knows whether the left hand moves, the right foot, or nothing."""
    return trained_recognizer(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """Untrained; sees two people at once and what of them is visible, with two networks."""
    wanted = (Wanted(), Wanted(stream=Stream.BONE, weight=0.5))
    folder = tmp_path_factory.mktemp("pair")
    recipe = replace(PLAIN, visibility=True)
    return on_torch(make_package(folder, wanted, people=2, preprocessing=recipe))
