"""Two processes that share a job become what one becomes with the whole batch."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.errors import TrainingError
from engine.models.layers import ChannelNorm
from tests.tiny_training import fits_of, passes_in, tiny_job
from trainer.distributed import Ranks, add_up, ranks_here
from trainer.launcher import create_job
from trainer.norms import SharedNorm, share_norms

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).parent / "ranked_run.py"
PROCESSES = 2
KINDS = ("fg-stformer", "stf", "spa-4d")
"""Plain, with second derivatives, and with as many sites as there are."""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def start(rank, port, folders):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(PROCESSES),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }
    words = [sys.executable, "-W", "error", str(PROGRAM), *map(str, folders)]
    return subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True)


def job_of(kind, data):
    # settled statistics of so few clips would be most of what two networks differ in
    job = tiny_job(data, kind, passes=2, batch=4, average=0.9, learning_rate=0.02, settling=0)
    return replace(job, data=replace(job.data, test_people=(), test_views=(2,)))


def unlike(kind, data, folder):
    """How far one process alone lands when its batches are half as large: what must not happen."""
    folder.mkdir()
    job = job_of(kind, data)
    (fit,) = fits_of(replace(job, schedule=replace(job.schedule, batch=2)), folder)
    return fit.run(lambda done: None).network.state_dict()


@pytest.mark.slow
def test_two_processes_become_what_one_becomes_with_the_double_batch(tmp_path, data):
    torch.set_num_threads(1)
    folders = [tmp_path / kind for kind in KINDS]
    for kind, folder in zip(KINDS, folders, strict=True):
        create_job(folder, job_of(kind, data))
    port = free_port()
    children = [start(rank, port, folders) for rank in range(PROCESSES)]
    said = [child.communicate(timeout=300)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], said

    for kind, folder in zip(KINDS, folders, strict=True):
        (tmp_path / f"{kind}-alone").mkdir()
        (alone,) = fits_of(job_of(kind, data), tmp_path / f"{kind}-alone")
        start_weights = {n: t.clone() for n, t in alone.network.state_dict().items()}
        fitted = alone.run(lambda done: None)
        expected = {**fitted.network.state_dict(), "logits": torch.from_numpy(fitted.logits)}
        found, other = (
            torch.load(folder / f"end-{rank}.pt", weights_only=True) for rank in range(PROCESSES)
        )
        assert all(torch.equal(found[name], other[name]) for name in found)
        moved = distance(expected, start_weights)
        apart = distance(expected, found)
        assert apart < 1e-3 * moved, (kind, apart, moved)
        assert distance(expected, unlike(kind, data, tmp_path / f"{kind}-half")) > 0.1 * moved
        torch.testing.assert_close(found["logits"], expected["logits"], atol=2e-3, rtol=1e-3)
        losses = [
            [event["loss"] for event in passes_in(each)]
            for each in (folder, tmp_path / f"{kind}-alone")
        ]
        assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def distance(one, other):
    """Between the weights of two networks, with their normalisations' statistics."""
    return float(
        torch.linalg.vector_norm(
            torch.cat(
                [
                    (one[name].double() - other[name].double()).flatten()
                    for name in other
                    if one[name].is_floating_point() and name != "logits"
                ]
            )
        )
    )


def test_without_torchrun_a_process_is_the_only_one(monkeypatch):
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    assert ranks_here() == Ranks()
    monkeypatch.setenv("RANK", "5")
    monkeypatch.setenv("WORLD_SIZE", "8")
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert ranks_here() == Ranks(rank=5, count=8, local_rank=1)
    assert not ranks_here().is_first


def test_one_process_adds_nothing_up():
    ranks = Ranks()
    layer = nn.Linear(2, 2)
    assert add_up(layer, ranks, torch.tensor([3.0])).tolist() == [3.0]
    assert layer.weight.grad is None
    assert ranks.agreed(7) == 7
    assert ranks.from_first(b"content") == b"content"
    assert ranks.from_first(None) is None


def test_more_processes_than_clips_in_a_batch_are_refused(data, tmp_path):
    (fit,) = fits_of(tiny_job(data, batch=2), tmp_path)
    place = replace(fit.workplace, ranks=Ranks(rank=0, count=3))
    with pytest.raises(TrainingError, match="cannot be divided among 3 processes"):
        fits_of(fit.job, tmp_path, place)


def test_norms_are_shared_in_place_and_stay_what_they_are():
    network = nn.Sequential(ChannelNorm(4), nn.BatchNorm2d(3), nn.Linear(2, 2)).eval()
    inputs = torch.randn(5, 2, 4)
    before, names = network[0](inputs), list(network.state_dict())
    share_norms(network)
    share_norms(network)
    assert [isinstance(each, SharedNorm) for each in network] == [True, True, False]
    assert isinstance(network[0], ChannelNorm)
    assert list(network.state_dict()) == names
    assert torch.equal(network[0](inputs), before)


@pytest.mark.parametrize("momentum", [0.1, 0.0])
def test_a_shared_norm_of_one_process_is_torchs_own(monkeypatch, momentum):
    monkeypatch.setattr("trainer.norms.distributed.all_reduce", lambda numbers: None)
    torch.manual_seed(0)
    own, shared = (nn.BatchNorm2d(3, momentum=momentum).double() for _ in range(2))
    share_norms(shared)
    inputs = torch.randn(4, 3, 5, 2, dtype=torch.float64, requires_grad=True)
    results = []
    for norm in (own, shared):
        nn.init.uniform_(norm.weight, generator=torch.Generator().manual_seed(1))
        out = norm(inputs)
        (gradient,) = torch.autograd.grad(out.pow(3).sum(), inputs, create_graph=True)
        (second,) = torch.autograd.grad(gradient.square().sum(), inputs)
        results.append((out, gradient, second, norm.running_mean, norm.running_var))
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
    assert int(shared.num_batches_tracked) == 1
