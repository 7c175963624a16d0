"""What a measurement says, as a value and as JSON with stable keys."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.datasets.base import UNKNOWN
from engine.judging.calibration import (
    BINS,
    NONE_RULE,
    NONE_RULE_WITH_OTHERS,
    SurenessBin,
    calibrate,
    calibration_error,
    refusals,
    reliability,
    surprise,
)
from engine.judging.scope import Scope
from engine.judging.shares import Share
from engine.judging.verdict import OTHER, Verdict
from engine.runtime.cards import Calibration, Metrics, ModelCard
from engine.runtime.fusion import tempered

SCHEMA = 1
OTHERS = "none of these"
NOT_STATED = "not stated"
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The model that was measured."""

    id: str
    title: str
    trained_on: str = ""
    weights: tuple[str, ...] = ()
    """SHA-256 of each network's weights."""
    runs_on: str = ""


def subject_of(card: ModelCard, runs_on: str = "") -> Subject:
    """What a report says of a model.

    Args:
        card: Of the model.
        runs_on: Backend and device.
    """
    return Subject(
        id=card.id,
        title=card.title,
        trained_on=card.provenance.data,
        weights=tuple(part.weights.sha256 for part in card.networks),
        runs_on=runs_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How honest the probabilities are before and after calibration, on the clips judged."""

    before: tuple[SurenessBin, ...]
    after: tuple[SurenessBin, ...]
    surprise_before: float
    surprise_after: float

    @property
    def ece_before(self) -> float:
        """Expected calibration error."""
        return calibration_error(self.before)

    @property
    def ece_after(self) -> float:
        """Expected calibration error."""
        return calibration_error(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A measurement."""

    subject: Subject
    scope: Scope
    verdict: Verdict
    """As the model answers today."""
    calibrated: Verdict
    """The same where the model is calibrated; else at what these clips themselves ask for."""
    calibration: Calibration | None
    """Of ``calibrated``; None where every round of a cross-validation has its own."""
    is_fitted_here: bool
    """Whether the calibration was found on these very clips, which flatters it."""
    is_in_card: bool = True
    """Whether the model answers like that; else it is what these clips would ask for."""

    @property
    def reliability(self) -> Reliability:
        """Of the clips of known actions."""
        known = self.verdict.is_known
        truths = self.verdict.truths[known]
        rows = self.verdict.log_probabilities[known]
        after = self.calibrated.probabilities[known]
        return Reliability(
            before=reliability(tempered(rows, 1.0), truths),
            after=reliability(after, truths),
            surprise_before=surprise(rows, truths, 1.0) if len(truths) else 0.0,
            surprise_after=_surprise_of(after, truths),
        )

    @property
    def rule(self) -> str:
        """How the threshold for none of these is found."""
        has_others = self.is_fitted_here and not self.verdict.is_known.all()
        return NONE_RULE_WITH_OTHERS if has_others else NONE_RULE

    @property
    def origin(self) -> str:
        """Where the calibration comes from, to follow ``was``."""
        if not self.is_in_card:
            return "found on these very clips, which flatters it, and is not in the model's card"
        if self.is_fitted_here:
            return "found on these very clips, which flatters it"
        return "found on other clips"

    @property
    def sentence(self) -> str:
        """The measurement in one sentence, for cards."""
        top1 = self.verdict.top1_share
        if top1.interval is None:
            return "Nothing was measured."
        low, high = top1.interval
        return (
            f"{self.verdict.top1:.1%} top-1 ({low:.1%} to {high:.1%}, 95 % interval) on "
            f"{top1.of:,} clips of {self.scope.dataset}: {self.scope.rule}."
        )

    @property
    def metrics(self) -> Metrics:
        """The same with its figures, for cards."""
        top1 = self.verdict.top1_share
        if top1.interval is None:
            return Metrics(summary=self.sentence)
        low, high = top1.interval
        return Metrics(
            summary=self.sentence,
            top1=_rounded(top1.value),
            interval=(round(low, DIGITS), round(high, DIGITS)),
        )


def _surprise_of(probabilities: FloatArray, truths: IntArray) -> float:
    if not len(truths):
        return 0.0
    smallest = np.finfo(np.float32).tiny
    rows: DoubleArray = np.log(np.maximum(probabilities, smallest).astype(np.float64))
    return surprise(rows, truths, 1.0)


def report_on(
    subject: Subject,
    scope: Scope,
    verdict: Verdict,
    calibration: Calibration | None,
    *,
    is_fitted_here: bool = False,
) -> Report:
    """Put a report together.

    Args:
        subject: The model.
        scope: What it was measured on.
        verdict: What came out.
        calibration: Of the model's card; None where it has none: then the report shows what a
            calibration on these very clips would do.
        is_fitted_here: Whether the card's calibration was found on these very clips.
    """
    if calibration is not None:
        return Report(
            subject=subject,
            scope=scope,
            verdict=verdict,
            calibrated=verdict,
            calibration=calibration,
            is_fitted_here=is_fitted_here,
        )
    found = calibrate(verdict.log_probabilities, verdict.truths)
    return Report(
        subject=subject,
        scope=scope,
        verdict=verdict,
        calibrated=verdict.calibrated(found),
        calibration=found,
        is_fitted_here=True,
        is_in_card=False,
    )


def describe(report: Report) -> dict[str, object]:
    """A report as JSON with stable keys; shares are numbers between 0 and 1."""
    verdict, names = report.verdict, report.verdict.class_names
    recalls = dict(zip(names, verdict.recalls, strict=True))
    return {
        "schema": SCHEMA,
        "model": report.subject.id,
        "title": report.subject.title,
        "weights_sha256": list(report.subject.weights),
        "runs_on": report.subject.runs_on,
        "measured_on": {
            "dataset": report.scope.dataset_id,
            "name": report.scope.dataset,
            "folder": report.scope.folder,
            "rule": report.scope.rule,
            "protocol": report.scope.protocol,
            "split_digest": report.scope.split_digest,
            "clips_digest": report.scope.clips_digest,
            "notes": list(report.scope.notes),
        },
        "clips": verdict.clips,
        "top1": _rounded(verdict.top1),
        "top1_interval": _interval(verdict.top1_share),
        "top5": None if verdict.top5_share is None else _rounded(verdict.top5_share.value),
        "top5_interval": None if verdict.top5_share is None else _interval(verdict.top5_share),
        "mean_recall": _rounded(verdict.mean_recall),
        "per_action": {name: _rounded(share.value) for name, share in recalls.items()},
        "actions": [
            {
                "action": name,
                **_counted(recall),
                "precision": _rounded(precision.value),
                "named": precision.of,
            }
            for (name, recall), precision in zip(recalls.items(), verdict.precisions, strict=True)
        ],
        "classes": list(names),
        "confusion": verdict.confusion.tolist(),
        "calibration": _calibration(report),
        "none_of_these": _refusals(report),
        "people": _groups(verdict.shares_by(lambda file: file.person), "person"),
        "views": _groups(verdict.shares_by(lambda file: file.view), "view"),
        "rounds": [
            {"round": name, **_counted(share)} for name, share in verdict.shares_by_round.items()
        ],
        "mean_of_rounds": None if verdict.mean_of_rounds is None else verdict.mean_of_rounds[0],
        "deviation_of_rounds": (
            None if verdict.mean_of_rounds is None else verdict.mean_of_rounds[1]
        ),
        "wrong": _wrong(verdict),
        "skipped": [each.reason for each in verdict.skipped],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _interval(share: Share) -> list[float] | None:
    return None if share.interval is None else [round(end, DIGITS) for end in share.interval]


def _counted(share: Share) -> dict[str, object]:
    return {
        "clips": share.of,
        "right": share.count,
        "share": _rounded(share.value),
        "interval": _interval(share),
    }


def _groups(shares: dict[int, Share], what: str) -> list[dict[str, object]]:
    return [
        {what: None if number == UNKNOWN else number, **_counted(share)}
        for number, share in shares.items()
    ]


def _calibration(report: Report) -> dict[str, object]:
    measured, calibration = report.reliability, report.calibration
    return {
        "temperature": None if calibration is None else calibration.temperature,
        "fitted_on_these_clips": report.is_fitted_here,
        "in_card": report.is_in_card,
        "bins": BINS,
        "ece_before": _rounded(measured.ece_before),
        "ece_after": _rounded(measured.ece_after),
        "nll_before": _rounded(measured.surprise_before),
        "nll_after": _rounded(measured.surprise_after),
        "before": _bins(measured.before),
        "after": _bins(measured.after),
    }


def _bins(bins: tuple[SurenessBin, ...]) -> list[dict[str, object]]:
    return [
        {
            "from": _rounded(each.low),
            "to": _rounded(each.high),
            "clips": each.clips,
            "sureness": _rounded(each.sureness),
            "right": _rounded(each.right),
        }
        for each in bins
    ]


def _refusals(report: Report) -> dict[str, object]:
    counted = refusals(report.calibrated)
    return {
        "rule": report.rule,
        "below": None if report.calibration is None else report.calibration.none_below,
        "right_kept": _rounded(counted.kept.value),
        "right": counted.kept.of,
        "wrong_refused": _rounded(counted.wrong.value),
        "wrong": counted.wrong.of,
        "others_refused": _rounded(counted.others.value),
        "others": counted.others.of,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A clip named wrong."""

    file: str
    truth: str
    said: str
    probability: float
    is_none: bool
    """The model was too unsure to mean it."""
    person: int
    view: int


def mistakes(verdict: Verdict) -> tuple[Mistake, ...]:
    """Clips of known actions named wrong, and others taken for an action: the surest first."""
    names, said, sureness = verdict.class_names, verdict.said, verdict.sureness
    found = []
    for number in np.argsort(-sureness, kind="stable"):
        truth, refused = int(verdict.truths[number]), bool(verdict.refused[number])
        if truth == said[number] or (truth == OTHER and refused):
            continue
        file = verdict.files[number]
        found.append(
            Mistake(
                file=file.name,
                truth=OTHERS if truth == OTHER else names[truth],
                said=names[said[number]],
                probability=float(sureness[number]),
                is_none=refused,
                person=file.person,
                view=file.view,
            )
        )
    return tuple(found)


def _wrong(verdict: Verdict) -> list[dict[str, object]]:
    return [
        {
            "file": each.file,
            "truth": each.truth,
            "said": each.said,
            "probability": round(each.probability, DIGITS),
            "is_none": each.is_none,
            "person": None if each.person == UNKNOWN else each.person,
            "view": None if each.view == UNKNOWN else each.view,
        }
        for each in mistakes(verdict)
    ]
