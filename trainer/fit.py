"""The training loop: passes over augmented clips, checkpoints, evaluation on what was held out."""

import copy
import json
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.arrays import FloatArray, IntArray
from engine.errors import TrainingError
from trainer.base_weights import load_base
from trainer.data import ClipSet, Split, plain_input, training_batch
from trainer.events import EventLog, PassDone
from trainer.inputs import is_dense, tensors_of
from trainer.job import TrainingJob
from trainer.objective import Judgement, objective_for
from trainer.optimiser import learning_rate, make_optimiser
from trainer.plan import PlannedNetwork

CHECKPOINT_SUFFIX = ".checkpoint.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The result of a run."""

    planned: PlannedNetwork
    network: nn.Module
    logits: FloatArray | None
    """``(N, K)`` of the held-out clips, where there are any."""
    accuracy: float | None
    """Share of them named right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassResult:
    """What a pass came to, on average."""

    loss: float
    losses: dict[str, float]
    """What it is made of."""
    accuracy: float
    """Share of augmented training clips named right."""


class Fit:
    """One network of a job in its folder, from its last checkpoint if there is one."""

    def __init__(
        self, job: TrainingJob, planned: PlannedNetwork, split: Split, folder: Path
    ) -> None:
        torch.manual_seed(job.seed)
        self.job = job
        self.planned = planned
        self.split = split
        self.checkpoint = folder / f"{planned.name}{CHECKPOINT_SUFFIX}"
        self.network = planned.config.build()
        if planned.choice.base:
            load_base(self.network, planned)
        if job.schedule.mixup > 0:
            refuse_blends(planned, split.train)
        self.average = copy.deepcopy(self.network)
        self.objective = objective_for(planned.choice, job.schedule, bfloat16=job.bfloat16)
        self.optimiser = make_optimiser(self.network, job.schedule)
        self.random = np.random.default_rng(job.seed)
        self.torch_random = torch.get_rng_state()
        self.passes_done = 0
        self.events = EventLog(folder)

    @property
    def result(self) -> nn.Module:
        """The network to keep: the average of weights where the schedule asks for one."""
        return self.average if self.job.schedule.average > 0 else self.network

    def run(self, on_pass: Callable[[PassDone], None]) -> Fitted:
        """Train to the end of the schedule."""
        self.restore()
        schedule = self.job.schedule
        logits = None
        began, first = time.perf_counter(), self.passes_done
        while self.passes_done < schedule.passes:
            pass_began = time.perf_counter()
            result = self.one_pass()
            self.passes_done += 1
            rate = len(self.split.train) / (time.perf_counter() - pass_began)
            due = self.passes_done % schedule.evaluate_every == 0
            logits = None
            if due or self.passes_done == schedule.passes:
                logits = self.held_out_logits()
                self.save()
            spent = (time.perf_counter() - began) / (self.passes_done - first)
            done = PassDone(
                network=self.planned.name,
                number=self.passes_done,
                passes=schedule.passes,
                loss=result.loss,
                losses=result.losses,
                learning_rate=self.optimiser.param_groups[0]["lr"],
                clips_per_second=rate,
                seconds_left=spent * (schedule.passes - self.passes_done),
                accuracy=self.accuracy_of(logits),
                train_accuracy=result.accuracy,
            )
            self.events.pass_done(done)
            on_pass(done)
        logits = self.held_out_logits() if logits is None else logits
        return Fitted(
            planned=self.planned,
            network=self.result.eval(),
            logits=logits,
            accuracy=self.accuracy_of(logits),
        )

    def one_pass(self) -> PassResult:
        """See the clips once, in whole batches."""
        schedule, clips = self.job.schedule, self.split.train
        order = self.random.permutation(len(clips))
        batches = max(len(clips) // schedule.batch, 1)
        loss, right = 0.0, 0.0
        losses: Counter[str] = Counter()
        self.network.train()
        for number in range(batches):
            progress = (self.passes_done + number / batches) / schedule.passes
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(schedule, progress)
            chosen = order[number * schedule.batch : (number + 1) * schedule.batch]
            judged = self.step(chosen)
            of_step = float(judged.loss.detach())
            if not math.isfinite(of_step):
                raise TrainingError(
                    f"the loss became {of_step} in pass {self.passes_done + 1}; "
                    f"lower the learning rate ({schedule.learning_rate})"
                )
            said = judged.logits.argmax(1).numpy()
            right += float((said == clips.actions[chosen]).mean())
            loss += of_step
            losses.update(judged.parts)
        return PassResult(
            loss=loss / batches,
            losses={name: total / batches for name, total in losses.items()},
            accuracy=right / batches,
        )

    def step(self, chosen: IntArray) -> Judgement:
        """One step of the optimiser on the clips with these indices."""
        schedule, planned = self.job.schedule, self.planned
        joints = training_batch(
            self.split.train,
            chosen,
            self.split.layout,
            planned.preprocessing,
            self.job.augmentation,
            self.random,
        )
        inputs = planned.stream_of(joints)
        targets = np.eye(planned.config.classes, dtype=np.float32)[self.split.train.actions[chosen]]
        if schedule.mixup > 0:
            inputs, targets = mix_pairs(inputs, targets, schedule.mixup, self.random)
        judged = self.objective(
            self.network, tensors_of(planned.config, inputs), torch.from_numpy(targets)
        )
        self.optimiser.zero_grad(set_to_none=True)
        judged.loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), schedule.clip_gradient)
        self.optimiser.step()
        self.update_average()
        return judged

    @torch.no_grad()
    def update_average(self) -> None:
        """Move the average of weights (and running statistics) towards the network."""
        decay = self.job.schedule.average
        if decay == 0:
            return
        # a young average forgets its random start quickly
        steps = self.passes_done * max(len(self.split.train) // self.job.schedule.batch, 1) + 1
        decay = min(decay, (1 + steps) / (10 + steps))
        current = self.network.state_dict()
        for name, kept in self.average.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(current[name], 1 - decay)
            else:
                kept.copy_(current[name])

    def held_out_logits(self) -> FloatArray | None:
        """``(N, K)`` of the held-out clips, each as in use; None where nothing is held out."""
        test, batch = self.split.test, self.job.schedule.batch
        if test is None:
            return None
        parts = [
            predict_logits(self.result, self.planned, test.part(first, first + batch))
            for first in range(0, len(test), batch)
        ]
        result: FloatArray = np.concatenate(parts)
        return result

    def accuracy_of(self, logits: FloatArray | None) -> float | None:
        """Share of held-out clips named right."""
        if logits is None or self.split.test is None:
            return None
        return float((logits.argmax(1) == self.split.test.actions).mean())

    def save(self) -> None:
        """Write a checkpoint; the old one stays whole until the new one is."""
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "passes_done": self.passes_done,
                "random": json.dumps(self.random.bit_generator.state),
                "torch_random": torch.get_rng_state(),
            },
            partial,
        )
        partial.replace(self.checkpoint)

    def restore(self) -> None:
        """Go on from the last checkpoint, if there is one; else begin as if just made."""
        torch.set_rng_state(self.torch_random)
        if not self.checkpoint.is_file():
            return
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.passes_done = state["passes_done"]
        self.random.bit_generator.state = json.loads(state["random"])
        torch.set_rng_state(state["torch_random"])


def refuse_blends(planned: PlannedNetwork, clips: ClipSet) -> None:
    """Mixup is for networks that take clips as they are.

    Raises:
        TrainingError: This one does not.
    """
    example = planned.stream_of(plain_input(clips.part(0, 1), planned.preprocessing))
    if not is_dense(planned.config, example):
        raise TrainingError(
            f"{planned.title} sees places in space and not coordinates: half of one clip and half "
            "of another is no clip there; set mixup to 0"
        )


def mix_pairs(
    inputs: FloatArray, targets: FloatArray, alpha: float, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Mixup (Zhang et al. 2018): each clip blended with another one of the batch, targets alike."""
    share = np.float32(random.beta(alpha, alpha))
    order = random.permutation(len(inputs))
    return (
        share * inputs + (1 - share) * inputs[order],
        share * targets + (1 - share) * targets[order],
    )


@torch.inference_mode()
def predict_logits(network: nn.Module, planned: PlannedNetwork, clips: ClipSet) -> FloatArray:
    """``(N, K)`` float32 logits of a batch of clips, each as in use."""
    network.eval()
    inputs = planned.stream_of(plain_input(clips, planned.preprocessing))
    logits: FloatArray = network(*tensors_of(planned.config, inputs)).logits.float().numpy()
    return logits
