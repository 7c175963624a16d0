"""The last step of a job: its networks as one model package."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from engine.architectures import architecture_by_id
from engine.runtime.cards import CARD_SCHEMA, Metrics, ModelCard, NetworkPart, Provenance
from engine.runtime.fusion import fuse
from trainer.data import Split, plain_input
from trainer.export import export_files, file_names, write_card
from trainer.fit import Fitted
from trainer.job import NetworkChoice, TrainingJob
from trainer.launcher import PACKAGE_FOLDER
from trainer.schedules import described

LICENCE = "Apache-2.0"
NOTHING_HELD_OUT = "Trained on every clip chosen; nothing was held out from these weights."
CLIPS_COMPARED = 8
"""Real clips on which an exported graph has to equal its network."""


def write_package(job: TrainingJob, split: Split, fitted: tuple[Fitted, ...], folder: Path) -> Path:
    """Export a finished job; an older package stays until the new one is whole.

    Returns:
        The package's folder.

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
    write_card(replace(card, metrics=measured(job, split, fitted, card)), partial)
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


def measured(
    job: TrainingJob, split: Split, fitted: tuple[Fitted, ...], card: ModelCard
) -> Metrics:
    """What the held-out clips said of all networks together, or that there were none."""
    logits = [each.logits for each in fitted if each.logits is not None]
    if split.test is None or len(logits) != len(fitted):
        return Metrics(summary=f"{NOTHING_HELD_OUT} {job.evidence}".strip())
    top1 = float((fuse(logits, card).argmax(1) == split.test.actions).mean())
    choice = job.data
    which = [f"views {_list(choice.test_views)}"] if choice.test_views else []
    which += [f"people {_list(choice.test_people)}"] if choice.test_people else []
    told = f" of {' and '.join(which)}" if which else f" ({split.rule})" if split.rule else ""
    summary = f"{top1:.1%} top-1 on {len(split.test)} held-out clips{told}."
    if len(fitted) > 1:
        alone = (f"{each.planned.title} {each.accuracy or 0:.1%}" for each in fitted)
        summary = f"{summary} Each alone: {', '.join(alone)}."
    return Metrics(summary=summary, top1=round(top1, 6))


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def recipe(job: TrainingJob, parts: tuple[NetworkPart, ...]) -> str:
    """Schedule and augmentation in one sentence."""
    schedule, plan = job.schedule, job.augmentation
    streams = list(dict.fromkeys(part.stream.value for part in parts))
    shown = f"{' and '.join(streams)} stream{'s' if len(streams) > 1 else ''}".capitalize()
    started = "; started from other weights" if any(c.base for c in job.networks) else ""
    dropped = "".join(f", dropout {c.dropout:g}" for c in job.networks[:1] if c.dropout > 0)
    mirrored = "mirrored, " if plan.mirror else ""
    return (
        f"{shown}{started}; {described(schedule)}{dropped}; "
        f"turned by up to {plan.yaw:g}° about the vertical and {plan.pitch:g}° about the "
        f"horizontal, limbs ±{plan.limb_scale:.0%}, spans from {plan.crop:.0%}, {mirrored}noise "
        f"{plan.jitter:g} and {plan.sway:g}; seed {job.seed}."
    )
