"""Which clips are seen when, and with what chance: functions of the place in a run alone.

All chance is keyed by the job's seed, the network, the pass and the step. So batches can be made
ahead and in any thread, a run goes on exactly where it was broken off without any state of a
generator, and the same batch is made however many devices share it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

import numpy as np

from engine.architectures.base import Feeds
from engine.arrays import FloatArray, IntArray
from engine.preprocess.augment import Augmentation
from engine.skeleton import SkeletonLayout
from trainer.data import ClipSet, training_batch
from trainer.job import Schedule, TrainingJob
from trainer.plan import PlannedNetwork

GROUP = 16
"""Clips that are varied together, with one source of chance. A batch is made of such groups, so
that each device makes those it needs and yet all see the batch that one device alone would."""


class Purpose(IntEnum):
    """What chance is for; the first number of every key, so that no two uses share theirs."""

    ORDER = 1
    CLIPS = 2
    NETWORK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A moment of a network's training."""

    seed: int
    """Of the job."""
    network: int
    """Whose; see :func:`network_key`."""
    number: int
    """Of the pass, from 0."""
    step: int = 0
    """Within the pass, from 0."""

    def chance(self, purpose: Purpose, *more: int) -> np.random.Generator:
        """The source of chance for something at this moment."""
        key = [purpose, self.seed, self.network, self.number, self.step, *more]
        return np.random.default_rng(key)

    def torch_seed(self, *more: int) -> int:
        """What torch's own generators start from at this moment (dropout)."""
        key = [Purpose.NETWORK, self.seed, self.network, self.number, self.step, *more]
        return int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))


def network_key(planned: PlannedNetwork) -> int:
    """A number for a network by what it is.

    Not by its place among others: alone it becomes what it becomes among them.
    """
    return crc32(f"{planned.config.kind}-{planned.stream.value}".encode())


def order_of_pass(place: Place, actions: IntArray, balance: float = 0.0) -> IntArray:
    """In which order a pass sees the clips; the step does not matter.

    Args:
        place: Gives the pass.
        actions: ``(N,)`` of the clips.
        balance: 0 to see each clip once; up to 1 to see clips of rare actions several times and
            some of the common ones not at all, until every action is seen equally often.

    Returns:
        ``(N,)`` indices of clips.
    """
    start = Place(seed=place.seed, network=place.network, number=place.number)
    chance = start.chance(Purpose.ORDER)
    order = chance.permutation(len(actions))
    if balance == 0:
        return order
    wanted = np.bincount(actions)[actions[order]] ** -balance
    reached = np.cumsum(wanted / wanted.sum()) * len(order)
    reached[-1] = len(order)
    # systematic sampling: each is seen as often as wanted, up or down to a whole number
    seen = np.diff(np.floor(reached + chance.uniform()), prepend=0).astype(np.int64)
    result: IntArray = chance.permutation(np.repeat(order, seen))
    return result


