import json

import pytest

from app.bench import BENCH, measured_by
from engine.commands.runner import run_command
from engine.errors import EngineError
from engine.runtime import packages


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


@pytest.mark.gl
def test_the_scene_is_drawn_in_a_process_of_its_own(capsys):
    found = measured_by("app.bench_scene", "0.2")
    assert found["people"] == 2
    assert found["frames_per_second"]
