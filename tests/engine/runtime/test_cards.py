"""Model cards: what is wrong with one is named."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EngineError, FileFormatError
from engine.preprocess.recipe import Centring, Length, Preprocessing, Scaling
from engine.preprocess.streams import Stream
from engine.runtime.cards import Fusion, read_card
from engine.tables import table_text


@pytest.fixture
def folder(single_package, tmp_path) -> Path:
    shutil.copy(single_package.folder / "card.toml", tmp_path)
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "card.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema = 2", "schema = 1", "card schema 1; this program reads 2"),
        ("schema = 2", "schema = 2\nsurprise = 2", "unknown key surprise"),
        ('stream = "joint"', 'stream = "joint"\nstreem = 1', "unknown key networks.0.streem"),
        ("dropout = 0.0", "dropout = 0.0\nheads = 3", "unknown key networks.0.network.heads"),
        ("visibility = false", "visibilty = true", "unknown key preprocessing.visibilty"),
        ('kind = "fg-stformer"', 'kind = "magic"', "no network 'magic'; there are fg-stformer"),
        ('kind = "fg-stformer"', "", "no network ''"),
        ('stream = "joint"', 'stream = "magic"', r"magic.*networks\[0\]\.stream"),
        ('fusion = "softmax"', 'fusion = "magic"', r"magic.*\$\.fusion"),
        ("frames = 16\ncentre", 'frames = "many"\ncentre', r"Expected `int`.*frames"),
        ('scaling = "body"', 'scaling = "magic"', r"magic.*scaling"),
        ('scaling = "body"', 'scaling = "lengths"', "needs the pairs of joints"),
        ("joints = 20", "joints = 25", "25 joints with 3 channels; kinect-v1 gives 20 with 3"),
        ('stream = "joint"', 'stream = "joint-and-bone"', "3 channels; kinect-v1 gives 20 with 6"),
        ("centre_joint = 1", "centre_joint = 20", "names joint 20; kinect-v1 ends before it"),
        ("people = 1\n", 'people = "one"\n', r"Expected `int`.*people"),
        ("focal_joints = 12", "focal_joints = 21", "focal_joints must be"),
        ("frames = 16\ncentre", "frames = 20\ncentre", "disagree about the number of frames"),
        ('"pick up with one hand",', "", "9 class names for 10 classes"),
        ("weight = 1.0", "weight = 0.0", "at least one network that counts"),
        ("[networks.weights]", "[networks.wait]", "weights"),
        ("[preprocessing]", "[preprocessing", "not a readable TOML"),
    ],
)
def test_a_broken_card_says_what_is_wrong_with_it(folder, old, new, words):
    edit(folder, old, new)
    with pytest.raises(FileFormatError, match=words) as caught:
        read_card(folder)
    assert str(caught.value).startswith("card.toml")


def test_networks_that_see_different_numbers_of_people_are_refused(single_package):
    (part,) = single_package.card.networks
    pair = replace(part, network=replace(part.network, people=2))
    with pytest.raises(EngineError, match="number of people"):
        replace(single_package.card, networks=(part, pair))


def test_networks_that_know_different_actions_are_refused(single_package):
    (part,) = single_package.card.networks
    other = replace(part, network=replace(part.network, classes=3))
    with pytest.raises(EngineError, match="10 class names for 3 classes"):
        replace(single_package.card, networks=(part, other))


def test_a_model_without_networks_is_refused(single_package):
    with pytest.raises(EngineError, match="at least one network"):
        replace(single_package.card, networks=())


def test_a_card_of_everything_comes_back_from_its_file(single_package, tmp_path):
    (part,) = single_package.card.networks
    first = replace(part, network=replace(part.network, channels=4))
    second = replace(
        part,
        stream=Stream.JOINT_AND_BONE,
        weight=0.25,
        network=replace(part.network, channels=7),
    )
    card = replace(
        single_package.card,
        preprocessing=Preprocessing(
            frames=16,
            centre_joint=1,
            scaling=Scaling.LENGTHS,
            length=Length.LOOP,
            centring=Centring.EVERY_FRAME,
            upright=(0, 2),
            sideways=(8, 4),
            measured=((0, 2), (12, 13)),
            visibility=True,
        ),
        networks=(first, second),
        fusion=Fusion.LOGITS,
    )

    (tmp_path / "card.toml").write_text(table_text(card), encoding="utf-8")

    assert read_card(tmp_path) == card


def test_a_network_is_called_by_its_kind_and_stream(single_package):
    (part,) = single_package.card.networks
    assert part.title == "FG-STFormer · joint"
    assert replace(part, stream=Stream.BONE_MOTION).title == "FG-STFormer · bone-motion"


CALIBRATION = """
[calibration]
temperature = 1.25
none_below = 0.4
ece_before = 0.1
ece_after = 0.03
clips = 120
"""


def test_a_calibration_is_part_of_the_card_and_comes_back(folder):
    path = folder / "card.toml"
    path.write_text(path.read_text() + CALIBRATION)
    card = read_card(folder)
    assert (card.temperature, card.none_below) == (1.25, 0.4)
    assert card.calibration is not None
    assert card.calibration.clips == 120
    path.write_text(table_text(card))
    assert read_card(folder) == card


def test_without_a_calibration_answers_stay_as_they_are(single_package):
    card = single_package.card
    assert card.calibration is None
    assert (card.temperature, card.none_below) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("temperature = 1.25", "temperature = 0.0", "temperature must be more than 0"),
        ("temperature = 1.25", "temperature = inf", "temperature must be more than 0"),
        ("none_below = 0.4", "none_below = 1.4", "none_below must be 0 to 1"),
        ("clips = 120", "clips = 120\nclicks = 2", "unknown key calibration.clicks"),
        ("clips = 120", "", "clips"),
    ],
)
def test_a_calibration_that_cannot_be_is_refused(folder, old, new, words):
    path = folder / "card.toml"
    path.write_text(path.read_text() + CALIBRATION)
    edit(folder, old, new)
    with pytest.raises(FileFormatError, match=words):
        read_card(folder)
