"""The training loop: passes over augmented clips, checkpoints, evaluation on what was held out."""

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.fg_stformer import (
    SIZES,
    FGSTFormerConfig,
    config_for,
)
from engine.arrays import FloatArray, IntArray
from engine.errors import TrainingError
from engine.models.fg_stformer import FGSTFormer
from engine.preprocess.recipe import Preprocessing
from trainer.data import Split, plain_input, training_batch
from trainer.events import EventLog, PassDone
from trainer.job import CHECKPOINT_FILE, Schedule, TrainingJob

EVALUATION_BATCH = 64
CENTRE_JOINT_NAMES = ("spine", "mid spine", "hip centre", "palm")
"""The joint put at the origin: the first of these that a layout has, otherwise its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The result of a run."""

    network: FGSTFormer
    config: FGSTFormerConfig
    preprocessing: Preprocessing
    accuracy: float | None
    """On the held-out clips, where there are any."""


def choose_config(job: TrainingJob, split: Split) -> tuple[FGSTFormerConfig, Preprocessing]:
    """Network and preprocessing a job asks for."""
    if job.network.kind != "fg-stformer" or job.network.size not in SIZES:
        raise TrainingError(
            f"no network {job.network.kind!r} of size {job.network.size!r}; "
            f"there is fg-stformer, {' or '.join(SIZES)}"
        )
    layout = split.layout
    config = config_for(
        layout,
        classes=len(split.actions),
        people=1,
        frames=job.network.frames,
        widths=SIZES[job.network.size],
        dropout=job.network.dropout,
    )
    centre = next((n for n in CENTRE_JOINT_NAMES if n in layout.joints), layout.joints[layout.root])
    preprocessing = Preprocessing(
        frames=config.frames, centre_joint=layout.index(centre), scaling=job.network.scaling
    )
    return config, preprocessing


def learning_rate(schedule: Schedule, progress: float) -> float:
    """One cosine up from a fortieth of the highest rate, one down to a thousandth of it.

    Args:
        schedule: Highest rate and share of warm-up.
        progress: Share of the run that is done, 0..1.
    """
    high = schedule.learning_rate
    first, last = high / 40, high / 1000
    if progress < schedule.warm_up:
        share = progress / schedule.warm_up
        return first + (high - first) * (1 - math.cos(math.pi * share)) / 2
    share = (progress - schedule.warm_up) / (1 - schedule.warm_up)
    return last + (high - last) * (1 + math.cos(math.pi * share)) / 2


