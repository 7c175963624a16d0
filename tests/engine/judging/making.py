"""Verdicts for the tests of this folder."""

from pathlib import Path

import numpy as np

from engine.datasets.base import LabelledFile
from engine.judging.verdict import Verdict
from engine.runtime.fusion import logarithms, tempered

NAMES = ("walk", "sit <down>", "throw & catch", "carry", "wave", "clap")


def files_of(clips: int) -> tuple[LabelledFile, ...]:
    """Clips of three people and two views, in turn."""
    return tuple(
        LabelledFile(
            path=Path(f"clip-{number:03}.json"),
            action=0,
            person=number % 3 + 1,
            view=number % 2 + 1,
        )
        for number in range(clips)
    )


def verdict_from(log_probabilities: np.ndarray, truths: list[int] | np.ndarray) -> Verdict:
    """Uncalibrated answers ``(N, K)``, K up to six, that refuse nothing."""
    rows = logarithms(np.asarray(log_probabilities, dtype=np.float64))
    return Verdict(
        class_names=NAMES[: rows.shape[1]],
        files=files_of(len(rows)),
        truths=np.asarray(truths, dtype=np.int64),
        log_probabilities=rows,
        probabilities=tempered(rows, 1.0),
        refused=np.zeros(len(rows), dtype=bool),
    )
