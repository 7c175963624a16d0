"""Ways to train by name: the papers' figures, and jobs made of them."""

from dataclasses import replace

import pytest

from engine.architectures import ARCHITECTURES
from engine.commands.runner import run_command
from engine.errors import TrainingError
from engine.preprocess.presets import preset_by_id
from trainer import commands
from trainer.commands import TRAIN
from trainer.job import Course, FocusLosses, Schedule, load_job
from trainer.recipes import EXPLORING, PAPERS, modern_recipe, recipe_by_name
from trainer.schedules import learning_rate

KINDS = [row.id for row in ARCHITECTURES]


@pytest.mark.parametrize("kind", KINDS)
def test_every_network_has_a_papers_recipe_and_the_modern_one(kind):
    paper, modern = recipe_by_name("paper", kind), recipe_by_name("modern", kind)
    assert sum(kind in row.networks for row in PAPERS) == 1
    assert kind in paper.networks
    assert paper.schedule.course is Course.STEPS
    assert modern.schedule.course is Course.ONE_CYCLE
    preset_by_id(paper.preset)
    assert paper.source


@pytest.mark.parametrize(
    ("kind", "passes", "rates"),
    [
        ("fg-stformer", 80, {5: 0.01, 49: 0.01, 50: 0.001, 70: 0.0001}),
        ("s-tr", 120, {0: 0.1, 59: 0.1, 60: 0.01, 90: 0.001}),
        ("ms-g3d", 50, {0: 0.05, 30: 0.005, 40: 0.0005}),
        ("stf", 20, {0: 1e-3, 8: 5e-4, 14: 1e-4}),
        ("sem-net", 120, {5: 0.1, 60: 0.01, 90: 0.001}),
        ("spa-4d", 120, {5: 0.1, 60: 0.01, 90: 0.001}),
    ],
)
def test_the_papers_rates_are_theirs(kind, passes, rates):
    schedule = recipe_by_name("paper", kind).schedule
    assert schedule.passes == passes
    assert schedule.batch == 32
    assert schedule.optimiser == "sgd"
    for number, rate in rates.items():
        assert learning_rate(schedule, number / passes) == pytest.approx(rate)


def test_the_papers_train_without_what_came_later():
    for row in PAPERS:
        schedule = row.schedule
        assert (schedule.label_smoothing, schedule.mixup, schedule.average) == (0, 0, 0)
        assert schedule.clip_gradient == 0
        assert schedule.decay_all


def test_an_stf_starts_from_an_ms_g3d_and_runs_twice():
    recipe = recipe_by_name("paper", "stf")
    assert recipe.runs == (EXPLORING, FocusLosses())
    first = recipe.first_stage
    assert first.networks == ("ms-g3d",)
    rates = [learning_rate(first.schedule, number / 50) for number in (0, 20, 35, 45)]
    assert rates == pytest.approx([0.05, 0.005, 0.0005, 0.00005])


def test_a_recipe_keeps_its_shape_in_other_passes():
    schedule = replace(recipe_by_name("paper", "fg-stformer").schedule, passes=16)
    assert learning_rate(schedule, 9 / 16) == pytest.approx(0.01)
    assert learning_rate(schedule, 10 / 16) == pytest.approx(0.001)


def test_an_unknown_recipe_or_network_says_what_there_is():
    with pytest.raises(TrainingError, match="modern, paper"):
        recipe_by_name("fast", "sem-net")
    assert modern_recipe("sem-net").schedule == Schedule(passes=120)


def train(monkeypatch, *words: str) -> list[str]:
    followed: list[str] = []

    def follow(folder, processes):
        followed.append(folder.name)
        (folder / "model").mkdir()
        return 0

    monkeypatch.setattr(commands, "follow", follow)
    assert run_command((TRAIN,), ["train", *words]) == 0
    return followed


def test_the_command_makes_a_job_of_a_recipe(tmp_path, data, monkeypatch):
    run = tmp_path / "run"
    words = ["--recipe", "paper", "--network", "fg-stformer", "--passes", "8", "--parts", "4"]
    assert train(monkeypatch, str(run), "--data", str(data), *words) == ["run"]
    job = load_job(run)
    recipe = recipe_by_name("paper", "fg-stformer")
    assert job.schedule == replace(recipe.schedule, passes=8, parts=4)
    assert job.augmentation == recipe.augmentation
    assert job.preprocessing.preset == "ctr-gcn"
    assert job.preprocessing.num_frames == 128


def test_the_two_stages_of_an_stf_are_two_jobs(tmp_path, data, monkeypatch):
    run = tmp_path / "run"
    words = [str(run), "--data", str(data), "--recipe", "paper", "--network", "stf"]
    assert train(monkeypatch, *words) == ["first-stage", "run"]
    first, second = load_job(run / "first-stage"), load_job(run)
    assert [choice.kind for choice in first.networks] == ["ms-g3d"]
    assert [choice.kind for choice in second.networks] == ["stf", "stf"]
    assert [choice.focus for choice in second.networks] == [EXPLORING, FocusLosses()]
    assert {choice.base for choice in second.networks} == {str(run / "first-stage" / "model")}
    assert first.data == second.data
    (run / "model").rmdir()
    assert train(monkeypatch, str(run)) == ["run"]


def test_an_stf_from_a_base_of_ones_own_has_one_stage(tmp_path, data, monkeypatch):
    run, base = tmp_path / "run", tmp_path / "base"
    words = [str(run), "--data", str(data), "--recipe", "paper", "--network", "stf"]
    assert train(monkeypatch, *words, "--base", str(base)) == ["run"]
    assert {choice.base for choice in load_job(run).networks} == {str(base)}
