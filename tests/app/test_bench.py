import json
from subprocess import CompletedProcess

import pytest

from app import bench
from app.bench import BENCH, SHOWN, measured_by, rates_table
from app.overlays import OVERLAYS
from engine.commands.runner import run_command
from engine.errors import EngineError
from engine.runtime import packages
from engine.samples import SAMPLES
from trainer.bench_data import write_clips


def test_a_part_that_cannot_be_measured_is_named():
    with pytest.raises(EngineError, match=r"trainer\.nothing could not measure"):
        measured_by("trainer.nothing")


def test_the_answer_of_the_default_model_is_timed(tiny_package, monkeypatch, capsys):
    monkeypatch.setattr(packages, "model_folders", lambda: (tiny_package.parent,))

    assert run_command((BENCH,), ["bench", "--only", "answer", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)["answer"]
    assert answer["model"] == "tiny-fg-stformer"
    assert answer["clip_frames"] == 60
    assert answer["answer_ms"] > 0


def test_training_is_measured_against_a_plain_loop(monkeypatch, capsys, tmp_path):
    quick = ("--kind", "sem-net", "--size", "tiny", "--batch", "4", "--rounds", "1")
    monkeypatch.setattr(bench, "TRAINING_WORDS", quick)
    assert run_command((BENCH,), ["bench", "--only", "training", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)["training"]["sem-net"]
    plain, own = found["plain_clips_per_second"], found["float32_clips_per_second"]
    assert found["ratio_float32"] == pytest.approx(own / plain, rel=0.02)
    write_clips(tmp_path)
    assert found["files"] == len(list(tmp_path.iterdir())) > len(SAMPLES)
    assert found["data_peak_mb"] < found["pack_mb"]


@pytest.mark.gl
def test_the_scene_is_drawn_in_a_process_of_its_own(capsys):
    found = measured_by("app.bench_scene", "0.2")
    assert found["people"] == 2
    assert found["frames_per_second"]


@pytest.mark.gl
def test_the_window_plays_with_every_overlay_of_the_shipped_models():
    found = measured_by("app.bench_window", "0.05")
    rates = found["frames_per_second"]
    overlays = {name.partition(" ")[2] for name in rates} - {""}
    assert overlays == {overlay.id for overlay in OVERLAYS}
    assert rates["none"] > 0


def test_the_networks_asked_for_are_measured_in_both_sessions(capsys):
    words = ["bench", "--networks", "--kind", "spa-3+1d", "--size", "tiny"]
    words += ["--threads", "1", "--batch", "1", "2", "--json"]
    assert run_command((BENCH,), words) == 0

    rows = json.loads(capsys.readouterr().out)["networks"]
    assert [(row["session"], row["batch"]) for row in rows] == [
        ("onnxruntime", 1),
        ("onnxruntime", 2),
        ("torch", 1),
        ("torch", 2),
    ]
    for row in rows:
        assert row["kind"] == "spa-3+1d"
        assert row["gflops"] == pytest.approx(
            2e3 * row["gmacs"] * row["batch"] / row["ms"], rel=0.1
        )
        assert 0 < row["share"] < 2


def test_a_network_that_does_not_exist_cannot_be_measured(capsys):
    assert run_command((BENCH,), ["bench", "--networks", "--kind", "magic"]) != 0
    assert "no network magic; there are fg-stformer" in capsys.readouterr().err


def test_rates_are_a_table_for_people():
    row = dict.fromkeys((*SHOWN, "ms", "clips_per_second", "gflops", "share"), 1)
    table = rates_table([row | {"share_of_torch": 0.5}]).splitlines()
    assert table[0].split()[:2] == ["kind", "size"]
    assert len(table) == 2


def test_a_process_that_ends_early_leaves_what_it_measured_until_then(monkeypatch, capsys):
    def killed(*words: str) -> "CompletedProcess[str]":
        return CompletedProcess(words, -9, stdout='{"kind": "stf", "batch": 1}\n', stderr="")

    monkeypatch.setattr(bench, "child", killed)
    rows = bench.measure_networks((("stf", "full", "joint"),), [1], (1, 32))
    assert rows == [{"kind": "stf", "batch": 1}]
    assert "stf full joint ended early: it was stopped" in capsys.readouterr().err
