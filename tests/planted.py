"""Clips in which one known joint moves for a known time, and networks trained to tell which."""

import numpy as np
import torch
from torch import nn

from engine.architectures.base import NetworkConfig
from engine.arrays import FloatArray, IntArray
from engine.explain.base import Evidence
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import Explanation
from engine.preprocess.placement import Placements
from engine.skeleton import Axis
from tests.tiny_training import STANDING

LAYOUT = KINECT_V1
MOVING = (7, 19)
"""Left hand, right foot: action 0 moves the one, action 1 the other."""
NOISE, SWING, FRAMES_A_SWING = 0.02, 0.6, 8


def planted_clips(
    config: NetworkConfig, count: int, seed: int
) -> tuple[FloatArray, IntArray, IntArray]:
    """Clips of people of whom the first moves one joint up and down in the middle of the clip.

    Returns:
        Inputs ``(N, C, T, V, M)`` in units of a body, actions ``(N,)``, and spans ``(N, 2)``: first
        frame of the movement and the frame after its last, half of the clip long.
    """
    random = np.random.default_rng(seed)
    body = (STANDING - STANDING[1])[:, : config.channels]
    shape = (count, config.frames, config.people, *body.shape)
    positions = body + NOISE * random.standard_normal((count, 1, *shape[2:]))
    positions = positions + NOISE * 0.2 * random.standard_normal(shape)
    actions = np.arange(count) % len(MOVING)
    length = config.frames // 2
    starts = random.integers(0, config.frames - length + 1, count)
    swing = SWING * np.sin(np.arange(length) * 2 * np.pi / FRAMES_A_SWING)
    for clip, (action, start) in enumerate(zip(actions, starts, strict=True)):
        positions[clip, start : start + length, 0, MOVING[action], 1] += swing
    inputs = positions.transpose(0, 4, 1, 3, 2).astype(np.float32)
    return np.ascontiguousarray(inputs), actions, np.stack([starts, starts + length], axis=1)


def tensors(config: NetworkConfig, inputs: FloatArray) -> list[torch.Tensor]:
    """What the network's forward takes."""
    return [torch.from_numpy(np.asarray(each)) for each in config.feeds(inputs).values()]


def train_on_planted(
    config: NetworkConfig, steps: int = 60, rate: float = 3e-3, batch: int = 16
) -> nn.Module:
    """A network trained to tell which joint moves, in evaluation mode."""
    torch.manual_seed(0)
    network = config.build()
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    for step in range(steps):
        inputs, actions, _ = planted_clips(config, batch, step)
        logits = network(*tensors(config, inputs)).logits
        loss = nn.functional.cross_entropy(logits, torch.from_numpy(actions))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


def explain_planted(network: nn.Module, config: NetworkConfig, inputs: FloatArray) -> Explanation:
    """The explanation of one clip ``(1, C, T, V, M)``, on frames 100 .. 100 + T of a recording."""
    with torch.inference_mode():
        result = network(*tensors(config, inputs))
    outputs = {
        name: value.numpy()
        for name, value in zip(result._fields, result, strict=True)
        if value is not None
    }
    channels = inputs.shape[1]
    return config.explain(
        Evidence(
            model_id="planted",
            network="planted",
            layout=LAYOUT,
            class_names=("left hand", "right foot"),
            outputs=outputs,
            feeds=config.feeds(inputs),
            frames=np.arange(100, 100 + config.frames, dtype=np.float64),
            placements=Placements(
                origin=np.zeros((1, 1, channels), dtype=np.float32),
                rotation=np.eye(channels, dtype=np.float32)[None],
                shift=np.zeros((1, channels), dtype=np.float32),
                scale=np.ones((1, channels), dtype=np.float32),
            ),
            up=Axis.PLUS_Y,
            people=tuple(range(config.people)),
            num_people=config.people,
            start=100,
            stop=100 + config.frames,
        )
    )


def weight_of_joints(explanation: Explanation, span: IntArray) -> FloatArray:
    """Mean weight ``(V,)`` of the first person's joints in the first joint map, in a span."""
    result: FloatArray = explanation.joint_weights[span[0] : span[1], 0].mean(axis=0)
    return result