class Fit:
    """One run of a job in a folder, from its last checkpoint if there is one."""

    def __init__(self, job: TrainingJob, split: Split, folder: Path) -> None:
        torch.manual_seed(job.seed)
        self.job = job
        self.split = split
        self.folder = folder
        self.config, self.preprocessing = choose_config(job, split)
        self.network = FGSTFormer(self.config)
        if job.network.base:
            load_base(self.network, Path(job.network.base))
        self.average = copy.deepcopy(self.network)
        self.optimiser = make_optimiser(self.network, job.schedule)
        self.random = np.random.default_rng(job.seed)
        self.passes_done = 0
        self.events = EventLog(folder)

    @property
    def result(self) -> FGSTFormer:
        """The network to keep: the average of weights where the schedule asks for one."""
        return self.average if self.job.schedule.average > 0 else self.network

    def run(self, on_pass: Callable[[PassDone], None]) -> Fitted:
        """Train to the end of the schedule."""
        self.restore()
        schedule = self.job.schedule
        accuracy = None
        began, first = time.perf_counter(), self.passes_done
        while self.passes_done < schedule.passes:
            pass_began = time.perf_counter()
            loss, right = self.one_pass()
            self.passes_done += 1
            rate = len(self.split.train) / (time.perf_counter() - pass_began)
            due = self.passes_done % schedule.evaluate_every == 0
            accuracy = None
            if due or self.passes_done == schedule.passes:
                accuracy = self.evaluate()
                self.save()
            spent = (time.perf_counter() - began) / (self.passes_done - first)
            done = PassDone(
                number=self.passes_done,
                passes=schedule.passes,
                loss=loss,
                learning_rate=self.optimiser.param_groups[0]["lr"],
                clips_per_second=rate,
                seconds_left=spent * (schedule.passes - self.passes_done),
                accuracy=accuracy,
                train_accuracy=right,
            )
            self.events.pass_done(done)
            on_pass(done)
        return Fitted(
            network=self.result.eval(),
            config=self.config,
            preprocessing=self.preprocessing,
            accuracy=accuracy if accuracy is not None else self.evaluate(),
        )

    def one_pass(self) -> tuple[float, float]:
        """See the clips once, in whole batches; returns mean loss and share named right."""
        schedule, clips = self.job.schedule, self.split.train
        order = self.random.permutation(len(clips))
        batches = max(len(clips) // schedule.batch, 1)
        losses, right = 0.0, 0.0
        self.network.train()
        for number in range(batches):
            progress = (self.passes_done + number / batches) / schedule.passes
            for group in self.optimiser.param_groups:
                group["lr"] = learning_rate(schedule, progress)
            loss, share = self.step(order[number * schedule.batch : (number + 1) * schedule.batch])
            if not math.isfinite(loss):
                raise TrainingError(
                    f"the loss became {loss} in pass {self.passes_done + 1}; "
                    f"lower the learning rate ({schedule.learning_rate})"
                )
            losses, right = losses + loss, right + share
        return losses / batches, right / batches

    def step(self, chosen: IntArray) -> tuple[float, float]:
        """One step of the optimiser on the clips with these indices."""
        schedule, clips = self.job.schedule, self.split.train
        inputs = torch.from_numpy(
            training_batch(
                clips,
                chosen,
                self.split.layout,
                self.preprocessing,
                self.job.augmentation,
                self.random,
            )
        )
        actions = torch.from_numpy(clips.actions[chosen])
        targets = functional.one_hot(actions, self.config.classes).float()
        if schedule.mixup > 0:
            inputs, targets = mix_pairs(inputs, targets, schedule.mixup, self.random)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.job.bfloat16):
            logits = self.network(inputs).logits
        logits = logits.float()
        loss = functional.cross_entropy(logits, targets, label_smoothing=schedule.label_smoothing)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), schedule.clip_gradient)
        self.optimiser.step()
        self.update_average()
        return float(loss.detach()), float((logits.argmax(1) == actions).float().mean())

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

    def evaluate(self) -> float | None:
        """Share of held-out clips named right, each as in use; None where nothing is held out."""
        if self.split.test is None:
            return None
        logits = predict_logits(self.result, plain_input(self.split.test, self.preprocessing))
        return float((logits.argmax(1) == self.split.test.actions).mean())

    def save(self) -> None:
        """Write a checkpoint; the old one stays whole until the new one is."""
        path = self.folder / CHECKPOINT_FILE
        partial = path.with_suffix(".partial")
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
        partial.replace(path)

    def restore(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        path = self.folder / CHECKPOINT_FILE
        if not path.is_file():
            return
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.passes_done = state["passes_done"]
        self.random.bit_generator.state = json.loads(state["random"])
        torch.set_rng_state(state["torch_random"])


def load_base(network: FGSTFormer, path: Path) -> None:
    """Start from other weights.

    Raises:
        TrainingError: They cannot be read or are another network's.
    """
    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise TrainingError(f"cannot start from {path}: {error}") from error


def make_optimiser(network: nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """The optimiser a schedule asks for.

    Raises:
        TrainingError: There is no such optimiser.
    """
    groups = parameter_groups(network, schedule.weight_decay)
    if schedule.optimiser == "sgd":
        return torch.optim.SGD(
            groups, lr=schedule.learning_rate, momentum=schedule.momentum, nesterov=True
        )
    if schedule.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.98))
    raise TrainingError(f"no optimiser {schedule.optimiser!r}; there are sgd and adamw")


def parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Weight decay for projections and convolutions, none for biases, normalisations and maps."""
    matrices = [p for n, p in network.named_parameters() if p.ndim > 1 and "shared_map" not in n]
    held = {id(p) for p in matrices}
    others = [p for p in network.parameters() if id(p) not in held]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def mix_pairs(
    inputs: Tensor, targets: Tensor, alpha: float, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Mixup (Zhang et al. 2018): each clip blended with another one of the batch, targets alike."""
    share = float(random.beta(alpha, alpha))
    order = torch.from_numpy(random.permutation(len(inputs)))
    return share * inputs + (1 - share) * inputs[order], share * targets + (1 - share) * targets[
        order
    ]


@torch.inference_mode()
def predict_logits(network: nn.Module, inputs: FloatArray) -> FloatArray:
    """``(N, C, T, V, M)`` -> ``(N, K)`` logits in evaluation mode."""
    network.eval()
    parts = [
        network(torch.from_numpy(inputs[i : i + EVALUATION_BATCH])).logits.numpy()
        for i in range(0, len(inputs), EVALUATION_BATCH)
    ]
    result: FloatArray = np.concatenate(parts)
    return result
