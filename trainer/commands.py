"""``skelarium train`` and ``skelarium combine``: models of one's own, and several as one."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.runner import EXIT_INTERRUPTED
from engine.errors import TrainingError
from engine.runtime.cards import Fusion
from engine.runtime.packages import find_model
from trainer.control import Ask
from trainer.events import CANCELLED, FAILED
from trainer.job import JOB_FILE
from trainer.launcher import EXIT_CANCELLED, PACKAGE_FOLDER
from trainer.train_words import FIRST_STAGE, add_job_arguments, stages_of

if TYPE_CHECKING:
    from trainer.launcher import Event

POLL_S = 0.3


def add_train_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "folder", type=Path, help="the job's folder; one that exists goes on from its checkpoint"
    )
    asks = parser.add_argument_group("to a job that runs").add_mutually_exclusive_group()
    for ask, words in ASKS.items():
        asks.add_argument(f"--{ask.value}", dest="ask", action="store_const", const=ask, help=words)
    add_job_arguments(parser)
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="that share the job on this machine, a GPU each where there are any (1)",
    )


ASKS = {
    Ask.STOP: "end now and keep what was learnt: evaluate, export, package",
    Ask.CANCEL: "end now; the checkpoint stays, nothing is packaged",
    Ask.PAUSE: "compute nothing until told to resume",
    Ask.RESUME: "go on after a pause",
}


def run_train(words: Namespace) -> int:
    """Ask something of a running job, or write the jobs if they are new, run them, show them."""
    from trainer.launcher import ask, create_job

    if words.ask is not None:
        ask(words.folder, words.ask)
        print(f"asked the job in {words.folder} to {words.ask.value}")
        return 0
    if words.data is not None:
        for folder, job in stages_of(words):
            create_job(folder, job)
    elif not (words.folder / JOB_FILE).is_file():
        raise TrainingError(f"{words.folder} holds no job; name a data set with --data DIR")
    first = words.folder / FIRST_STAGE
    if (first / JOB_FILE).is_file() and not (first / PACKAGE_FOLDER).is_dir():
        status = follow(first, words.processes)
        if status:
            return status
    return follow(words.folder, words.processes)


def follow(folder: Path, processes: int = 1) -> int:
    """Run a job, or watch one that runs, and print its events until it ends.

    Ctrl-C cancels a job that was started here: its checkpoint stays. One that somebody else started
    goes on.
    """
    from trainer.launcher import ask, is_running, last_end, read_events, start_job

    child = None
    _, offset = read_events(folder, 0)
    if is_running(folder):
        print(f"the job in {folder} is running already; this follows it", file=sys.stderr)
    else:
        child = start_job(folder, processes)
    end = None
    try:
        while end is None:
            has_died = child.poll() is not None if child else not is_running(folder)
            events, offset = read_events(folder, offset)
            for event in events:
                show(event)
            end = last_end(events)
            if has_died:
                break
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        if child is not None:
            ask(folder, Ask.CANCEL)
            child.wait()
            print(f"stopped; 'skelarium train {folder}' goes on from the last checkpoint")
        return EXIT_INTERRUPTED
    if child is not None:
        child.wait()
    return ended(folder, end)


def ended(folder: Path, end: "Event | None") -> int:
    """Say how a job ended.

    Raises:
        TrainingError: It failed.
    """
    from trainer.launcher import complaint

    if end is None:
        raise TrainingError(complaint(folder))
    if end["event"] == FAILED:
        raise TrainingError(str(end["reason"]))
    if end["event"] == CANCELLED:
        print(f"cancelled; 'skelarium train {folder}' goes on from the last checkpoint")
        return EXIT_CANCELLED
    print(f"model package: {folder / PACKAGE_FOLDER}")
    if end.get("report"):
        print(f"report: {end['report']}")
    return 0


def show(event: "Event") -> None:
    """Print one event as a line."""
    kind = event["event"]
    if kind == "pass":
        reached = event["accuracy"]
        tested = f"  {event['judged_by']} {reached:.1%}" if isinstance(reached, float) else ""
        print(
            f"{event['network']}  pass {event['number']:>4}/{event['passes']}  "
            f"loss {event['loss']:.3f}  "
            f"train {event['train_accuracy']:.1%}  {event['clips_per_second']:.0f} clips/s  "
            f"{minutes(event['job_seconds_left'])} left{tested}",
            flush=True,
        )
    elif kind == "step":
        print(
            f"{event['network']}  pass {event['number']:>4}/{event['passes']}  "
            f"step {event['step']}/{event['steps']}  loss {event['loss']:.3f}  "
            f"{event['clips_per_second']:.0f} clips/s",
            flush=True,
        )
    elif kind not in UNSHOWN:
        hidden = ("event", "time", "actions")
        facts = ", ".join(f"{k} {v}" for k, v in event.items() if k not in hidden)
        print(f"{kind}: {facts}" if facts else kind, file=sys.stderr, flush=True)


def minutes(seconds: object) -> str:
    """A duration in words, e.g. ``3 min``."""
    spent = float(str(seconds))
    return f"{spent / 60:.0f} min" if spent < HOUR_S else f"{spent / HOUR_S:.1f} h"


UNSHOWN = ("heartbeat", FAILED, CANCELLED)
HOUR_S = 3600


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them, e.g. ``0.6,0.4``."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ArgumentTypeError(f"expected numbers such as 0.6,0.4, got {text!r}") from error


def add_combine_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("packages", nargs="+", metavar="MODEL", help="model ids or package folders")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the new package's folder"
    )
    parser.add_argument(
        "--name", help="of the model (default: the folder's name; a single package keeps its own)"
    )
    parser.add_argument(
        "--fusion",
        choices=[fusion.value for fusion in Fusion],
        help="add up probabilities, or what comes before them (default: as the packages say where "
        "they agree, else probabilities)",
    )
    parser.add_argument(
        "--weights",
        type=numbers,
        default=(),
        metavar="W,W,…",
        help="one for each network, in order (default: as the packages say)",
    )
    half = parser.add_argument_group("half the size")
    half.add_argument(
        "--half",
        action="store_true",
        help="store large matrices with 16 bits a number; refused where a first answer changes or "
        "a probability moves by more than 0.005",
    )
    half.add_argument(
        "--data", type=Path, metavar="DIR", help="clips to see that on (default: the samples)"
    )
    half.add_argument("--format", default="folders", metavar="FORMAT", help="of them (%(default)s)")


def run_combine(words: Namespace) -> int:
    """Make one package of several, or another one of one."""
    from trainer.combine import Combination, combine

    if words.data is not None and not words.half:
        raise TrainingError("--data says what --half is tried on; add --half, or leave it out")
    folders = [find_model(each).folder for each in words.packages]
    given = words.out.resolve().name if len(folders) > 1 else ""
    wanted = Combination(
        name=words.name or given,
        fusion=None if words.fusion is None else Fusion(words.fusion),
        weights=words.weights,
    )
    if words.half:
        from trainer.half import combine_halved

        source = None if words.data is None else (words.data, words.format)
        print(combine_halved(folders, words.out, wanted, source).text)
    else:
        combine(folders, words.out, wanted)
    print(f"model package: {words.out}")
    return 0


TRAIN = Command(
    name="train",
    summary="train a network on a labelled data set; stops and goes on at any time",
    add_arguments=add_train_arguments,
    run=run_train,
)
COMBINE = Command(
    name="combine",
    summary="make one model of several that answer together, or one of half the size",
    add_arguments=add_combine_arguments,
    run=run_combine,
)
