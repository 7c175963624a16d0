"""Batches made ahead: the same ones in the same order, never too many, errors where they belong."""

import threading
from itertools import islice
from threading import Event

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.preprocess.sparse_feeds import sparse_feeds
from tests.tiny_training import fits_of, tiny_job
from trainer.data import load_split
from trainer.feeding import Feeder
from trainer.inputs import tensors_from
from trainer.plan import plan_of
from trainer.sampling import Share, making_of

PATIENCE_S = 10.0


@pytest.fixture
def making(data):
    job = tiny_job(data, batch=1, mixup=0.2)
    split = load_split(job)
    (planned,) = plan_of(job, split.layout, len(split.actions))
    return making_of(job, planned, split.train, split.layout, Share())


def arrays(batches):
    return [(part.inputs, part.targets, part.actions) for batch in batches for part in batch]


def equal(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left, right)


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("batches")]


class Counted:
    """Stands in for a making of four batches a pass; tells which are being made."""

    steps = 4

    def __init__(self, wrong_step=None):
        self.schedule = type("Schedule", (), {"batch": 2})
        self.wrong_step = wrong_step
        self.made = []
        self.second_pass = Event()

    def place(self, number, step=0):
        return Place(number, step)

    def order(self, number):
        return np.roll(np.arange(8), number)

    def batch(self, place, chosen):
        self.made.append((place.number, place.step))
        if place.number == 1:
            self.second_pass.set()
        if place.step == self.wrong_step:
            raise TrainingError(f"step {place.step} cannot be made")
        return (place.number, place.step, tuple(chosen))


class Place:
    seed, network = 0, 0

    def __init__(self, number, step):
        self.number, self.step = number, step


@pytest.mark.parametrize(("workers", "ahead"), [(1, 0), (1, 3), (3, 5)])
def test_the_batches_are_those_made_one_after_the_other(making, workers, ahead):
    assert making.steps == 4
    with Feeder(making, workers=workers, ahead=ahead) as feeder:
        for number in (0, 1):
            equal(arrays(feeder.batches(number, 0)), arrays(making.batches(number, 0)))


def test_a_run_goes_on_in_the_middle_of_a_pass(making):
    with Feeder(making) as feeder:
        equal(arrays(feeder.batches(5, 2)), arrays(making.batches(5, 2)))
        equal(arrays(feeder.batches(1, 3)), arrays(making.batches(1, 3)))


def test_a_pass_that_is_left_goes_on_where_it_was_left(making):
    with Feeder(making) as feeder:
        first = list(islice(feeder.batches(0, 0), 2))
        rest = list(feeder.batches(0, 2))
    equal(arrays(first + rest), arrays(making.batches(0, 0)))


def test_the_next_pass_is_made_before_this_one_is_over():
    making = Counted()
    with Feeder(making, ahead=2) as feeder:
        for step, _ in enumerate(feeder.batches(0, 0)):
            if step == making.steps - 1:
                assert making.second_pass.wait(PATIENCE_S)


def test_no_more_batches_are_made_ahead_than_asked_for():
    making = Counted()
    with Feeder(making, ahead=2) as feeder:
        batches = feeder.batches(0, 0)
        next(batches)
        next(batches)
    assert making.made == [(0, 0), (0, 1), (0, 2), (0, 3)][: len(making.made)]
    assert len(making.made) <= 4


def test_rulebooks_are_made_by_those_who_make_batches(data, tmp_path, monkeypatch):
    makers = []

    def noted(inputs, plan):
        makers.append(threading.current_thread().name.partition("_")[0])
        return sparse_feeds(inputs, plan)

    monkeypatch.setattr("engine.architectures.spa_net.sparse_feeds", noted)
    (fit,) = fits_of(tiny_job(data, "spa-4d", batch=2, parts=2), tmp_path)
    with Feeder(fit.making, ahead=0) as feeder:
        for step, parts in enumerate(feeder.batches(0, 0)):
            fit.learner.step(parts, fit.making.place(0, step), 0.01)
    assert makers == ["batches"] * 2 * fit.making.steps


def test_a_network_is_fed_with_what_it_makes_of_the_clips(data, tmp_path):
    (fit,) = fits_of(tiny_job(data, "spa-3+1d"), tmp_path)
    with Feeder(fit.making) as feeder:
        ((part,), *_) = feeder.batches(0, 0)
    expected = fit.planned.config.feeds(part.inputs)
    assert list(part.feeds) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(part.feeds[name], array)


def test_a_network_that_takes_clips_as_they_are_gets_no_copy_of_them(making):
    (part,) = making.batch(making.place(0), np.arange(2))
    (tensor,) = tensors_from(part.feeds)
    assert np.shares_memory(tensor.numpy(), part.inputs)


def test_an_error_comes_when_its_batch_does():
    with Feeder(Counted(wrong_step=2)) as feeder:
        batches = feeder.batches(0, 0)
        assert [next(batches)[1], next(batches)[1]] == [0, 1]
        with pytest.raises(TrainingError, match="step 2 cannot be made"):
            next(batches)


def test_a_feeder_that_is_left_leaves_no_thread(making):
    with Feeder(making, workers=2) as feeder:
        for _ in feeder.batches(0, 0):
            break
        assert threads()
    assert not threads()
