"""The whole of training on a tiny data set: split, passes, checkpoint, package."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import TrainingError
from engine.runtime.cards import read_card
from tests.tiny_training import fits_of, passes_in, tiny_job
from trainer.data import load_split, plain_input, training_batch
from trainer.job import TrainingJob
from trainer.launcher import read_events
from trainer.sampling import mix_pairs


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


def test_no_frame_of_another_clip_reaches_the_network(data):
    (fit,) = fits_of(tiny_job(data), data)
    train, preprocessing = fit.split.train, fit.planned.preprocessing
    inputs = plain_input(train, preprocessing)
    assert len(set(train.lengths)) > 1
    for number, expected in enumerate(inputs):
        alone = preprocessing.prepare(train.clip(number)).inputs
        np.testing.assert_array_equal(expected[np.newaxis], alone)


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
        ).joints

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
    assert [event["number"] for event in passes_in(halves)] == [1, 2, 3, 4]


def test_a_loss_that_is_no_number_ends_the_run_in_words(data):
    (fit,) = fits_of(tiny_job(data), data)
    fit.network.classifier.bias.data.fill_(torch.nan)
    with pytest.raises(TrainingError, match=r"the loss became nan; start a new job with a rate"):
        fit.run(lambda done: None)
    assert not fit.checkpoint.exists()


def test_a_gradient_that_is_no_number_moves_no_weight(data, monkeypatch):
    (fit,) = fits_of(tiny_job(data), data)
    before = {name: p.detach().clone() for name, p in fit.network.named_parameters()}
    next(iter(fit.network.parameters())).register_hook(lambda gradient: gradient * torch.nan)
    with pytest.raises(TrainingError, match="the gradient became nan"):
        fit.run(lambda done: None)
    assert all(torch.equal(p, before[name]) for name, p in fit.network.named_parameters())


def test_a_run_may_be_left_at_every_step(data, tmp_path):
    job = replace(tiny_job(data, passes=2, average=0.9, mixup=0.2), checkpoint_every=0)
    (tmp_path / "whole").mkdir()
    (unbroken,) = fits_of(job, tmp_path / "whole")
    expected = unbroken.run(lambda done: None)

    class LeftError(Exception):
        pass

    left = 0
    while True:
        (fit,) = fits_of(job, tmp_path)
        step, seen = fit.learner.step, []

        def once(*words, step=step, seen=seen):
            if seen:
                raise LeftError
            seen.append(1)
            return step(*words)

        fit.learner.step = once
        try:
            found = fit.run(lambda done: None)
        except LeftError:
            left += 1
        else:
            break
    assert left == 3  # of four steps
    for name, tensor in expected.network.state_dict().items():
        assert torch.equal(tensor, found.network.state_dict()[name]), name
    whole, parts = (passes_in(each) for each in (tmp_path / "whole", tmp_path))
    for one, other in zip(whole, parts, strict=True):
        assert one["loss"] == other["loss"]
        assert one["train_accuracy"] == other["train_accuracy"]


def test_passes_tell_what_the_watching_clips_say(data):
    job = with_data(tiny_job(data, passes=1), test_people=(), test_views=(2,), validation=0.5)
    (fit,) = fits_of(job, data)
    told = []
    fitted = fit.run(told.append)
    (done,) = told
    assert done.judged_by == "validation"
    assert set(done.recall) == {"pick up with one hand", "throw"}
    assert done.accuracy == pytest.approx(np.mean(list(done.recall.values())))
    assert fitted.logits.shape == (4, 10)
    assert fitted.validation_logits.shape == (2, 10)
    assert done.memory_mb > 10
    assert done.clips_per_second > 0
    assert done.seconds_left == 0


def test_a_run_ends_when_nothing_gets_better_and_keeps_the_best(data, monkeypatch):
    job = with_data(
        tiny_job(data, passes=50, patience=2, settling=0), test_people=(), validation=0.5
    )
    (fit,) = fits_of(job, data)
    truth = np.eye(10, dtype=np.float32)[fit.split.validation.actions]
    reached = iter([1, 3, 3, 2])  # of four clips

    def answer(network, clips, asks):
        assert clips is fit.split.validation
        return truth * (np.arange(4) < next(reached, 4))[:, None] - 0.5 * truth[:, ::-1]

    monkeypatch.setattr(fit, "answers", answer)
    kept = {}

    def remember(done):
        kept[done.number] = {n: t.clone() for n, t in fit.learner.result.state_dict().items()}

    fitted = fit.run(remember)
    assert list(kept) == [1, 2, 3, 4]
    assert fit.progress.best == 0.75
    for name, tensor in kept[2].items():
        assert torch.equal(tensor, fitted.network.state_dict()[name]), name

    (again,) = fits_of(job, data)
    assert again.run(lambda done: pytest.fail("it was over")).passes == 4


def test_an_early_stop_needs_clips_that_watch(data):
    with pytest.raises(TrainingError, match="an early stop needs clips that watch"):
        fits_of(tiny_job(data, patience=1), data)


def test_a_batch_in_parts_moves_the_weights_as_far(data):
    """Parts have normalisations of their own, so the networks here are asked without them."""
    moved = []
    for parts in (1, 2, 4):
        (fit,) = fits_of(tiny_job(data, passes=1, batch=4, parts=parts, optimiser="sgd"), data)
        fit.network.eval()
        fit.network.train = lambda mode=True, network=fit.network: network
        (batch,) = fit.making.batches(0, 0)
        assert [len(part.actions) for part in batch] == [4 // parts] * parts
        result = fit.learner.step(batch, fit.making.place(0, 0), 0.1)
        assert result.clips == 4
        weights = torch.cat([p.detach().flatten() for p in fit.network.parameters()])
        moved.append((result.loss, weights))
        (fresh,) = fits_of(fit.job, data)
        before = torch.cat([p.detach().flatten() for p in fresh.network.parameters()])
    for loss, weights in moved[1:]:
        assert loss == pytest.approx(moved[0][0], rel=1e-5)
        apart = torch.linalg.vector_norm(weights - moved[0][1])
        assert apart < 1e-3 * torch.linalg.vector_norm(moved[0][1] - before)


def test_a_batch_with_more_parts_than_clips_is_refused(data):
    with pytest.raises(TrainingError, match="a batch of 4 clips cannot be divided among 1 proc"):
        fits_of(tiny_job(data, batch=8, parts=8), data)


def test_steps_are_told_now_and_then(data, monkeypatch):
    monkeypatch.setattr("trainer.fit.TELL_S", 0)
    (fit,) = fits_of(tiny_job(data, passes=1), data)
    fit.run(lambda done: None)
    told = [event for event in read_events(data, 0)[0] if event["event"] == "step"]
    assert [(event["step"], event["steps"]) for event in told] == [(1, 2), (2, 2)]
    assert told[0]["loss"] > 0
    assert told[0]["seconds_left"] > told[1]["seconds_left"] == 0


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
    assert "on 4 clips of Northwestern-UCLA" in card.metrics.summary
    assert "people 2 held out" in card.metrics.summary
    assert "Northwestern-UCLA" in card.provenance.data
    assert "2 passes" in card.provenance.recipe
