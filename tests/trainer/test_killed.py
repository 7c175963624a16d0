"""A run that is killed again and again ends with the weights of one that is not, to the bit."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.tiny_training import fits_of, passes_in, tiny_job
from trainer.launcher import create_job

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).parent / "killed_run.py"
MOMENTS = (("step", 2), ("writing", 2), ("written", 3), ("telling", 1))
"""In the middle of a pass, of a checkpoint and of an event, and right after a checkpoint."""


def child(folder, moment, count):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    words = [sys.executable, str(PROGRAM), str(folder), moment, str(count)]
    return subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_it_may_be_killed_at_any_moment(tmp_path, data):
    job = tiny_job(data, passes=4, batch=1, average=0.9, mixup=0.2, evaluate_every=2)
    choice = replace(job.networks[0], dropout=0.5)
    job = replace(job, checkpoint_every=0, networks=(choice,))
    torch.set_num_threads(1)
    create_job(tmp_path / "whole", job)
    create_job(tmp_path / "killed", job)
    (unbroken,) = fits_of(job, tmp_path / "whole")
    expected = unbroken.run(lambda done: None).network.state_dict()

    folder = tmp_path / "killed"
    for moment, count in MOMENTS:
        died = child(folder, moment, count)
        assert died.returncode == -signal.SIGKILL, (moment, died.stderr)
    ended = child(folder, "never", 0)
    assert ended.returncode == 0, ended.stderr

    found = torch.load(folder / "end.pt", weights_only=True)
    for name, tensor in expected.items():
        assert torch.equal(tensor, found[name]), name
    numbers = {event["number"]: event["loss"] for event in passes_in(folder)}
    whole = {event["number"]: event["loss"] for event in passes_in(tmp_path / "whole")}
    assert {n: loss for n, loss in numbers.items() if n in whole} == numbers
    assert set(whole) == {1, 2, 3, 4}
    assert whole[4] == numbers[4]
