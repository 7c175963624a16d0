from dataclasses import replace
from pathlib import Path

import pytest

from engine.architectures import architecture_by_id
from engine.errors import TrainingError
from engine.labels import NOTHING, Segment
from engine.places import assets_folder
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.study.bases import trainable_networks
from engine.study.clips import CLIPS_FILE, read_clips
from engine.study.selecting import Choice
from tests.tiny_study import KICK, TIER, make_tiny_study
from trainer.data import load_split
from trainer.events import FINISHED, EventLog
from trainer.job import load_job
from trainer.lesson_file import load_lesson
from trainer.plan import plan_of
from trainer.receipts import read_receipt
from trainer.retraining import (
    RetrainMode,
    RetrainPlan,
    RetrainWish,
    base_for,
    prepare_run,
    run_of_model,
    runs_of,
    start_run,
    untrained_changes,
)


def shipped(model_id: str) -> ModelPackage:
    folder = assets_folder() / "models" / model_id
    return ModelPackage(folder=folder, card=read_card(folder))


BASE = "everyday-fg-stformer"


@pytest.fixture
def study(tmp_path):
    return tmp_path / "study", make_tiny_study(tmp_path / "data")


def plan(mode: RetrainMode, **wish: object) -> RetrainPlan:
    return RetrainPlan(mode=mode, base=shipped(BASE), wish=RetrainWish(**wish))


def test_a_run_keeps_its_clips_and_what_it_was_given(study):
    folder, contents = study
    run = prepare_run(folder, contents, plan(RetrainMode.QUICK))
    assert run.name == f"001-quick-{BASE}"
    receipt, clips = read_receipt(run), read_clips(run / CLIPS_FILE)
    assert (receipt.number, receipt.model_id, receipt.base_id) == (1, "tiny-1", BASE)
    assert len(receipt.segments) == 27
    assert receipt.num_clips == len(clips.clips)
    lesson = load_lesson(run)
    assert (lesson.name, lesson.kept) == ("tiny-1", ())
    assert [each.folder for each in runs_of(folder)] == [run]


def test_runs_are_numbered_and_their_models_told_apart(study):
    folder, contents = study
    for mode in (RetrainMode.QUICK, RetrainMode.FULL):
        prepare_run(folder, contents, plan(mode))
    runs = runs_of(folder)
    assert [run.number for run in runs] == [1, 2]
    assert len({run.receipt.model_id for run in runs}) == 2
    assert run_of_model(runs, "tiny-2") == runs[1]
    assert run_of_model(runs, "everyday") is None


def test_a_full_run_goes_on_from_the_base_s_weights_with_nobody_on_both_sides(study):
    folder, contents = study
    run = prepare_run(folder, contents, plan(RetrainMode.FULL, passes=3))
    job = load_job(run)
    split = load_split(job)
    base = shipped(BASE)
    (network,) = plan_of(job, split.layout, len(split.actions))
    (part,) = base.card.networks
    assert replace(network.config, classes=part.network.classes) == part.network
    assert network.preprocessing == base.card.preprocessing
    assert job.networks[0].base == str(base.folder)
    assert job.schedule.passes == 3
    assert split.actions == ("lift", "kick", NOTHING)
    assert split.validation is not None
    people = [{file.person for file in side.files} for side in (split.train, split.validation)]
    assert people[0].isdisjoint(people[1])


@pytest.mark.parametrize("model_id", ["everyday", "nw-ucla", "everyday-stf", "everyday-st-tr"])
def test_every_shipped_model_can_be_trained_on(model_id):
    card = shipped(model_id).card
    found = trainable_networks(card)
    assert [each.kind for each in found] == [part.network.kind for part in card.networks]
    assert all(each.size in architecture_by_id(each.kind).sizes for each in found)


def test_a_run_that_cannot_start_says_why_and_leaves_nothing(study):
    folder, contents = study
    wish = {"choice": Choice(hold_out=("Ann", "Bob", "Cem"))}
    with pytest.raises(TrainingError, match="held out"):
        prepare_run(folder, contents, plan(RetrainMode.QUICK, **wish))
    assert not (folder / "jobs").exists()


def test_recordings_whose_files_are_gone_are_left_out(study):
    folder, contents = study
    Path(contents.recordings["r0"].path).unlink()
    run = prepare_run(folder, contents, plan(RetrainMode.QUICK))
    assert {each.recording_id for each in read_clips(run / CLIPS_FILE).clips} == {"r1", "r2"}
    assert "not where they were" in read_receipt(run).left_out[0]


