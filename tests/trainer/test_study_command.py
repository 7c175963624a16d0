import json
import shutil
from pathlib import Path

import pytest

from engine.commands.runner import EXIT_MENDABLE, run_command
from engine.runtime.packages import find_model
from engine.study.contents import Edit, added
from engine.study.store import Study
from tests.tiny_study import make_tiny_study
from trainer.retraining import RetrainMode, RetrainPlan, prepare_run
from trainer.study_command import STUDY, STUDY_COMMANDS

BASE = "everyday-fg-stformer"


@pytest.fixture
def study(tmp_path):
    made = make_tiny_study(tmp_path / "data")
    folder = tmp_path / "study"
    with_rows = Study.create(folder, "Tiny")
    rows = [*made.actions.values(), *made.tiers.values(), *made.recordings.values()]
    rows += [row for table in made.segments.values() for row in table.values()]
    with_rows.do(Edit(name="Fill", changes=tuple(added(row) for row in rows)))
    with_rows.close()
    return folder


def call(*words: str) -> int:
    return run_command((STUDY,), ("study", *words))


def told(capsys, *words: str) -> dict[str, object]:
    assert call(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def prepared(folder: Path) -> Path:
    study = Study.open(folder, read_only=True)
    try:
        plan = RetrainPlan(mode=RetrainMode.QUICK, base=find_model(BASE))
        return prepare_run(folder, study.contents, plan)
    finally:
        study.close()


def test_help_lists_every_command_of_a_study(capsys):
    with pytest.raises(SystemExit):
        call("--help")
    out = capsys.readouterr().out
    assert all(row.name in out for row in STUDY_COMMANDS)
    assert {"create", "add", "import-labels", "export-labels", "train", "predict", "check"} == {
        row.name for row in STUDY_COMMANDS
    }


def test_a_dry_run_says_what_would_be_used_and_starts_nothing(study, capsys):
    found = told(capsys, "train", str(study), "--base", BASE, "--dry-run", "--full")
    forecast = found["forecast"]
    assert forecast["can_start"] is True
    assert forecast["mode"] == "full"
    assert [each["name"] for each in forecast["actions"]] == ["lift", "kick", "nothing happens"]
    assert forecast["actions"][0]["by_actor"].keys() == {"Ann", "Bob", "Cem"}
    assert not (study / "jobs").exists()


def test_words_reach_the_forecast(study, capsys):
    words = ("--base", BASE, "--dry-run", "--hold-out", "Bob", "--no-background", "--keep-actions")
    forecast = told(capsys, "train", str(study), *words)["forecast"]
    assert forecast["actions"][0]["by_actor"].keys() == {"Ann", "Cem"}
    assert "nothing happens" not in forecast["class_names"]
    assert "walk" in forecast["class_names"]
    assert call("train", str(study), *words) == 0
    assert "left out: 4 segments of people who are held out (Bob)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--hold-out", "Zoe"), "there are Ann, Bob, Cem"),
        (("--base", "no-such-model"), "no model no-such-model"),
        (("--tier", "no-such-tier"), "no tier no-such-tier"),
        (("--cancel", "3"), "the study has no run 3; there are none"),
        (("--use", "3"), "the study has no run 3"),
        (("--passes", "0"), "--passes must be at least 1"),
        (("--seconds", "0"), "--seconds must be more than 0"),
        (("--seconds", "nan", "--dry-run"), "--seconds must be more than 0"),
        (("--threads", "0", "--dry-run"), "--threads must be at least 1"),
        (("--base", BASE, "--hold-out", "Ann", "Bob", "Cem"), "can be learnt from"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(study, capsys, words, said):
    assert call("train", str(study), *words) == EXIT_MENDABLE
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_runs_are_listed_with_how_they_stand(study, capsys):
    assert told(capsys, "train", str(study), "--runs")["runs"] == []
    run = prepared(study)
    (row,) = told(capsys, "train", str(study), "--runs")["runs"]
    assert (row["number"], row["phase"], row["model"]) == (1, "prepared", "tiny-1")
    assert row["folder"] == str(run)
    assert call("train", str(study), "--pause", "tiny-1") == EXIT_MENDABLE
    assert "no job runs" in capsys.readouterr().err
    assert call("train", str(study), "--use", run.name) == EXIT_MENDABLE
    assert "has made no model" in capsys.readouterr().err


def test_the_study_uses_a_run_s_model_from_then_on(study, capsys):
    run = prepared(study)
    (run / "model").mkdir()
    shutil.copy(find_model(BASE).folder / "card.toml", run / "model")
    assert told(capsys, "train", str(study), "--use", "1")["model"] == "tiny-1"
    opened = Study.open(study, read_only=True)
    assert (opened.contents.facts.model, opened.contents.facts.previous_model) == ("tiny-1", "")
    opened.close()
