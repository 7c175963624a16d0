"""One network's lesson: head first, then later layers if they are seen to help."""

import copy
import time
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.arrays import FloatArray, IntArray
from trainer.few_clips_features import pooled
from trainer.few_clips_head import Examples
from trainer.few_clips_thaw import Pupil, examples_of, thaw

FIRST_SHARE = 0.55
"""Of the time for thawing, until it is asked whether it helps."""
VIEWS_JUDGED = 3
"""Of each held-out clip: more than the plain one, since few clips are a coarse measure."""
TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
NEEDED = 0.9
"""What the loss of held-out clips has to fall to: they are few, and what old actions suffer nobody
sees, for their clips are not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What became of a network."""

    held_out: FloatArray
    """``(N, K)`` logits of each clip by a head that was fitted without it."""
    steps: int
    """With later layers moving; 0 where they stayed."""
    thawed: FloatArray | None
    """``(H, K)`` logits of the clips of the first fold by the network that was thawed without them;
    None where that was not kept."""
    remembered: Examples
    """Features of all actions by the network as it is now."""


def learn(pupil: Pupil, folds: IntArray, deadline: float, random: np.random.Generator) -> Learnt:
    """Teach a network, in place.

    Args:
        pupil: Looked at its clips already.
        folds: ``(N,)`` in which each clip is held out.
        deadline: On ``time.perf_counter``; until then later layers may move.
        random: Source of chance.
    """
    everything = np.arange(len(folds))
    held_out = left_out_logits(pupil, folds)
    start = copy.deepcopy(pupil.network.state_dict())
    found = tried(pupil, folds, deadline, random)
    if found is None:
        pupil.network.load_state_dict(start)
        pupil.fit(everything)
        shown = pupil.examples(everything)
        thawed, steps, replay = None, 0, pupil.replay
    else:
        thawed, steps, replay = found
        views = pupil.views
        now = pooled(pupil.network, pupil.head, pupil.eyes, views.joints[0])
        shown = examples_of([now], views, everything)
    remembered = shown if replay is None else replay.joined(shown)
    return Learnt(held_out=held_out, steps=steps, thawed=thawed, remembered=remembered)


def left_out_logits(pupil: Pupil, folds: IntArray) -> FloatArray:
    """``(N, K)`` logits of each clip as it is, by a head fitted to the other folds; it stays."""
    start = copy.deepcopy(pupil.network.state_dict())
    rows: list[tuple[IntArray, Tensor]] = []
    for fold in np.unique(folds):
        held = np.flatnonzero(folds == fold)
        pupil.fit(np.flatnonzero(folds != fold))
        with torch.no_grad():
            rows.append((held, pupil.head.logits(pupil.features[0][held])))
        pupil.network.load_state_dict(start)
    result = np.empty((len(folds), rows[0][1].shape[1]), dtype=np.float32)
    for held, logits in rows:
        result[held] = logits.numpy()
    return result


def tried(
    pupil: Pupil, folds: IntArray, deadline: float, random: np.random.Generator
) -> tuple[FloatArray, int, Examples | None] | None:
    """Let later layers move, first without the first fold, then with all clips if that helped.

    Returns:
        Logits of the first fold half-way, steps, and what is replayed, moved along. None where
        there was no time, or it did not help: the network is then anyhow.
    """
    if deadline <= time.perf_counter() or pupil.hurries():
        return None
    held, others = np.flatnonzero(folds == 0), np.flatnonzero(folds != 0)
    pupil.fit(others)
    with torch.no_grad():
        before = [pupil.head.logits(each[held]) for each in pupil.features[:VIEWS_JUDGED]]
    left = deadline - time.perf_counter()
    first = thaw(pupil, others, FIRST_SHARE * left, random)
    if first is None or pupil.hurries():
        return None
    seen = [
        pooled(pupil.network, pupil.head, pupil.eyes, joints[held])
        for joints in pupil.views.joints[: len(before)]
    ]
    with torch.no_grad():
        after = [pupil.head.logits(each) for each in seen]
    actions = torch.from_numpy(pupil.views.actions[held])
    was, now = surprise(before, actions), surprise(after, actions)
    if not now < NEEDED * was:
        return None
    second = go_on(pupil, first.replay, deadline, random)
    if second is None:
        return None
    steps, replay = second
    return after[0].numpy(), first.steps + steps, replay


def go_on(
    pupil: Pupil, replay: Examples | None, deadline: float, random: np.random.Generator
) -> tuple[int, Examples | None] | None:
    """The second part, with all clips; None where there is no time left for it."""
    if pupil.hurries():
        return None
    everything = np.arange(len(pupil.views.actions))
    count = min(len(pupil.features), VIEWS_JUDGED + 1)
    now = tuple(
        pooled(pupil.network, pupil.head, pupil.eyes, joints)
        for joints in pupil.views.joints[:count]
    )
    moved = replace(pupil, features=now, replay=replay)
    second = thaw(moved, everything, deadline - time.perf_counter(), random)
    return None if second is None else (second.steps, second.replay)


def surprise(logits: list[Tensor], actions: Tensor) -> float:
    """Mean cross entropy over views of clips, at the best temperature.

    Training further makes a network surer than it should be, which calibration takes back.
    """
    every, truths = torch.cat(logits), actions.repeat(len(logits))
    losses = [functional.cross_entropy(every / each, truths) for each in TEMPERATURES]
    return float(torch.stack(losses).min())
