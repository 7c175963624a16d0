"""Several packages as one: the same files, other names, weights of one's own."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from engine.commands.runner import run_command
from engine.errors import ModelPackageError
from engine.recording import Clip
from engine.runtime.cards import Fusion, read_card
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import open_recognizer
from tests.tiny_training import recording_of, waving
from trainer.combine import Combination, combine
from trainer.commands import COMBINE
from trainer.export import write_card


def answer_of(folder):
    recognizer = open_recognizer(ModelPackage(folder=folder, card=read_card(folder)))
    return recognizer.answer(Clip.whole(recording_of(waving(24, 7))))


def altered(package, folder, **changes):
    shutil.copytree(package, folder)
    write_card(replace(read_card(folder), **changes), folder)
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
    answer, alone = answer_of(folder), answer_of(tiny_package)
    np.testing.assert_allclose(
        answer.predictions[0].probabilities, alone.predictions[0].probabilities, atol=1e-5
    )
    assert len(answer.explanations) == 2


def test_a_combination_can_be_combined_again(tiny_package, tmp_path):
    two = combine([tiny_package, tiny_package], tmp_path / "two", Combination(name="Two"))
    three = combine([two, tiny_package], tmp_path / "three", Combination(name="Three"))
    assert len(read_card(three).networks) == 3
    assert answer_of(three).predictions[0].probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_the_command_takes_weights_and_says_where_the_package_is(tiny_package, tmp_path, capsys):
    out = tmp_path / "mine"
    words = ["combine", str(tiny_package), str(tiny_package), "--out", str(out)]
    assert run_command((COMBINE,), [*words, "--fusion", "logits", "--weights", "0.6,0.4"]) == 0
    assert str(out) in capsys.readouterr().out
    card = read_card(out)
    assert card.title.startswith("mine · ")
    assert [part.weight for part in card.networks] == [0.6, 0.4]


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
