"""The benchmark of labelling, on a minute in place of ten hours."""

import json

import pytest
from PySide6.QtWidgets import QApplication

from app import bench, bench_labels
from app.bench import BENCH
from app.bench_labels import TIERS, measure_labels
from engine.commands.runner import run_command


def test_a_measurement_says_how_long_every_kind_of_act_takes(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_labels, "REPEATS", 4)
    monkeypatch.setattr(bench_labels, "ROUNDS", 1)
    found = measure_labels(0.02)
    assert found["frames"] == 2160
    assert found["tiers"] == TIERS
    assert found["segments"] > 300
    assert set(found["acts_ms"]) >= {"whole", "scrub", "zoom", "scroll", "edit", "stroke"}
    assert found["worst_ms"] == max(each["max"] for each in found["acts_ms"].values()) > 0


@pytest.mark.gl
def test_the_command_has_labelling_measured_for_ten_hours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "measured_by", lambda *words: {"asked": list(words)})
    assert run_command((BENCH,), ["bench", "--only", "labels", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"labels": {"asked": ["app.bench_labels", "10"]}}
