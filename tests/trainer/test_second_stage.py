"""An STF starts as the MS-G3D that was trained first, and learns where to look."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from engine.errors import TrainingError
from tests.tiny_training import fits_of, passes_in, tiny_job
from trainer.data import plain_input
from trainer.job import FocusLosses, NetworkChoice
from trainer.objective import FocusObjective

EXPLORING = FocusLosses(exploration=0.01, divergence=0, coherence=0, embedding=0)


def stf_job(data, base="", **choice):
    job = tiny_job(data, "stf", passes=1)
    return replace(job, networks=(replace(job.networks[0], base=str(base), **choice),))


@pytest.mark.parametrize("file", ["", "weights.safetensors"])
def test_it_starts_as_exactly_the_first_stage(data, package_of, file):
    base = package_of("ms-g3d")
    (first,) = fits_of(tiny_job(data, "ms-g3d"), data)
    first.network.load_state_dict(load_file(base / "weights.safetensors"))
    (second,) = fits_of(stf_job(data, base / file), data)
    clips = torch.from_numpy(plain_input(first.split.train, first.planned.preprocessing))

    with torch.inference_mode():
        before = first.network.eval()(clips).logits
        after = second.network.eval()(clips).logits

    torch.testing.assert_close(after, before, atol=1e-5, rtol=0)
    assert before.abs().max() > 1e-3


def test_it_starts_from_all_of_the_first_stage_or_not_at_all(data, package_of, tmp_path):
    weights = load_file(package_of("ms-g3d") / "weights.safetensors")
    del weights[next(name for name in weights if name.endswith("weight"))]
    save_file(weights, tmp_path / "part.safetensors")
    with pytest.raises(TrainingError, match="Missing key"):
        fits_of(stf_job(data, tmp_path / "part.safetensors"), data)


def test_it_does_not_start_from_another_network(data, tiny_package):
    with pytest.raises(TrainingError, match="names 0 networks for STF"):
        fits_of(stf_job(data, tiny_package), data)


@pytest.mark.parametrize(
    ("losses", "left_out"),
    [(None, {"exploration"}), (EXPLORING, {"divergence", "coherence", "embedding"})],
)
def test_events_tell_the_losses_one_by_one(data, losses, left_out):
    (fit,) = fits_of(stf_job(data, focus=losses), data)
    before = {name: p.detach().clone() for name, p in fit.network.named_parameters()}
    fit.run(lambda done: None)

    (event,) = passes_in(data)
    told = event["losses"]
    assert set(told) == {"cross_entropy", "exploration", "divergence", "coherence", "embedding"}
    assert {name for name, value in told.items() if value == 0} == left_out
    weights = losses or FocusLosses()
    total = told["cross_entropy"] + sum(
        getattr(weights, name) * told[name] for name in told if name != "cross_entropy"
    )
    assert event["loss"] == pytest.approx(total, rel=1e-4)
    moved = {n for n, p in fit.network.named_parameters() if not torch.equal(p, before[n])}
    assert any(name.startswith("focus.") for name in moved)


def test_the_right_answer_counts_as_for_every_network(data):
    (fit,) = fits_of(stf_job(data), data)
    planned, train = fit.planned, fit.split.train
    clips = torch.from_numpy(plain_input(train, planned.preprocessing))
    targets = torch.from_numpy(np.eye(10, dtype=np.float32)[train.actions])

    judged = FocusObjective(label_smoothing=0.1, losses=FocusLosses())(
        fit.network.train(), (clips,), targets
    )

    expected = functional.cross_entropy(judged.logits, targets, label_smoothing=0.1)
    assert judged.parts["cross_entropy"] == pytest.approx(float(expected), rel=1e-4)
    with torch.no_grad():
        torch.testing.assert_close(judged.logits, fit.network(clips).logits)


def test_both_runs_of_the_paper_fit_into_one_job(data):
    job = stf_job(data)
    runs = tuple(replace(job.networks[0], focus=losses) for losses in (EXPLORING, FocusLosses()))
    fits = fits_of(replace(job, networks=runs), data)
    assert [fit.planned.name for fit in fits] == ["stf-joint", "stf-joint-2"]
    assert [fit.learner.objective.losses for fit in fits] == [EXPLORING, FocusLosses()]


def test_focus_losses_are_for_an_stf_alone():
    with pytest.raises(TrainingError, match="not for fg-stformer"):
        NetworkChoice(kind="fg-stformer", size="tiny", focus=EXPLORING)
