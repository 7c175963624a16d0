"""``skelarium train`` and ``skelarium combine``: models of one's own, and several as one."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from engine.architectures import ARCHITECTURES
from engine.commands.base import Command
from engine.errors import TrainingError
from engine.preprocess.presets import PRESETS
from engine.preprocess.streams import Stream
from engine.runtime.cards import Fusion

POLL_S = 0.3


def add_train_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "folder", type=Path, help="the job's folder; one that exists goes on from its checkpoint"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="labelled data set, for a new job")
    parser.add_argument("--format", default="nw-ucla", metavar="FORMAT", help="of the data set")
    parser.add_argument("--name", help="of the model (default: the folder's name)")
    parser.add_argument(
        "--network",
        choices=[row.id for row in ARCHITECTURES],
        default=ARCHITECTURES[0].id,
        help="which one (%(default)s)",
    )
    parser.add_argument("--size", default="small", help="of the network: small, full or tiny")
    parser.add_argument(
        "--streams",
        nargs="+",
        choices=[stream.value for stream in Stream],
        default=[Stream.JOINT.value],
        metavar="STREAM",
        help="what it is shown, a network for each: %(choices)s (joint)",
    )
    parser.add_argument(
        "--preset",
        choices=[row.id for row in PRESETS],
        default="",
        help="a paper's preprocessing (default: centred and scaled by the body)",
    )
    parser.add_argument(
        "--frames", type=int, metavar="T", help="of its input (default: the preset's, else 52)"
    )
    parser.add_argument(
        "--people", type=int, default=1, metavar="M", help="seen together; 1 for each alone (1)"
    )
    parser.add_argument("--base", default="", metavar="PATH", help="weights or model to start from")
    parser.add_argument("--passes", type=int, default=120, metavar="N", help="over the clips (120)")
    parser.add_argument("--train-views", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument("--test-views", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument("--train-people", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument("--test-people", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument(
        "--leave-out", nargs="+", default=[], metavar="PATTERN", help="file names to do without"
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (1)")
    parser.add_argument("--bfloat16", action="store_true", help="faster where the CPU has it")
    parser.add_argument("--seed", type=int, default=1, metavar="N")


def run_train(words: Namespace) -> int:
    """Write the job if it is new, run it, show its passes."""
    from dataclasses import replace

    from trainer.job import (
        JOB_FILE,
        DataChoice,
        NetworkChoice,
        PreprocessingChoice,
        Schedule,
        TrainingJob,
    )
    from trainer.launcher import create_job

    if words.data is not None:
        data = DataChoice(
            folder=str(words.data.resolve()),
            format=words.format,
            train_views=tuple(words.train_views),
            train_people=tuple(words.train_people),
            leave_out=tuple(words.leave_out),
            test_views=tuple(words.test_views),
            test_people=tuple(words.test_people),
        )
        network = NetworkChoice(
            kind=words.network,
            size=words.size,
            streams=tuple(Stream(name) for name in words.streams),
            base=str(Path(words.base).resolve()) if words.base else "",
        )
        job = TrainingJob(
            name=words.name or words.folder.resolve().name,
            data=data,
            preprocessing=PreprocessingChoice(
                preset=words.preset, frames=words.frames, people=words.people
            ),
            networks=(network,),
            schedule=replace(Schedule(), passes=words.passes),
            threads=words.threads,
            bfloat16=words.bfloat16,
            seed=words.seed,
        )
        create_job(words.folder, job)
    elif not (words.folder / JOB_FILE).is_file():
        raise TrainingError(f"{words.folder} holds no job; name a data set with --data DIR")
    return follow(words.folder)


def follow(folder: Path) -> int:
    """Run a job and print its events until it ends; Ctrl-C stops it, its checkpoint stays."""
    from trainer.launcher import PACKAGE_FOLDER, complaint, read_events, start_job

    _, offset = read_events(folder, 0)
    child = start_job(folder)
    try:
        while True:
            ended = child.poll() is not None
            events, offset = read_events(folder, offset)
            for event in events:
                show(event)
            if ended:
                break
            time.sleep(POLL_S)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        print(f"stopped; 'skelarium train {folder}' goes on from the last checkpoint")
        return 130
    if child.returncode != 0:
        raise TrainingError(complaint(folder))
    print(f"model package: {folder / PACKAGE_FOLDER}")
    return 0


def show(event: dict[str, object]) -> None:
    """Print one event as a line."""
    if event["event"] == "pass":
        held_out = event["accuracy"]
        tested = f"  held out {held_out:.1%}" if isinstance(held_out, float) else ""
        print(
            f"{event['network']}  pass {event['number']:>4}/{event['passes']}  "
            f"loss {event['loss']:.3f}  "
            f"train {event['train_accuracy']:.1%}  {event['clips_per_second']:.0f} clips/s  "
            f"{float(str(event['seconds_left'])) / 60:.0f} min left{tested}",
            flush=True,
        )
    else:
        facts = ", ".join(f"{k} {v}" for k, v in event.items() if k not in ("event", "time"))
        print(f"{event['event']}: {facts}", file=sys.stderr, flush=True)


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them, e.g. ``0.6,0.4``."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ArgumentTypeError(f"expected numbers such as 0.6,0.4, got {text!r}") from error


def add_combine_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "packages", type=Path, nargs="+", metavar="PACKAGE", help="folders of model packages"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the new package's folder"
    )
    parser.add_argument("--name", help="of the model (default: the folder's name)")
    parser.add_argument(
        "--fusion",
        choices=[fusion.value for fusion in Fusion],
        default=Fusion.SOFTMAX.value,
        help="add up probabilities, or what comes before them (%(default)s)",
    )
    parser.add_argument(
        "--weights",
        type=numbers,
        default=(),
        metavar="W,W,…",
        help="one for each network, in order (default: as the packages say)",
    )


def run_combine(words: Namespace) -> int:
    """Make one package of several."""
    from trainer.combine import Combination, combine

    wanted = Combination(
        name=words.name or words.out.resolve().name,
        fusion=Fusion(words.fusion),
        weights=words.weights,
    )
    print(f"model package: {combine(words.packages, words.out, wanted)}")
    return 0


TRAIN = Command(
    name="train",
    summary="train a network on a labelled data set; stops and goes on at any time",
    add_arguments=add_train_arguments,
    run=run_train,
)
COMBINE = Command(
    name="combine",
    summary="make one model of several that answer together",
    add_arguments=add_combine_arguments,
    run=run_combine,
)
