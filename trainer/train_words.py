"""What the words of ``skelarium train`` mean: clips, networks, a recipe, and so a job."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.architectures import ARCHITECTURES
from engine.datasets.base import Aspect
from engine.preprocess.presets import PRESETS
from engine.preprocess.streams import Stream
from trainer.job import (
    DEVICES,
    DataChoice,
    NetworkChoice,
    Precision,
    PreprocessingChoice,
    TrainingJob,
)
from trainer.launcher import PACKAGE_FOLDER
from trainer.recipes import NAMES as RECIPES
from trainer.recipes import Recipe, recipe_by_name

if TYPE_CHECKING:
    from argparse import _ArgumentGroup as Group

FIRST_STAGE = "first-stage"
"""Where in a job's folder the one lies from whose weights it starts."""


def add_job_arguments(parser: ArgumentParser) -> None:
    """Declare the words that describe a new job."""
    add_data_arguments(parser.add_argument_group("clips of a new job"))
    add_network_arguments(parser.add_argument_group("networks of a new job"))
    add_schedule_arguments(parser.add_argument_group("training of a new job"))


def add_data_arguments(group: "Group") -> None:
    """Declare the words about clips."""
    group.add_argument("--data", type=Path, metavar="DIR", help="labelled data set, for a new job")
    group.add_argument("--format", default="nw-ucla", metavar="FORMAT", help="of the data set")
    group.add_argument(
        "--protocol", default="", metavar="ID", help="published way to divide, e.g. cross-view"
    )
    group.add_argument(
        "--split", default="", metavar="FILE", help="split.toml of another job, to divide like it"
    )
    group.add_argument(
        "--validation",
        type=float,
        metavar="SHARE",
        help="of what is trained on that watches instead (a fifth of the people where nothing else "
        "is held out)",
    )
    group.add_argument(
        "--validation-by",
        choices=[aspect.value for aspect in Aspect],
        default=Aspect.PERSON.value,
        help="what those who watch share with none that trains (%(default)s)",
    )
    for side, verb in (("train", "trained on"), ("test", "held out")):
        for what, thing in (("views", "cameras"), ("people", "people")):
            group.add_argument(
                f"--{side}-{what}",
                type=int,
                nargs="+",
                default=[],
                metavar="N",
                help=f"{thing} {verb}",
            )
    group.add_argument(
        "--leave-out", nargs="+", default=[], metavar="PATTERN", help="file names to do without"
    )


def add_network_arguments(group: "Group") -> None:
    """Declare the words about networks."""
    group.add_argument("--name", help="of the model (default: the folder's name)")
    group.add_argument(
        "--network",
        choices=[row.id for row in ARCHITECTURES],
        default=ARCHITECTURES[0].id,
        help="which one (%(default)s)",
    )
    group.add_argument("--size", default="small", help="of the network: small, full or tiny")
    group.add_argument(
        "--streams",
        nargs="+",
        choices=[stream.value for stream in Stream],
        default=[Stream.JOINT.value],
        metavar="STREAM",
        help="what it is shown, a network for each: %(choices)s (joint)",
    )
    group.add_argument(
        "--preset",
        choices=[row.id for row in PRESETS],
        help="a paper's preprocessing (default: the recipe's)",
    )
    group.add_argument(
        "--frames", type=int, metavar="T", help="of its input (default: the preset's, else 52)"
    )
    group.add_argument(
        "--people", type=int, default=1, metavar="M", help="seen together; 1 for each alone (1)"
    )
    group.add_argument("--base", default="", metavar="PATH", help="weights or model to start from")


def add_schedule_arguments(group: "Group") -> None:
    """Declare the words about training."""
    group.add_argument(
        "--recipe",
        choices=RECIPES,
        default=RECIPES[0],
        help="the modern way to train, or the paper's own schedule, losses and clips (modern)",
    )
    group.add_argument("--passes", type=int, metavar="N", help="over the clips (the recipe's)")
    group.add_argument("--batch", type=int, metavar="N", help="clips a step (the recipe's)")
    group.add_argument(
        "--parts", type=int, metavar="N", help="in which a batch is computed, to save memory (1)"
    )
    group.add_argument(
        "--patience",
        type=int,
        metavar="N",
        help="end after so many evaluations without a better one, and keep the best (never)",
    )
    group.add_argument(
        "--device", choices=DEVICES, default=DEVICES[0], help="to compute on (%(default)s)"
    )
    group.add_argument(
        "--precision",
        choices=[each.value for each in Precision],
        default=Precision.AUTO.value,
        help="to compute in where it is safe (%(default)s: bfloat16 where the machine has it)",
    )
    group.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (1)")
    group.add_argument("--seed", type=int, default=1, metavar="N")


def stages_of(words: Namespace) -> tuple[tuple[Path, TrainingJob], ...]:
    """The folders and jobs that the words mean: one, or two where a network starts from another."""
    recipe = recipe_by_name(words.recipe, words.network)
    if recipe.first_stage is None or words.base:
        return ((words.folder, job_of(words, recipe, words.network, words.base)),)
    first = words.folder / FIRST_STAGE
    (network,) = recipe.first_stage.networks
    base = str((first / PACKAGE_FOLDER).resolve())
    return (
        (first, job_of(words, recipe.first_stage, network, "")),
        (words.folder, job_of(words, recipe, words.network, base)),
    )


def job_of(words: Namespace, recipe: Recipe, network: str, base: str) -> TrainingJob:
    """The job that the words mean."""
    data = DataChoice(
        folder=str(words.data.resolve()),
        format=words.format,
        protocol=words.protocol,
        split=str(Path(words.split).resolve()) if words.split else "",
        validation=words.validation,
        validation_by=Aspect(words.validation_by),
        train_views=tuple(words.train_views),
        train_people=tuple(words.train_people),
        leave_out=tuple(words.leave_out),
        test_views=tuple(words.test_views),
        test_people=tuple(words.test_people),
    )
    choice = NetworkChoice(
        kind=network,
        size=words.size,
        streams=tuple(Stream(name) for name in words.streams),
        base=str(Path(base).resolve()) if base else "",
    )
    said = {
        name: value
        for name in ("passes", "batch", "parts", "patience")
        if (value := getattr(words, name)) is not None
    }
    return TrainingJob(
        name=words.name or words.folder.resolve().name,
        data=data,
        preprocessing=PreprocessingChoice(
            preset=recipe.preset if words.preset is None else words.preset,
            frames=words.frames,
            people=words.people,
        ),
        networks=tuple(replace(choice, focus=losses) for losses in recipe.runs),
        augmentation=recipe.augmentation,
        schedule=replace(recipe.schedule, **said),
        threads=words.threads,
        precision=Precision(words.precision),
        device=words.device,
        seed=words.seed,
    )
