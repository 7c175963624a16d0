"""What a run's model is judged on: nothing that it, its base or the old model has learnt from."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.labels import NOTHING
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.study.clips import CLIPS_FILE, read_clips
from engine.study.dividing import Division
from engine.study.learning import learnt_in
from engine.study.outcome import ClipVerdict, Outcome, write_outcome
from engine.study.selecting import Choice
from tests.tiny_study import make_tiny_study
from trainer.events import EventLog
from trainer.export import write_card
from trainer.pulse import Pulse
from trainer.receipts import read_receipt
from trainer.retraining import RetrainMode, RetrainPlan, RetrainWish, prepare_run
from trainer.study_judging import Judging, judge
from trainer.workplace import Workplace

ACTORS = ("Ann", "Bob", "Cem", "Dee")


class Runs:
    """Makes runs of a study whose models are copies of a tiny one: nothing is trained."""

    def __init__(self, home: Path, package: Path) -> None:
        self.contents = make_tiny_study(home / "data", ACTORS)
        self.folder = home / "study"
        self.base = ModelPackage(folder=package, card=read_card(package))

    def made(
        self, mode: RetrainMode, hold_out: tuple[str, ...] = (), base: Path | None = None
    ) -> Path:
        """The folder of a run with a model, in use from then on."""
        package = self.base
        if base is not None:
            package = ModelPackage(folder=base / "model", card=read_card(base / "model"))
        wish = RetrainWish(choice=Choice(hold_out=hold_out))
        plan = RetrainPlan(mode=mode, base=package, wish=wish)
        run = prepare_run(self.folder, self.contents, plan)
        shutil.copytree(self.base.folder, run / "model")
        model_id = read_receipt(run).model_id
        write_card(replace(read_card(run / "model"), id=model_id), run / "model")
        facts = replace(self.contents.facts, model=model_id)
        self.contents = replace(self.contents, facts=facts)
        return run


@pytest.fixture
def runs(tmp_path: Path, tiny_package: Path) -> Runs:
    return Runs(tmp_path, tiny_package)


def judged(run: Path) -> Outcome:
    """What is said of a full run's model, its people held out as they were."""
    clips = read_clips(run / CLIPS_FILE)
    watched = {each.actor for each in clips.clips} - {each.actor for each in learnt_in(run)}
    judging = Judging(division=Division.PERSON, watched=frozenset(watched))
    events = EventLog(run)
    place = Workplace(folder=run, events=events, pulse=Pulse(run, events))
    package = ModelPackage(folder=run / "model", card=read_card(run / "model"))
    return judge(package, read_receipt(run), clips, judging, place, 1.0)


def rehearsed(run: Path, moved: Callable[[ClipVerdict], bool] = lambda _: False) -> None:
    """Write the outcome of a quick lesson that named all its clips without their people."""
    verdicts = []
    for each in read_clips(run / CLIPS_FILE).segments:
        verdict = ClipVerdict(
            segment_id=each.segment_id,
            recording_id=each.recording_id,
            person=each.person,
            start=each.start,
            stop=each.stop,
            label=each.label,
            before="",
            before_score=0.0,
            before_label_score=0.0,
            after="kick",
            after_score=0.75,
            after_label_score=0.75,
            is_trained_on=False,
        )
        verdicts.append(replace(verdict, stop=verdict.stop - 1) if moved(verdict) else verdict)
    names = ("lift", "kick", NOTHING)
    write_outcome(
        run, Outcome(old_model="", new_model="m", class_names=names, verdicts=tuple(verdicts))
    )


def people(outcome: Outcome, which: Callable[[ClipVerdict], bool]) -> set[str]:
    """Recordings, one a person, of clips."""
    return {each.recording_id for each in outcome.verdicts if which(each)}


def test_an_old_model_that_has_learnt_from_a_recording_is_not_searched_there(runs):
    rehearsed(runs.made(RetrainMode.QUICK))
    outcome = judged(runs.made(RetrainMode.FULL, hold_out=("Dee",)))
    assert outcome.old_model == "tiny-1"
    assert outcome.new_segments is not None
    assert outcome.new_segments.num_recordings == 2  # Dee's, and who watched
    assert outcome.old_segments is None


def test_both_are_searched_for_in_the_recordings_new_to_both(runs):
    rehearsed(runs.made(RetrainMode.QUICK, hold_out=("Dee",)))
    outcome = judged(runs.made(RetrainMode.FULL, hold_out=("Dee",)))
    assert outcome.old_segments is not None
    assert outcome.new_segments is not None
    assert outcome.old_segments.num_recordings == outcome.new_segments.num_recordings == 1
    assert "in 1 whole recording new to both models." in outcome.note


def test_what_an_old_model_said_before_it_had_learnt_is_what_is_compared(runs):
    rehearsed(runs.made(RetrainMode.QUICK), moved=lambda each: each.segment_id == "r3:10")
    outcome = judged(runs.made(RetrainMode.FULL, hold_out=("Dee",)))
    compared = {each.segment_id: each for each in outcome.comparable}
    assert compared["r3:42"].before_score == 0.75
    assert "r3:10" not in compared  # drawn anew since: it was never said of these very frames


def test_people_from_whom_the_old_model_learnt_are_known_whatever_was_labelled_since(runs):
    runs.made(RetrainMode.FULL, hold_out=("Dee",))
    tables = dict(runs.contents.segments)
    tables["r0"] = {
        f"new:{key}": replace(each, id=f"new:{key}") for key, each in tables["r0"].items()
    }
    runs.contents = replace(runs.contents, segments=tables)
    outcome = judged(runs.made(RetrainMode.FULL, hold_out=("Dee", "Ann")))
    assert "r0" in people(outcome, lambda each: not each.is_trained_on)
    assert people(outcome, lambda each: not each.was_trained_on) == {"r3", *watched_in(runs, 1)}


def watched_in(runs: Runs, number: int) -> set[str]:
    """Recordings of those who watched a run."""
    (run,) = (runs.folder / "jobs").glob(f"{number:03}-*")
    clips = read_clips(run / CLIPS_FILE).clips
    return {each.recording_id for each in clips} - {each.recording_id for each in learnt_in(run)}


def test_what_its_base_had_learnt_from_is_not_held_out_of_a_run(runs):
    first = runs.made(RetrainMode.QUICK, hold_out=("Dee",))
    outcome = judged(runs.made(RetrainMode.FULL, base=first))
    assert people(outcome, lambda each: not each.is_trained_on) <= {"r3"}
    assert "tiny-1, which it started from, had learnt from the same" in outcome.note


def test_a_study_that_has_moved_still_knows_what_its_models_have_learnt_from(runs):
    rehearsed(runs.made(RetrainMode.QUICK))
    run = runs.made(RetrainMode.FULL, hold_out=("Dee",))
    moved = runs.folder.rename(runs.folder.with_name("moved"))
    outcome = judged(moved / "jobs" / run.name)
    assert outcome.old_model == "tiny-1"
    assert outcome.old_segments is None
