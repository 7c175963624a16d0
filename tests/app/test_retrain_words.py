"""Sentences about training."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.retrain_result_model import Side, share_of
from app.retrain_state import Checking, Preparing, Running, RunTold, Wishes
from app.retrain_words import (
    badge_text,
    check_text,
    checked_text,
    doing_text,
    duration_words,
    end_text,
    means_text,
    mode_text,
    phase_word,
    range_text,
    run_title,
    score_basis,
    share_text,
    verdict_text,
)
from engine.judging.shares import Share
from engine.study.forecast import RetrainMode
from tests.app.retrain_made import CARRY, WALK, curve, outcome, run, training, verdict
from trainer.retraining import RunPhase, RunState, Untrained


def test_a_share_is_never_said_without_how_many_it_is_of() -> None:
    assert share_text(Share(count=33, of=40)) == "33 of 40"
    assert share_text(None) == "–"
    assert range_text(Share(count=33, of=40)) == "82\N{NARROW NO-BREAK SPACE}%, 68 to 91"
    assert range_text(Share(count=0, of=0)) == ""


def test_the_result_says_what_got_better_and_what_got_worse() -> None:
    assert verdict_text(outcome()) == "2 better, 1 worse, of 4 clips held out."


def test_without_clips_held_out_the_result_says_what_to_do() -> None:
    said = verdict_text(outcome(verdicts=(verdict("a", WALK, (WALK, WALK), is_trained_on=True),)))
    assert "Label a second person" in said


def test_a_first_model_is_not_compared_with_none() -> None:
    clips = (verdict("a", WALK, ("", WALK)), verdict("b", WALK, ("", CARRY)))
    assert verdict_text(outcome(verdicts=clips)).startswith("Names 1 of 2 clips right")


def test_clips_that_the_old_model_knew_are_not_called_held_out() -> None:
    clips = (
        verdict("a", WALK, (WALK, CARRY), was_trained_on=True),
        verdict("b", WALK, (CARRY, WALK)),
    )
    assert verdict_text(outcome(verdicts=clips)) == "1 better, 0 worse, of 1 clip new to both."


def test_the_f1_says_how_many_segments_it_is_of() -> None:
    assert score_basis(outcome()) == "14 segments in 2 recordings"
    alone = outcome(old_segments=None, new_segments=None)
    assert score_basis(alone).startswith("not measured")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "1 s"), (38.2, "38 s"), (89.0, "89 s"), (720.0, "12 min"), (4800.0, "80 min"),
     (5400.0, "1 h 30 min"), (7200.0, "2 h")],
)  # fmt: skip
def test_durations_are_said_in_the_unit_that_people_would_use(seconds: float, text: str) -> None:
    assert duration_words(seconds) == text


def test_a_run_at_work_says_its_pass_its_network_and_the_time_left() -> None:
    assert doing_text(training(), 0) == "Pass 7 of 10 · about 4 min left"
    several = training(
        networks=("joint", "bone"), curves=(curve("joint", 10), curve("bone", 2)), seconds_left=1.0
    )
    assert doing_text(several, 0) == "Pass 3 of 10, network 2 of 2 · a moment left"


def test_a_lesson_without_passes_says_what_it_does() -> None:
    state = training(curves=(), networks=(), doing="looking at the clips", seconds_left=30.0)
    assert doing_text(state, 0) == "Looking at the clips · about 30 s left"


def test_a_run_that_waits_says_for_how_many() -> None:
    waiting = RunState(phase=RunPhase.WAITING, waits_for=("a", "b"))
    assert doing_text(waiting, 2) == "Waits for 2 other runs to end."
    assert doing_text(replace(waiting, waits_for=("a",)), 1) == "Waits for another run to end."
    assert doing_text(RunState(phase=RunPhase.WAITING), 0) == "Starting…"


def test_device_and_memory_are_said_as_far_as_they_are_known() -> None:
    assert means_text(training()) == "CPU · 812 MB memory · 36 clips a second"
    on_gpu = training(device="cuda", memory_mb=1400.0, device_mb=3210.0)
    assert means_text(on_gpu).startswith("GPU · 1.4 GB memory · 3.2 GB on the GPU")
    assert means_text(RunState()) == ""


def test_how_a_run_ended_is_a_sentence() -> None:
    failed = RunState(phase=RunPhase.FAILED, message="the disk is full; make room")
    assert end_text(failed) == "The disk is full; make room."
    assert end_text(RunState(phase=RunPhase.CANCELLED)).startswith("Cancelled")
    assert end_text(RunState(phase=RunPhase.FINISHED)) == ""
    stopped = RunState(phase=RunPhase.FINISHED, was_stopped=True)
    assert "kept" in end_text(stopped)
    assert phase_word(stopped) == "done, stopped early"


def test_the_day_of_a_run_is_said_where_that_was_not_today() -> None:
    began = datetime.fromtimestamp(run().receipt.time, tz=UTC)
    assert run_title(run(3), began) == f"Run 3 · quick · {began:%H:%M}"
    later = began.replace(year=began.year + 1)
    assert run_title(run(3), later) == f"Run 3 · quick · {began:%d %b %H:%M}"


def test_a_run_that_has_to_wait_says_so_beforehand() -> None:
    assert mode_text(Preparing()) == "The last layers learn."
    full = Preparing(wishes=Wishes(mode=RetrainMode.FULL), num_ahead=2)
    assert mode_text(full).endswith("It waits for the 2 runs before it.")


def test_the_badge_says_what_is_untrained_until_something_trains() -> None:
    none = Running()
    untrained = Preparing(untrained=Untrained(added=("a", "b")))
    assert badge_text(Preparing(), none) == ("", "")
    assert badge_text(untrained, none)[0] == "Untrained: 2 segments"
    busy = Running(runs=(RunTold(run=run(), state=training()),))
    assert badge_text(untrained, busy)[0] == "Training 60 %"
    done = Running(runs=(RunTold(run=run(), state=RunState(phase=RunPhase.FINISHED)),))
    assert badge_text(untrained, done)[0] == "Untrained: 2 segments"


def test_checking_says_who_is_asked_and_what_came_of_it() -> None:
    checking = Checking(num_labels=126, models=("Everyday",))
    asked = replace(checking, num_asked=120)
    assert check_text(checking).startswith("Asks Everyday about all 126 labels")
    assert check_text(replace(checking, models=("A", "B"))).startswith("Asks 2 models (A, B)")
    assert checked_text(checking) == ""
    assert check_text(asked) == ""
    assert checked_text(asked) == "No disagreement in 120 labels."


def test_a_share_of_nothing_is_not_computed() -> None:
    assert share_of(outcome(verdicts=()), Side.AFTER) is None
