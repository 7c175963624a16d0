"""A job for each person left out, and all of them judged together."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.commands.runner import run_command
from engine.datasets import dataset_by_id
from engine.datasets.base import Aspect
from engine.datasets.splits import read_split
from engine.errors import EngineError, TrainingError
from engine.runtime.cards import Calibration, read_card
from engine.tables import table_text
from tests.tiny_training import tiny_job
from trainer import commands
from trainer.cross_validation import CROSS_VALIDATE, chosen_rounds, rounds_of
from trainer.division import kept_split
from trainer.export import write_card
from trainer.job import load_job
from trainer.launcher import create_job


@pytest.fixture
def template(tmp_path, data) -> Path:
    """A folder with a job on the tiny data set."""
    folder = tmp_path / "study"
    create_job(folder, tiny_job(data))
    return folder


@pytest.fixture
def contents(data):
    return dataset_by_id("nw-ucla").contents(data)


@pytest.fixture
def trained(monkeypatch, tiny_package) -> list[Path]:
    """Rounds are not trained: each gets a model that is, not calibrated, and its own split."""
    folders: list[Path] = []
    plain = replace(read_card(tiny_package), calibration=None)

    def give_a_model(folder: Path) -> int:
        job = load_job(folder)
        kept_split(job.data, dataset_by_id("nw-ucla").contents(Path(job.data.folder)), 1, folder)
        shutil.copytree(tiny_package, folder / "model")
        write_card(plain, folder / "model")
        folders.append(folder)
        return 0

    monkeypatch.setattr(commands, "follow", give_a_model)
    return folders


def typed(*words: object) -> int:
    return run_command((CROSS_VALIDATE,), ["cross-validate", *map(str, words)])


@pytest.mark.parametrize(
    ("by", "held_out"),
    [(Aspect.PERSON, [((1,), ()), ((2,), ())]), (Aspect.VIEW, [((), (1,)), ((), (2,))])],
)
def test_each_is_left_out_once_by_a_job_of_its_own(template, contents, by, held_out):
    rounds = rounds_of(template, load_job(template), contents, by=by, protocol="")
    choices = [each.job.data for each in rounds]
    assert [(choice.test_people, choice.test_views) for choice in choices] == held_out
    assert [each.name for each in rounds] == [f"{by.value} 1", f"{by.value} 2"]
    assert len({each.folder for each in rounds}) == 2
    assert {each.job.schedule for each in rounds} == {load_job(template).schedule}


def test_the_rounds_of_a_published_protocol_are_named_by_it(template, contents):
    rounds = rounds_of(
        template,
        load_job(template),
        contents,
        by=Aspect.PERSON,
        protocol="leave-one-person-out",
    )
    assert [each.job.data.protocol for each in rounds] == [
        "leave-one-person-out-1",
        "leave-one-person-out-2",
    ]
    assert {each.job.data.test_people for each in rounds} == {()}


@pytest.mark.parametrize(
    ("choice", "by", "protocol", "words"),
    [
        ({"train_people": (1,)}, Aspect.PERSON, "", "more than one person to leave out"),
        ({}, Aspect.SETUP, "", "cannot leave out a setup"),
        ({}, Aspect.PERSON, "cross-view", "one round only"),
        ({}, Aspect.PERSON, "nothing", "no protocol 'nothing'"),
        ({"split": "s.toml", "test_people": ()}, Aspect.PERSON, "", "stored split"),
    ],
)
def test_what_cannot_be_left_out_is_said(template, contents, choice, by, protocol, words):
    job = load_job(template)
    job = replace(job, data=replace(job.data, **choice))
    with pytest.raises(EngineError, match=words):
        rounds_of(template, job, contents, by=by, protocol=protocol)


def test_every_clip_judges_once_by_the_model_that_has_not_seen_its_person(
    template, contents, trained, capsys
):
    assert typed(template, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["clips"] == len(contents.files) == 8
    assert [row["round"] for row in told["rounds"]] == ["person 1", "person 2"]
    assert [row["clips"] for row in told["rounds"]] == [4, 4]
    assert told["top1"] == pytest.approx(told["mean_of_rounds"])
    assert told == json.loads((template / "report.json").read_text(encoding="utf-8"))
    for folder, person in zip(trained, (1, 2), strict=True):
        names = read_split(folder / "split.toml").test
        assert all(f"_s{person:02}_" in name for name in names)
    assert "cross-validation" in (template / "report.html").read_text(encoding="utf-8")


def test_rounds_that_are_finished_are_not_trained_again(template, trained, capsys):
    assert typed(template, "--only", 2) == 0
    assert "still to be trained: person 1; no report yet" in capsys.readouterr().err
    assert not (template / "report.html").exists()
    assert typed(template) == 0
    assert [folder.name for folder in trained] == ["person-2", "person-1"]
    captured = capsys.readouterr()
    assert "person 2: finished already" in captured.err
    assert "rounds" in captured.out


def test_a_round_with_a_calibration_of_its_own_keeps_it(template, trained, capsys):
    assert typed(template) == 0
    for number, folder in enumerate(trained, start=2):
        limits = Calibration(
            temperature=float(number), none_below=0.3, ece_before=0, ece_after=0, clips=9
        )
        card = replace(read_card(folder / "model"), calibration=limits)
        (folder / "model" / "card.toml").write_text(table_text(card))
    capsys.readouterr()
    assert typed(template) == 0
    assert "each round's temperature (found on these very clips" in capsys.readouterr().out
    assert "each round with its own" in (template / "report.html").read_text(encoding="utf-8")


def test_a_round_that_is_stopped_ends_the_command_and_leaves_the_rest(
    template, monkeypatch, capsys
):
    monkeypatch.setattr(commands, "follow", lambda folder: 130)
    assert typed(template) == 130
    assert not (template / "rounds" / "person-2").exists()
    monkeypatch.setattr(commands, "follow", lambda folder: 0)
    assert typed(template) == 2
    assert "was stopped before its model was whole" in capsys.readouterr().err


def test_a_round_that_was_stopped_early_goes_on(template, contents, trained):
    assert typed(template) == 0
    stopped, whole = trained
    (stopped / "events.jsonl").write_text('{"event": "finished", "stopped": true}\n')
    (whole / "events.jsonl").write_text('{"event": "finished", "stopped": false}\n')
    rounds = rounds_of(template, load_job(template), contents, by=Aspect.PERSON, protocol="")
    assert [each.is_finished for each in rounds] == [False, True]


def test_weights_that_the_rounds_start_from_are_a_reason_for_doubt(template, trained, capsys):
    job = load_job(template)
    (network,) = job.networks
    text = table_text(replace(job, networks=(replace(network, base="elsewhere"),)))
    (template / "job.toml").write_text(text)
    assert typed(template, "--json") == 0
    (note,) = json.loads(capsys.readouterr().out)["measured_on"]["notes"]
    assert "elsewhere" in note
    assert "flatter" in note


def test_a_round_that_there_is_not_is_refused(template, contents):
    rounds = rounds_of(template, load_job(template), contents, by=Aspect.PERSON, protocol="")
    assert [each.name for each in chosen_rounds(rounds, ["2"])] == ["person 2"]
    with pytest.raises(TrainingError, match="no round leaves out 7; there are 1, 2"):
        chosen_rounds(rounds, ["7"])


@pytest.mark.slow
def test_rounds_are_trained_for_real_and_judged(tmp_path, data):
    create_job(tmp_path / "study", tiny_job(data, "sem-net", passes=1))
    assert typed(tmp_path / "study") == 0
    told = json.loads((tmp_path / "study" / "report.json").read_text(encoding="utf-8"))
    assert [row["clips"] for row in told["rounds"]] == [4, 4]
    assert len(told["weights_sha256"]) == len(set(told["weights_sha256"])) == 2
