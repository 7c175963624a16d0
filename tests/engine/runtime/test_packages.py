import shutil
from pathlib import Path

import pytest

from engine.errors import EngineError, FileFormatError, ModelPackageError
from engine.runtime import packages
from engine.runtime.cards import read_card
from engine.runtime.packages import find_model, installed_models
from engine.runtime.recognizer import open_recognizer


@pytest.fixture
def installed(tiny_package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models" / "tiny"
    shutil.copytree(tiny_package, folder)
    monkeypatch.setattr(packages, "model_folders", lambda: (tmp_path / "models",))
    return folder


def test_a_package_is_found_by_id_by_folder_and_as_the_default(installed):
    assert [package.card.id for package in installed_models()] == ["tiny-fg-stformer"]
    assert find_model("tiny-fg-stformer").folder == find_model(None).folder == installed
    assert find_model(str(installed)).card == read_card(installed)


def test_an_unknown_id_lists_what_there_is(installed):
    with pytest.raises(ModelPackageError, match="no model nonsense; installed: tiny-fg-stformer"):
        find_model("nonsense")


def test_a_file_that_was_altered_does_not_load(installed):
    path = installed / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelPackageError, match=r"model\.onnx is not the file"):
        open_recognizer(find_model("tiny-fg-stformer"))


def test_a_card_cannot_point_outside_its_folder(installed):
    card = installed / "card.toml"
    card.write_text(card.read_text().replace('"model.onnx"', '"../../model.onnx"'))
    with pytest.raises(ModelPackageError, match="missing"):
        open_recognizer(find_model("tiny-fg-stformer"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema = 1", "schema = 99", "schema 99"),
        ("schema = 1", "schema = 1\nsurprise = 2", "unknown key surprise"),
        ("frames = 16", 'frames = "many"', r"Expected `int`"),
        ('scaling = "body"', 'scaling = "magic"', "magic"),
        ("[network]", "[network", "not a readable TOML"),
        ('"pick up with one hand",', "", "9 class names for 10 classes"),
    ],
)
def test_a_broken_card_says_what_is_wrong_with_it(installed, old, new, words):
    path = installed / "card.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(FileFormatError, match=words) as caught:
        read_card(installed)
    assert str(caught.value).startswith("card.toml")
    assert installed_models() == ()


def test_a_folder_without_a_card_is_no_package(tmp_path):
    with pytest.raises(EngineError, match=r"card\.toml"):
        read_card(tmp_path)
