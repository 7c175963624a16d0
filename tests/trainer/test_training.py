"""The whole of training on a tiny data set: split, passes, checkpoint, package."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import TrainingError
from engine.runtime.cards import read_card
from tests.tiny_training import tiny_job, write_tiny_dataset
from trainer.data import load_split, plain_input, training_batch
from trainer.fit import Fit, learning_rate, mix_pairs
from trainer.job import Schedule


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    write_tiny_dataset(folder)
    return folder


def test_held_out_people_and_views_are_never_trained_on(data):
    choice = replace(tiny_job(data).data, test_people=(2,), test_views=(2,))
    split = load_split(choice)

    assert [(f.person, f.view) for f in split.train.files] == [(1, 1), (1, 1)]
    assert split.test is not None
    assert len(split.test) == 6


def test_recordings_left_out_by_name_are_neither_trained_on_nor_tested(data):
    split = load_split(replace(tiny_job(data).data, leave_out=("*_s01_*_v02.json", "a11_s02_*")))

    assert [f.path.name for f in split.train.files] == [
        "a01_s01_e00_v01.json",
        "a11_s01_e00_v01.json",
    ]
    assert split.test is not None
    assert {f.path.name[:3] for f in split.test.files} == {"a01"}


def test_a_choice_that_leaves_no_clip_says_so(data):
    with pytest.raises(TrainingError, match="no clip"):
        load_split(replace(tiny_job(data).data, train_people=(9,)))


def test_padding_never_reaches_the_network(data):
    job = tiny_job(data)
    split = load_split(job.data)
    fit = Fit(job, split, data)
    inputs = plain_input(split.train, fit.preprocessing)
    short, longest = int(split.train.lengths.min()), split.train.positions.shape[1]
    assert short < longest
    alone, _ = fit.preprocessing.prepare(split.train.positions[0, : split.train.lengths[0]])
    np.testing.assert_array_equal(inputs[:1], alone)


def test_batches_are_augmented_and_repeat_with_the_same_seed(data):
    job = tiny_job(data)
    split = load_split(job.data)
    fit = Fit(job, split, data)

    def batch(seed: int) -> np.ndarray:
        return training_batch(
            split.train,
            np.array([0, 1]),
            split.layout,
            fit.preprocessing,
            job.augmentation,
            np.random.default_rng(seed),
        )

    assert batch(1).shape == (2, 3, 16, 20, 1)
    np.testing.assert_array_equal(batch(1), batch(1))
    assert np.abs(batch(1) - batch(2)).max() > 0.1


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_run_that_stops_and_goes_on_ends_like_one_that_does_not(data, tmp_path, dropout):
    job = tiny_job(data, passes=4, average=0.9, mixup=0.2)
    job = replace(job, network=replace(job.network, dropout=dropout))
    split = load_split(job.data)
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    whole.mkdir()
    halves.mkdir()
    expected = Fit(job, split, whole).run(lambda done: None)

    class StoppedError(Exception):
        pass

    def stop_after_two(done):
        if done.number == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        Fit(job, split, halves).run(stop_after_two)
    resumed = Fit(job, split, halves)
    found = resumed.run(lambda done: None)

    for name, tensor in expected.network.state_dict().items():
        assert torch.equal(tensor, found.network.state_dict()[name]), name
    events = [json.loads(line) for line in (halves / "events.jsonl").read_text().splitlines()]
    assert [event["number"] for event in events] == [1, 2, 3, 4]


def test_a_loss_that_is_no_number_ends_the_run_in_words(data):
    job = tiny_job(data)
    split = load_split(job.data)
    fit = Fit(job, split, data)
    fit.network.classifier.bias.data.fill_(torch.nan)
    with pytest.raises(TrainingError, match="learning rate"):
        fit.run(lambda done: None)


def test_the_learning_rate_rises_then_falls():
    schedule = Schedule(learning_rate=0.1, warm_up=0.2)
    rates = [learning_rate(schedule, progress) for progress in (0, 0.1, 0.2, 0.6, 1)]
    assert rates[0] < rates[1] < rates[2] == pytest.approx(0.1)
    assert rates[2] > rates[3] > rates[4]
    assert rates[4] == pytest.approx(1e-4)


def test_mixed_targets_still_sum_to_one():
    inputs, targets = torch.randn(4, 2), torch.eye(4)
    mixed, shares = mix_pairs(inputs, targets, 0.4, np.random.default_rng(0))
    assert mixed.shape == inputs.shape
    torch.testing.assert_close(shares.sum(1), torch.ones(4))


def test_the_package_declares_what_it_is(tiny_package):
    card = read_card(tiny_package)
    assert card.id == "tiny-fg-stformer"
    assert card.class_names[0] == "pick up with one hand"
    assert card.network.frames == card.preprocessing.frames == 16
    assert "4 held-out clips of people 2" in card.metrics.summary
    assert "Northwestern-UCLA" in card.provenance.data
    assert "2 passes" in card.provenance.recipe


def test_a_run_can_start_from_other_weights_with_another_number_of_frames(data, tiny_package):
    job = tiny_job(data)
    network = replace(job.network, base=str(tiny_package / "weights.safetensors"), frames=32)
    started = Fit(replace(job, network=network), load_split(job.data), data)

    plain = Fit(job, load_split(job.data), data)
    assert not torch.equal(started.network.hidden.weight, plain.network.hidden.weight)
    assert torch.equal(started.average.hidden.weight, started.network.hidden.weight)


def test_weights_of_another_network_are_refused_in_words(data, tiny_package):
    job = tiny_job(data)
    base = str(tiny_package / "weights.safetensors")
    network = replace(job.network, base=base, size="small")
    with pytest.raises(TrainingError, match=r"cannot start from .*weights\.safetensors"):
        Fit(replace(job, network=network), load_split(job.data), data)
