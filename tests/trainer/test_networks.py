"""Every kind of network trains, goes on where it stopped, and becomes a package that answers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.architectures import ARCHITECTURES
from engine.errors import EngineError, TrainingError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.streams import Stream, bones_of, motion_of
from engine.recording import Clip
from engine.runtime.cards import Fusion, read_card
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import open_recognizer
from tests.tiny_training import fits_of, passes_in, recording_of, tiny_job, train_package, waving
from trainer.data import plain_input, training_batch
from trainer.export import TOLERANCE, onnx_differences, rounding_errors, too_different
from trainer.inputs import tensors_of
from trainer.job import NetworkChoice
from trainer.plan import plan_of

KINDS = [row.id for row in ARCHITECTURES]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_becomes_a_package_whose_graph_says_what_torch_says(kind, package_of, data):
    package = package_of(kind)
    card = read_card(package)
    (part,) = card.networks
    network = part.network.build()
    network.load_state_dict(load_file(package / part.weights.name))
    (fit,) = fits_of(tiny_job(data, kind), data)
    clips = plain_input(fit.split.test, card.preprocessing)

    differences = onnx_differences(network.eval(), part.network, package / part.onnx.name, clips)

    assert next(iter(differences)) == "logits"
    assert too_different(differences, network, tensors_of(part.network, clips)) == {}
    assert differences["logits"] <= TOLERANCE
    passes = passes_in(package.parent)
    assert [event["network"] for event in passes] == [f"{kind}-joint"] * 2
    assert all(np.isfinite(event["loss"]) for event in passes)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_computes_in_double_precision_too(kind, data):
    (fit,) = fits_of(tiny_job(data, kind), data)
    clips = plain_input(fit.split.train, fit.planned.preprocessing)
    errors = rounding_errors(fit.network.eval(), tensors_of(fit.planned.config, clips))
    assert 0 < errors["logits"] < 1e-2


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_answers_and_explains_a_recording(kind, package_of):
    package = package_of(kind)
    recognizer = open_recognizer(ModelPackage(folder=package, card=read_card(package)))
    answer = recognizer.answer(Clip.whole(recording_of(waving(24, 7))))
    assert answer.predictions[0].probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert len(answer.explanations) == 1


class StoppedError(Exception):
    pass


def stop_after_one(done):
    raise StoppedError


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_on_exactly_where_it_stopped(kind, data, tmp_path):
    job = tiny_job(data, kind, average=0.9)
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    whole.mkdir()
    halves.mkdir()
    (unbroken,) = fits_of(job, whole)
    expected = unbroken.run(lambda done: None).network.state_dict()
    (stopped,) = fits_of(job, halves)
    with pytest.raises(StoppedError):
        stopped.run(stop_after_one)
    (resumed,) = fits_of(job, halves)
    found = resumed.run(lambda done: None).network.state_dict()

    assert resumed.progress.passes == 2
    for name, tensor in expected.items():
        assert torch.equal(tensor, found[name]), name


def test_streams_are_made_of_normalised_augmented_joints(data):
    job = tiny_job(data)
    joints, bones, motion = (
        replace(job.networks[0], streams=(stream,))
        for stream in (Stream.JOINT, Stream.BONE, Stream.JOINT_MOTION)
    )
    fits = fits_of(replace(job, networks=(joints, bones, motion)), data)
    batch = training_batch(
        fits[0].split.train,
        np.array([0, 1]),
        KINECT_V1,
        fits[0].planned.preprocessing,
        job.augmentation,
        np.random.default_rng(0),
    ).joints
    shown = [fit.planned.stream_of(batch) for fit in fits]
    np.testing.assert_array_equal(shown[0], batch)
    np.testing.assert_array_equal(shown[1], bones_of(batch, KINECT_V1))
    np.testing.assert_array_equal(shown[2], motion_of(batch))
    assert np.abs(shown[1] - shown[0]).max() > 0.1


@pytest.mark.parametrize("stream", list(Stream))
def test_every_stream_can_be_trained_on(data, stream):
    job = tiny_job(data, passes=1)
    (fit,) = fits_of(replace(job, networks=(replace(job.networks[0], streams=(stream,)),)), data)
    fitted = fit.run(lambda done: None)
    assert fitted.logits.shape == (4, 10)
    assert fit.planned.config.channels == (6 if stream is Stream.JOINT_AND_BONE else 3)


def test_a_job_of_several_networks_becomes_one_package(data, tmp_path):
    kind = KINDS[-1]  # whichever: what is seen here is the same for all
    job = tiny_job(data, kind)
    choice = replace(
        job.networks[0], streams=(Stream.JOINT, Stream.BONE_MOTION), weights=(0.6, 0.4)
    )
    folder = tmp_path / "run"
    folder.mkdir()
    package = train_package(replace(job, networks=(choice,), fusion=Fusion.LOGITS), folder)

    card = read_card(package)
    names = [f"{kind}-joint", f"{kind}-bone-motion"]
    assert [(part.stream, part.weight) for part in card.networks] == [
        (Stream.JOINT, 0.6),
        (Stream.BONE_MOTION, 0.4),
    ]
    assert {path.name for path in package.iterdir()} == {
        "card.toml",
        *(f"{name}.{suffix}" for name in names for suffix in ("onnx", "safetensors")),
    }
    assert card.fusion is Fusion.LOGITS
    assert card.title.endswith(" tiny, 2 streams")
    assert "Each alone: " in card.metrics.summary
    assert "Joint and bone-motion streams" in card.provenance.recipe
    assert {path.name for path in folder.glob("*.pt")} == {
        f"{name}.checkpoint.pt" for name in names
    }
    events = passes_in(folder)
    assert [event["network"] for event in events] == [names[0]] * 2 + [names[1]] * 2
    recognizer = open_recognizer(ModelPackage(folder=package, card=card))
    answer = recognizer.answer(Clip.whole(recording_of(waving(24, 7))))
    assert len(answer.explanations) == 2


def test_a_network_trained_among_others_becomes_what_it_becomes_alone(data, tmp_path):
    job = tiny_job(data, passes=1)
    first = replace(job.networks[0], dropout=0.5)
    alone = fits_of(replace(job, networks=(first,)), data)[0].run(lambda done: None)
    folder = tmp_path / "two"
    folder.mkdir()
    both = fits_of(replace(job, networks=(first, first)), folder)
    other = both[1].run(lambda done: None)
    among = both[0].run(lambda done: None)

    assert [fit.planned.name for fit in both] == ["fg-stformer-joint", "fg-stformer-joint-2"]
    for name, tensor in alone.network.state_dict().items():
        assert torch.equal(tensor, among.network.state_dict()[name]), name
        assert torch.equal(tensor, other.network.state_dict()[name]), name


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"kind": "gru"}, "no network 'gru'"),
        ({"size": "huge"}, "no size 'huge'"),
        ({"streams": ()}, "needs streams"),
        ({"streams": (Stream.BONE, Stream.BONE)}, "each of them once"),
        ({"weights": (1.0, 2.0)}, "1 streams but 2 weights"),
    ],
)
def test_impossible_choices_are_refused_in_words(choice, words):
    with pytest.raises(EngineError, match=words):
        NetworkChoice(**choice)


def test_people_and_frames_of_the_job_are_the_networks(data):
    job = tiny_job(data)
    job = replace(job, preprocessing=replace(job.preprocessing, people=2, frames=32))
    (planned,) = plan_of(job, KINECT_V1, 10)
    assert (planned.config.people, planned.config.frames) == (2, 32)
    with pytest.raises(EngineError, match="multiple of 4"):
        plan_of(replace(job, preprocessing=replace(job.preprocessing, frames=30)), KINECT_V1, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_only_networks_that_see_coordinates_take_mixed_clips(kind, data):
    job = tiny_job(data, kind, passes=1, mixup=0.2)
    if kind.startswith("spa-"):
        with pytest.raises(TrainingError, match="set mixup to 0"):
            fits_of(job, data)
    else:
        (fit,) = fits_of(job, data)
        assert np.isfinite(fit.run(lambda done: None).logits).all()


def test_a_network_that_sees_no_coordinates_refuses_mixup(data, monkeypatch):
    monkeypatch.setattr("trainer.fit.is_dense", lambda config, inputs: False)
    with pytest.raises(TrainingError, match="set mixup to 0"):
        fits_of(tiny_job(data, mixup=0.2), data)
