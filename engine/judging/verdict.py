"""What a model said of labelled clips, and how often it was right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, read_only
from engine.datasets.base import LabelledFile
from engine.errors import EngineError
from engine.judging.shares import Share
from engine.runtime.cards import Calibration, ModelCard
from engine.runtime.fusion import fused_logarithms, tempered

OTHER = -1
"""The truth of a clip that shows none of the model's actions."""
TOP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A clip that could not be answered."""

    file: LabelledFile
    truth: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a model said of N labelled clips.

    Raises:
        EngineError: The arrays do not belong together.
    """

    class_names: tuple[str, ...]
    """K of them."""
    files: tuple[LabelledFile, ...]
    """The clips answered."""
    truths: IntArray
    """``(N,)`` which action it was; ``OTHER`` for none of the model's."""
    log_probabilities: DoubleArray
    """``(N, K)`` float64 logarithms, before calibration."""
    probabilities: FloatArray
    """``(N, K)`` float32, as the model answers."""
    refused: BoolArray
    """``(N,)`` where it means none of these."""
    skipped: tuple[Skipped, ...] = ()
    rounds: tuple[str, ...] = ()
    """Of each clip, which round of a cross-validation judged it; empty where there is one."""

    def __post_init__(self) -> None:
        clips, classes = len(self.files), len(self.class_names)
        shapes = (self.truths.shape, self.log_probabilities.shape, self.probabilities.shape)
        if shapes != ((clips,), (clips, classes), (clips, classes)):
            raise EngineError(f"{clips} clips and {classes} actions do not go with {shapes}")
        if self.refused.shape != (clips,) or len(self.rounds) not in (0, clips):
            raise EngineError(f"{clips} clips need as many refusals, and rounds or none")
        for name in ("truths", "log_probabilities", "probabilities", "refused"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def said(self) -> IntArray:
        """``(N,)`` the most probable action, whether the model means it or not."""
        said: IntArray = self.probabilities.argmax(axis=1)
        return said

    @property
    def sureness(self) -> FloatArray:
        """``(N,)`` probability of what was said."""
        surest: FloatArray = self.probabilities.max(axis=1, initial=0)
        return surest

    @property
    def is_known(self) -> BoolArray:
        """``(N,)`` clips of the model's actions: those that accuracy is about."""
        known: BoolArray = self.truths != OTHER
        return known

    @property
    def is_right(self) -> BoolArray:
        """``(N,)`` where the most probable action is the true one."""
        right: BoolArray = self.said == self.truths
        return right

    @property
    def clips(self) -> int:
        """Clips of the model's actions that were answered."""
        return int(self.is_known.sum())

    @property
    def confusion(self) -> IntArray:
        """``(K, K)``: rows what it was, columns what the model said."""
        counts = np.zeros((len(self.class_names),) * 2, dtype=np.int64)
        np.add.at(counts, (self.truths[self.is_known], self.said[self.is_known]), 1)
        return counts

    @property
    def top1_share(self) -> Share:
        """Named right; clips of known actions that could not be answered count as wrong."""
        return Share(count=int((self.is_right & self.is_known).sum()), of=self._asked)

    @property
    def top1(self) -> float:
        """Share named right; 0 where there are no clips."""
        return self.top1_share.value or 0.0

    @property
    def top5_share(self) -> Share | None:
        """The truth is among the five most probable; None where there are hardly more actions."""
        if len(self.class_names) <= TOP:
            return None
        best = np.argsort(-self.log_probabilities, axis=1, kind="stable")[:, :TOP]
        return Share(count=int((best == self.truths[:, None]).any(axis=1).sum()), of=self._asked)

    @property
    def recalls(self) -> tuple[Share, ...]:
        """Of each action's clips, how many were named right; those not answered count as wrong."""
        confusion = self.confusion
        asked = confusion.sum(axis=1)
        for each in self.skipped:
            if each.truth != OTHER:
                asked[each.truth] += 1
        return tuple(
            Share(count=int(right), of=int(of))
            for right, of in zip(np.diag(confusion), asked, strict=True)
        )

    @property
    def precisions(self) -> tuple[Share, ...]:
        """Of the clips called an action, how many were it; clips of other actions count too."""
        named = np.bincount(self.said, minlength=len(self.class_names))
        return tuple(
            Share(count=int(right), of=int(of))
            for right, of in zip(np.diag(self.confusion), named, strict=True)
        )

    @property
    def mean_recall(self) -> float | None:
        """Mean over the actions that have clips: each action counts alike."""
        values = [share.value for share in self.recalls if share.value is not None]
        return float(np.mean(values)) if values else None

    @property
    def _asked(self) -> int:
        return self.clips + sum(each.truth != OTHER for each in self.skipped)

    def shares_by(self, key: Callable[[LabelledFile], int]) -> dict[int, Share]:
        """Top-1 of groups of clips, in the order of their keys; those not answered count as wrong.

        Args:
            key: What a clip is grouped by, e.g. its person.
        """
        right: dict[int, int] = {}
        of: dict[int, int] = {}
        known = zip(self.files, self.is_right, self.is_known, strict=True)
        answers = [(file, bool(is_right)) for file, is_right, is_known in known if is_known]
        answers += [(each.file, False) for each in self.skipped if each.truth != OTHER]
        for file, is_right in answers:
            of[key(file)] = of.get(key(file), 0) + 1
            right[key(file)] = right.get(key(file), 0) + is_right
        return {value: Share(count=right[value], of=of[value]) for value in sorted(of)}

    @property
    def shares_by_round(self) -> dict[str, Share]:
        """Top-1 of each round, in their order, of the clips answered."""
        shares = {}
        for name in dict.fromkeys(self.rounds):
            chosen = np.array([each == name for each in self.rounds]) & self.is_known
            shares[name] = Share(count=int(self.is_right[chosen].sum()), of=int(chosen.sum()))
        return shares

    @property
    def mean_of_rounds(self) -> tuple[float, float] | None:
        """Mean and standard deviation of the rounds' top-1; None for fewer than two rounds."""
        values = [share.value for share in self.shares_by_round.values() if share.value is not None]
        if len(values) <= 1:
            return None
        return float(np.mean(values)), float(np.std(values, ddof=1))

    def calibrated(self, calibration: Calibration) -> "Verdict":
        """The same with another temperature and threshold."""
        probabilities = tempered(self.log_probabilities, calibration.temperature)
        return replace(
            self,
            probabilities=probabilities,
            refused=probabilities.max(axis=1, initial=0) < calibration.none_below,
        )


def verdict_of(
    card: ModelCard,
    log_probabilities: DoubleArray,
    truths: IntArray,
    files: Sequence[LabelledFile],
    skipped: Sequence[Skipped] = (),
) -> Verdict:
    """What a model says, calibrated as its card says.

    Args:
        card: Of the model.
        log_probabilities: ``(N, K)`` before the temperature.
        truths: ``(N,)`` indices into the card's actions, or ``OTHER``.
        files: The clips.
        skipped: Clips that could not be answered.
    """
    probabilities = tempered(log_probabilities, card.temperature)
    return Verdict(
        class_names=card.class_names,
        files=tuple(files),
        truths=truths,
        log_probabilities=log_probabilities,
        probabilities=probabilities,
        refused=probabilities.max(axis=1, initial=0) < card.none_below,
        skipped=tuple(skipped),
    )


def verdict_of_logits(
    card: ModelCard,
    logits: Sequence[FloatArray],
    truths: IntArray,
    files: Sequence[LabelledFile],
) -> Verdict:
    """The same from what the card's networks returned: ``(N, K)`` of each, in their order."""
    return verdict_of(card, fused_logarithms(list(logits), card), truths, files)


def joined(verdicts: Sequence[tuple[str, Verdict]]) -> Verdict:
    """Several rounds as one.

    Args:
        verdicts: Each with the name of its round; at least one, all about the same actions.

    Raises:
        EngineError: They are about different actions.
    """
    parts = [verdict for _, verdict in verdicts]
    names = parts[0].class_names
    if any(part.class_names != names for part in parts):
        raise EngineError("the rounds are about different actions; judge them one by one")
    return Verdict(
        class_names=names,
        files=tuple(file for part in parts for file in part.files),
        truths=np.concatenate([part.truths for part in parts]),
        log_probabilities=np.concatenate([part.log_probabilities for part in parts]),
        probabilities=np.concatenate([part.probabilities for part in parts]),
        refused=np.concatenate([part.refused for part in parts]),
        skipped=tuple(each for part in parts for each in part.skipped),
        rounds=tuple(name for name, part in verdicts for _ in part.files),
    )
