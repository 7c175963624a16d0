"""The later layers of a network move too, for as long as there is time, if that is seen to help.

Whether it helps is asked of one clip of each action that is kept out of the first part of it. The
old actions' features are replayed to the head meanwhile; since they were pooled by a network that
now changes, they are moved along by what the same change does to the clips at hand (after Yu et
al., Semantic Drift Compensation for Class-Incremental Learning, CVPR 2020, there for class means).
"""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.arrays import IntArray
from trainer.few_clips_features import Eyes, Views, pooled
from trainer.few_clips_head import SMOOTHING, Examples, Head, fit_head, smooth
from trainer.few_clips_plan import never

FROZEN_SHARE = 0.4
"""The layers that take the first two fifths of the time stay frozen: what they see is common to all
actions, and half of a step's time is saved."""
LEARNING_RATE = 2e-4
WEIGHT_DECAY = 0.01
WARM_UP = 0.1
BATCH = 10
CLIP_GRADIENT = 5.0
VIEWS_AFTER = 4
"""Views of each clip on which the head is fitted again afterwards."""
RIDGE = 1.0
"""How dear it is to say that features move differently here and there: they are few."""
FEWEST_STEPS = 8
MOST_STEPS = 1000
"""Small networks on fast machines would learn the few clips by heart in the time there is."""
TRIES = 2
"""Steps that are timed, after one to warm up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A network that learns, with what it is taught."""

    network: nn.Module
    """In evaluation mode always: its normalisations keep what they know of many clips."""
    head: Head
    eyes: Eyes
    views: Views
    features: tuple[Tensor, ...]
    """What the network made of the first views before it moved, each ``(N, D)``."""
    replay: Examples | None
    """Features of actions that are kept."""
    fixed: frozenset[str] = frozenset()
    """Parameters that must not move."""
    hurries: Callable[[], bool] = never
    """Whether somebody wants what has been learnt by now."""

    def examples(self, clips: IntArray, views: int | None = None) -> Examples:
        """Features of some of the clips, before the network moved."""
        return examples_of([each[clips] for each in self.features[:views]], self.views, clips)

    def fit(self, clips: IntArray) -> None:
        """Fit the head to some of the clips and to what is replayed, in place."""
        shown = self.examples(clips)
        fit_head(self.head, shown if self.replay is None else shown.joined(self.replay))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thawed:
    """What became of a try."""

    steps: int
    replay: Examples | None
    """Moved along with the network."""


def examples_of(features: list[Tensor], views: Views, clips: IntArray) -> Examples:
    """Features of some clips in several views, with their actions."""
    actions = torch.from_numpy(views.actions[clips].astype(np.int64)).repeat(len(features))
    return Examples(features=torch.cat(features), targets=smooth(actions, views.classes))


def thaw(
    pupil: Pupil, clips: IntArray, seconds: float, random: np.random.Generator
) -> Thawed | None:
    """Train the later layers and the head on some of the clips, in place.

    Args:
        pupil: Its head is fitted to these clips.
        clips: Indices of those to train on.
        seconds: For all of it.
        random: Source of chance.

    Returns:
        None, and nothing is changed, where there is no time for enough steps.
    """
    began = time.perf_counter()
    before = copy.deepcopy(pupil.network.state_dict())
    moving = loosen(pupil)
    optimiser = torch.optim.AdamW(
        moving, lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY
    )
    draws = _draws(clips, len(pupil.views.joints), random)
    bfloat16, pace = _quickest(pupil, optimiser, draws)
    # what follows the steps: looking at some views again, without going back
    after = VIEWS_AFTER * len(clips) * pace / (2 * BATCH)
    left = seconds - (time.perf_counter() - began) - after
    steps = min(int(left / pace), MOST_STEPS)
    if steps < FEWEST_STEPS:
        pupil.network.load_state_dict(before)
        return None
    began = time.perf_counter()
    done = 0
    while done < steps:
        spent = (time.perf_counter() - began) / left
        if spent >= 1 or pupil.hurries():
            break
        _set_rate(optimiser, max(done / steps, spent))
        step(pupil, optimiser, next(draws), bfloat16=bfloat16)
        done += 1
    return Thawed(steps=done, replay=settle(pupil, clips))


def loosen(pupil: Pupil) -> list[nn.Parameter]:
    """Let the later layers move and hold all others; those that move."""
    began = share_before(pupil)
    held = {id(each) for layer in pupil.head.layers for each in layer.parameters()}
    for name, parameter in pupil.network.named_parameters():
        is_late = _place(name, began) >= FROZEN_SHARE or id(parameter) in held
        parameter.requires_grad_(is_late and name not in pupil.fixed)
    return [each for each in pupil.network.parameters() if each.requires_grad]


