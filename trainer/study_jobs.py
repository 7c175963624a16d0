"""What a run of a study trains, and how: a lesson of seconds, or a job of minutes. Torch-free."""

from dataclasses import dataclass
from pathlib import Path

from engine.datasets.base import Aspect
from engine.datasets.splits import SplitFiles, stored, write_split
from engine.datasets.study import STUDY_ID, files_of
from engine.layouts import layout_by_id
from engine.preprocess.augment import Augmentation
from engine.runtime.cards import ModelCard
from engine.runtime.packages import ModelPackage
from engine.study.bases import networks_for
from engine.study.clips import CLIPS_FILE, ClipList
from engine.study.dividing import Divided
from engine.study.durations import QUICK_SECONDS, usual_passes
from engine.study.forecast import FROM_CHANCE, Forecast
from engine.study.learning import ASPECTS, DIVISION_FILE
from trainer.job import (
    DataChoice,
    NetworkChoice,
    Precision,
    PreprocessingChoice,
    Schedule,
    TrainingJob,
)
from trainer.lesson_file import QuickLesson

VARIED = Augmentation(
    yaw=45, pitch=15, roll=8, limb_scale=0.15, crop=0.75, jitter=0.01, sway=0.02, mirror_sided=0.15
)
"""People of a study are seen again from about the same places."""
TUNING_RATE = 0.02
"""The highest rate of a network that starts from weights: a fresh one takes 0.05."""
BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run computes with."""

    threads: int = 1
    device: str = "auto"
    seed: int = 1


def quick_lesson(base: ModelPackage, will: Forecast, model_id: str, means: Means) -> QuickLesson:
    """A quick run: what the base keeps, and how long it may take.

    Args:
        base: What it starts from.
        will: What is used.
        model_id: Of the model that it makes.
        means: What it computes with.
    """
    seconds = will.wish.seconds
    return QuickLesson(
        name=model_id,
        base=str(base.folder.absolute()),
        kept=tuple(name for name in base.card.class_names if name in will.class_names),
        seconds=QUICK_SECONDS if seconds is None else seconds,
        threads=means.threads,
        seed=means.seed,
    )


def full_job(
    folder: Path, base: ModelPackage | None, will: Forecast, model_id: str, means: Means
) -> TrainingJob:
    """A full run: all layers of the base's networks, from their weights.

    Args:
        folder: Of the run, with its clips and their division.
        base: What it starts from; None for chance.
        will: What is used.
        model_id: Of the model that it makes.
        means: What it computes with.
    """
    passes = will.wish.passes
    count = usual_passes(len(will.divided.train)) if passes is None else passes
    tuned = base is not None
    return TrainingJob(
        name=model_id,
        data=DataChoice(
            folder=str((folder / CLIPS_FILE).absolute()),
            format=STUDY_ID,
            split=str((folder / DIVISION_FILE).absolute()),
        ),
        preprocessing=PreprocessingChoice() if base is None else preprocessing_of(base.card),
        networks=(NetworkChoice(kind=FROM_CHANCE),)
        if base is None
        else networks_of(base, will.networks),
        augmentation=VARIED,
        schedule=Schedule(
            passes=count,
            batch=BATCH,
            learning_rate=TUNING_RATE if tuned else 0.05,
            balance=0.5,
            evaluate_every=max(count // 12, 1),
        ),
        seed=means.seed,
        threads=means.threads,
        precision=Precision.AUTO,
        device=means.device,
        checkpoint_every=30.0,
    )


def networks_of(base: ModelPackage, kinds: tuple[str, ...]) -> tuple[NetworkChoice, ...]:
    """Some of the base's networks as a job names them; at least one."""
    return tuple(
        NetworkChoice(
            kind=each.kind,
            size=each.size,
            streams=(each.stream,),
            weights=(each.weight,),
            dropout=each.dropout,
            base=str(base.folder.absolute()),
        )
        for each in networks_for(base.card, kinds)
    )


def preprocessing_of(card: ModelCard) -> PreprocessingChoice:
    """A card's preprocessing in the words of a job: joints by name."""
    recipe = card.preprocessing
    joints = layout_by_id(card.layout_id).joints

    def named(pair: tuple[int, int]) -> tuple[str, str]:
        return joints[pair[0]], joints[pair[1]]

    return PreprocessingChoice(
        frames=recipe.frames,
        people=card.people,
        scaling=recipe.scaling,
        length=recipe.length,
        centring=recipe.centring,
        centre_joint=joints[recipe.centre_joint],
        upright=None if recipe.upright is None else named(recipe.upright),
        sideways=None if recipe.sideways is None else named(recipe.sideways),
        measured=tuple(named(pair) for pair in recipe.measured),
        visibility=recipe.visibility,
    )


def write_division(folder: Path, clips: ClipList, divided: Divided) -> None:
    """Write which clips of a run learn and which watch.

    Raises:
        EngineError: The disk refuses, or somebody would stand on both sides.
    """
    files = dict(zip(clips.clips, files_of(clips), strict=True))
    aspect = ASPECTS.get(divided.by, Aspect.LIST)
    split = SplitFiles(
        train=tuple(files[each] for each in divided.train),
        validation=tuple(files[each] for each in divided.watch),
        validation_by=aspect,
        rule=divided.text,
    )
    write_split(stored(STUDY_ID, split), folder / DIVISION_FILE)