def test_a_folder_without_a_receipt_is_no_run_but_its_number_is_taken(study):
    folder, contents = study
    (folder / "jobs" / "007-quick-x").mkdir(parents=True)
    assert runs_of(folder) == ()
    assert prepare_run(folder, contents, plan(RetrainMode.QUICK)).name.startswith("008-")


def test_a_run_that_is_running_is_not_started_twice(study):
    from trainer.claim import claimed
    from trainer.events import EventLog

    folder, contents = study
    run = prepare_run(folder, contents, plan(RetrainMode.QUICK))
    EventLog(run).write("preparing")
    with claimed(run), pytest.raises(TrainingError, match="runs already"):
        start_run(run)


def test_everything_is_untrained_before_the_first_run_and_nothing_right_after_it(study):
    folder, contents = study
    assert untrained_changes(contents, None).count == 27
    prepare_run(folder, contents, plan(RetrainMode.QUICK))
    (run,) = runs_of(folder)
    found = untrained_changes(contents, run)
    assert (found.count, found.text) == (0, "")


def test_segments_added_changed_and_removed_are_counted_and_renamed_actions_named(study):
    folder, contents = study
    prepare_run(folder, contents, plan(RetrainMode.QUICK))
    (run,) = runs_of(folder)
    rows = dict(contents.segments["r0"])
    moved = replace(rows["r0:10"], stop=30)
    new = Segment(
        id="new",
        recording_id="r0",
        person=0,
        tier_id=TIER.id,
        start=30,
        stop=32,
        action_id="kick",
    )
    del rows["r0:42"]
    now = replace(
        contents,
        segments={**contents.segments, "r0": {**rows, "r0:10": moved, "new": new}},
        actions={**contents.actions, "kick": replace(KICK, name="high kick")},
    )
    found = untrained_changes(now, run)
    assert (found.added, found.changed, found.removed) == (("new",), ("r0:10",), ("r0:42",))
    assert found.text == "Untrained changes: 3 segments (1 new, 1 changed, 1 removed)"
    assert found.renamed == (("kick", "high kick"),)


def test_a_new_run_starts_from_what_the_model_in_use_started_from(study):
    folder, contents = study
    run = prepare_run(folder, contents, plan(RetrainMode.QUICK))
    own = ModelPackage(folder=run / "model", card=shipped(BASE).card)
    found = base_for(folder, own)
    assert found is not None
    assert found.folder == shipped(BASE).folder
    assert base_for(folder, shipped("nw-ucla")) == shipped("nw-ucla")
    assert base_for(folder, None) is None


def test_one_recording_of_short_actions_can_be_trained_in_full(tmp_path):
    made = make_tiny_study(tmp_path / "data", ("Ann",))
    short = {
        f"s{n}": Segment(
            id=f"s{n}",
            recording_id="r0",
            person=0,
            tier_id=TIER.id,
            start=10 + 12 * n,
            stop=20 + 12 * n,
            action_id=("lift", "kick")[n % 2],
        )
        for n in range(10)
    }
    contents = replace(made, segments={"r0": short})
    run = prepare_run(tmp_path / "study", contents, plan(RetrainMode.FULL))
    split = load_split(load_job(run))
    assert split.validation is not None


def test_a_run_that_cannot_be_written_leaves_no_folder(study):
    folder, contents = study
    with pytest.raises(TrainingError, match="more than no time"):
        prepare_run(folder, contents, plan(RetrainMode.QUICK, seconds=0))
    assert list((folder / "jobs").iterdir()) == []


def test_letters_with_marks_stay_letters_in_a_model_s_name(study):
    folder, contents = study
    named = replace(contents, facts=replace(contents.facts, name="Übungen & Würfe"))
    run = prepare_run(folder, named, plan(RetrainMode.QUICK))
    assert read_receipt(run).model_id == "ubungen-wurfe-1"


def test_a_run_that_has_come_to_its_end_is_not_done_again(study):
    folder, contents = study
    run = prepare_run(folder, contents, plan(RetrainMode.QUICK))
    EventLog(run).write(FINISHED, accuracy=1.0)
    with pytest.raises(TrainingError, match="has come to its end; begin a new run"):
        start_run(run)