def steps_of_pass(clips: int, batch: int) -> int:
    """How many whole batches there are, one at least."""
    return max(clips // batch, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of every batch is computed here, and in how many parts."""

    rank: int = 0
    ranks: int = 1
    parts: int = 1

    def spans(self, clips: int) -> tuple[tuple[int, int], ...]:
        """For each part of a batch of so many clips, the first of them and the one after the last.

        The parts divide the batch, the ranks divide each part, both as evenly as can be.
        """
        return tuple(
            _piece(*_piece(0, clips, part, self.parts), self.rank, self.ranks)
            for part in range(self.parts)
        )


def _piece(start: int, stop: int, index: int, count: int) -> tuple[int, int]:
    length = stop - start
    return start + length * index // count, start + length * (index + 1) // count


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some clips of a batch, computed at once."""

    inputs: FloatArray
    """``(B, C, T, V, M)`` float32, the network's stream of augmented joints."""
    feeds: Feeds
    """What the network is fed with for them."""
    targets: FloatArray
    """``(B, K)`` float32 shares of the actions."""
    actions: IntArray
    """``(B,)`` the true ones, of a mirrored clip what the mirror shows."""
    weight: float
    """Share of the whole batch."""


class Group(NamedTuple):
    """Clips varied together; the arrays are those of a :class:`Part`."""

    inputs: FloatArray
    targets: FloatArray
    actions: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What batches of a network are made of: everything but the place. Pure and thread-safe."""

    clips: ClipSet
    layout: SkeletonLayout
    planned: PlannedNetwork
    augmentation: Augmentation
    schedule: Schedule
    seed: int
    share: Share

    @property
    def steps(self) -> int:
        """How many a pass has."""
        return steps_of_pass(len(self.clips), self.schedule.batch)

    @property
    def batch_size(self) -> int:
        """Clips a step; fewer than wanted where there are no more."""
        return min(self.schedule.batch, len(self.clips))

    def place(self, number: int, step: int = 0) -> Place:
        """A moment of this network's training."""
        return Place(seed=self.seed, network=network_key(self.planned), number=number, step=step)

    def order(self, number: int) -> IntArray:
        """``(N,)`` indices of the clips in the order in which a pass sees them."""
        return order_of_pass(self.place(number), self.clips.actions, self.schedule.balance)

    def batches(self, number: int, first: int) -> Iterator[tuple[Part, ...]]:
        """The batches of a pass from a step on, each in its parts."""
        order = self.order(number)
        size = self.schedule.batch
        for step in range(first, self.steps):
            yield self.batch(self.place(number, step), order[step * size : (step + 1) * size])

    def batch(self, place: Place, chosen: IntArray) -> tuple[Part, ...]:
        """The parts of one batch that are computed here.

        Args:
            place: Its moment.
            chosen: ``(B,)`` indices of all its clips.
        """
        made: dict[int, Group] = {}
        parts = []
        for start, stop in self.share.spans(len(chosen)):
            pieces = []
            for group in range(start // GROUP, -(-stop // GROUP)):
                if group not in made:
                    held = chosen[group * GROUP : (group + 1) * GROUP]
                    made[group] = self.group(held, place.chance(Purpose.CLIPS, group))
                first = group * GROUP
                inside = slice(max(start - first, 0), stop - first)
                inputs, targets, actions = made[group]
                pieces.append(Group(inputs[inside], targets[inside], actions[inside]))
            shown = np.concatenate([piece.inputs for piece in pieces])
            parts.append(
                Part(
                    inputs=shown,
                    feeds=self.planned.config.feeds(shown),
                    targets=np.concatenate([piece.targets for piece in pieces]),
                    actions=np.concatenate([piece.actions for piece in pieces]),
                    weight=(stop - start) / len(chosen),
                )
            )
        return tuple(parts)

    def group(self, chosen: IntArray, random: np.random.Generator) -> Group:
        """Clips varied together."""
        planned = self.planned
        varied = training_batch(
            self.clips, chosen, self.layout, planned.preprocessing, self.augmentation, random
        )
        inputs = planned.stream_of(varied.joints)
        targets = np.eye(planned.config.classes, dtype=np.float32)[varied.actions]
        if self.schedule.mixup > 0:
            inputs, targets = mix_pairs(inputs, targets, self.schedule.mixup, random)
        return Group(inputs, targets, varied.actions)


def making_of(
    job: TrainingJob, planned: PlannedNetwork, clips: ClipSet, layout: SkeletonLayout, share: Share
) -> Making:
    """What the batches of one of a job's networks are made of."""
    return Making(
        clips=clips,
        layout=layout,
        planned=planned,
        augmentation=job.augmentation,
        schedule=job.schedule,
        seed=job.seed,
        share=share,
    )


def mix_pairs(
    inputs: FloatArray, targets: FloatArray, alpha: float, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Mixup (Zhang et al. 2018): each clip blended with another one, targets alike."""
    share = np.float32(random.beta(alpha, alpha))
    order = random.permutation(len(inputs))
    return (
        share * inputs + (1 - share) * inputs[order],
        share * targets + (1 - share) * targets[order],
    )
