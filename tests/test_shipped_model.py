"""The model in the box: whole, honest, right about the samples, looking at what moves."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.datasets import dataset_by_id
from engine.formats import read_recording
from engine.places import assets_folder
from engine.recording import Clip
from engine.runtime.cards import read_card
from engine.runtime.evaluation import evaluate
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import Recognizer, open_recognizer
from engine.samples import SAMPLES
from tests.tiny_training import recording_of, standing
from trainer.export import TOLERANCE, onnx_differences

FOLDER = assets_folder() / "models" / "everyday-fg-stformer"
SHOWN_FIRST = ("walk-around", "sit-down", "stand-up", "pick-up", "throw")


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return open_recognizer(ModelPackage(folder=FOLDER, card=read_card(FOLDER)))


def test_the_card_says_on_what_it_was_trained_and_what_was_measured() -> None:
    card = read_card(FOLDER)
    assert card.id == FOLDER.name
    assert "Northwestern-UCLA" in card.provenance.data
    assert "view 2" in card.metrics.summary


def test_the_package_says_nothing_of_the_machine_it_was_made_on() -> None:
    for path in FOLDER.iterdir():
        content = path.read_bytes()
        assert b"stack_trace" not in content, path.name
        assert b"site-packages" not in content, path.name


def test_the_graph_says_what_the_weights_say_on_every_sample() -> None:
    card = read_card(FOLDER)
    (part,) = card.networks
    network = part.network.build()
    network.load_state_dict(load_file(FOLDER / part.weights.name))
    clips = np.concatenate(
        [
            card.preprocessing.prepare(read_recording(sample.path).positions[:, :1]).inputs
            for sample in SAMPLES
        ]
    )
    torch.set_num_threads(1)
    graph = FOLDER / part.onnx.name
    differences = onnx_differences(network.eval(), part.network, graph, clips)
    assert max(differences.values()) <= TOLERANCE, differences


def test_it_names_at_least_four_of_the_first_five_samples(recognizer: Recognizer) -> None:
    samples = [sample for sample in SAMPLES if sample.id in SHOWN_FIRST]
    said = {}
    for sample in samples:
        answer = recognizer.answer(Clip.whole(read_recording(sample.path)), explain=False)
        said[sample.expected[0]] = answer.predictions[0].top(1)[0][0]
    assert len(said) == len(SHOWN_FIRST)
    assert sum(made == named for made, named in said.items()) >= 4, said


@pytest.mark.parametrize("joint", ["left hand", "right hand"])
@pytest.mark.parametrize("frames", [100, 150])
def test_a_joint_that_moves_in_frames_40_to_60_lights_up_there(
    recognizer: Recognizer, joint: str, frames: int
) -> None:
    positions = standing(frames)
    moving = recognizer.layout.index(joint)
    positions[40:61, 0, moving, 1] += 0.3 * np.sin(np.linspace(0, 4 * np.pi, 21))

    explanation = recognizer.answer(Clip.whole(recording_of(positions))).explanation

    assert explanation is not None
    light = explanation.joint_weights[:, 0, moving]
    assert 40 <= light.argmax() <= 60
    assert light[45:56].mean() > light[:30].mean() + 0.05
    assert moving in explanation.chosen[50, 0]


@pytest.mark.slow
def test_it_knows_the_recordings_it_was_trained_on(recognizer: Recognizer, shared_data) -> None:
    dataset = dataset_by_id("nw-ucla")
    contents = dataset.contents(shared_data / "nw-ucla")
    contents = replace(contents, files=contents.files[::10])
    result = evaluate(recognizer, dataset, contents, lambda done: None)
    assert result.clips == len(contents.files)
    assert result.top1 > 0.9
