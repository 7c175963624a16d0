"""The last step of a job: its networks as one model package."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.architectures import architecture_by_id
from engine.arrays import FloatArray
from engine.judging.report_files import HTML_FILE, JSON_FILE
from engine.preprocess.augment import Augmentation
from engine.runtime.cards import CARD_SCHEMA, Metrics, ModelCard, NetworkPart, Provenance
from trainer.data import ClipSet, Split, plain_input
from trainer.evaluation import accuracy
from trainer.export import export_files, file_names, write_card
from trainer.fit import Fitted
from trainer.job import NetworkChoice, TrainingJob
from trainer.judging import HeldOut, judge_run, scope_of
from trainer.launcher import PACKAGE_FOLDER
from trainer.schedules import described

LICENCE = "Apache-2.0"
NOTHING_HELD_OUT = "Trained on every clip chosen; nothing was held out from these weights."
CLIPS_COMPARED = 8
"""Real clips on which an exported graph has to equal its network."""


def write_package(job: TrainingJob, split: Split, fitted: tuple[Fitted, ...], folder: Path) -> Path:
    """Export and judge a finished job; an older package stays until the new one is whole.

    Returns:
        The package's folder; ``report.html`` and ``report.json`` lie beside it where clips were
        held out.

    Raises:
        TrainingError: An exported graph does not say what its network says.
    """
    partial = folder / f"{PACKAGE_FOLDER}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    parts = export_parts(split, fitted, partial)
    card = ModelCard(
        schema=CARD_SCHEMA,
        id=model_id(job.name, parts),
        title=f"{job.name} · {' + '.join(dict.fromkeys(map(choice_title, job.networks)))}",
        layout_id=split.layout.id,
        class_names=split.actions,
        preprocessing=fitted[0].planned.preprocessing,
        networks=parts,
        fusion=job.fusion,
        metrics=Metrics(summary=NOTHING_HELD_OUT),
        provenance=Provenance(
            data=split.terms, clips=len(split.train), recipe=recipe(job, parts), licence=LICENCE
        ),
    )
    write_card(judged(job, split, fitted, card, folder), partial)
    final = folder / PACKAGE_FOLDER
    shutil.rmtree(final, ignore_errors=True)
    partial.replace(final)
    return final


def export_parts(split: Split, fitted: tuple[Fitted, ...], folder: Path) -> tuple[NetworkPart, ...]:
    """Write the files of every network.

    Raises:
        TrainingError: A graph does not say what its network says.
    """
    names = file_names(tuple(each.planned.name for each in fitted))
    joints = plain_input(split.train.part(0, CLIPS_COMPARED), fitted[0].planned.preprocessing)
    parts = []
    for each, name in zip(fitted, names, strict=True):
        planned = each.planned
        clips = planned.stream_of(joints)
        files = export_files(each.network, planned.config, folder, clips, name)
        parts.append(
            NetworkPart(
                network=planned.config,
                weights=files.weights,
                onnx=files.onnx,
                stream=planned.stream,
                weight=planned.weight,
            )
        )
    return tuple(parts)


def model_id(name: str, parts: tuple[NetworkPart, ...]) -> str:
    """A stable id of a name and its networks, fit for a folder's name."""
    kinds = dict.fromkeys(part.network.kind for part in parts)
    words = re.findall(r"[a-z0-9]+", name.lower()) or ["model"]
    return "-".join((*words, *re.findall(r"[a-z0-9]+", " ".join(kinds))))


def choice_title(choice: NetworkChoice) -> str:
    """A choice in a few words, e.g. ``FG-STFormer small, 4 streams``."""
    title = f"{architecture_by_id(choice.kind).title} {choice.size}"
    return title if len(choice.streams) == 1 else f"{title}, {len(choice.streams)} streams"


def judged(
    job: TrainingJob, split: Split, fitted: tuple[Fitted, ...], card: ModelCard, folder: Path
) -> ModelCard:
    """A card with what the held-out clips said of all networks together; the report beside it.

    Args:
        job: What was wanted.
        split: Says who was held out.
        fitted: In the order of the card's networks.
        card: Neither measured nor calibrated.
        folder: Where the report goes; an older one goes away.

    Raises:
        EngineError: The disk refuses.
    """
    test = held_out(split.test, [each.logits for each in fitted])
    validation = held_out(split.validation, [each.validation_logits for each in fitted])
    judging = test or validation
    if judging is None:
        for name in (HTML_FILE, JSON_FILE):
            (folder / name).unlink(missing_ok=True)
        return replace(card, metrics=Metrics(summary=f"{NOTHING_HELD_OUT} {job.evidence}".strip()))
    rule = split.rule if judging is test else f"{split.rule}; judged by those who watch"
    scope = scope_of(job.data, judging.files, split.actions, rule)
    result = judge_run(
        card,
        replace(scope, split_digest=split.digest),
        validation=validation,
        test=test,
        folder=folder,
    )
    if result.report is None:
        return result.card
    metrics = result.report.metrics
    summary = [metrics.summary]
    if judging is not test:
        summary.append("These clips watched the training, which flatters.")
    if result.report.is_fitted_here:
        summary.append("They served to calibrate, too.")
    if len(fitted) > 1:
        shares = zip(fitted, judging.logits, strict=True)
        alone = (
            f"{each.planned.title} {accuracy(rows, judging.actions):.1%}" for each, rows in shares
        )
        summary.append(f"Each alone: {', '.join(alone)}.")
    if job.evidence:
        summary.append(job.evidence)
    return replace(result.card, metrics=replace(metrics, summary=" ".join(summary)))


def held_out(clips: ClipSet | None, logits: Sequence[FloatArray | None]) -> HeldOut | None:
    """Clips of a side with what each network said of them; None unless all were asked."""
    told = tuple(rows for rows in logits if rows is not None)
    if clips is None or len(told) != len(logits):
        return None
    return HeldOut(files=clips.files, actions=clips.actions, logits=told)


def mirrored_in_words(plan: Augmentation) -> str:
    """Which clips are mirrored; nothing where none is."""
    if not plan.mirror:
        return ""
    sided = ", those of one side less often" if plan.mirror_sided < 1 else ""
    return f"mirrored{sided}"


def recipe(job: TrainingJob, parts: tuple[NetworkPart, ...]) -> str:
    """Schedule and augmentation in one sentence."""
    schedule, plan = job.schedule, job.augmentation
    streams = list(dict.fromkeys(part.stream.value for part in parts))
    shown = f"{' and '.join(streams)} stream{'s' if len(streams) > 1 else ''}".capitalize()
    started = "; started from other weights" if any(c.base for c in job.networks) else ""
    dropped = "".join(f", dropout {c.dropout:g}" for c in job.networks[:1] if c.dropout > 0)
    more = [
        mirrored_in_words(plan),
        f"joints displaced by {plan.displacement:g}" if plan.displacement > 0 else "",
        f"rates down to 1/{plan.slowest:g}" if plan.slowest > 1 else "",
        f"joints lost in {plan.lost:.0%} of clips" if plan.lost > 0 else "",
    ]
    varied = "".join(f"{words}, " for words in more if words)
    return (
        f"{shown}{started}; {described(schedule)}{dropped}; "
        f"turned by up to {plan.yaw:g}° about the vertical and {plan.pitch:g}° about the "
        f"horizontal, limbs ±{plan.limb_scale:.0%}, spans from {plan.crop:.0%}, {varied}noise "
        f"{plan.jitter:g} and {plan.sway:g}; seed {job.seed}."
    )
