"""Counting what a model said of clips."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.judging.shares import Share
from engine.judging.verdict import OTHER, Skipped, joined
from engine.runtime.cards import Calibration
from tests.engine.judging.making import files_of, verdict_from

ROWS = np.log(
    [
        [0.7, 0.1, 0.1, 0.04, 0.03, 0.03],
        [0.5, 0.3, 0.1, 0.04, 0.03, 0.03],
        [0.1, 0.1, 0.6, 0.1, 0.06, 0.04],
        [0.3, 0.2, 0.2, 0.15, 0.1, 0.05],
        [0.6, 0.1, 0.1, 0.1, 0.05, 0.05],
    ]
)
"""Said: 0, 0, 2, 0, 0."""
TRUTHS = [0, 1, 2, 5, OTHER]


@pytest.fixture
def verdict():
    return verdict_from(ROWS, TRUTHS)


def with_skipped(verdict):
    (file,) = files_of(1)
    lost = (Skipped(file=file, truth=2, reason="empty"), Skipped(file=file, truth=OTHER, reason=""))
    return replace(verdict, skipped=lost)


def test_clips_of_other_actions_are_no_part_of_the_accuracy(verdict):
    assert verdict.clips == 4
    assert verdict.top1_share == Share(count=2, of=4)
    assert verdict.top1 == 0.5
    assert verdict.confusion.sum() == 4
    assert verdict.confusion[1, 0] == verdict.confusion[5, 0] == 1


def test_the_truth_among_the_best_five_counts_for_top_5(verdict):
    assert verdict.top5_share == Share(count=3, of=4)
    few = verdict_from(ROWS[:, :5], [0, 1, 2, 3, 4])
    assert few.top5_share is None


def test_clips_without_an_answer_count_as_wrong_everywhere(verdict):
    lost = with_skipped(verdict)
    assert lost.top1_share == Share(count=2, of=5)
    assert lost.top5_share == Share(count=3, of=5)
    assert lost.recalls[2] == Share(count=1, of=2)
    assert lost.shares_by(lambda file: file.person)[1] == Share(count=1, of=3)
    assert lost.clips == 4


def test_recall_is_of_what_it_was_and_precision_of_what_was_said(verdict):
    assert [share.value for share in verdict.recalls] == [1, 0, 1, None, None, 0]
    assert verdict.mean_recall == 0.5
    assert verdict.precisions[0] == Share(count=1, of=4)
    assert verdict.precisions[1].value is None


def test_groups_add_up_to_the_whole(verdict):
    shares = verdict.shares_by(lambda file: file.person)
    assert list(shares) == [1, 2, 3]
    assert sum(share.count for share in shares.values()) == verdict.top1_share.count
    assert sum(share.of for share in shares.values()) == verdict.top1_share.of


@pytest.mark.parametrize("temperature", [0.2, 8.0])
def test_a_temperature_changes_sureness_and_refusals_but_no_answer(verdict, temperature):
    limits = Calibration(
        temperature=temperature, none_below=0.55, ece_before=0, ece_after=0, clips=4
    )
    after = verdict.calibrated(limits)
    np.testing.assert_array_equal(after.said, verdict.said)
    np.testing.assert_allclose(after.probabilities.sum(axis=1), 1, rtol=1e-6)
    assert (after.sureness < verdict.sureness).all() == (temperature > 1)
    assert after.refused.all() == (temperature > 1)
    assert not verdict.refused.any()
    assert after.top1_share == verdict.top1_share


def test_rounds_are_joined_clip_by_clip(verdict):
    both = joined([("person 1", verdict), ("person 2", with_skipped(verdict))])
    assert both.clips == 8
    assert both.shares_by_round == {
        "person 1": Share(count=2, of=4),
        "person 2": Share(count=2, of=4),
    }
    assert both.top1_share == Share(count=4, of=9)


def test_rounds_about_different_actions_are_not_joined(verdict):
    with pytest.raises(EngineError, match="different actions"):
        joined([("1", verdict), ("2", verdict_from(ROWS[:, :5], [0, 1, 2, 3, 4]))])


def test_arrays_that_do_not_belong_together_are_refused(verdict):
    with pytest.raises(EngineError, match="4 clips and 6 actions"):
        replace(verdict, files=verdict.files[:4])
    with pytest.raises(EngineError, match="refusals"):
        replace(verdict, rounds=("1",))


def test_nothing_said_of_nothing_is_no_error():
    empty = verdict_from(np.zeros((0, 6)), [])
    assert (empty.clips, empty.top1, empty.mean_recall) == (0, 0, None)
    assert empty.top1_share.value is None
    assert empty.shares_by(lambda file: file.view) == {}
