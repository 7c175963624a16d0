"""A package learns new actions from a few clips, and keeps those that it had."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.architectures import ARCHITECTURES
from engine.errors import ModelPackageError, TrainingError
from engine.recording import Clip
from engine.runtime.cards import read_card
from engine.runtime.recognizer import open_recognizer
from tests.tiny_training import recording_of
from tests.trainer.few_gestures import (
    GESTURES,
    gesture,
    material_of,
    opened,
    silent,
    write_gestures,
)
from trainer import few_clips_export, few_clips_learn, few_clips_thaw
from trainer.combine import Combination, combine
from trainer.data import plain_input
from trainer.export import onnx_differences, too_different
from trainer.few_clips import network_of, teach
from trainer.few_clips_plan import Lesson
from trainer.few_clips_remember import remember
from trainer.inputs import tensors_of

KINDS = [row.id for row in ARCHITECTURES]
QUICK = Lesson(name="Mine", thaws=False, threads=1)


@pytest.fixture(scope="module")
def gestures(tmp_path_factory):
    return write_gestures(tmp_path_factory.mktemp("gestures"))


def refuse_to_trace(*_arguments):
    raise AssertionError("traced")


def lesson_on(base, gestures, out, lesson=QUICK):
    return teach(base, material_of(gestures), lesson, out, silent(time.perf_counter()))


def named(folder, positions):
    recognizer = open_recognizer(opened(folder))
    answer = recognizer.answer(Clip.whole(recording_of(positions)))
    prediction = answer.predictions[answer.main]
    return prediction.class_names[prediction.probabilities.argmax()]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_learns_in_its_own_graph(kind, package_of, gestures, tmp_path, monkeypatch):
    monkeypatch.setattr(few_clips_export, "export_files", refuse_to_trace)
    base = opened(package_of(kind))
    folder = lesson_on(base, gestures, tmp_path / "mine")

    card = read_card(folder)
    (part,) = card.networks
    assert card.class_names == (*base.card.class_names, *GESTURES)
    assert part.network.classes == 13
    assert f"on top of {base.card.id}" in card.provenance.recipe
    assert "lift left 4, lift right 4, nod 4" in card.provenance.recipe
    assert "12 clips" in card.metrics.summary
    assert card.calibration is not None
    network = network_of(opened(folder), part)
    clips = plain_input(material_of(gestures).clips, card.preprocessing)
    differences = onnx_differences(network, part.network, folder / part.onnx.name, clips)
    assert too_different(differences, network, tensors_of(part.network, clips)) == {}
    bank = load_file(opened(folder).checked_path(part.features))
    assert {10, 11, 12} <= set(bank["actions"].tolist())


@pytest.mark.parametrize("kind", ["fg-stformer", "spa-4d"])
def test_what_was_learnt_is_named_in_other_clips(kind, package_of, gestures, tmp_path):
    lesson = replace(QUICK, kept=())
    folder = lesson_on(opened(package_of(kind)), gestures, tmp_path / "mine", lesson)
    assert read_card(folder).class_names == tuple(GESTURES)
    for name, (joint, height) in GESTURES.items():
        assert named(folder, gesture(joint, height, 27, 0.97)) == name


def test_actions_that_are_remembered_stay(tiny_package, gestures, tmp_path):
    taught = lesson_on(opened(tiny_package), gestures, tmp_path / "one", replace(QUICK, kept=()))
    material = material_of(gestures)
    order = [read_card(taught).class_names.index(name) for name in material.names]
    package = remember(opened(taught), material.clips, np.array(order)[material.clips.actions])
    bank = load_file(package.checked_path(package.card.networks[0].features))
    assert bank["features"].shape == (12, 32)
    assert np.bincount(bank["actions"].numpy()).tolist() == [4, 4, 4]
    assert read_card(taught) == package.card

    more = write_gestures(tmp_path / "more", names=("stamp", "jerk"))
    folder = lesson_on(package, more, tmp_path / "two")
    for name, (joint, height) in GESTURES.items():
        assert named(folder, gesture(joint, height, 27, 0.97)) == name


def test_a_model_that_was_taught_can_be_taught_again(tiny_package, gestures, tmp_path):
    first = lesson_on(opened(tiny_package), gestures, tmp_path / "one", replace(QUICK, kept=()))
    more = write_gestures(tmp_path / "more", names=("stamp", "nod"))
    second = lesson_on(opened(first), more, tmp_path / "two")
    assert read_card(second).class_names == (*GESTURES, "stamp")
    assert named(second, gesture(7, 0.6, 25)) == "lift left"
    assert named(second, gesture(15, 0.5, 25)) == "stamp"


def test_several_networks_learn_together(tiny_package, gestures, tmp_path):
    both = combine([tiny_package, tiny_package], tmp_path / "both", Combination(name="Both"))
    folder = lesson_on(opened(both), gestures, tmp_path / "mine")
    parts = read_card(folder).networks
    assert [part.features.name for part in parts] == [
        "fg-stformer-joint.features.safetensors",
        "fg-stformer-joint-2.features.safetensors",
    ]
    assert named(folder, gesture(3, 0.25, 25)) == "nod"


def thawing(monkeypatch, *, helps):
    losses = iter((2.0, 1.0) if helps else (1.0, 2.0))
    monkeypatch.setattr(few_clips_learn, "surprise", lambda logits, actions: next(losses))
    monkeypatch.setattr(few_clips_thaw, "FEWEST_STEPS", 1)
    monkeypatch.setattr(few_clips_thaw, "MOST_STEPS", 6)
    return replace(QUICK, thaws=True, seconds=90.0)


def state_of(package):
    (part,) = package.card.networks
    return load_file(package.folder / part.weights.name)


@pytest.mark.parametrize("kind", ["fg-stformer", "s-tr"])
def test_later_layers_move_where_that_helps(kind, package_of, gestures, tmp_path, monkeypatch):
    monkeypatch.setattr(few_clips_export, "export_files", refuse_to_trace)
    lesson = thawing(monkeypatch, helps=True)
    base = opened(package_of(kind))
    folder = lesson_on(base, gestures, tmp_path / "mine", lesson)
    before, after = state_of(base), state_of(opened(folder))
    stem = [name for name in before if name.startswith("stem")]
    assert stem
    assert all(torch.equal(before[name], after[name]) for name in stem)
    late = [name for name in before if name.startswith(("focal.1.", "units.8."))]
    assert any(not torch.equal(before[name], after[name]) for name in late)
    assert "later layers for" in read_card(folder).provenance.recipe
    assert "trained without them" in read_card(folder).metrics.summary


def test_layers_stay_where_moving_them_does_not_help(tiny_package, gestures, tmp_path, monkeypatch):
    lesson = thawing(monkeypatch, helps=False)
    base = opened(tiny_package)
    folder = lesson_on(base, gestures, tmp_path / "mine", lesson)
    before, after = state_of(base), state_of(opened(folder))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"hidden.weight", "hidden.bias", "classifier.weight", "classifier.bias"}
    assert "no other layers" in read_card(folder).provenance.recipe


def test_a_graph_whose_weights_cannot_be_exchanged_is_traced(
    package_of, gestures, tmp_path, monkeypatch
):
    monkeypatch.setattr("trainer.few_clips.usable_plan", lambda *_arguments: False)
    folder = lesson_on(opened(package_of("sem-net")), gestures, tmp_path / "mine")
    assert named(folder, gesture(3, 0.25, 25)) in read_card(folder).class_names


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        (replace(QUICK, kept=("yodel",)), "no action yodel to keep"),
        (replace(QUICK, kept=("throw", "fly")), "no action fly"),
    ],
)
def test_actions_that_are_not_there_cannot_be_kept(lesson, words, tiny_package, gestures, tmp_path):
    with pytest.raises(TrainingError, match=words):
        lesson_on(opened(tiny_package), gestures, tmp_path / "mine", lesson)
    assert not (tmp_path / "mine").exists()


def test_one_clip_is_too_few(tiny_package, tmp_path):
    folder = write_gestures(tmp_path / "single", clips=1)
    with pytest.raises(TrainingError, match="lift left has 1 clip; an action is learnt from 2"):
        lesson_on(opened(tiny_package), folder, tmp_path / "mine")


def test_a_single_action_is_nothing_to_tell_apart(tiny_package, tmp_path):
    folder = write_gestures(tmp_path / "one", names=("nod",))
    with pytest.raises(TrainingError, match="tells actions apart"):
        lesson_on(opened(tiny_package), folder, tmp_path / "mine", replace(QUICK, kept=()))


def test_a_model_that_would_forget_says_so(tiny_package, gestures, tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.few_clips.sample_joints", lambda card: None)
    with pytest.raises(TrainingError, match="skelarium remember"):
        lesson_on(opened(tiny_package), gestures, tmp_path / "mine")
    assert not list(tmp_path.iterdir())
    lesson_on(opened(tiny_package), gestures, tmp_path / "mine", replace(QUICK, kept=()))


def test_a_folder_with_something_in_it_is_left_alone(tiny_package, gestures, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ModelPackageError, match="not empty"):
        lesson_on(opened(tiny_package), gestures, tmp_path)


def test_an_action_without_clips_cannot_be_remembered(tiny_package, gestures):
    clips = material_of(gestures).clips
    with pytest.raises(TrainingError, match="no clip of drop trash"):
        remember(opened(tiny_package), clips, np.arange(len(clips)) % 2)
    assert read_card(tiny_package).networks[0].features is None
