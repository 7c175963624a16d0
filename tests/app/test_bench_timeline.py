"""The benchmark of the timeline, on a minute in place of ten hours."""

import json

import pytest
from PySide6.QtWidgets import QApplication

from app import bench
from app.bench import BENCH
from app.bench_timeline import MODELS, measure_timeline, ten_hours
from app.lanes.facts import Kept
from app.lanes.stack import build_stack
from engine.commands.runner import run_command


def test_the_measured_lanes_have_answers_gaps_and_disagreements() -> None:
    before, after = ten_hours(0.2)
    assert [model.network_name for model in after.models] == list(MODELS)
    assert before.models == after.models[:-1]
    (group,) = build_stack(after, Kept()).groups
    assert len(group.gaps) > 0
    assert group.agreement is not None
    assert len(group.agreement.stretches[0]) > 100


def test_a_measurement_says_how_long_paints_take(qapp: QApplication) -> None:
    found = measure_timeline(0.02)
    assert found["frames"] == 2160
    assert found["windows"] == 278
    assert found["lanes"] == 7
    assert set(found["paints_ms"]) >= {"whole", "zoom", "pan", "play", "threshold"}
    assert found["worst_ms"] == max(found["paints_ms"].values()) > 0
    assert found["budget_share"] == pytest.approx(found["worst_ms"] / 16, abs=0.01)


@pytest.mark.gl
def test_the_command_measures_the_timeline_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "TIMELINE_HOURS", 0.02)
    assert run_command((BENCH,), ["bench", "--only", "timeline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["timeline"]["frames"] == 2160
