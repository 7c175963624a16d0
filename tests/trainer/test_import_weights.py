"""Other people's weights as packages: read safely, refused with words, answering afterwards."""

import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.architectures import architecture_by_id
from engine.architectures.base import NetworkWish
from engine.commands.runner import run_command
from engine.errors import EngineError, FileFormatError
from engine.layouts import layout_by_id
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.official.st_tr import official_shapes
from engine.preprocess.streams import Stream
from engine.recording import Clip, Recording, Source, Units
from engine.runtime.packages import find_model
from engine.runtime.recognizer import open_recognizer
from engine.skeleton import Axis
from trainer.import_weights import IMPORT_WEIGHTS, read_state, stream_of_channels

CLASSES = 60


def official_state(prefix: str = "") -> dict[str, torch.Tensor]:
    """A state dict such as the official code saves of its S-TR for NTU, with random values."""
    config = architecture_by_id("s-tr").configure(
        NetworkWish(layout=KINECT_V2, classes=CLASSES, frames=300, people=2, size="full")
    )
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in official_shapes(config).items():
        values = 0.05 * torch.randn(shape, generator=generator)
        state[prefix + name] = values.abs() + 0.5 if name.endswith("running_var") else values
    return state


def typed(*words: object) -> int:
    return run_command((IMPORT_WEIGHTS,), ["import-weights", *map(str, words)])


def two_people(frames: int) -> Recording:
    random = np.random.default_rng(0)
    positions = random.standard_normal((1, 2, 25, 3)) + 0.05 * random.standard_normal(
        (frames, 2, 25, 3)
    ).cumsum(axis=0)
    return Recording(
        layout=KINECT_V2,
        positions=positions.astype(np.float32),
        confidence=np.ones((frames, 2, 25), dtype=np.float32),
        fps=Fraction(30),
        units=Units.METRES,
        source=Source(path=None, format_id="test", sha256=""),
        up=Axis.PLUS_Y,
    )


def test_official_weights_become_a_model_that_answers_about_everybody_at_once(tmp_path, capsys):
    torch.save(official_state("module."), tmp_path / "ntu60_xsub_spatial.pt")

    words = (tmp_path / "ntu60_xsub_spatial.pt", "--architecture", "st-tr", "--frames", 16)
    assert typed(*words, "--out", tmp_path / "made") == 0

    assert "228 tensors of ntu60_xsub_spatial.pt fit ST-TR" in capsys.readouterr().out
    recognizer = open_recognizer(find_model(str(tmp_path / "made")))
    assert recognizer.card.class_names[7] == "sitting down"
    assert recognizer.card.preprocessing.upright == (0, 1)
    answer = recognizer.answer(Clip.whole(two_people(12)))
    (prediction,) = answer.predictions
    assert prediction.person is None
    assert answer.explanation is not None
    assert answer.explanation.joint_weights.shape == (12, 2, 25)
    assert not (tmp_path / "made.partial").exists()


def test_an_existing_folder_is_not_touched(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    torch.save(official_state(), tmp_path / "weights.pt")
    words = (tmp_path / "weights.pt", "--architecture", "st-tr", "--out", tmp_path / "mine")
    assert typed(*words) != 0
    assert "exists" in capsys.readouterr().err
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("architecture", ["st-tr", "ms-g3d"])
def test_what_does_not_fit_is_named_and_nothing_is_left_behind(architecture, tmp_path, capsys):
    state = official_state()
    del state["backbone.4.gcn1.bn.weight"]
    torch.save(state, tmp_path / "weights.pt")
    words = (tmp_path / "weights.pt", "--architecture", architecture, "--out", tmp_path / "made")
    assert typed(*words) != 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    if architecture == "st-tr":
        assert "backbone.4.gcn1.bn.weight" in told
    assert [path.name for path in tmp_path.iterdir()] == ["weights.pt"]


class Trap:
    """Runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", [2, 4])
def test_code_in_a_file_is_not_run(protocol, tmp_path, capsys):
    sprung = tmp_path / "sprung"
    content = pickle.dumps({"weight": Trap(sprung)}, protocol=protocol)
    (tmp_path / "weights.pt").write_bytes(content)
    torch.save({"weight": Trap(sprung)}, tmp_path / "zipped.pt")
    for name in ("weights.pt", "zipped.pt"):
        words = (tmp_path / name, "--architecture", "st-tr", "--out", tmp_path / "made")
        assert typed(*words) != 0
        assert "cannot" in (told := capsys.readouterr().err) or "safely" in told
    assert not sprung.exists()


@pytest.mark.parametrize("is_zipped", [True, False])
def test_damaged_files_are_refused_with_words(is_zipped, tmp_path):
    path, random = tmp_path / "weights.pt", np.random.default_rng(0)
    torch.save({"a": torch.zeros(3)}, path, _use_new_zipfile_serialization=is_zipped)
    whole = path.read_bytes()
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole[: random.integers(1, len(whole))])
        damaged[random.integers(0, len(damaged))] ^= 0x55
        path.write_bytes(damaged)
        try:
            read_state(path)
        except FileFormatError:
            refused += 1
    assert refused > 30


@pytest.mark.parametrize(
    ("content", "words"),
    [({}, "dictionary"), ([1, 2], "dictionary"), ({"a": 3}, "tensors only")],
)
def test_files_of_something_else_are_refused_with_words(content, words, tmp_path, capsys):
    torch.save(content, tmp_path / "weights.pt")
    assert (
        typed(tmp_path / "weights.pt", "--architecture", "st-tr", "--out", tmp_path / "made") != 0
    )
    assert words in capsys.readouterr().err


def test_names_of_the_actions_may_be_given(tmp_path, capsys):
    torch.save(official_state(), tmp_path / "weights.pt")
    (tmp_path / "names.txt").write_text("one\ntwo\n")
    words = (tmp_path / "weights.pt", "--architecture", "st-tr", "--out", tmp_path / "made")
    assert typed(*words, "--classes", tmp_path / "names.txt") != 0
    assert "names.txt: expected 60 names, found 2" in capsys.readouterr().err


def test_kinetics_bones_are_refused_because_no_stream_has_their_channels():
    picture = layout_by_id("openpose-18")
    assert stream_of_channels(3, picture, Stream.JOINT) is Stream.JOINT
    assert stream_of_channels(6, KINECT_V2, Stream.JOINT) is Stream.JOINT_AND_BONE
    with pytest.raises(EngineError, match="6 channels"):
        stream_of_channels(6, picture, Stream.JOINT)
