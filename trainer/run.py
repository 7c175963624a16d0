"""A whole job in this process: its clips, its networks one after the other, its package."""

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import torch

from engine.errors import EngineError, TrainingError
from engine.judging.report_files import HTML_FILE
from engine.runtime.cards import read_card
from trainer.claim import claimed
from trainer.control import Ask
from trainer.data import Split, load_split
from trainer.devices import choose, gpus_here
from trainer.distributed import joined, ranks_here
from trainer.events import CANCELLED, FAILED, FINISHED, EventLog
from trainer.failures import reason_of
from trainer.fit import Fit, Fitted
from trainer.job import TrainingJob, load_job
from trainer.launcher import EXIT_CANCELLED, EXIT_FAILED, PACKAGE_FOLDER
from trainer.package import write_package
from trainer.plan import PlannedNetwork, plan_of
from trainer.pulse import ENDINGS, EndAskedError, Pulse
from trainer.workplace import Workplace

NOTHING = "stopped before anything was learnt; there is nothing to keep"


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
    with ExitStack() as stack:
        try:
            if ranks.is_first:
                stack.enter_context(claimed(folder))
            stack.enter_context(alive(pulse))
            job = load_job(folder)
            gpus = gpus_here() if job.device != "cpu" else 0
            compute = choose(job.device, job.precision, gpus, ranks.local_rank)
            stack.enter_context(joined(ranks, compute.device))
            torch.set_num_threads(job.threads)
            work(job, replace(place, compute=compute))
        except EndAskedError as end:
            ranks.agreed(0)  # until the first process has written its checkpoint
            tell(events, CANCELLED, reason=NOTHING if end.ask is Ask.STOP else "")
            return EXIT_CANCELLED
        except Exception as error:
            reason = reason_of(error)
            said = reason or f"a defect of the program: {type(error).__name__}: {error}"
            # not only the first process: it may never hear of this
            tell(EventLog(folder), FAILED, reason=said, rank=ranks.rank)
            if reason is None:
                raise
            if not isinstance(error, EngineError | OSError | MemoryError):
                traceback.print_exception(error)
            sys.stderr.write(f"{reason}\n")
            return EXIT_FAILED
    return 0


@contextmanager
def alive(pulse: Pulse) -> Iterator[None]:
    """Within it, the job gives signs of life, hears commands, and ends well when terminated."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    held = {number: signal.signal(number, pulse.on_signal) for number in numbers}
    pulse.start()
    try:
        yield
    finally:
        pulse.stop()
        for number, before in held.items():
            signal.signal(number, before)


def work(job: TrainingJob, place: Workplace) -> None:
    """Train, export and judge.

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
        return
    place.pulse.state = "packaging"
    kept = kept_job(job, fitted)
    try:
        with place.breakable(Ask.CANCEL):
            package = write_package(kept, split, fitted, place.folder)
    except (EngineError, OSError, RuntimeError, EndAskedError):
        shutil.rmtree(place.folder / f"{PACKAGE_FOLDER}.partial", ignore_errors=True)
        raise
    report = place.folder / HTML_FILE
    place.events.write(
        FINISHED,
        accuracy=read_card(package).metrics.top1,
        package=str(package),
        report=str(report) if report.is_file() else "",
        stopped=any(each.was_stopped for each in fitted),
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


def tell(events: EventLog, kind: str, **facts: object) -> None:
    """Write the last event, if the disk takes it."""
    with suppress(OSError):
        events.write(kind, **facts)
