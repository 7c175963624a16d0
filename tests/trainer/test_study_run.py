"""Runs of a study as they are: processes of their own, followed by their files alone."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import run as run_child

import pytest

from engine.formats import read_recording
from engine.labels import NOTHING
from engine.places import SOURCE_ROOT
from engine.recording import Clip
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage, find_model
from engine.runtime.recognizer import open_recognizer
from engine.study.contents import StudyContents
from engine.study.models import model_in_use, named_model, study_models
from engine.study.outcome import read_outcome
from engine.study.selecting import Choice
from tests.tiny_study import make_tiny_study
from trainer.claim import claimed
from trainer.control import Ask
from trainer.events import FINISHED, EventLog
from trainer.launcher import EXIT_CANCELLED, read_events
from trainer.retraining import (
    RetrainMode,
    RetrainPlan,
    RetrainWish,
    RunPhase,
    RunState,
    RunWatch,
    ask_run,
    prepare_run,
    runs_of,
    start_run,
)

LONGEST_S = 90


@dataclass(frozen=True)
class Done:
    """A study of four people after a full run and a quick one that waited for it."""

    folder: Path
    contents: StudyContents
    full: Path
    quick: Path
    states: dict[Path, RunState]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, tiny_package: Path) -> Done:
    home = tmp_path_factory.mktemp("study-run")
    contents = make_tiny_study(home / "data", ("Ann", "Bob", "Cem", "Dee"))
    folder = home / "study"
    base = ModelPackage(folder=tiny_package, card=read_card(tiny_package))
    wish = RetrainWish(choice=Choice(hold_out=("Dee",)), passes=2, seconds=6)
    full, quick = (
        prepare_run(folder, contents, RetrainPlan(mode=mode, base=base, wish=wish))
        for mode in (RetrainMode.FULL, RetrainMode.QUICK)
    )
    children = [start_run(full), start_run(quick)]
    for child in children:
        child.wait(LONGEST_S)
    states = {each: RunWatch(each).poll() for each in (full, quick)}
    return Done(folder=folder, contents=contents, full=full, quick=quick, states=states)


def kinds(run: Path) -> list[object]:
    return [event["event"] for event in read_events(run, 0)[0]]


def time_of(run: Path, kind: str) -> float:
    return next(float(str(e["time"])) for e in read_events(run, 0)[0] if e["event"] == kind)


@pytest.mark.slow
def test_both_runs_come_to_their_end_with_a_model_and_an_outcome(done):
    for run in (done.full, done.quick):
        state = done.states[run]
        assert (state.phase, state.message) == (RunPhase.FINISHED, ""), (
            run / "trainer.log"
        ).read_text()
        assert state.package == run / "model"
        assert state.has_outcome


@pytest.mark.slow
def test_the_second_run_waits_until_the_first_has_ended(done):
    assert kinds(done.quick)[:2] == ["queued", "waiting"]
    assert time_of(done.quick, "preparing") >= time_of(done.full, FINISHED)


@pytest.mark.slow
def test_a_full_run_learns_from_nobody_who_watches_or_is_held_out(done):
    outcome = read_outcome(done.full)
    assert outcome is not None
    learnt = {each.recording_id for each in outcome.verdicts if each.is_trained_on}
    held = {each.recording_id for each in outcome.held_out}
    assert learnt.isdisjoint(held)
    assert len(held) == 2  # who watched, and Dee, who was never shown
    assert "r3" in held
    assert "Dee: never shown" in outcome.note
    assert outcome.new_segments is not None
    assert outcome.new_segments.num_recordings == 2
    assert outcome.new_segments.num_segments == 8
    (curve,) = done.states[done.full].curves
    assert [point.number for point in curve.points] == [1, 2]
    assert curve.points[-1].accuracy is not None


@pytest.mark.slow
def test_a_quick_run_is_judged_by_layers_that_did_not_know_the_person(done):
    outcome = read_outcome(done.quick)
    assert outcome is not None
    judged = {each.recording_id for each in outcome.held_out}
    assert judged == {"r0", "r1", "r2", "r3"}
    assert "without its person" in outcome.note
    assert outcome.new_segments is not None
    assert outcome.new_segments.num_recordings == 1  # only Dee's was never learnt from
    kicks = [each for each in outcome.held_out if each.label != NOTHING]
    assert sum(each.after == each.label for each in kicks) >= 0.7 * len(kicks)


@pytest.mark.slow
def test_models_of_runs_are_told_apart_and_found(done):
    models = study_models(done.folder)
    assert [each.card.id for each in models] == ["tiny-2", "tiny-1"]
    assert models[0].card.title.startswith("Tiny 2 · quick · ")
    assert models[0].card.class_names == ("lift", "kick", NOTHING)
    assert named_model(done.folder, "tiny-1").folder == done.full / "model"
    assert find_model(str(done.quick / "model")).card.id == "tiny-2"
    using = replace(done.contents, facts=replace(done.contents.facts, model="tiny-2"))
    in_use = model_in_use(done.folder, using)
    assert in_use is not None
    assert in_use.folder == done.quick / "model"


@pytest.mark.slow
def test_the_quick_model_names_the_movements_of_somebody_it_has_never_seen(done):
    recognizer = open_recognizer(find_model(str(done.quick / "model")))
    recording = read_recording(Path(done.contents.recordings["r3"].path))
    said = [
        recognizer.answer(Clip(recording=recording, start=start, stop=stop), explain=False)
        .predictions[0]
        .top(1)[0][0]
        for start, stop in ((10, 32), (42, 64))
    ]
    assert said == ["lift", "kick"]


@pytest.mark.slow
def test_a_run_that_waits_is_cancelled_at_once_and_never_loads_torch(done):
    before = done.folder / "jobs" / "before"
    before.mkdir()
    EventLog(before).write("preparing")
    base = find_model(str(done.full / "model"))
    waiting = prepare_run(
        done.folder, done.contents, RetrainPlan(mode=RetrainMode.QUICK, base=base)
    )
    with claimed(before):
        child = start_run(waiting, after=(before,))
        watch = RunWatch(waiting)
        while watch.poll().waits_for != ("before",):
            assert child.poll() is None
        ask_run(waiting, Ask.CANCEL)
        assert child.wait(LONGEST_S) == EXIT_CANCELLED
    state = watch.poll()
    assert (state.phase, state.can_go_on) == (RunPhase.CANCELLED, True)
    assert state.memory_mb < 150  # torch alone takes more
    assert not (waiting / "model").exists()
    assert waiting in {run.folder for run in runs_of(done.folder)}


def test_waiting_needs_no_torch():
    source = (
        "import sys, trainer.study_run, trainer.retraining;"
        "sys.exit(bool({'torch', 'onnxruntime', 'PySide6'} & set(sys.modules)))"
    )
    assert run_child([sys.executable, "-c", source], cwd=SOURCE_ROOT, check=False).returncode == 0


def test_a_lesson_asked_to_stop_keeps_what_it_has_learnt(tmp_path, tiny_package):
    """In this process: the ask comes while it looks at the clips."""
    from engine.study.clips import CLIPS_FILE, read_clips
    from trainer.lesson_file import load_lesson
    from trainer.pulse import Pulse
    from trainer.study_quick import quick_run
    from trainer.workplace import Workplace

    contents = make_tiny_study(tmp_path / "data")
    base = ModelPackage(folder=tiny_package, card=read_card(tiny_package))
    folder = prepare_run(
        tmp_path / "study",
        contents,
        RetrainPlan(mode=RetrainMode.QUICK, base=base, wish=RetrainWish(seconds=600)),
    )
    events = EventLog(folder)
    pulse = Pulse(folder, events)
    pulse.ask(Ask.STOP)
    place = Workplace(folder=folder, events=events, pulse=pulse)
    judging, was_stopped = quick_run(load_lesson(folder), read_clips(folder / CLIPS_FILE), place)
    assert was_stopped
    assert read_card(folder / "model").class_names == ("lift", "kick", NOTHING)
    assert judging.rehearsed is not None
