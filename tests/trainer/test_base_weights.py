"""Starting from other weights: all of them fit, or the run says what does not."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import TrainingError
from engine.preprocess.streams import Stream
from tests.tiny_training import fits_of, tiny_job


def job_from(data, base, **choice):
    job = tiny_job(data)
    return replace(job, networks=(replace(job.networks[0], base=str(base), **choice),))


@pytest.mark.parametrize("base", ["", "weights.safetensors"])
def test_a_run_starts_from_a_package_or_its_weights_with_other_frames(data, tiny_package, base):
    job = job_from(data, tiny_package / base)
    job = replace(job, preprocessing=replace(job.preprocessing, frames=32))
    (started,) = fits_of(job, data)

    weights = load_file(tiny_package / "weights.safetensors")
    assert torch.equal(started.network.hidden.weight, weights["hidden.weight"])
    assert torch.equal(started.average.hidden.weight, weights["hidden.weight"])


def test_weights_of_another_size_are_refused_in_words(data, tiny_package):
    job = job_from(data, tiny_package / "weights.safetensors", size="small")
    with pytest.raises(TrainingError, match=r"cannot start from .*weights\.safetensors"):
        fits_of(job, data)


def test_weights_that_leave_something_to_chance_are_refused(data, tiny_package, tmp_path):
    weights = load_file(tiny_package / "weights.safetensors")
    del weights["hidden.bias"]
    save_file(weights, tmp_path / "part.safetensors")
    with pytest.raises(TrainingError, match=r"hidden\.bias"):
        fits_of(job_from(data, tmp_path / "part.safetensors"), data)


def test_weights_with_more_than_the_network_has_are_refused(data, tiny_package, tmp_path):
    weights = load_file(tiny_package / "weights.safetensors")
    save_file({**weights, "more": torch.zeros(1)}, tmp_path / "more.safetensors")
    with pytest.raises(TrainingError, match="more"):
        fits_of(job_from(data, tmp_path / "more.safetensors"), data)


def test_a_package_without_the_stream_is_refused(data, tiny_package):
    with pytest.raises(TrainingError, match="names 0 networks for FG-STFormer · bone"):
        fits_of(job_from(data, tiny_package, streams=(Stream.BONE,)), data)


def test_a_file_that_is_no_weights_is_refused(data, tiny_package):
    with pytest.raises(TrainingError, match=r"cannot start from .*card\.toml"):
        fits_of(job_from(data, tiny_package / "card.toml"), data)