@torch.no_grad()
def share_before(pupil: Pupil) -> dict[str, float]:
    """After which share of the time of a pass each part of the network is first called, by name."""
    times: dict[str, float] = {}

    def note(name: str) -> None:
        times.setdefault(name, time.perf_counter())

    inputs = pupil.eyes.tensors(pupil.views.joints[0][:BATCH])
    pupil.network(*inputs)
    handles = [
        module.register_forward_pre_hook(lambda _module, _inputs, name=name: note(name))
        for name, module in pupil.network.named_modules()
        if name
    ]
    began = time.perf_counter()
    pupil.network(*inputs)
    whole = time.perf_counter() - began
    for handle in handles:
        handle.remove()
    return {name: (at - began) / whole for name, at in times.items()}


def _place(parameter: str, began: dict[str, float]) -> float:
    owner = parameter.rpartition(".")[0]
    while owner and owner not in began:
        owner = owner.rpartition(".")[0]
    return began.get(owner, 0.0)


Draw = tuple[IntArray, IntArray]
"""Clips, and in which view each."""


def _draws(clips: IntArray, views: int, random: np.random.Generator) -> Iterator[Draw]:
    """Batches for ever: every clip in turn, each time in a view drawn anew."""
    waiting: list[int] = []
    while True:
        while len(waiting) < min(BATCH, len(clips)):
            waiting += random.permutation(clips).tolist()
        chosen = np.array(waiting[:BATCH])
        del waiting[:BATCH]
        yield chosen, random.integers(0, views, size=len(chosen))


def _quickest(
    pupil: Pupil, optimiser: torch.optim.Optimizer, draws: Iterator[Draw]
) -> tuple[bool, float]:
    """Whether bfloat16 is the faster way to compute here, and the seconds of a step that way.

    The steps that are timed change next to nothing.
    """
    paces = {}
    for bfloat16 in (False, True):
        _set_rate(optimiser, 0.0)
        step(pupil, optimiser, next(draws), bfloat16=bfloat16)
        began = time.perf_counter()
        for _ in range(TRIES):
            step(pupil, optimiser, next(draws), bfloat16=bfloat16)
        paces[bfloat16] = (time.perf_counter() - began) / TRIES
    best = min(paces, key=lambda each: paces[each])
    return best, paces[best]


def _set_rate(optimiser: torch.optim.Optimizer, progress: float) -> None:
    """Up in a line from a hundredth, then down in a cosine."""
    rising = min(progress / WARM_UP + 0.01, 1.0)
    for group in optimiser.param_groups:
        group["lr"] = LEARNING_RATE * rising * (1 + math.cos(math.pi * progress)) / 2


def step(pupil: Pupil, optimiser: torch.optim.Optimizer, draw: Draw, *, bfloat16: bool) -> None:
    """One step on a batch of clips and on all that is replayed."""
    views = pupil.views
    joints = np.stack([views.joints[view][clip] for clip, view in zip(*draw, strict=True)])
    targets = torch.from_numpy(views.actions[draw[0]].astype(np.int64))
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        logits = pupil.network(*pupil.eyes.tensors(joints)).logits.float()
    loss = functional.cross_entropy(logits, targets, label_smoothing=SMOOTHING)
    if pupil.replay is not None:
        loss = (loss + pupil.replay.loss(pupil.head.logits(pupil.replay.features))) / 2
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    moving = [each for group in optimiser.param_groups for each in group["params"]]
    nn.utils.clip_grad_norm_(moving, CLIP_GRADIENT)
    optimiser.step()


def settle(pupil: Pupil, clips: IntArray) -> Examples | None:
    """Move what is replayed along with the network, and fit the head to it again, in place.

    Without anything to replay the head stays as the steps left it: fitted again to clips that the
    network has been trained on, it would trust them too much.

    Returns:
        What is replayed, moved.
    """
    for parameter in pupil.network.parameters():
        parameter.requires_grad_(False)
    if pupil.replay is None:
        return None
    count = min(VIEWS_AFTER, len(pupil.features))
    now = [
        pooled(pupil.network, pupil.head, pupil.eyes, joints[clips])
        for joints in pupil.views.joints[:count]
    ]
    seen = examples_of(now, pupil.views, clips)
    moved = followed(pupil.replay, pupil.examples(clips, count).features, seen.features)
    fit_head(pupil.head, seen.joined(moved))
    return moved


def followed(replay: Examples, before: Tensor, after: Tensor) -> Examples:
    """Features as a network that has changed would pool them.

    Args:
        replay: As it pooled them before.
        before: ``(N, D)`` features of other clips at that time.
        after: ``(N, D)`` features of these clips now.
    """
    centre, spread = before.mean(dim=0), before.std(dim=0, correction=0).clamp_min(1e-3)
    places = (before - centre) / spread
    drift = after - before
    mean = drift.mean(dim=0)
    scale = RIDGE * torch.eye(places.shape[1])
    turn = torch.linalg.solve(
        places.T @ places / len(places) + scale, places.T @ (drift - mean) / len(places)
    )
    moved = replay.features + mean + ((replay.features - centre) / spread) @ turn
    return Examples(features=moved, targets=replay.targets)
