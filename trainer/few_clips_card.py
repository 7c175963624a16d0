"""What the card of a model that learnt from a few clips says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.formats.reading import plural
from engine.judging.calibration import calibrate
from engine.runtime.cards import CARD_SCHEMA, Metrics, ModelCard, NetworkPart, Provenance
from engine.runtime.fusion import fused_logarithms
from trainer.combine import described
from trainer.few_clips_learn import Learnt
from trainer.few_clips_plan import ClassPlan, Lesson
from trainer.package import model_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say."""

    base: ModelCard
    lesson: Lesson
    plan: ClassPlan
    terms: str
    """Of the clips' data."""
    folds: IntArray
    """``(N,)`` in which each clip was held out."""
    learnt: Sequence[Learnt]
    """Of each network."""


def card_of(told: Told, parts: tuple[NetworkPart, ...]) -> ModelCard:
    """The card, calibrated on clips while they were held out."""
    base, lesson, plan = told.base, told.lesson, told.plan
    card = ModelCard(
        schema=CARD_SCHEMA,
        id=model_id(lesson.name, parts),
        title=f"{lesson.name} · {described(parts)}",
        layout_id=base.layout_id,
        class_names=plan.names,
        preprocessing=base.preprocessing,
        networks=parts,
        fusion=base.fusion,
        metrics=Metrics(summary=""),
        provenance=Provenance(
            data=" ".join(dict.fromkeys((base.provenance.data, told.terms))),
            clips=base.provenance.clips + len(plan.actions),
            recipe=recipe(told),
            licence=base.provenance.licence,
        ),
        windows=base.windows,
    )
    left_out = fused_logarithms([each.held_out for each in told.learnt], card)
    summary = [f"{_share(left_out, plan.actions)} by the last layers fitted without them."]
    judged, truths = left_out, plan.actions
    if any(each.thawed is not None for each in told.learnt):
        first = np.flatnonzero(told.folds == 0)
        logits = [_of_first(each, first) for each in told.learnt]
        judged, truths = fused_logarithms(logits, card), plan.actions[first]
        summary.append(
            f"{_share(judged, truths)} by networks whose later layers were trained without them."
        )
    summary.append("The weights here have learnt from all of them; nothing was held out from these")
    summary.append(f"weights. The base, {base.id}: {base.metrics.summary}")
    return replace(
        card,
        metrics=Metrics(summary=" ".join(summary)),
        calibration=calibrate(judged, truths),
    )


def _of_first(learnt: Learnt, first: IntArray) -> FloatArray:
    return learnt.held_out[first] if learnt.thawed is None else learnt.thawed


def _share(logarithms: DoubleArray, truths: IntArray) -> str:
    right = int((logarithms.argmax(axis=1) == truths).sum())
    share = right / len(truths)
    return f"{right} of {plural(len(truths), 'clip')} ({share:.0%}) named right"


def recipe(told: Told) -> str:
    """What was done, in some sentences."""
    plan, lesson = told.plan, told.lesson
    counts = [int((plan.actions == number).sum()) for number in range(len(plan.names))]
    clips = ", ".join(
        f"{name} {count}" for name, count in zip(plan.names, counts, strict=True) if count
    )
    kept = ", ".join(plan.kept) if plan.kept else "none"
    steps = [each.steps for each in told.learnt]
    moved = (
        f"later layers for {plural(max(steps), 'step')}"
        if any(steps)
        else "no other layers, which did not help or had no time"
    )
    return (
        f"Learnt from few clips on top of {told.base.id}, of whose actions it keeps {kept}. "
        f"Clips of each action: {clips}. The last layers fitted to features of variations of the "
        f"clips and of what the base remembers of its own, then {moved}; seed {lesson.seed}. "
        f"The base: {told.base.provenance.recipe}"
    )
