"""What a frozen network sees in a few clips and in many variations of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.architectures.base import NetworkConfig
from engine.arrays import FloatArray, IntArray
from engine.preprocess.augment import Augmentation
from engine.preprocess.recipe import Preprocessing
from engine.preprocess.streams import Stream, stream_of
from engine.skeleton import SkeletonLayout
from trainer.data import ClipSet, plain_input, training_batch
from trainer.few_clips_head import Head
from trainer.few_clips_plan import ClassPlan, never
from trainer.inputs import tensors_of

BATCH = 8
"""Clips at once: more do not stay in the processor's caches."""
VARIATION = Augmentation(
    yaw=30.0, pitch=10.0, roll=5.0, limb_scale=0.15, crop=0.8, jitter=0.01, sway=0.02, mirror=False
)
"""How far clips are varied: less than for a data set, since few clips of people who will be seen
again from about the same place are all there is; and a left hand's gesture may be another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """How one of a model's networks is shown clips."""

    config: NetworkConfig
    stream: Stream
    preprocessing: Preprocessing
    layout: SkeletonLayout

    def shown(self, joints: FloatArray) -> FloatArray:
        """The network's stream of prepared joints: ``(N, C, T, V, M)`` for both."""
        visibility = self.preprocessing.visibility
        return stream_of(joints, self.stream, self.layout, visibility=visibility)

    def tensors(self, joints: FloatArray) -> tuple[Tensor, ...]:
        """Arguments of ``forward``, of prepared joints ``(N, C, T, V, M)``."""
        return tensors_of(self.config, self.shown(joints))


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Clips as they are, and variations of them, as the networks' joints."""

    joints: tuple[FloatArray, ...]
    """Each ``(N, C, T, V, M)``; the first one is what is seen in use."""
    actions: IntArray
    """``(N,)`` the model's numbers."""
    classes: int
    """K of the model."""


def views_of(
    clips: ClipSet, plan: ClassPlan, eyes: Eyes, count: int, random: np.random.Generator
) -> Views:
    """Make variations of clips.

    Args:
        clips: The few.
        plan: What they are.
        eyes: Of any of the model's networks: joints are prepared alike for all.
        count: Of variations beside the plain clips.
        random: Source of chance.
    """
    every = np.arange(len(clips))
    varied = (
        training_batch(clips, every, eyes.layout, eyes.preprocessing, VARIATION, random).joints
        for _ in range(count)
    )
    return Views(
        joints=(plain_input(clips, eyes.preprocessing), *varied),
        actions=plan.actions,
        classes=len(plan.names),
    )


@torch.no_grad()
def pooled(network: nn.Module, head: Head, eyes: Eyes, joints: FloatArray) -> Tensor:
    """What reaches the head: ``(N, D)`` float32 of ``(N, C, T, V, M)``.

    Args:
        network: In evaluation mode.
        head: Of this network.
        eyes: How it is shown clips.
        joints: Any number of clips.
    """
    with Tap(head) as tap:
        for start in range(0, len(joints), BATCH):
            network(*eyes.tensors(joints[start : start + BATCH]))
    return torch.cat(tap.caught)


class Tap:
    """Within it, what reaches a head is caught, call by call."""

    def __init__(self, head: Head) -> None:
        self.caught: list[Tensor] = []
        self._layer = head.layers[0]

    def __enter__(self) -> "Tap":
        def catch(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            self.caught.append(inputs[0].float())

        self._handle = self._layer.register_forward_pre_hook(catch)
        return self

    def __exit__(self, *_error: object) -> None:
        self._handle.remove()


def features_until(
    see: Callable[[FloatArray], Tensor],
    views: Views,
    deadline: float,
    hurries: Callable[[], bool] = never,
) -> tuple[Tensor, ...]:
    """Features of the views, one after the other, as many as there is time for; the first always.

    Args:
        see: Features of joints.
        views: What to look at.
        deadline: On ``time.perf_counter``.
        hurries: Whether the first one has to do.
    """
    found: list[Tensor] = []
    for joints in views.joints:
        began = time.perf_counter()
        found.append(see(joints))
        if hurries() or 2 * time.perf_counter() - began > deadline:
            break
    return tuple(found)
