"""SPA-Net's explanation: it finds the joint that moves, and its points lie on the body."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine.architectures.base import NetworkWish
from engine.architectures.spa_net import SPA_3_1D, SPA_4D, SPANetConfig
from engine.arrays import FloatArray, IntArray
from engine.explain.base import Evidence
from engine.explain.spa_net import explain_spa_net
from engine.layouts.coco_17 import COCO_17
from engine.preprocess.placement import Placements
from engine.skeleton import Axis
from tests.planted import LAYOUT, MOVING, explain_planted, planted_clips, tensors

CORNERS = (8, 16)
"""Joints that hold the corners of the grid: a limb that reaches far would otherwise shrink all the
rest of the body, and tell the action at every joint."""


def tiny_config(row=SPA_4D) -> SPANetConfig:
    config = row.configure(NetworkWish(layout=LAYOUT, classes=2, frames=16, size="tiny"))
    assert isinstance(config, SPANetConfig)
    return config


def clips_with(
    config: SPANetConfig, wanted: int, count: int, seed: int
) -> tuple[FloatArray, IntArray, IntArray]:
    """Planted clips in which either one joint moves or none.

    Of two joints, the one that rests would tell the action as well as the one that moves.
    """
    inputs, actions, spans = planted_clips(config, count, seed)
    for clip in np.flatnonzero(actions != wanted):
        still = 0 if spans[clip, 0] > 0 else -1
        track = inputs[clip, :, :, MOVING[actions[clip]], 0]
        track[:] = track[:, [still]]
    for joint, corner in zip(CORNERS, (-1.6, 1.6), strict=True):
        inputs[:, :, :, joint, 0] = corner
    return inputs, (actions == wanted).astype(np.int64), spans


def trained(config: SPANetConfig, wanted: int) -> nn.Module:
    torch.manual_seed(0)
    network = config.build()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    for step in range(40):
        inputs, moves, _ = clips_with(config, wanted, 16, step)
        logits = network(*tensors(config, inputs)).logits
        loss = nn.functional.cross_entropy(logits, torch.from_numpy(moves))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


@pytest.mark.parametrize(("row", "wanted"), [(SPA_4D, 0), (SPA_3_1D, 1)], ids=["4d", "3+1d"])
def test_focus_finds_the_joint_that_moves_and_when(row, wanted):
    config = tiny_config(row)
    network = trained(config, wanted)
    inputs, moves, spans = clips_with(config, wanted, 16, seed=999)
    with torch.inference_mode():
        answers = network(*tensors(config, inputs)).logits.argmax(dim=1).numpy()
    assert (answers == moves).mean() > 0.9
    during, otherwise = [], []
    for clip in np.flatnonzero(moves):
        explanation = explain_planted(network, config, inputs[clip : clip + 1])
        of_action = next(each for each in explanation.joint_maps if each.name.endswith("foot"))
        is_during = np.zeros(config.frames, dtype=bool)
        is_during[slice(*spans[clip])] = True
        during.append(of_action.weights[is_during, 0].mean(axis=0))
        otherwise.append(of_action.weights[~is_during, 0].mean(axis=0))
    mean = np.mean(during, axis=0)
    assert int(mean.argmax()) == MOVING[wanted]
    assert mean[MOVING[wanted]] > 2 * np.mean(otherwise, axis=0)[MOVING[wanted]]


def explained(config, inputs, **changes):
    """An untrained network's explanation of ``inputs``, and what it was made of."""
    torch.manual_seed(0)
    network = config.build().eval()
    with torch.inference_mode():
        output = network(*tensors(config, inputs))
    rows, channels = len(inputs), config.coordinates
    evidence = Evidence(
        model_id="m",
        network="SPA",
        layout=changes.pop("layout", LAYOUT),
        class_names=("one", "two"),
        outputs={name: value.numpy() for name, value in output._asdict().items()},
        feeds=config.feeds(inputs),
        frames=np.arange(40, 40 + config.frames, dtype=np.float64),
        placements=Placements(
            origin=np.full((rows, 1, channels), 2.0, dtype=np.float32),
            rotation=np.tile(np.eye(channels, dtype=np.float32), (rows, 1, 1)),
            shift=np.zeros((rows, channels), dtype=np.float32),
            scale=np.full((rows, channels), 0.5, dtype=np.float32),
        ),
        up=Axis.PLUS_Z if channels == 3 else Axis.PLUS_Y,
        people=tuple(range(rows * config.people)),
        num_people=rows * config.people,
        start=40,
        stop=40 + config.frames,
    )
    return explain_spa_net(replace(evidence, **changes), config.plan)


