from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from tests.tiny_training import fits_of, tiny_job, write_tiny_dataset
from trainer.data import plain_input
from trainer.devices import Compute
from trainer.settling import norms_of, settled


@pytest.fixture
def dropping(tmp_path):
    """The training of a network that drops half of what its normalisations see."""
    write_tiny_dataset(tmp_path)
    (fit,) = fits_of(tiny_job(tmp_path, "s-tr", settling=6), tmp_path)
    return fit


def quiet():
    pass


def test_statistics_are_those_of_clips_seen_without_dropout(dropping):
    network = settled(dropping.network, dropping.making, Compute(), quiet)

    assert network is not dropping.network
    batches = [
        part.inputs for number in (2, 3, 4) for (part,) in dropping.making.batches(number, 0)
    ]
    seen = network.input_norm
    numbers = np.stack([batch.transpose(0, 2, 4, 3, 1).reshape(-1, 60) for batch in batches])
    np.testing.assert_allclose(seen.running_mean, numbers.mean(axis=(0, 1)), atol=1e-5)
    variance = numbers.var(axis=1, ddof=1).mean(axis=0)
    np.testing.assert_allclose(seen.running_var, variance, rtol=1e-4)


class Dropping(nn.Module):
    """Half of the numbers dropped before they are normalised."""

    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.norm = nn.BatchNorm1d(60)

    def forward(self, x):
        return self.norm(self.drop(x.permute(0, 2, 4, 3, 1).reshape(-1, 60)))


def test_what_was_dropped_leaves_no_trace_in_the_variance(dropping):
    network = Dropping().train()
    batches = [part.inputs for (part,) in dropping.making.batches(2, 0)]
    for _ in range(60):
        for batch in batches:
            network(torch.from_numpy(batch))

    def spread(network):
        """Of normalised numbers in use."""
        with torch.no_grad():
            numbers = [network.eval()(torch.from_numpy(batch)) for batch in batches]
        return float(torch.cat(numbers)[:, :57:3].var(dim=0).mean())

    found = settled(network, dropping.making, Compute(), quiet)
    assert spread(found) > 1.6 * spread(network)


def test_the_network_that_learns_stays_as_it_is(dropping):
    before = {name: each.clone() for name, each in dropping.network.state_dict().items()}
    momenta = [norm.momentum for norm in norms_of(dropping.network)]
    network = settled(dropping.network, dropping.making, Compute(), quiet)

    for name, each in dropping.network.state_dict().items():
        assert torch.equal(each, before[name]), name
    assert [norm.momentum for norm in norms_of(network)] == momenta
    for (name, own), (_, other) in zip(
        network.named_parameters(), dropping.network.named_parameters(), strict=True
    ):
        assert torch.equal(own, other), name


def test_nothing_is_settled_where_nobody_wants_it_or_there_is_no_normalisation(dropping):
    schedule = replace(dropping.making.schedule, settling=0)
    making = replace(dropping.making, schedule=schedule)
    assert settled(dropping.network, making, Compute(), quiet) is dropping.network
    plain = nn.Linear(3, 3)
    assert settled(plain, dropping.making, Compute(), quiet) is plain


def test_the_package_holds_settled_statistics_and_says_what_was_measured_with_them(dropping):
    done = []
    fitted = dropping.run(done.append)
    clips = dropping.split.test
    inputs = dropping.planned.stream_of(plain_input(clips, dropping.planned.preprocessing))
    with torch.no_grad():
        logits = fitted.network(torch.from_numpy(inputs)).logits.numpy()

    np.testing.assert_allclose(fitted.logits, logits, atol=1e-5)
    expected = settled(dropping.learner.result, dropping.making, Compute(), quiet)
    for name, each in expected.state_dict().items():
        assert torch.equal(each, fitted.network.state_dict()[name]), name


def test_settling_may_be_broken_off(dropping):
    class EndedError(Exception):
        pass

    def end():
        raise EndedError

    with pytest.raises(EndedError):
        settled(dropping.network, dropping.making, Compute(), end)
