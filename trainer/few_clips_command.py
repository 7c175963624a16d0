"""``skelarium teach`` and ``skelarium remember``: new actions from a few clips each."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.commands.base import Command
from engine.errors import EngineError, TrainingError
from engine.formats.reading import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import IntArray
    from engine.datasets.base import Contents, DatasetFormat, LabelledFile
    from engine.runtime.cards import ModelCard
    from engine.runtime.packages import ModelPackage
    from trainer.data import ClipSet

USUAL_CLIPS = 5
REMEMBERED = 40
"""Clips of each action that a package remembers."""


def renaming(text: str) -> tuple[str, str]:
    """Two names with an equals sign between them."""
    theirs, _, ours = text.partition("=")
    if not theirs or not ours:
        raise ArgumentTypeError(f"expected names such as 'wave hands=wave', got {text!r}")
    return theirs, ours


def add_teach_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("base", metavar="BASE", help="model id or package folder to start from")
    add_data_arguments(parser)
    parser.add_argument(
        "--clips",
        type=int,
        default=USUAL_CLIPS,
        metavar="N",
        help="of each action to learn from, people in turn (%(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the new package")
    parser.add_argument("--name", help="of the model (default: the folder's name)")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--keep", nargs="*", metavar="ACTION", help="of the base's (default: all; none: drop all)"
    )
    kept.add_argument("--drop", nargs="+", default=[], metavar="ACTION", help="of the base's")
    parser.add_argument(
        "--seconds", type=float, default=45.0, metavar="S", help="for all of it (%(default)s)"
    )
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--head-only", action="store_true", help="leave all layers but the last as they are"
    )
    parser.add_argument(
        "--check", action="store_true", help="then name the data set's other clips, and count"
    )


def add_data_arguments(parser: ArgumentParser) -> None:
    """Declare which clips."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="labelled clips")
    parser.add_argument("--format", default="folders", metavar="FORMAT", help="of them (folders)")
    parser.add_argument("--actions", nargs="+", metavar="ACTION", help="only these (all)")
    parser.add_argument("--people", type=int, nargs="+", metavar="N", help="only these people")
    parser.add_argument(
        "--rename",
        type=renaming,
        nargs="+",
        default=[],
        metavar="THEIRS=OURS",
        help="what the model calls an action of the data set",
    )


def run_teach(words: Namespace) -> int:
    """Teach, and check where that is wanted."""
    began = time.perf_counter()
    from trainer.few_clips_plan import Lesson, few_of

    if words.clips < 1:
        raise TrainingError(f"at least one clip of each action is needed, not {words.clips}")
    base, dataset, contents = opened(words)
    chosen = few_of(contents.files, words.clips, np.random.default_rng(words.seed))
    lesson = Lesson(
        name=words.name or words.out.resolve().name,
        kept=kept_of(base.card, words),
        seconds=words.seconds,
        threads=words.threads,
        seed=words.seed,
        thaws=not words.head_only,
    )
    from trainer.few_clips import Clock, Material, teach

    material = Material(
        names=contents.actions,
        clips=loaded(base.card, dataset, chosen),
        terms=dataset.terms,
    )
    out = teach(base, material, lesson, words.out, Clock(began=began, told=show))
    sys.stdout.write(f"model package: {out}\n")
    if words.check:
        check(out, dataset, contents, set(chosen))
    return 0


def opened(words: Namespace) -> "tuple[ModelPackage, DatasetFormat, Contents]":
    """The base, and the clips that were asked for under the names that the model uses.

    Raises:
        EngineError: There is no such model, data set, action, or person.
    """
    from engine.datasets import dataset_by_id
    from engine.runtime.packages import find_model

    base, dataset = find_model(words.base), dataset_by_id(words.format)
    contents = dataset.contents(words.data)
    names = renamed(contents.actions, words.rename)
    wanted = names if words.actions is None else tuple(words.actions)
    strangers = [name for name in wanted if name not in names]
    if strangers:
        raise EngineError(f"{words.data} has no action {', '.join(strangers)}")
    united = tuple(dict.fromkeys(names))
    files = tuple(
        replace(file, action=united.index(names[file.action]))
        for file in contents.files
        if names[file.action] in wanted and (words.people is None or file.person in words.people)
    )
    if not files:
        raise EngineError(f"{words.data} holds no clips of those actions and people")
    return base, dataset, replace(contents, actions=united, files=files)


