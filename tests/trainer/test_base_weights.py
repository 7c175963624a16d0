"""Starting from other weights: all of them fit, or the run says what does not."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import TrainingError
from engine.layouts import layout_by_id
from engine.preprocess.streams import Stream
from engine.runtime.cards import read_card
from tests.tiny_training import fits_of, tiny_job
from trainer.base_weights import load_base
from trainer.plan import plan_of


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


def test_a_package_of_other_actions_gives_rows_by_name_and_leaves_the_rest_to_chance(
    data, tiny_package
):
    job = job_from(data, tiny_package)
    card = read_card(tiny_package)
    (planned,) = plan_of(job, layout_by_id(card.layout_id), 3)
    torch.manual_seed(3)
    network = planned.config.build()
    start = network.classifier.weight.detach().clone()
    wanted = ("juggle", card.class_names[1], card.class_names[0])
    load_base(network, planned, wanted)

    old = load_file(tiny_package / "weights.safetensors")
    rows = network.classifier.weight
    assert torch.equal(rows[0], start[0])
    assert torch.equal(rows[1], old["classifier.weight"][1])
    assert torch.equal(rows[2], old["classifier.weight"][0])
    assert torch.equal(network.classifier.bias[1], old["classifier.bias"][1])
    assert torch.equal(network.hidden.weight, old["hidden.weight"])


def test_bare_weights_of_another_number_of_actions_are_refused(data, tiny_package):
    job = job_from(data, tiny_package / "weights.safetensors")
    card = read_card(tiny_package)
    (planned,) = plan_of(job, layout_by_id(card.layout_id), len(card.class_names) + 1)
    with pytest.raises(TrainingError, match="cannot start from"):
        load_base(planned.config.build(), planned, (*card.class_names, "juggle"))
