"""Honest probabilities: how far they are from it, a temperature that mends them, a threshold.

Calibration errors are Guo, Pleiss, Sun, Weinberger's (On Calibration of Modern Neural Networks,
ICML 2017): of the answers given with 70 % sureness, 70 % should be right.
"""

from dataclasses import dataclass
from math import floor, log

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from engine.judging.shares import Share
from engine.judging.verdict import OTHER, Verdict
from engine.runtime.cards import Calibration
from engine.runtime.fusion import logarithms, tempered

BINS = 15
LOWEST, HIGHEST = 0.2, 8.0
"""Temperatures outside are taken for an accident of the clips."""
DOUBT = log(2.0)
"""Standard deviation of the logarithm of the temperature that is believed in before any clip is
seen [ours]: twice or half is nothing special, eight times would need many clips to say so."""
KEPT = 0.95
NONE_RULE = (
    "the highest threshold on the largest probability that keeps at least 95 % of the right answers"
)
NONE_RULE_WITH_OTHERS = (
    "among the thresholds on the largest probability that keep at least 95 % of the right answers, "
    "the lowest of those that refuse most clips of other actions"
)
GRID = 65
GOLDEN = (5**0.5 - 1) / 2
STEPS = 40
DIGITS = 4
STEP = 10**-DIGITS
"""Of thresholds."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SurenessBin:
    """Answers given with about the same sureness."""

    low: float
    high: float
    clips: int
    sureness: float
    """Mean probability of what was said; 0 where there are no clips."""
    right: float
    """Share of them that was right; 0 where there are no clips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a threshold for none of these does to clips."""

    kept: Share
    """Right answers that are still given."""
    wrong: Share
    """Wrong answers that are refused."""
    others: Share
    """Clips of actions that the model does not know that are refused."""


def reliability(probabilities: FloatArray, truths: IntArray) -> tuple[SurenessBin, ...]:
    """Answers by sureness, in ``BINS`` equal steps; the upper end of each belongs to it.

    Args:
        probabilities: ``(N, K)``.
        truths: ``(N,)`` indices into K.
    """
    surest = probabilities.max(axis=1, initial=0).astype(np.float32)
    right = probabilities.argmax(axis=1) == truths
    # in float32, where a step's own end is no more than it
    places = np.clip(np.ceil(surest * np.float32(BINS)).astype(np.int64) - 1, 0, BINS - 1)
    bins = []
    for number in range(BINS):
        inside = places == number
        clips = int(inside.sum())
        bins.append(
            SurenessBin(
                low=number / BINS,
                high=(number + 1) / BINS,
                clips=clips,
                sureness=float(surest[inside].mean(dtype=np.float64)) if clips else 0.0,
                right=float(right[inside].mean()) if clips else 0.0,
            )
        )
    return tuple(bins)


def calibration_error(bins: tuple[SurenessBin, ...]) -> float:
    """Expected calibration error: mean distance of sureness and rightness, by clips."""
    clips = sum(each.clips for each in bins)
    if clips == 0:
        return 0.0
    return sum(each.clips * abs(each.sureness - each.right) for each in bins) / clips


def surprise(log_probabilities: DoubleArray, truths: IntArray, temperature: float) -> float:
    """Mean negative log-likelihood of the truth at a temperature, in nats.

    Args:
        log_probabilities: ``(N, K)``, N at least 1.
        truths: ``(N,)`` indices into K.
        temperature: More than 0.
    """
    rows = logarithms(log_probabilities / temperature)
    return float(-rows[np.arange(len(truths)), truths].mean())


def fitted_temperature(log_probabilities: DoubleArray, truths: IntArray) -> float:
    """The temperature at which the truth is least surprising.

    Minimises the clips' negative log-likelihood, plus a weak belief that the temperature is about 1
    (``DOUBT``), which counts as much as one or two clips: without it, a hundred clips that are all
    named right would ask for no doubt at all. Temperatures stay within ``LOWEST`` and ``HIGHEST``.

    Args:
        log_probabilities: ``(N, K)`` before the temperature; 1 for N of 0.
        truths: ``(N,)`` indices into K.
    """
    if len(truths) == 0:
        return 1.0

    def cost(place: float) -> float:
        total = len(truths) * surprise(log_probabilities, truths, float(np.exp(place)))
        return total + (place / DOUBT) ** 2 / 2

    grid = np.linspace(log(LOWEST), log(HIGHEST), GRID)
    best = int(np.argmin([cost(float(place)) for place in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, GRID - 1)])
    for _ in range(STEPS):
        first, second = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if cost(first) <= cost(second):
            high = second
        else:
            low = first
    return float(np.exp((low + high) / 2))


def none_threshold(right: FloatArray, others: FloatArray) -> float:
    """Below which probability to say none of these: ``NONE_RULE``, or the one with others.

    Args:
        right: ``(R,)`` largest probabilities of right answers.
        others: ``(O,)`` largest probabilities for clips of actions that the model does not know.

    Returns:
        The threshold, rounded down; 0 where nothing was right.
    """
    if len(right) == 0:
        return 0.0
    # an answer at the threshold itself is kept
    lost = floor((1 - KEPT) * len(right) + ROUNDING)
    steps = floor(float(np.sort(right)[lost]) / STEP)
    refusable = others[others < steps * STEP]
    if len(refusable):
        steps = min(floor(float(refusable.max()) / STEP) + 1, steps)
    return round(steps * STEP, DIGITS)


def refusals(verdict: Verdict) -> Refusals:
    """What the verdict's own threshold does to its clips."""
    refused, known, right = verdict.refused, verdict.is_known, verdict.is_right
    return Refusals(
        kept=_share(~refused, known & right),
        wrong=_share(refused, known & ~right),
        others=_share(refused, ~known),
    )


def _share(chosen: BoolArray, among: BoolArray) -> Share:
    return Share(count=int((chosen & among).sum()), of=int(among.sum()))


def calibrate(log_probabilities: DoubleArray, truths: IntArray) -> Calibration:
    """Temperature and threshold from clips that the model was not trained on.

    Args:
        log_probabilities: ``(N, K)`` float64 before any temperature.
        truths: ``(N,)`` indices into K, or ``OTHER``: those count for the threshold only.
    """
    known = truths != OTHER
    asked, answers = truths[known], log_probabilities[known]
    temperature = round(fitted_temperature(answers, asked), DIGITS)
    after = tempered(log_probabilities, temperature)
    surest = after.max(axis=1, initial=0)
    right = after.argmax(axis=1) == truths
    return Calibration(
        temperature=temperature,
        none_below=none_threshold(surest[right], surest[~known]),
        ece_before=_rounded_error(tempered(answers, 1.0), asked),
        ece_after=_rounded_error(after[known], asked),
        clips=len(asked),
    )


def _rounded_error(probabilities: FloatArray, truths: IntArray) -> float:
    return round(calibration_error(reliability(probabilities, truths)), DIGITS)