def renamed(names: tuple[str, ...], pairs: "Sequence[tuple[str, str]]") -> tuple[str, ...]:
    """Names of actions, some of them changed.

    Raises:
        EngineError: There is no action of a name.
    """
    changes = dict(pairs)
    strangers = [name for name in changes if name not in names]
    if strangers:
        raise EngineError(f"the data set has no action {', '.join(strangers)} to rename")
    return tuple(changes.get(name, name) for name in names)


def kept_of(card: "ModelCard", words: Namespace) -> tuple[str, ...] | None:
    """Which of the base's actions stay; None for all.

    Raises:
        EngineError: An action to drop is not there.
    """
    strangers = [name for name in words.drop if name not in card.class_names]
    if strangers:
        raise EngineError(f"{card.id} has no action {', '.join(strangers)} to drop")
    if words.drop:
        return tuple(name for name in card.class_names if name not in words.drop)
    return None if words.keep is None else tuple(words.keep)


def loaded(
    card: "ModelCard", dataset: "DatasetFormat", files: "tuple[LabelledFile, ...]"
) -> "ClipSet":
    """Clips as a model's networks are shown them."""
    from engine.layouts import layout_by_id
    from trainer.data import Reading, load_clips

    return load_clips(
        files,
        Reading(
            dataset=dataset,
            layout=layout_by_id(card.layout_id),
            people=card.people,
            with_visibility=card.preprocessing.visibility,
        ),
    )


def show(phase: str, seconds: float) -> None:
    """One line of progress."""
    sys.stderr.write(f"{seconds:5.1f} s  {phase}\n")
    sys.stderr.flush()


def check(
    out: Path, dataset: "DatasetFormat", contents: "Contents", learnt: "set[LabelledFile]"
) -> None:
    """Name the clips that were not learnt from, as in use, and print how many are right."""
    from engine.runtime.cards import read_card
    from engine.runtime.packages import ModelPackage
    from engine.runtime.recognizer import open_recognizer

    recognizer = open_recognizer(ModelPackage(folder=out, card=read_card(out)))
    right: dict[str, list[bool]] = {}
    for file in contents.files:
        if file in learnt:
            continue
        name = contents.actions[file.action]
        answer = recognizer.answer(dataset.read_clip(file), explain=False)
        said = answer.predictions[answer.main].probabilities.argmax()
        right.setdefault(name, []).append(recognizer.card.class_names[said] == name)
    every = [each for found in right.values() for each in found]
    if not every:
        sys.stdout.write("no other clips to check with\n")
        return
    sys.stdout.write(f"other clips: {sum(every)} of {len(every)} right ({np.mean(every):.1%})\n")
    for name, found in right.items():
        sys.stdout.write(f"  {name}: {sum(found)} of {len(found)}\n")


def add_remember_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("base", metavar="MODEL", help="model id or package folder; gets a file")
    add_data_arguments(parser)
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(%(default)s)")


def run_remember(words: Namespace) -> int:
    """Let a package remember its own actions."""
    from trainer.few_clips_plan import few_of

    package, dataset, contents = opened(words)
    numbers = numbers_of(package.card, contents.actions)
    files = tuple(file for file in contents.files if numbers[file.action] >= 0)
    chosen = few_of(files, REMEMBERED, np.random.default_rng(words.seed))
    if not chosen:
        raise TrainingError(f"{words.data} has no clip of an action of {package.card.id}")
    from trainer.few_clips_remember import remember

    clips = loaded(package.card, dataset, chosen)
    remember(package, clips, numbers[clips.actions])
    sys.stdout.write(f"{package.card.id} remembers {plural(len(chosen), 'clip')}\n")
    return 0


def numbers_of(card: "ModelCard", names: tuple[str, ...]) -> "IntArray":
    """``(A,)`` a model's numbers of actions; -1 for those that it does not know."""
    known = card.class_names
    return np.array([known.index(name) if name in known else -1 for name in names])


TEACH = Command(
    name="teach",
    summary="teach a model new actions from a few clips of each, within a minute",
    add_arguments=add_teach_arguments,
    run=run_teach,
)
REMEMBER = Command(
    name="remember",
    summary="let a model remember its own actions while it learns new ones",
    add_arguments=add_remember_arguments,
    run=run_remember,
)
