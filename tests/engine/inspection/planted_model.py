"""A model of which everybody knows what it has to look at: one joint that moves, or none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from engine.architectures.base import NetworkConfig
from engine.architectures.sem_net import config_for
from engine.preprocess.recipe import Preprocessing, Scaling
from engine.recording import Clip
from engine.runtime.backends import Backend, Device
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import Recognizer, open_recognizer
from tests.engine.runtime.making import card_of, part_of
from tests.planted import FRAMES_A_SWING, LAYOUT, MOVING, SWING, planted_clips
from tests.tiny_training import recording_of, standing

FRAMES = 16
HAND, FOOT = MOVING
ACTIONS = ("left hand", "right foot", "nobody")
RECIPE = Preprocessing(frames=FRAMES, centre_joint=1, scaling=Scaling.NONE)
MOVES = (4, 12)
"""Frames between which the joint of ``moving_clip`` moves."""


def on_torch(package: ModelPackage) -> Recognizer:
    return open_recognizer(package, backend=Backend.TORCH, device=Device.CPU)


def trained_recognizer(folder: Path, steps: int = 60) -> Recognizer:
    """A SEM-Net that tells which joint moves."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = config_for(LAYOUT, classes=3, people=1, frames=FRAMES, size="tiny")
    network = config.build()
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for step in range(steps):
        clips, actions, _ = planted_clips(config, 24, step)
        # the moving joint of a third of the clips stands still
        clips[:8] = clips[:8, :, :1]
        actions[:8] = 2
        loss = functional.cross_entropy(
            network(torch.from_numpy(clips)).logits, torch.from_numpy(actions)
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return recognizer_of(folder, config, network.eval())


def recognizer_of(folder: Path, config: NetworkConfig, network: torch.nn.Module) -> Recognizer:
    """A model that answers with that network."""
    part = part_of(folder / "0.safetensors", config, network)
    card = replace(card_of((part,), RECIPE), class_names=ACTIONS)
    return on_torch(ModelPackage(folder=folder, card=card))


def moving(joint: int) -> np.ndarray:
    """``(16, 1, 20, 3)`` of a person of whom one joint moves in the frames ``MOVES``."""
    positions = standing(FRAMES)
    swing = SWING * np.sin(np.arange(MOVES[1] - MOVES[0]) * 2 * np.pi / FRAMES_A_SWING)
    positions[slice(*MOVES), 0, joint, 1] += swing.astype(np.float32)
    return positions


def clip_of(positions: np.ndarray) -> Clip:
    return Clip.whole(recording_of(positions))
