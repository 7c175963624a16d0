"""What a job computes on, decided without a GPU being there."""

import pytest
import torch

from engine.errors import TrainingError
from tests.tiny_training import fits_of, tiny_job
from trainer.devices import Compute, choose
from trainer.job import Precision
from trainer.workplace import Workplace, quiet_workplace

F32, BF16, F16 = Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16


@pytest.mark.parametrize(
    ("wanted", "gpus", "local_rank", "device"),
    [
        ("auto", 0, 0, "cpu"),
        ("auto", 2, 1, "cuda:1"),
        ("auto", 1, 1, "cpu"),
        ("cpu", 4, 0, "cpu"),
        ("cuda", 4, 3, "cuda:3"),
    ],
)
def test_a_device_is_chosen_of_those_there_are(wanted, gpus, local_rank, device):
    assert choose(wanted, BF16, gpus, local_rank) == Compute(device=device, precision=BF16)


def test_a_gpu_that_is_not_there_is_missed_in_words():
    with pytest.raises(TrainingError, match=r"a GPU for process 2 .* torch finds 1; set device"):
        choose("cuda", F32, 1, 1)


def test_float16_is_for_gpus():
    assert choose("auto", F16, 1).precision is F16
    with pytest.raises(TrainingError, match="float16 is for GPUs"):
        choose("auto", F16, 0)


@pytest.mark.parametrize(("supports", "chosen"), [(True, BF16), (False, F32)])
@pytest.mark.parametrize("gpus", [0, 1])
def test_the_usual_precision_is_what_the_device_has(monkeypatch, supports, chosen, gpus):
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, name, lambda: supports and not gpus)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: supports)
    assert choose("auto", Precision.AUTO, gpus).precision is chosen


@pytest.mark.parametrize(
    ("precision", "numbers", "is_scaled"),
    [(F32, torch.float32, False), (BF16, torch.bfloat16, False), (F16, torch.float16, True)],
)
def test_products_are_computed_in_the_precision(precision, numbers, is_scaled):
    compute = Compute(precision=precision)
    with compute.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype is numbers
    assert compute.scaler().is_enabled() == is_scaled


def half_place(folder):
    quiet = quiet_workplace(folder)
    return Workplace(
        folder=folder, events=quiet.events, pulse=quiet.pulse, compute=Compute(precision=F16)
    )


def set_scale(fit, scale):
    fit.learner.scaler.load_state_dict({**fit.learner.scaler.state_dict(), "scale": scale})


def test_the_scale_of_float16_goes_through_the_checkpoint(data, tmp_path):
    job = tiny_job(data, passes=1)
    (first,) = fits_of(job, tmp_path, half_place(tmp_path))
    set_scale(first, 128.0)
    first.run(lambda done: None)
    (second,) = fits_of(job, tmp_path, half_place(tmp_path))
    assert second.learner.scaler.get_scale() != 128.0
    second.restore()
    assert second.learner.scaler.get_scale() == 128.0
    assert second.progress.passes == 1


def test_a_gradient_too_large_for_float16_is_skipped_and_the_scale_falls(data, tmp_path):
    (fit,) = fits_of(tiny_job(data, passes=1, batch=4), tmp_path, half_place(tmp_path))
    set_scale(fit, 2.0**120)
    before = {name: p.detach().clone() for name, p in fit.network.named_parameters()}
    fit.run(lambda done: None)
    assert fit.progress.moves == 0
    assert fit.progress.skipped == 1
    assert all(torch.equal(p, before[name]) for name, p in fit.network.named_parameters())
    assert fit.learner.scaler.get_scale() == 2.0**119


def test_float16_that_stays_too_narrow_ends_the_run_in_words(data, tmp_path):
    (fit,) = fits_of(tiny_job(data), tmp_path, half_place(tmp_path))
    with pytest.raises(TrainingError, match="too narrow for the gradient 50 times"):
        fit.learner.refuse_narrow(50)
