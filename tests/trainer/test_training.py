"""The whole of training on a tiny data set: split, passes, checkpoint, package."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import TrainingError
from engine.runtime.cards import read_card
from tests.tiny_training import fits_of, tiny_job
from trainer.data import load_split, plain_input, training_batch
from trainer.fit import mix_pairs
from trainer.job import Schedule, TrainingJob
from trainer.optimiser import learning_rate


def with_data(job: TrainingJob, **choice: object) -> TrainingJob:
    return replace(job, data=replace(job.data, **choice))


def with_network(job: TrainingJob, **choice: object) -> TrainingJob:
    return replace(job, networks=(replace(job.networks[0], **choice),))


def test_held_out_people_and_views_are_never_trained_on(data):
    job = with_data(tiny_job(data), test_people=(2,), test_views=(2,))
    split = load_split(job)

    assert [(f.person, f.view) for f in split.train.files] == [(1, 1), (1, 1)]
    assert split.test is not None
    assert len(split.test) == 6


def test_recordings_left_out_by_name_are_neither_trained_on_nor_tested(data):
    job = with_data(tiny_job(data), leave_out=("*_s01_*_v02.json", "a11_s02_*"))
    split = load_split(job)

    assert [f.path.name for f in split.train.files] == [
        "a01_s01_e00_v01.json",
        "a11_s01_e00_v01.json",
    ]
    assert split.test is not None
    assert {f.path.name[:3] for f in split.test.files} == {"a01"}


def test_a_choice_that_leaves_no_clip_says_so(data):
    with pytest.raises(TrainingError, match="no clip"):
        load_split(with_data(tiny_job(data), train_people=(9,)))


def test_padding_never_reaches_the_network(data):
    (fit,) = fits_of(tiny_job(data), data)
    split, preprocessing = fit.split, fit.planned.preprocessing
    inputs = plain_input(split.train, preprocessing)
    short, longest = int(split.train.lengths.min()), split.train.positions.shape[1]
    assert short < longest
    alone = preprocessing.prepare(split.train.positions[0, : split.train.lengths[0]])
    np.testing.assert_array_equal(inputs[:1], alone.inputs)


def test_batches_are_augmented_and_repeat_with_the_same_seed(data):
    job = tiny_job(data)
    (fit,) = fits_of(job, data)

    def batch(seed: int) -> np.ndarray:
        return training_batch(
            fit.split.train,
            np.array([0, 1]),
            fit.split.layout,
            fit.planned.preprocessing,
            job.augmentation,
            np.random.default_rng(seed),
        )

    assert batch(1).shape == (2, 3, 16, 20, 1)
    np.testing.assert_array_equal(batch(1), batch(1))
    assert np.abs(batch(1) - batch(2)).max() > 0.1


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_run_that_stops_and_goes_on_ends_like_one_that_does_not(data, tmp_path, dropout):
    job = tiny_job(data, passes=4, average=0.9, mixup=0.2)
    job = with_network(job, dropout=dropout)
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    whole.mkdir()
    halves.mkdir()
    (unbroken,) = fits_of(job, whole)
    expected = unbroken.run(lambda done: None)

    class StoppedError(Exception):
        pass

    def stop_after_two(done):
        if done.number == 2:
            raise StoppedError

    (stopped,) = fits_of(job, halves)
    with pytest.raises(StoppedError):
        stopped.run(stop_after_two)
    (resumed,) = fits_of(job, halves)
    found = resumed.run(lambda done: None)

    for name, tensor in expected.network.state_dict().items():
        assert torch.equal(tensor, found.network.state_dict()[name]), name
    events = [json.loads(line) for line in (halves / "events.jsonl").read_text().splitlines()]
    assert [event["number"] for event in events] == [1, 2, 3, 4]


def test_a_loss_that_is_no_number_ends_the_run_in_words(data):
    (fit,) = fits_of(tiny_job(data), data)
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
    random = np.random.default_rng(0)
    inputs, targets = random.standard_normal((4, 2), np.float32), np.eye(4, dtype=np.float32)
    mixed, shares = mix_pairs(inputs, targets, 0.4, random)
    assert mixed.shape == inputs.shape
    assert mixed.dtype == shares.dtype == np.float32
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-6)


def test_the_package_declares_what_it_is(tiny_package):
    card = read_card(tiny_package)
    assert card.id == "tiny-fg-stformer"
    assert card.class_names[0] == "pick up with one hand"
    assert card.networks[0].network.frames == card.preprocessing.frames == 16
    assert "4 held-out clips of people 2" in card.metrics.summary
    assert "Northwestern-UCLA" in card.provenance.data
    assert "2 passes" in card.provenance.recipe
