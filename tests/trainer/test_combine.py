"""Several packages as one: the same files, other names, weights of one's own."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from engine.commands.evaluate import EVALUATE
from engine.commands.runner import run_command
from engine.errors import ModelPackageError
from engine.recording import Clip
from engine.runtime.cards import Fusion, read_card
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import open_recognizer
from tests.tiny_training import recording_of, waving
from tests.trainer.few_gestures import write_gestures
from trainer.combine import Combination, combine
from trainer.commands import COMBINE
from trainer.export import write_card
from trainer.few_clips_bank import read_bank
from trainer.few_clips_command import REMEMBER, TEACH


def answer_of(folder):
    recognizer = open_recognizer(ModelPackage(folder=folder, card=read_card(folder)))
    return recognizer.answer(Clip.whole(recording_of(waving(24, 7))))


def altered(package, folder, **changes):
    shutil.copytree(package, folder)
    write_card(replace(read_card(folder), **changes), folder)
    return folder


@pytest.fixture(scope="session")
def remembering(tiny_package, tmp_path_factory):
    """A package that remembers a clip of each of its actions."""
    folder = tmp_path_factory.mktemp("remembering") / "model"
    shutil.copytree(tiny_package, folder)
    card = read_card(folder)
    gestures = write_gestures(folder.parent / "clips", clips=2, names=card.class_names)
    assert run_command((REMEMBER,), ["remember", str(folder), "--data", str(gestures)]) == 0
    return folder


def test_a_combination_answers_with_all_its_networks(tiny_package, tmp_path):
    wanted = Combination(name="Both", fusion=Fusion.LOGITS, weights=(0.25, 0.75))
    folder = combine([tiny_package, tiny_package], tmp_path / "both", wanted)

    card = read_card(folder)
    assert card.id == "both-fg-stformer"
    assert card.title == "Both · 2 FG-STFormer"
    assert [part.weight for part in card.networks] == [0.25, 0.75]
    assert [part.onnx.name for part in card.networks] == [
        "fg-stformer-joint.onnx",
        "fg-stformer-joint-2.onnx",
    ]
    assert card.metrics.top1 is None
    assert "not measured together" in card.metrics.summary
    assert card.provenance.clips == read_card(tiny_package).provenance.clips
    assert card.calibration is None
    uncalibrated = altered(tiny_package, tmp_path / "uncalibrated", calibration=None)
    answer, alone = answer_of(folder), answer_of(uncalibrated)
    np.testing.assert_allclose(
        answer.predictions[0].probabilities, alone.predictions[0].probabilities, atol=1e-5
    )
    assert len(answer.explanations) == 2


def test_a_combination_can_be_combined_again(tiny_package, tmp_path):
    two = combine([tiny_package, tiny_package], tmp_path / "two", Combination(name="Two"))
    three = combine([two, tiny_package], tmp_path / "three", Combination(name="Three"))
    assert len(read_card(three).networks) == 3
    assert answer_of(three).predictions[0].probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_what_networks_remember_comes_along(tiny_package, remembering, tmp_path):
    folder = combine([tiny_package, remembering], tmp_path / "both", Combination(name="Both"))

    package = ModelPackage(folder=folder, card=read_card(folder))
    first, second = (part.features for part in package.card.networks)
    assert first is None
    assert second.name == "fg-stformer-joint-2.features.safetensors"
    path = package.checked_path(second)
    assert path.read_bytes() == (remembering / "features.safetensors").read_bytes()


def test_a_combination_that_remembers_can_be_taught(remembering, tmp_path, capsys):
    folder = combine([remembering, remembering], tmp_path / "both", Combination(name="Both"))
    gestures = write_gestures(tmp_path / "gestures", clips=2, names=("nod",))
    out = tmp_path / "taught"
    words = ["teach", str(folder), "--data", str(gestures), "--out", str(out), "--head-only"]
    assert run_command((TEACH,), [*words, "--seconds", "5", "--threads", "1"]) == 0

    card = read_card(out)
    assert card.class_names[-1] == "nod"
    assert len(card.networks) == 2
    assert answer_of(out).predictions[0].probabilities.shape == (len(card.class_names),)
    assert "2 networks" in capsys.readouterr().err


def test_every_network_of_a_combination_remembers_for_itself(tiny_package, tmp_path):
    folder = combine([tiny_package, tiny_package], tmp_path / "both", Combination(name="Both"))
    names = read_card(folder).class_names
    clips = write_gestures(tmp_path / "clips", clips=2, names=names)
    assert run_command((REMEMBER,), ["remember", str(folder), "--data", str(clips)]) == 0

    package = ModelPackage(folder=folder, card=read_card(folder))
    parts = package.card.networks
    paths = [package.checked_path(part.features) for part in parts]
    assert [path.name for path in paths] == [
        "fg-stformer-joint.features.safetensors",
        "fg-stformer-joint-2.features.safetensors",
    ]
    for path in paths:
        features, actions = read_bank(path, width=32, classes=len(names))
        assert len(features) == len(actions) == 2 * len(names)


def test_the_command_takes_weights_and_says_where_the_package_is(tiny_package, tmp_path, capsys):
    out = tmp_path / "mine"
    words = ["combine", str(tiny_package), str(tiny_package), "--out", str(out)]
    assert run_command((COMBINE,), [*words, "--fusion", "logits", "--weights", "0.6,0.4"]) == 0
    assert str(out) in capsys.readouterr().out
    card = read_card(out)
    assert card.title.startswith("mine · ")
    assert [part.weight for part in card.networks] == [0.6, 0.4]


def test_a_combination_is_measured_and_calibrated_like_any_model(tiny_package, data, tmp_path):
    folder = combine([tiny_package, tiny_package], tmp_path / "both", Combination(name="Both"))
    words = ["evaluate", "--model", str(folder), "--data", str(data), "--format", "nw-ucla"]
    assert run_command((EVALUATE,), [*words, "--people", "1", "--calibrate"]) == 0
    assert run_command((EVALUATE,), [*words, "--people", "2", "--record"]) == 0

    card = read_card(folder)
    assert card.calibration.clips == 4
    assert card.metrics.top1 in (0, 0.25, 0.5, 0.75, 1)
    low, high = card.metrics.interval
    assert 0 <= low <= card.metrics.top1 <= high <= 1
    assert card.metrics.summary.endswith("person 2.")
    again = combine([folder], tmp_path / "again", Combination(name=""))
    same = read_card(again)
    assert (same.id, same.metrics, same.calibration) == (card.id, card.metrics, card.calibration)


def test_a_package_of_which_only_the_name_changes_keeps_its_figures(tiny_package, tmp_path):
    before = read_card(tiny_package)
    card = read_card(combine([tiny_package], tmp_path / "new", Combination(name="Other")))
    assert (card.title, card.id) == ("Other · FG-STFormer", "other-fg-stformer")
    assert (card.metrics, card.provenance) == (before.metrics, before.provenance)


def test_other_weights_make_another_model(tiny_package, tmp_path):
    both = Combination(name="Both", fusion=Fusion.LOGITS)
    folder = combine([tiny_package, tiny_package], tmp_path / "both", both)
    again = combine([folder], tmp_path / "again", Combination(name="", weights=(1.0, 3.0)))
    card = read_card(again)
    assert card.fusion is Fusion.LOGITS
    assert "not measured together" in card.metrics.summary


def test_networks_about_other_things_are_refused(tiny_package, tmp_path):
    card = read_card(tiny_package)
    names = ("waving", *card.class_names[1:])
    preprocessing = replace(card.preprocessing, centre_joint=0)
    other = altered(
        tiny_package, tmp_path / "other", class_names=names, preprocessing=preprocessing
    )
    with pytest.raises(ModelPackageError, match="actions and preprocessing"):
        combine([tiny_package, other], tmp_path / "out", Combination(name="Out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("weights", "words"),
    [((1.0,), "1 weights for 2 networks"), ((1.0, -1.0), "negative"), ((0.0, 0.0), "counts")],
)
def test_weights_that_are_none_are_refused(tiny_package, tmp_path, weights, words):
    with pytest.raises(ModelPackageError, match=words):
        combine(
            [tiny_package, tiny_package],
            tmp_path / "out",
            Combination(name="Out", weights=weights),
        )
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_left_alone(tiny_package, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ModelPackageError, match="not empty"):
        combine([tiny_package], tmp_path / "out", Combination(name="Out"))


def test_a_file_that_is_not_the_cards_is_not_taken(tiny_package, tmp_path):
    broken = altered(tiny_package, tmp_path / "broken")
    (broken / "model.onnx").write_bytes(b"something else")
    with pytest.raises(ModelPackageError, match="not the file its card describes"):
        combine([broken], tmp_path / "out", Combination(name="Out"))


def test_installed_models_are_combined_by_their_ids(tmp_path):
    names = ("everyday-st-tr", "everyday-sem-net")
    assert run_command((COMBINE,), ["combine", *names, "--out", str(tmp_path / "both")]) == 0
    assert [part.network.kind for part in read_card(tmp_path / "both").networks] == [
        "t-tr",
        "sem-net",
    ]


def test_a_model_that_is_not_there_is_missed_with_those_that_are(tmp_path, capsys):
    words = ["combine", "everyday-st-tr", "nobody", "--out", str(tmp_path / "both")]
    assert run_command((COMBINE,), words) != 0
    assert "no model nobody; installed: everyday, everyday-fg-stformer" in capsys.readouterr().err