def test_points_lie_on_the_joints_in_the_recordings_own_coordinates():
    config = tiny_config()
    inputs = planted_clips(config, 2, 0)[0]
    explanation = explained(config, inputs)
    # undo placements and up axis by hand: +y of the network is +z of the recording
    placed = inputs[..., 0] / 0.5 + 2
    recorded = np.stack([placed[:, 0], -placed[:, 2], placed[:, 1]], axis=-1)  # (N, T, V, 3)
    coarse, fine = explanation.points
    assert coarse.size == pytest.approx(8 * fine.size)
    for frame in range(config.frames):
        joints = recorded[:, frame].reshape(-1, 3)
        points, magnitudes = fine.at(40 + frame)
        gaps = np.abs(points[:, None] - joints).max(axis=-1)
        longest = (np.ptp(recorded, axis=(1, 2)) / 63).max()
        assert gaps.min(axis=0).max() <= 0.51 * longest
        assert gaps.min(axis=1).max() <= 0.51 * longest
        assert (magnitudes >= 0).all()
    assert len(np.unique(fine.frames)) == config.frames
    np.testing.assert_array_equal(explanation.network_frames, 40 + 1.5 + 4 * np.arange(4))
    np.testing.assert_array_equal(np.unique(coarse.frames), explanation.network_frames)


def test_joints_in_one_voxel_share_their_focus_and_the_strongest_has_one():
    config = tiny_config()
    inputs = planted_clips(config, 1, 0)[0]
    first = explained(config, inputs).joint_maps[0]
    _, levels = config.plan.sites(inputs)
    assert first.weights.shape == (16, 1, 20)
    assert first.weights.max() == pytest.approx(1)
    for site in range(len(levels[-1])):
        values = first.weights[:, 0][levels[-1].of_joints[0] == site]
        assert np.ptp(values) == 0


def test_a_short_clip_played_twice_shows_its_points_once():
    config = tiny_config()
    inputs = planted_clips(config, 1, 0)[0]
    inputs[:, :, 8:] = inputs[:, :, :8]
    frames = np.tile(np.arange(40.0, 48.0), 2)
    explanation = explained(config, inputs, frames=frames, stop=48)
    for points in explanation.points:
        assert points.frames.max() <= 47
        assert (np.diff(points.frames) >= 0).all()
    assert len(np.unique(explanation.points[1].frames)) == 8
    _, levels = config.plan.sites(inputs)
    assert len(explanation.points[1].frames) == (levels[0].steps < 8).sum()


def test_points_of_pictures_lie_in_the_plane():
    wish = NetworkWish(layout=COCO_17, classes=2, frames=8, channels=2, people=2, size="tiny")
    config = SPA_4D.configure(wish)
    assert isinstance(config, SPANetConfig)
    random = np.random.default_rng(0)
    inputs = random.normal(size=(1, 2, 8, 17, 2)).astype(np.float32)
    inputs[..., 1] = 0
    explanation = explained(config, inputs, layout=COCO_17)
    for points in explanation.points:
        np.testing.assert_array_equal(points.positions[:, 2], 0)
        assert np.isfinite(points.positions).all()
    first = explanation.joint_maps[0].weights
    assert first[:, 0].any()
    assert not first[:, 1].any()
