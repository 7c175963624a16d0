"""Model packages on disk."""

import shutil
from pathlib import Path

import pytest

from engine.errors import EngineError, ModelPackageError
from engine.runtime import packages
from engine.runtime.backends import Backend
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage, find_model, installed_models
from engine.runtime.recognizer import open_recognizer

ID = "made-for-tests"


@pytest.fixture
def installed(
    single_package: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path / "models" / "copy"
    shutil.copytree(single_package.folder, folder)
    monkeypatch.setattr(packages, "model_folders", lambda: (tmp_path / "models",))
    return folder


def test_a_package_is_found_by_id_by_folder_and_as_the_default(installed):
    assert [package.card.id for package in installed_models()] == [ID]
    assert find_model(ID).folder == find_model(None).folder == installed
    assert find_model(str(installed)).card == read_card(installed)


def test_an_unknown_id_lists_what_there_is(installed):
    with pytest.raises(ModelPackageError, match=f"no model nonsense; installed: {ID}"):
        find_model("nonsense")


@pytest.mark.parametrize(
    ("name", "backend"),
    [("0.onnx", Backend.ONNXRUNTIME), ("0.safetensors", Backend.TORCH)],
)
def test_a_file_that_was_altered_does_not_load(installed, name, backend):
    path = installed / name
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelPackageError, match=f"{name} is not the file"):
        open_recognizer(find_model(ID), backend=backend)


def test_a_file_that_a_backend_does_not_need_may_be_missing(installed):
    (installed / "0.safetensors").unlink()
    assert open_recognizer(find_model(ID)).card.id == ID
    with pytest.raises(ModelPackageError, match=r"0\.safetensors is missing"):
        open_recognizer(find_model(ID), backend=Backend.TORCH)


def test_a_card_cannot_point_outside_its_folder(installed):
    card = installed / "card.toml"
    card.write_text(card.read_text().replace('"0.onnx"', '"../copy/0.onnx"'))
    with pytest.raises(ModelPackageError, match="missing"):
        open_recognizer(find_model(ID))


def test_a_package_with_a_broken_card_is_not_among_the_installed(installed):
    card = installed / "card.toml"
    card.write_text(card.read_text().replace("schema = 2", "schema = 99"))
    assert installed_models() == ()


def test_a_folder_without_a_card_is_no_package(tmp_path):
    with pytest.raises(EngineError, match=r"card\.toml"):
        read_card(tmp_path)
