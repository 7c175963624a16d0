"""``models``, ``predict`` and ``evaluate``, as a person types them."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from engine.cli import COMMANDS
from engine.commands.runner import run_command
from engine.places import assets_folder
from engine.runtime import packages
from engine.runtime.cards import Calibration, read_card
from engine.tables import table_text
from tests.tiny_training import write_tiny_dataset


@pytest.fixture
def typed(capsys):
    def run(*words: object) -> tuple[int, str, str]:
        status = run_command(COMMANDS, [str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write_tiny_dataset(folder)
    return folder


def test_models_are_listed_with_what_they_know(typed, tiny_package, monkeypatch):
    monkeypatch.setattr(packages, "model_folders", lambda: (tiny_package.parent,))
    status, out, _ = typed("models", "--json")
    (model,) = json.loads(out)["models"]
    assert status == 0
    assert model["id"] == "tiny-fg-stformer"
    assert len(model["classes"]) == 10
    assert "pick up with one hand" in typed("models")[1]


def test_predict_prints_the_best_answers_first(typed, tiny_package, data):
    file = sorted(data.iterdir())[0]
    status, out, _ = typed("predict", file, "--model", tiny_package, "--top", "3", "--json")

    (answer,) = json.loads(out)["answers"]
    shares = [row["probability"] for row in answer["people"][0]["top"]]
    assert status == 0
    assert answer["file"] == str(file)
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert str(file) in typed("predict", file, "--model", tiny_package)[1]


def test_predict_saves_where_the_model_looked(typed, tiny_package, data, tmp_path):
    file, out = sorted(data.iterdir())[0], tmp_path / "why.npz"
    status, _, _ = typed("predict", file, "--model", tiny_package, "--explain", out)

    assert status == 0
    with np.load(out, allow_pickle=False) as saved:
        frames = len(json.loads(file.read_text())["skeletons"])
        assert saved["joint_weights"].shape == (frames, 1, 20)
        assert saved["link_names"][0] == "Focal joints to parts"
        steps = len(saved["network_frames"])
        assert saved["links_0"].shape == (steps, 1, 3, 20, 10)
        assert saved["networks"].tolist() == ["FG-STFormer · joint"]
        assert saved["joints"][3] == "head"


def test_predict_says_what_the_model_runs_on_and_both_backends_agree(typed, tiny_package, data):
    file = sorted(data.iterdir())[0]
    words = ("predict", file, "--model", tiny_package, "--json", "--device", "cpu", "--backend")
    in_onnx, in_torch = (json.loads(typed(*words, each)[1]) for each in ("onnxruntime", "torch"))
    assert in_onnx["runs_on"].startswith("onnxruntime on the CPU")
    assert in_torch["runs_on"].startswith("torch on the CPU")
    shares = [
        {row["action"]: row["probability"] for row in told["answers"][0]["people"][0]["top"]}
        for told in (in_onnx, in_torch)
    ]
    assert shares[0] == pytest.approx(shares[1], abs=1e-4)


def test_a_file_that_is_no_recording_is_one_line_on_stderr(typed, tiny_package, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    status, out, err = typed("predict", path, "--model", tiny_package)
    assert (status, out) == (2, "")
    assert err.startswith("skelarium: notes.txt")
    assert err.count("\n") == 1


def test_one_bad_file_does_not_keep_the_others_from_being_answered(
    typed, tiny_package, data, tmp_path
):
    bad, good = tmp_path / "notes.txt", sorted(data.iterdir())[0]
    bad.write_text("hello")
    status, out, err = typed("predict", bad, good, "--model", tiny_package, "--json")

    first, second = json.loads(out)["answers"]
    assert status == 2
    assert first["error"] in err
    assert second["people"][0]["top"]


def test_evaluate_counts_every_clip_once(typed, tiny_package, data):
    words = ("evaluate", "--model", tiny_package, "--data", data, "--format", "nw-ucla")
    status, out, _ = typed(*words, "--json")

    result = json.loads(out)
    confusion = np.array(result["confusion"])
    assert status == 0
    assert confusion.sum() == result["clips"] == 8
    assert result["top1"] == pytest.approx(np.trace(confusion) / 8)
    assert len(result["wrong"]) == 8 - np.trace(confusion)
    assert confusion[0].sum() == 4
    assert confusion[8].sum() == 4
    assert result["per_action"]["walk around"] is None
    assert "top-1" in typed(*words, "--views", "2")[1]
    assert json.loads(typed(*words, "--people", "1", "--json")[1])["clips"] == 4


def test_a_broken_clip_is_named_and_counts_as_wrong(typed, tiny_package, data):
    (data / "a01_s01_e00_v01.json").write_text("{")
    words = ("evaluate", "--model", tiny_package, "--data", data, "--format", "nw-ucla", "--json")
    result = json.loads(typed(*words)[1])
    assert result["clips"] == 7
    assert "a01_s01_e00_v01.json" in result["skipped"][0]
    assert result["top1"] == pytest.approx(np.trace(np.array(result["confusion"])) / 8)


def test_predict_says_none_of_these_where_no_action_is_sure_enough(typed, tiny_package, tmp_path):
    limits = Calibration(temperature=8.0, none_below=0.9, ece_before=0, ece_after=0, clips=1)
    strict, lenient = tmp_path / "strict", tmp_path / "lenient"
    for folder, calibration in ((strict, limits), (lenient, None)):
        shutil.copytree(tiny_package, folder)
        card = replace(read_card(folder), calibration=calibration)
        (folder / "card.toml").write_text(table_text(card))
    file = assets_folder() / "samples" / "throw.npz"

    told = json.loads(typed("predict", file, "--model", strict, "--json")[1])
    (person,) = told["answers"][0]["people"]
    assert (person["is_none"], person["none_below"]) == (True, 0.9)
    assert "none of these: no action reaches 0.900" in typed("predict", file, "--model", strict)[1]
    plain = json.loads(typed("predict", file, "--model", lenient, "--json")[1])
    assert plain["answers"][0]["people"][0]["top"][0]["action"] == person["top"][0]["action"]
    assert "none of these" not in typed("predict", file, "--model", lenient)[1]
