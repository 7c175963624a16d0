"""The last step of a job: its network as a model package."""

import re
import shutil
from pathlib import Path

from engine.runtime.cards import CARD_SCHEMA, Metrics, ModelCard, Provenance
from trainer.data import Split, plain_input
from trainer.export import export_files, write_card
from trainer.fit import Fitted
from trainer.job import TrainingJob
from trainer.launcher import PACKAGE_FOLDER

LICENCE = "Apache-2.0"
CLIPS_COMPARED = 8
"""Real clips on which the exported graph has to equal the network."""


def write_package(job: TrainingJob, split: Split, fitted: Fitted, folder: Path) -> Path:
    """Export a finished job; an older package stays until the new one is whole.

    Returns:
        The package's folder.

    Raises:
        TrainingError: The exported graph does not say what the network says.
    """
    partial = folder / f"{PACKAGE_FOLDER}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    clips = plain_input(split.train.first(CLIPS_COMPARED), fitted.preprocessing)
    files = export_files(fitted.network, partial, clips)
    card = ModelCard(
        schema=CARD_SCHEMA,
        id=model_id(job),
        title=f"{job.name} · FG-STFormer {job.network.size}",
        layout_id=split.layout.id,
        class_names=split.actions,
        network=fitted.config,
        preprocessing=fitted.preprocessing,
        weights=files.weights,
        onnx=files.onnx,
        metrics=measured(job, split, fitted),
        provenance=Provenance(
            data=split.terms, clips=len(split.train), recipe=recipe(job), licence=LICENCE
        ),
    )
    write_card(card, partial)
    final = folder / PACKAGE_FOLDER
    shutil.rmtree(final, ignore_errors=True)
    partial.replace(final)
    return final


def model_id(job: TrainingJob) -> str:
    """A stable id of the job's name and network, fit for a folder's name."""
    words = re.findall(r"[a-z0-9]+", job.name.lower()) or ["model"]
    return "-".join((*words, job.network.kind))


def measured(job: TrainingJob, split: Split, fitted: Fitted) -> Metrics:
    """What the held-out clips said, or that there were none."""
    if split.test is None or fitted.accuracy is None:
        summary = "Trained on every clip chosen; nothing was held out from these weights."
        return Metrics(summary=f"{summary} {job.evidence}".strip())
    choice = job.data
    which = [f"views {_list(choice.test_views)}"] if choice.test_views else []
    which += [f"people {_list(choice.test_people)}"] if choice.test_people else []
    return Metrics(
        summary=f"{fitted.accuracy:.1%} top-1 on {len(split.test)} held-out clips of "
        f"{' and '.join(which)}.",
        top1=round(fitted.accuracy, 6),
    )


def _list(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def recipe(job: TrainingJob) -> str:
    """Schedule and augmentation in one sentence."""
    schedule, plan = job.schedule, job.augmentation
    mirrored = "mirrored, " if plan.mirror else ""
    return (
        f"Joint stream; {schedule.passes} passes of {schedule.optimiser}, one cosine cycle to "
        f"{schedule.learning_rate}, batch {schedule.batch}, weight decay {schedule.weight_decay}; "
        f"turned by up to {plan.yaw:g}° about the vertical and {plan.pitch:g}° about the "
        f"horizontal, limbs ±{plan.limb_scale:.0%}, spans from {plan.crop:.0%}, {mirrored}noise "
        f"{plan.jitter:g} and {plan.sway:g}; seed {job.seed}."
    )
