"""A whole job in this process: its clips, its networks one after the other, its package."""

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

import torch

from engine.errors import EngineError, TrainingError
from engine.judging.report_files import HTML_FILE
from engine.runtime.cards import read_card
from trainer.control import Ask
from trainer.data import Split, load_split
from trainer.devices import choose, gpus_here
from trainer.distributed import joined, ranks_here
from trainer.events import FINISHED, EventLog
from trainer.fit import Fit, Fitted
from trainer.job import TrainingJob, load_job
from trainer.launcher import PACKAGE_FOLDER
from trainer.package import write_package
from trainer.plan import PlannedNetwork, plan_of
from trainer.process import Part, run_told
from trainer.pulse import ENDINGS, EndAskedError, Pulse
from trainer.workplace import Workplace


def run_job(folder: Path, since: float) -> int:
    """Train, evaluate and export the job in a folder.

    Args:
        folder: With ``job.toml``.
        since: Commands given before are another run's, in seconds since 1970.

    Returns:
        The exit status; how it ended is the last event.
    """
    ranks = ranks_here()
    events = EventLog(folder, is_silent=not ranks.is_first)
    pulse = Pulse(folder, events, since)
    place = Workplace(folder=folder, events=events, pulse=pulse, ranks=ranks)

    def whole(stack: ExitStack) -> None:
        job = load_job(folder)
        finish(place, train_and_package(job, placed(job, place, stack)))

    wait = partial(ranks.agreed, 0)  # until the first process has written its checkpoint
    return run_told(folder, events, pulse, whole, Part(rank=ranks.rank, wait=wait))


def placed(job: TrainingJob, place: Workplace, stack: ExitStack) -> Workplace:
    """The place with a device, once it is known what is to be computed.

    Args:
        job: What is wanted.
        place: Of this process.
        stack: Leaves the processes' group in the end.

    Raises:
        TrainingError: The machine has not what the job wants.
    """
    gpus = gpus_here() if job.device != "cpu" else 0
    compute = choose(job.device, job.precision, gpus, place.ranks.local_rank)
    stack.enter_context(joined(place.ranks, compute.device))
    torch.set_num_threads(job.threads)
    return replace(place, compute=compute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a job came to."""

    package: Path
    was_stopped: bool
    """Whether somebody asked for the end before it came."""


def train_and_package(job: TrainingJob, place: Workplace) -> Made | None:
    """Train, export and judge.

    Returns:
        None on all processes but the first.

    Raises:
        EndAskedError: The job was cancelled, or stopped before there was anything to keep.
        EngineError: It cannot be done; the message says why.
        OSError: The disk refuses.
    """
    with place.breakable(*ENDINGS):
        split, networks = prepared(job, place)
        place.refuse_if_ending(*ENDINGS)
    place.events.write(
        "started",
        pid=os.getpid(),
        clips=len(split.train),
        held_out=0 if split.test is None else len(split.test),
        validation=0 if split.validation is None else len(split.validation),
        split=split.rule,
        actions=list(split.actions),
        networks=[planned.name for planned in networks],
        device=place.compute.device,
        processes=place.ranks.count,
    )
    place.pulse.state = "training"
    fitted = fitted_networks(job, place, split, networks)
    if not place.ranks.is_first:
        return None
    place.pulse.state = "packaging"
    kept = kept_job(job, fitted)
    try:
        with place.breakable(Ask.CANCEL):
            package = write_package(kept, split, fitted, place.folder)
    except (EngineError, OSError, RuntimeError, EndAskedError):
        shutil.rmtree(place.folder / f"{PACKAGE_FOLDER}.partial", ignore_errors=True)
        raise
    return Made(package=package, was_stopped=any(each.was_stopped for each in fitted))


def finish(place: Workplace, made: Made | None) -> None:
    """Tell what the job came to.

    Raises:
        OSError: The disk refuses.
    """
    if made is None:
        return
    report = place.folder / HTML_FILE
    place.events.write(
        FINISHED,
        accuracy=read_card(made.package).metrics.top1,
        package=str(made.package),
        report=str(report) if report.is_file() else "",
        stopped=made.was_stopped,
    )


def prepared(job: TrainingJob, place: Workplace) -> tuple[Split, tuple[PlannedNetwork, ...]]:
    """The clips and the networks.

    Raises:
        EngineError: The job does not fit its data, or the processes' data differ.
    """
    split = load_split(job, place.folder)
    digest = crc32(split.digest.encode())
    if place.ranks.agreed(digest) != digest:
        raise TrainingError(
            f"process {place.ranks.rank + 1} finds other clips than the first one; give all "
            "machines the same data set and job folder"
        )
    return split, plan_of(job, split.layout, len(split.actions))


def fitted_networks(
    job: TrainingJob, place: Workplace, split: Split, networks: tuple[PlannedNetwork, ...]
) -> tuple[Fitted, ...]:
    """The networks, trained; where the job was stopped, those that have learnt something.

    Raises:
        EndAskedError: The job was cancelled, or stopped before anything was learnt.
        TrainingError: It cannot go on.
    """
    fitted: list[Fitted] = []
    for number, planned in enumerate(networks, start=1):
        fit = Fit(job, planned, split, place.folder, place)
        found = fit.run(lambda done: None, networks_left=len(networks) - number)
        # less than a pass is better than nothing, and worse than a part of a fused answer
        if not found.was_stopped or found.passes or (fit.progress.moves and not fitted):
            fitted.append(found)
        if found.was_stopped:
            break
    if not fitted:
        raise EndAskedError(Ask.STOP, is_clean=True)
    return tuple(fitted)


def kept_job(job: TrainingJob, fitted: tuple[Fitted, ...]) -> TrainingJob:
    """The job as it was done, for the card: fewer passes or networks where it was stopped."""
    passes = max(each.passes for each in fitted)
    choices = {id(each.planned.choice): each.planned.choice for each in fitted}
    return replace(
        job,
        networks=tuple(choices.values()),
        schedule=replace(job.schedule, passes=max(passes, 1)),
    )
