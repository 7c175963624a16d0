"""The end of a run: calibration in the card, figures in the report."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.base import LabelledFile
from engine.errors import TrainingError
from engine.formats.actions import NW_UCLA
from engine.judging.verdict import OTHER
from engine.runtime.cards import ModelCard, NetworkPart, PackageFile
from engine.runtime.fusion import fuse
from tests.engine.runtime.making import PLAIN, card_of, random_config
from trainer.job import DataChoice
from trainer.judging import HeldOut, judge_run, scope_of

CLASSES = len(NW_UCLA)
CHOICE = DataChoice(folder="clips", format="nw-ucla", test_people=(2,))


@pytest.fixture
def card() -> ModelCard:
    """Of two networks that count differently."""
    part = NetworkPart(
        network=random_config(people=1, channels=3, classes=CLASSES),
        weights=PackageFile(name="0.safetensors", sha256=""),
        onnx=PackageFile(name="0.onnx", sha256=""),
    )
    return card_of((replace(part, weight=2.0), part), PLAIN, NW_UCLA)


def held_out(clips: int, seed: int, others: int = 0) -> HeldOut:
    """Overconfident answers of two networks, right about four times of five."""
    random = np.random.default_rng(seed)
    actions = np.arange(clips) % CLASSES
    hints = 9 * np.eye(CLASSES)[actions]
    hints[clips - others :] = 0
    logits = [
        (hints + 5 * random.standard_normal((clips, CLASSES))).astype(np.float32) for _ in range(2)
    ]
    files = tuple(
        LabelledFile(path=Path(f"{seed}-{n}.json"), action=0, person=seed, view=1)
        for n in range(clips)
    )
    actions[clips - others :] = OTHER
    return HeldOut(files=files, actions=actions, logits=tuple(logits))


def judged(card, folder, **sides):
    files = (sides.get("test") or sides.get("validation") or held_out(0, 1)).files
    scope = scope_of(CHOICE, files, card.class_names, "people 2 held out")
    return judge_run(
        card,
        scope,
        validation=sides.get("validation"),
        test=sides.get("test"),
        folder=folder,
    )


def test_what_watched_calibrates_and_what_judges_is_counted(card, tmp_path):
    watched, judging = held_out(300, 1), held_out(200, 2)
    result = judged(card, tmp_path, validation=watched, test=judging)

    calibration = result.card.calibration
    assert calibration is not None
    assert calibration.clips == 300
    assert calibration.temperature > 1.2
    assert calibration.ece_after < calibration.ece_before
    assert 0 < calibration.none_below < 1
    report = result.report
    assert report is not None
    assert report.verdict.clips == 200
    assert not report.is_fitted_here
    expected = fuse(list(judging.logits), result.card)
    np.testing.assert_allclose(report.verdict.probabilities, expected, rtol=1e-5)
    assert report.reliability.ece_after < report.reliability.ece_before
    plain = fuse(list(judging.logits), card).argmax(axis=1)
    assert report.verdict.top1 == pytest.approx((plain == judging.actions).mean())


def test_the_report_lies_in_the_jobs_folder(card, tmp_path):
    judged(card, tmp_path, validation=held_out(60, 1), test=held_out(40, 2))
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["clips"] == 40
    assert told["measured_on"]["rule"] == "people 2 held out"
    assert told["measured_on"]["name"] == "Northwestern-UCLA Multiview Action 3D"
    assert told["calibration"]["fitted_on_these_clips"] is False
    assert "<!doctype html>" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("side", ["validation", "test"])
def test_where_one_side_serves_for_both_the_report_says_so(card, tmp_path, side):
    result = judged(card, tmp_path, **{side: held_out(80, 1)})
    assert result.report is not None
    assert result.report.is_fitted_here
    assert result.card.calibration is not None
    assert result.card.calibration.clips == 80


def test_clips_of_other_actions_serve_the_threshold_alone(card, tmp_path):
    with_others = judged(card, tmp_path, validation=held_out(200, 1, others=40))
    calibration = with_others.card.calibration
    assert calibration is not None
    assert calibration.clips == 160
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["none_of_these"]["others"] == 40
    assert told["none_of_these"]["right_kept"] >= 0.95
    assert told["clips"] == 160


def test_where_nothing_was_held_out_nothing_is_claimed(card, tmp_path):
    result = judged(card, tmp_path)
    assert (result.card, result.report) == (card, None)
    assert list(tmp_path.iterdir()) == []


def test_answers_that_are_not_the_clips_are_refused():
    whole = held_out(10, 1)
    with pytest.raises(TrainingError, match="10 held-out clips"):
        replace(whole, actions=whole.actions[:5])
