"""The end of a run: what the clips held out say of the networks together, in card and report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.arrays import FloatArray, IntArray
from engine.datasets import dataset_by_id
from engine.datasets.base import LabelledFile
from engine.errors import TrainingError
from engine.judging.calibration import calibrate
from engine.judging.report import Report, report_on, subject_of
from engine.judging.report_files import write_report
from engine.judging.scope import Scope, clips_digest
from engine.judging.verdict import verdict_of_logits
from engine.runtime.cards import ModelCard
from trainer.job import DataChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Clips that were not trained on, with what each network said of them.

    Raises:
        TrainingError: They do not belong together.
    """

    files: tuple[LabelledFile, ...]
    """N of them."""
    actions: IntArray
    """``(N,)`` indices into the card's actions; ``engine.judging.verdict.OTHER`` for clips of
    none of them, which serve the threshold for none of these."""
    logits: tuple[FloatArray, ...]
    """``(N, K)`` of each of the card's networks, in their order."""

    def __post_init__(self) -> None:
        clips = len(self.files)
        if len(self.actions) != clips or any(len(rows) != clips for rows in self.logits):
            raise TrainingError(f"{clips} held-out clips need as many actions and answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of it."""

    card: ModelCard
    """With its calibration, where there were clips for it."""
    report: Report | None
    """None where nothing was held out."""


def judge_run(
    card: ModelCard,
    scope: Scope,
    *,
    validation: HeldOut | None,
    test: HeldOut | None,
    folder: Path,
) -> Judged:
    """Calibrate a finished model, measure it, and write ``report.html`` and ``report.json``.

    The temperature and the threshold come from the clips that watched the training, the figures
    from those that judge. Where only one of both is there it serves for both, and the report says
    that its calibration flatters.

    Args:
        card: Of the model, not calibrated yet.
        scope: What is judged on; see ``scope_of``.
        validation: Clips that watched the training.
        test: Clips that judge.
        folder: Where the report goes; the job's.

    Raises:
        EngineError: The disk refuses.
    """
    judging = test or validation
    fitting = validation or test
    if judging is None or fitting is None:
        return Judged(card=card, report=None)
    watched = verdict_of_logits(card, fitting.logits, fitting.actions, fitting.files)
    calibration = calibrate(watched.log_probabilities, watched.truths)
    calibrated = replace(card, calibration=calibration)
    report = report_on(
        subject_of(calibrated),
        scope,
        verdict_of_logits(calibrated, judging.logits, judging.actions, judging.files),
        calibration,
        is_fitted_here=judging is fitting,
    )
    write_report(report, folder)
    return Judged(card=calibrated, report=report)


def scope_of(
    choice: DataChoice, files: Sequence[LabelledFile], actions: tuple[str, ...], rule: str
) -> Scope:
    """What a run is judged on.

    Args:
        choice: What the job says of its data.
        files: The clips that judge.
        actions: Of the data set.
        rule: How they were chosen, for people.
    """
    return Scope(
        dataset_id=choice.format,
        dataset=dataset_by_id(choice.format).name,
        folder=choice.folder,
        rule=rule,
        protocol=choice.protocol,
        clips_digest=clips_digest(tuple(files), actions),
    )
