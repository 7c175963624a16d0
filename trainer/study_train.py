"""``skelarium study train``: a model of a study's labels, in a process of its own."""

import json
import math
import sys
import threading
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.studies import add_study_argument, opened_study
from engine.errors import TrainingError
from trainer.control import Ask
from trainer.job import DEVICES
from trainer.launcher import EXIT_CANCELLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.study.contents import StudyContents
    from trainer.receipts import Run
    from trainer.retraining import RetrainPlan, RunState

LOOK_S = 0.3
RUN = "RUN"
ASKS = {
    Ask.STOP: "end RUN now and keep what it has learnt",
    Ask.CANCEL: "end RUN now; nothing is kept but what it needs to go on",
    Ask.PAUSE: "let RUN compute nothing until told to resume",
    Ask.RESUME: "let RUN go on after a pause",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    how = parser.add_argument_group("a new run").add_mutually_exclusive_group()
    how.add_argument(
        "--quick", action="store_true", help="teach the last layers of a model, in seconds (so)"
    )
    how.add_argument("--full", action="store_true", help="train all layers, in the background")
    new = parser.add_argument_group("what it learns from, and how")
    new.add_argument("--base", metavar="ID", help="model to start from (the one in use)")
    new.add_argument(
        "--networks",
        nargs="+",
        default=[],
        metavar="KIND",
        help="of the base's, in a full run (all but those that a processor is slow with)",
    )
    new.add_argument("--passes", type=int, metavar="N", help="over the clips, of a full run")
    new.add_argument("--seconds", type=float, metavar="S", help="for a quick lesson (45)")
    new.add_argument(
        "--hold-out",
        nargs="+",
        default=[],
        metavar="ACTOR",
        help="never learn from them: they judge",
    )
    new.add_argument("--tier", nargs="+", default=[], metavar="NAME", help="only these tiers (all)")
    new.add_argument("--with-doubtful", action="store_true", help="also doubtful segments")
    new.add_argument("--no-background", action="store_true", help="not what nothing looks like")
    kept = new.add_mutually_exclusive_group()
    kept.add_argument(
        "--keep-actions", action="store_true", help="go on knowing the base's other actions (quick)"
    )
    kept.add_argument("--drop-actions", action="store_true", help="forget them")
    new.add_argument("--device", choices=DEVICES, default=DEVICES[0], help="(%(default)s)")
    new.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (1)")
    new.add_argument("--seed", type=int, default=1, metavar="N", help="(1)")
    new.add_argument("--dry-run", action="store_true", help="say what would be used, and stop")
    wait = parser.add_argument_group("how long the command takes").add_mutually_exclusive_group()
    wait.add_argument("--wait", action="store_true", help="until the run has ended (not at all)")
    wait.add_argument("--follow", action="store_true", help="likewise, and tell how it goes")
    asks = parser.add_argument_group("to runs that are there").add_mutually_exclusive_group()
    asks.add_argument("--runs", action="store_true", help="list them")
    for ask, words in ASKS.items():
        asks.add_argument(f"--{ask.value}", metavar=RUN, help=words)
    asks.add_argument("--go-on", metavar=RUN, help="start RUN again where it was broken off")
    asks.add_argument("--use", metavar=RUN, help="let the study use RUN's model from now on")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Do what the words ask for."""
    asked = next(((ask, name) for ask in ASKS if (name := getattr(words, ask.value))), None)
    if asked is not None:
        return ask_of(words, *asked)
    if words.runs:
        return list_runs(words)
    if words.use is not None:
        return use(words)
    if words.go_on is not None:
        return begin(words, run_named(words, words.go_on).folder)
    return new_run(words)


def new_run(words: Namespace) -> int:
    """Forecast, prepare, start; wait where that is wanted."""
    from trainer.retraining import forecast_of, prepare_run
    from trainer.study_words import describe_forecast, forecast_text

    with opened_study(words, writes=False) as study:
        contents = study.contents
    plan = plan_of(words, contents)
    will = forecast_of(words.study, contents, plan)
    if words.dry_run:
        say(words, {"forecast": describe_forecast(will)}, forecast_text(will))
        return 0
    if not will.can_start:
        raise TrainingError(will.refusal)
    if not words.json:
        sys.stderr.write(forecast_text(will))
    return begin(words, prepare_run(words.study, contents, plan))


def plan_of(words: Namespace, contents: "StudyContents") -> "RetrainPlan":
    """What the words mean.

    Raises:
        EngineError: There is no such model, tier or actor.
    """
    from engine.study.forecast import RetrainMode, RetrainWish
    from engine.study.models import model_in_use, named_model
    from engine.study.selecting import Choice
    from trainer.retraining import RetrainPlan, base_for

    if words.passes is not None and words.passes < 1:
        raise TrainingError(f"--passes must be at least 1, got {words.passes}")
    if words.threads < 1:
        raise TrainingError(f"--threads must be at least 1, got {words.threads}")
    if words.seconds is not None and not 0 < words.seconds < math.inf:
        raise TrainingError(f"--seconds must be more than 0, got {words.seconds:g}")
    used = model_in_use(words.study, contents)
    base = base_for(words.study, used) if words.base is None else None
    if words.base is not None:
        base = named_model(words.study, words.base)
    keeps = True if words.keep_actions else False if words.drop_actions else None
    return RetrainPlan(
        mode=RetrainMode.FULL if words.full else RetrainMode.QUICK,
        base=base,
        wish=RetrainWish(
            choice=Choice(
                tier_ids=tier_ids(words, contents),
                with_doubtful=words.with_doubtful,
                with_background=not words.no_background,
                hold_out=known_actors(words, contents),
            ),
            keep_base_actions=keeps,
            seconds=words.seconds,
            passes=words.passes,
            networks=tuple(words.networks),
        ),
        device=words.device,
        threads=words.threads,
        seed=words.seed,
    )


def tier_ids(words: Namespace, contents: "StudyContents") -> tuple[str, ...]:
    """Tiers by name.

    Raises:
        EngineError: There is none of a name.
    """
    from engine.commands.studies import tier_wanted

    rows = (tier_wanted(contents, name) for name in words.tier)
    return tuple(row.id for row in rows if row is not None)


def known_actors(words: Namespace, contents: "StudyContents") -> tuple[str, ...]:
    """People to hold out.

    Raises:
        TrainingError: The study has nobody of a name; the message lists whom it has.
    """
    known = {
        row.actor(person) for row in contents.shown_recordings for person in range(row.num_people)
    }
    named = {name for row in contents.shown_recordings for name in row.actors if name}
    strangers = [name for name in words.hold_out if name not in known]
    if strangers:
        raise TrainingError(
            f"nobody in the study is called {', '.join(strangers)}; there are "
            f"{', '.join(sorted(named)) or 'no names yet'}"
        )
    return tuple(words.hold_out)


def begin(words: Namespace, folder: Path) -> int:
    """Start a run, and wait for its end where that is wanted."""
    from trainer.retraining import run_in, start_run
    from trainer.study_words import describe_run

    child = start_run(folder)
    run = run_in(folder)
    if not (words.wait or words.follow):
        say(words, {"run": describe_run(run)}, f"{run.title} has started: {folder}\n")
        return 0
    state = watched(words, folder)
    child.wait()
    return ended(words, run, state)


def watched(words: Namespace, folder: Path) -> "RunState":
    """The state of a run at its end; Ctrl-C leaves it running."""
    from trainer.retraining import RunWatch
    from trainer.study_words import state_text

    watch, told = RunWatch(folder), ""
    while True:
        state = watch.poll()
        line = state_text(state)
        if words.follow and line != told:
            sys.stderr.write(f"{line}\n")
            told = line
        if state.phase.is_over:
            return state
        threading.Event().wait(LOOK_S)


def ended(words: Namespace, run: "Run", state: "RunState") -> int:
    """Say how a run ended.

    Raises:
        TrainingError: It failed.
    """
    from engine.study.outcome import read_outcome
    from trainer.retraining import RunPhase
    from trainer.study_words import describe_outcome, describe_run, outcome_text

    if state.phase is RunPhase.FAILED:
        raise TrainingError(state.message)
    outcome = read_outcome(run.folder)
    told = {"run": describe_run(run, state), "outcome": describe_outcome(outcome)}
    say(words, told, f"{run.title}: {state.phase.value}. {state.message}\n{outcome_text(outcome)}")
    return EXIT_CANCELLED if state.phase is RunPhase.CANCELLED else 0


def ask_of(words: Namespace, ask: Ask, name: str) -> int:
    """Ask something of a run."""
    from trainer.retraining import ask_run
    from trainer.study_words import describe_run

    run = run_named(words, name)
    ask_run(run.folder, ask)
    say(words, {"run": describe_run(run), "asked": ask.value}, f"asked {run.title}: {ask.value}\n")
    return 0


def use(words: Namespace) -> int:
    """Let the study use a run's model."""
    from dataclasses import replace

    from engine.runtime.cards import CARD_FILE
    from engine.study.contents import Edit, changed
    from engine.study.models import PACKAGE_FOLDER

    run = run_named(words, words.use)
    if not (run.folder / PACKAGE_FOLDER / CARD_FILE).is_file():
        raise TrainingError(f"{run.title} has made no model; see 'skelarium study train --runs'")
    with opened_study(words, writes=True) as study:
        facts = study.contents.facts
        model_id = run.receipt.model_id
        if facts.model != model_id:
            now = replace(facts, model=model_id, previous_model=facts.model)
            study.do(Edit(name=f"Use {model_id}", changes=(changed(facts, now),)))
    say(words, {"model": model_id}, f"the study uses {model_id}\n")
    return 0


def list_runs(words: Namespace) -> int:
    """Print every run with its state."""
    from trainer.retraining import RunWatch, runs_of
    from trainer.study_words import describe_run, state_text

    found = [(run, RunWatch(run.folder).poll()) for run in runs_of(words.study)]
    lines = [f"{run.title}  {state_text(state)}\n" for run, state in found] or ["no runs yet\n"]
    say(words, {"runs": [describe_run(run, state) for run, state in found]}, "".join(lines))
    return 0


def run_named(words: Namespace, name: str) -> "Run":
    """A run by its number, its folder's name or the id of its model.

    Raises:
        TrainingError: There is none; the message lists those there are.
    """
    from trainer.retraining import runs_of

    runs = runs_of(words.study)
    for run in runs:
        if name in (str(run.number), run.folder.name, run.receipt.model_id):
            return run
    known = ", ".join(run.folder.name for run in runs) or "none"
    raise TrainingError(f"the study has no run {name}; there are {known}")


def say(words: Namespace, told: "Mapping[str, object]", text: str) -> None:
    """Print the JSON object that was asked for, or the text."""
    if words.json:
        whole = {"study": str(words.study), **told}
        sys.stdout.write(f"{json.dumps(whole, indent=2, ensure_ascii=False)}\n")
    else:
        sys.stdout.write(text)


STUDY_TRAIN = Command(
    name="train",
    summary="train a model on the labels of a study; see and steer its runs",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
