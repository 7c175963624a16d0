"""What a finished job says of itself: who judged it, how well it did, how sure it may be."""

import json
from dataclasses import replace

import numpy as np
import pytest
from torch import nn

from engine.preprocess.streams import Stream
from engine.runtime.cards import (
    CARD_SCHEMA,
    Metrics,
    ModelCard,
    NetworkPart,
    PackageFile,
    Provenance,
    read_card,
)
from tests.tiny_training import tiny_job
from trainer.data import load_split
from trainer.fit import Fitted
from trainer.package import NOTHING_HELD_OUT, judged
from trainer.plan import plan_of

BOTH = {"test_people": (2,), "validation": 0.5, "validation_by": "view"}
TEST = {"test_people": (2,)}
WATCHED = {"test_people": (), "validation": 0.5}
NOTHING = {"test_people": (), "validation": 0.0}


def job_on(data, streams=(Stream.JOINT,), **choice):
    job = tiny_job(data)
    if "validation_by" in choice:
        choice["validation_by"] = type(job.data.validation_by)(choice["validation_by"])
    return replace(
        job,
        data=replace(job.data, **choice),
        networks=(replace(job.networks[0], streams=streams),),
    )


def answers(clips, classes, wrong=0):
    """Logits that name all clips right but the first ones."""
    if clips is None:
        return None
    said = clips.actions.copy()
    said[:wrong] = (said[:wrong] + 1) % classes
    return (3 * np.eye(classes)[said]).astype(np.float32)


def finished(job, *, wrong=(0,), stopped=False):
    """A split, what would have been fitted to it, and a card."""
    split = load_split(job)
    classes = len(split.actions)
    networks = plan_of(job, split.layout, classes)
    fitted = tuple(
        Fitted(
            planned=planned,
            network=nn.Identity(),
            logits=answers(split.test, classes, mistakes),
            accuracy=None,
            validation_logits=None if stopped else answers(split.validation, classes, mistakes),
        )
        for planned, mistakes in zip(networks, wrong, strict=True)
    )
    file = PackageFile(name="none", sha256="")
    card = ModelCard(
        schema=CARD_SCHEMA,
        id="tiny",
        title="Tiny",
        layout_id=split.layout.id,
        class_names=split.actions,
        preprocessing=networks[0].preprocessing,
        networks=tuple(
            NetworkPart(network=each.config, weights=file, onnx=file, stream=each.stream)
            for each in networks
        ),
        metrics=Metrics(summary=""),
        provenance=Provenance(data="", clips=len(split.train), recipe="", licence=""),
    )
    return split, fitted, card


def report_in(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_those_who_judge_give_the_figures_and_those_who_watch_calibrate(data, tmp_path):
    job = job_on(data, **BOTH)
    split, fitted, card = finished(job, wrong=(1,))
    done = judged(job, split, fitted, card, tmp_path)

    assert done.metrics.top1 == 0.75
    low, high = done.metrics.interval
    assert low < 0.75 < high
    assert done.metrics.summary.startswith("75.0% top-1 (")
    assert "on 4 clips of Northwestern-UCLA" in done.metrics.summary
    assert "people 2 held out" in done.metrics.summary
    assert "flatters" not in done.metrics.summary
    assert done.calibration.clips == len(split.validation) == 2
    told = report_in(tmp_path)
    assert told["top1"] == 0.75
    assert told["calibration"]["fitted_on_these_clips"] is False
    assert told["measured_on"]["split_digest"] == split.digest
    assert (tmp_path / "report.html").is_file()


def test_where_only_some_watched_the_sentence_says_that_they_flatter(data, tmp_path):
    job = job_on(data, **WATCHED)
    split, fitted, card = finished(job)
    done = judged(job, split, fitted, card, tmp_path)

    assert done.metrics.top1 == 1
    assert "judged by those who watch" in done.metrics.summary
    assert "watched the training, which flatters" in done.metrics.summary
    assert "served to calibrate" in done.metrics.summary
    assert report_in(tmp_path)["clips"] == len(split.validation)


@pytest.mark.parametrize(("sides", "stopped"), [(TEST, False), (BOTH, True)])
def test_where_nobody_watched_to_the_end_those_who_judge_calibrate(data, tmp_path, sides, stopped):
    job = job_on(data, **sides)
    split, fitted, card = finished(job, stopped=stopped)
    done = judged(job, split, fitted, card, tmp_path)

    assert done.calibration.clips == 4
    assert "watched the training" not in done.metrics.summary
    assert "served to calibrate" in done.metrics.summary
    assert report_in(tmp_path)["calibration"]["fitted_on_these_clips"] is True


def test_where_nobody_was_held_out_nothing_is_claimed(data, tmp_path):
    (tmp_path / "report.html").write_text("of an older run", encoding="utf-8")
    job = replace(job_on(data, **NOTHING), evidence="Others saw 80 %.")
    split, fitted, card = finished(job)
    done = judged(job, split, fitted, card, tmp_path)

    assert done.metrics == Metrics(summary=f"{NOTHING_HELD_OUT} Others saw 80 %.")
    assert done.calibration is None
    assert not (tmp_path / "report.html").exists()


def test_several_networks_are_judged_together_and_each_alone(data, tmp_path):
    job = job_on(data, streams=(Stream.JOINT, Stream.BONE), **TEST)
    split, fitted, card = finished(job, wrong=(0, 2))
    weighted = replace(card, networks=(replace(card.networks[0], weight=2.0), card.networks[1]))
    done = judged(job, split, fitted, weighted, tmp_path)

    assert done.metrics.top1 == 1
    assert "Each alone: FG-STFormer · joint 100.0%, FG-STFormer · bone 50.0%." in (
        done.metrics.summary
    )


def test_a_job_that_really_ran_is_judged(tiny_package):
    card = read_card(tiny_package)
    assert card.calibration.clips == 4
    assert report_in(tiny_package.parent)["top1"] == card.metrics.top1
    assert report_in(tiny_package.parent)["weights_sha256"] == [card.networks[0].weights.sha256]
