"""The training of one network: passes over varied clips, evaluations, checkpoints."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn

from engine.arrays import FloatArray
from engine.errors import TrainingError
from engine.tables import table_text
from trainer import checkpoints
from trainer.base_weights import load_base
from trainer.checkpoints import Checkpoint, Progress, Weights
from trainer.control import Ask
from trainer.data import ClipSet, Split, plain_input
from trainer.evaluation import accuracy, logits_of, recall
from trainer.events import PassDone, StepDone, memory_mb
from trainer.feeding import Feeder
from trainer.inputs import is_dense
from trainer.job import TrainingJob
from trainer.learner import Learner, StepResult
from trainer.plan import PlannedNetwork
from trainer.pulse import ENDINGS, EndAskedError
from trainer.sampling import Share, making_of
from trainer.schedules import learning_rate
from trainer.settling import settled
from trainer.workplace import Clock, Workplace, quiet_workplace

TELL_S = 5.0
"""Between two events about steps."""
SAVING_SHARE = 20
"""Saving checkpoints takes at most one part in so many of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The result of a run."""

    planned: PlannedNetwork
    network: nn.Module
    logits: FloatArray | None
    """``(N, K)`` of the clips that judge, where there are any."""
    accuracy: float | None
    """Share of them named right."""
    validation_logits: FloatArray | None = None
    """``(N, K)`` of the clips that watched; None without them, or where the run was stopped and
    others judge."""
    passes: int = 0
    """Whole ones."""
    was_stopped: bool = False
    """Whether somebody asked for the end before it came."""


class Fit:
    """One network of a job in its folder, from its last checkpoint if there is one.

    Args:
        job: What is wanted.
        planned: The network.
        split: Its clips.
        folder: The job's.
        workplace: Where it runs; None for this process alone on the CPU.

    Raises:
        TrainingError: The network cannot be trained like that.
    """

    def __init__(
        self,
        job: TrainingJob,
        planned: PlannedNetwork,
        split: Split,
        folder: Path,
        workplace: Workplace | None = None,
    ) -> None:
        torch.manual_seed(job.seed)
        self.job = job
        self.planned = planned
        self.split = split
        self.workplace = workplace or quiet_workplace(folder)
        self.checkpoint = folder / f"{planned.name}{checkpoints.SUFFIX}"
        ranks = self.workplace.ranks
        refuse_impossible(job, planned, split, ranks.count)
        network = planned.config.build()
        if planned.choice.base:
            load_base(network, planned, split.actions)
        self.learner = Learner(job, planned, network, self.workplace.compute, ranks)
        share = Share(rank=ranks.rank, ranks=ranks.count, parts=job.schedule.parts)
        self.making = making_of(job, planned, split.train, split.layout, share)
        self.progress = Progress()
        self.best: Weights | None = None
        self.digests = checkpoints.digests(job, split, table_text(planned.config))
        self.found: dict[str, FloatArray] = {}
        self.clock = Clock()
        self.told_at = self.saved_at = time.monotonic()
        self.saving_took = 0.0

    @property
    def network(self) -> nn.Module:
        """The one that learns."""
        return self.learner.network

    @property
    def average(self) -> nn.Module:
        """The average of its weights."""
        return self.learner.average

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to learn."""
        return self.progress.is_over or self.progress.passes >= self.job.schedule.passes

    def run(self, on_pass: Callable[[PassDone], None], networks_left: int = 0) -> Fitted:
        """Train to the end of the schedule, or until asked to stop.

        Args:
            on_pass: Told what each pass came to.
            networks_left: How many of the job are trained after this one.

        Raises:
            EndAskedError: The run was cancelled; a checkpoint is there.
            TrainingError: It cannot go on.
            OSError: The disk refuses.
        """
        self.restore()
        self.clock = Clock()
        try:
            with Feeder(self.making) as feeder:
                while not self.is_over:
                    self.one_pass(feeder)
                    done = self.end_pass(networks_left)
                    self.workplace.events.pass_done(done)
                    if self.found or self.is_over:
                        self.save()
                    on_pass(done)
        except EndAskedError as end:
            if end.is_clean:
                self.save()
            if end.ask is Ask.CANCEL:
                raise
            return self.fitted(was_stopped=True)
        return self.fitted(was_stopped=False)

    def one_pass(self, feeder: Feeder) -> None:
        """See the clips once, in whole batches, from the step where this pass was left."""
        schedule, progress, steps = self.job.schedule, self.progress, self.making.steps
        self.found = {}
        self.clock.begin_pass()
        batches = feeder.batches(progress.passes, progress.steps)
        breakable = partial(self.workplace.breakable, *ENDINGS)
        for step, parts in enumerate(batches, start=progress.steps):
            self.listen()
            rate = learning_rate(schedule, (progress.passes + step / steps) / schedule.passes)
            place = self.making.place(progress.passes, step)
            self.count(self.learner.step(parts, place, rate, breakable))
            now = time.monotonic()
            if now - self.told_at >= TELL_S:
                self.workplace.events.step_done(self.told())
                self.told_at = now
            least = self.job.checkpoint_every
            if not least or now - self.saved_at >= max(least, SAVING_SHARE * self.saving_took):
                self.save()

    def listen(self) -> None:
        """Do what is asked between two steps.

        Raises:
            EndAskedError: The run is to end.
        """
        if self.workplace.heard() is Ask.PAUSE:
            self.save()
            began = time.perf_counter()
            self.workplace.pause()
            self.clock.leave_out(time.perf_counter() - began)
        self.workplace.refuse_if_ending(*ENDINGS)

    def count(self, result: StepResult) -> None:
        """Add a step to the progress."""
        progress = self.progress
        progress.steps += 1
        progress.clips += result.clips
        progress.right += result.right
        progress.loss += result.loss * result.clips
        for name, loss in result.losses.items():
            progress.losses[name] = progress.losses.get(name, 0.0) + loss * result.clips
        self.clock.count(result.clips)
        if result.has_moved:
            progress.moves += 1
            progress.skipped = 0
            self.learner.update_average(progress.moves)
        else:
            progress.skipped += 1
            self.learner.refuse_narrow(progress.skipped)

    def told(self) -> StepDone:
        """Where the pass stands."""
        progress, schedule, steps = self.progress, self.job.schedule, self.making.steps
        steps_left = (schedule.passes - progress.passes) * steps - progress.steps
        return StepDone(
            network=self.planned.name,
            number=progress.passes + 1,
            passes=schedule.passes,
            step=progress.steps,
            steps=steps,
            loss=progress.loss / max(progress.clips, 1),
            learning_rate=self.learner.rate,
            clips_per_second=self.clock.rate,
            seconds_left=self.clock.seconds_for(steps_left * self.making.batch_size),
            memory_mb=memory_mb(),
        )

    def end_pass(self, networks_left: int) -> PassDone:
        """Evaluate if it is due, and say what the pass came to.

        Raises:
            EndAskedError: The run is to end before it is evaluated; the pass is not yet counted.
        """
        schedule, progress = self.job.schedule, self.progress
        told, side = self.told(), self.watching_side
        number = progress.passes + 1
        if side and (number % schedule.evaluate_every == 0 or number == schedule.passes):
            self.watch(side)
        clips, logits = self.side(side), self.found.get(side)
        seen = None if clips is None or logits is None else (logits, clips.actions)
        clips_of_run = schedule.passes * self.making.steps * self.making.batch_size
        result = PassDone(
            network=told.network,
            number=number,
            passes=told.passes,
            loss=told.loss,
            losses={name: total / progress.clips for name, total in progress.losses.items()},
            learning_rate=told.learning_rate,
            clips_per_second=told.clips_per_second,
            seconds_left=told.seconds_left,
            accuracy=None if seen is None else accuracy(*seen),
            train_accuracy=progress.right / progress.clips,
            judged_by="" if seen is None else side,
            recall=None if seen is None else recall(*seen, self.split.actions),
            memory_mb=told.memory_mb,
            device_mb=self.workplace.compute.memory_mb(),
            job_seconds_left=told.seconds_left
            + networks_left * self.clock.seconds_for(clips_of_run),
        )
        progress.passes = number
        progress.begin_pass()
        return result

    @property
    def watching_side(self) -> str:
        """Which clips the accuracies of passes are of; empty where nothing is held out."""
        if self.split.validation is not None:
            return "validation"
        return "test" if self.split.test is not None else ""

    def side(self, name: str) -> ClipSet | None:
        """The clips of a side."""
        return {"validation": self.split.validation, "test": self.split.test}.get(name)

    def watch(self, side: str) -> None:
        """See how well the network does by now; perhaps that is enough."""
        clips = self.side(side)
        if clips is None:
            return
        self.found[side] = self.answers(self.settled(self.learner.result, ENDINGS), clips, ENDINGS)
        patience, progress = self.job.schedule.patience, self.progress
        if not patience:
            return
        reached = accuracy(self.found[side], clips.actions)
        if progress.best is None or reached > progress.best:
            progress.best, progress.waited = reached, 0
            self.best = copy.deepcopy(self.learner.result.state_dict())
        else:
            progress.waited += 1
            progress.is_over = progress.waited >= patience

    def answers(self, network: nn.Module, clips: ClipSet, asks: tuple[Ask, ...]) -> FloatArray:
        """Logits ``(N, K)`` of clips, unless asked to end in one of these ways."""
        place = self.workplace

        def on_batch() -> None:
            if place.ranks.count == 1:
                place.refuse_if_ending(*asks)

        with place.pulse.doing("evaluating"), place.breakable(Ask.CANCEL):
            return logits_of(network, self.planned, clips, place.ranks, on_batch)

    def fitted(self, *, was_stopped: bool) -> Fitted:
        """The network to keep, and what it says to the clips that it was not trained on.

        Where the run was stopped, only to those that judge, or watched if there are no others.
        """
        network = self.kept()
        if network is not self.learner.result:
            self.found = {}
        network = self.settled(network, (Ask.CANCEL,))
        sides = [name for name in ("test", "validation") if self.side(name) is not None]
        for name in sides[:1] if was_stopped else sides:
            clips = self.side(name)
            if clips is not None and name not in self.found:
                self.found[name] = self.answers(network, clips, (Ask.CANCEL,))
        test, logits = self.split.test, self.found.get("test")
        return Fitted(
            planned=self.planned,
            network=network.cpu().eval(),
            logits=logits,
            accuracy=None if test is None or logits is None else accuracy(logits, test.actions),
            validation_logits=self.found.get("validation"),
            passes=self.progress.passes,
            was_stopped=was_stopped,
        )

    def settled(self, network: nn.Module, asks: tuple[Ask, ...]) -> nn.Module:
        """A network as it will be used, unless asked to end in one of these ways."""
        place = self.workplace

        def on_batch() -> None:
            if place.ranks.count == 1:
                place.refuse_if_ending(*asks)

        with place.pulse.doing("settling"), place.breakable(Ask.CANCEL):
            return settled(network, self.making, place.compute, on_batch)

    def kept(self) -> nn.Module:
        """The network to keep: the best if the run looks for it, else the last."""
        if self.best is None and self.workplace.ranks.count == 1:
            return self.learner.result
        network = self.planned.config.build().to(self.workplace.compute.device)
        network.load_state_dict(self.best or self.learner.result.state_dict())
        return network

    def save(self) -> None:
        """Write a checkpoint; the old one stays whole until the new one is.

        Raises:
            TrainingError: Some weights are no numbers any more.
            OSError: The disk refuses.
        """
        if not self.workplace.ranks.is_first:
            return
        began = time.monotonic()
        learner = self.learner
        checkpoint = Checkpoint(
            network=learner.network.state_dict(),
            average=learner.average.state_dict(),
            best=self.best,
            optimiser=learner.optimiser.state_dict(),
            scaler=learner.scaler.state_dict(),
            progress=checkpoints.progress_table(self.progress),
            job=self.digests,
        )
        checkpoints.write(checkpoints.content_of(checkpoint), self.checkpoint)
        self.saved_at = time.monotonic()
        self.saving_took = self.saved_at - began

    def restore(self) -> None:
        """Go on from the last checkpoint, if there is one; else begin as if just made.

        Raises:
            TrainingError: It is none, or of another run.
        """
        ranks, learner = self.workplace.ranks, self.learner
        is_there = ranks.is_first and self.checkpoint.is_file()
        content = ranks.from_first(self.checkpoint.read_bytes() if is_there else None)
        if content is None:
            return
        state = checkpoints.read(content, self.checkpoint, self.digests)
        learner.network.load_state_dict(state.network)
        learner.average.load_state_dict(state.average)
        learner.optimiser.load_state_dict(state.optimiser)
        learner.scaler.load_state_dict(state.scaler)
        self.best = state.best
        self.progress = checkpoints.progress_of(state)


def refuse_impossible(
    job: TrainingJob, planned: PlannedNetwork, split: Split, processes: int
) -> None:
    """Raise for what a schedule asks and a network, its clips or the processes cannot give.

    Raises:
        TrainingError: Mixup for a network that does not take clips as they are, an early stop
            without clips that watch, or more processes and parts than clips in a batch.
    """
    schedule = job.schedule
    if schedule.mixup > 0:
        clip = split.train.part(0, 1)
        example = planned.stream_of(plain_input(clip, planned.preprocessing))
        if not is_dense(planned.config, example):
            raise TrainingError(
                f"{planned.title} sees places in space and not coordinates: half of one clip and "
                "half of another is no clip there; set mixup to 0"
            )
    if schedule.patience and split.validation is None:
        raise TrainingError(
            "an early stop needs clips that watch the training and judge nothing else; set "
            "validation to a share, or patience to 0"
        )
    batch = min(schedule.batch, len(split.train))
    if batch < schedule.parts * processes:
        raise TrainingError(
            f"a batch of {batch} clips cannot be divided among {processes} processes with "
            f"{schedule.parts} parts each; make the batch larger"
        )
