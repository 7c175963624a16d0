"""Where a network's training stands, on disk: whole, its own, and of the same data."""

from dataclasses import replace

import pytest
import torch

from engine.errors import TrainingError
from tests.tiny_training import fits_of, tiny_job
from trainer import checkpoints


def trained(data, folder, **schedule):
    (fit,) = fits_of(tiny_job(data, passes=1, **schedule), folder)
    fit.run(lambda done: None)
    return fit


def refused(job, folder, words):
    (fit,) = fits_of(job, folder)
    with pytest.raises(TrainingError, match=words):
        fit.restore()


def test_a_checkpoint_holds_all_that_decides(data, tmp_path):
    fit = trained(data, tmp_path)
    (again,) = fits_of(fit.job, tmp_path)
    again.restore()
    assert again.progress == fit.progress
    assert again.progress.moves == again.making.steps == 2
    for name, tensor in fit.network.state_dict().items():
        assert torch.equal(tensor, again.network.state_dict()[name]), name
    momenta = again.learner.optimiser.state_dict()["state"]
    assert len(momenta) == len(list(fit.network.parameters()))
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schedule": {"learning_rate": 0.02}}, "since it began, schedule in job.toml changed"),
        ({"augmentation": {"yaw": 3.0}}, "augmentation in job.toml"),
        ({"data": {"leave_out": ("*v02*",)}}, "data in job.toml, the split of the clips"),
    ],
)
def test_a_job_that_changed_since_is_refused(data, tmp_path, change, words):
    job = trained(data, tmp_path).job
    for part, said in change.items():
        job = replace(job, **{part: replace(getattr(job, part), **said)})
    refused(job, tmp_path, words)


def test_a_seed_or_a_network_that_changed_is_refused(data, tmp_path):
    job = trained(data, tmp_path).job
    refused(replace(job, seed=2), tmp_path, "seed in job.toml changed")
    larger = replace(job, networks=(replace(job.networks[0], dropout=0.5),))
    refused(larger, tmp_path, "the network changed")


def test_clips_that_changed_under_the_job_are_refused(data, tmp_path):
    job = trained(data, tmp_path).job
    victim = sorted(data.glob("*.json"))[0]
    victim.write_text(victim.read_text().replace("}", "  }"))
    refused(job, tmp_path, "the data set's clips themselves changed; put that back")


def test_what_decides_nothing_may_change(data, tmp_path):
    job = trained(data, tmp_path).job
    other = replace(job, name="Other", evidence="Much.", threads=2, checkpoint_every=1.0)
    (fit,) = fits_of(other, tmp_path)
    fit.restore()
    assert fit.progress.passes == 1


@pytest.mark.parametrize("damage", [b"", b"no zip", None])
def test_a_damaged_checkpoint_is_named(data, tmp_path, damage):
    fit = trained(data, tmp_path)
    content = fit.checkpoint.read_bytes()
    fit.checkpoint.write_bytes(content[: len(content) // 2] if damage is None else damage)
    refused(fit.job, tmp_path, r"checkpoint\.pt is no checkpoint any more; delete it")


def test_a_checkpoint_of_another_version_is_named(data, tmp_path):
    fit = trained(data, tmp_path)
    torch.save({"network": {}, "passes_done": 3}, fit.checkpoint)
    refused(fit.job, tmp_path, "of another version")


def test_weights_that_are_no_numbers_are_not_kept(data, tmp_path):
    fit = trained(data, tmp_path)
    good = fit.checkpoint.read_bytes()
    next(iter(fit.network.parameters())).data.fill_(torch.inf)
    with pytest.raises(TrainingError, match="weights of the network are no numbers any more"):
        fit.save()
    assert fit.checkpoint.read_bytes() == good
    assert not list(tmp_path.glob("*.partial"))


def test_the_last_good_checkpoint_stays_when_the_disk_is_full(data, tmp_path, monkeypatch):
    fit = trained(data, tmp_path)
    good = fit.checkpoint.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        fit.save()
    assert fit.checkpoint.read_bytes() == good
    assert not list(tmp_path.glob("*.partial"))
