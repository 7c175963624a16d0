"""What is wanted of a model that learns from a few clips: names, numbers, folds; torch-free."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import IntArray
from engine.datasets.base import LabelledFile
from engine.errors import TrainingError
from engine.formats.reading import plural
from engine.runtime.cards import ModelCard

FEWEST_CLIPS = 2
"""Of an action: one to learn from while the other one is held out."""
FOLDS = 5
USUAL_SECONDS = 45.0


def never() -> bool:
    """Nobody hurries."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a model is to become.

    Raises:
        TrainingError: A number is out of its range.
    """

    name: str
    """Becomes the name of the model."""
    kept: tuple[str, ...] | None = None
    """Which of its actions the base keeps; None for all."""
    seconds: float = USUAL_SECONDS
    """From the start until the package is there; the last layers are fitted in any case."""
    threads: int = 2
    seed: int = 1
    thaws: bool = True
    """Whether later layers may move too."""

    def __post_init__(self) -> None:
        if self.threads < 1 or self.seconds <= 0:
            raise TrainingError("a lesson needs at least one thread, and more than no time")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """The actions of a new model."""

    names: tuple[str, ...]
    """Those of the base that are kept, then the new ones."""
    rows: IntArray
    """``(K,)`` which of the base's actions each was; -1 for none."""
    actions: IntArray
    """``(N,)`` the new number of each clip's action."""

    @property
    def kept(self) -> tuple[str, ...]:
        """Of the base."""
        return tuple(name for name, row in zip(self.names, self.rows, strict=True) if row >= 0)

    @property
    def new(self) -> tuple[str, ...]:
        """Not of the base."""
        return tuple(name for name, row in zip(self.names, self.rows, strict=True) if row < 0)


def class_plan(
    card: ModelCard, lesson: Lesson, names: tuple[str, ...], actions: IntArray
) -> ClassPlan:
    """Put the base's actions and those of the clips together; the same name is the same action.

    Args:
        card: Of the base.
        lesson: Which actions it keeps.
        names: What the clips' numbers mean.
        actions: ``(N,)`` numbers of the clips.

    Raises:
        TrainingError: The base has no action of a name, an action has too few clips, or there is
            but one.
    """
    kept = card.class_names if lesson.kept is None else lesson.kept
    strangers = [name for name in kept if name not in card.class_names]
    if strangers:
        raise TrainingError(
            f"{card.id} has no action {', '.join(strangers)} to keep; it has "
            f"{', '.join(card.class_names)}"
        )
    shown = [names[number] for number in np.unique(actions)]
    for name in shown:
        count = int((actions == names.index(name)).sum())
        if count < FEWEST_CLIPS:
            raise TrainingError(
                f"{name} has {plural(count, 'clip')}; an action is learnt from "
                f"{FEWEST_CLIPS} at least, better five"
            )
    old = [name for name in card.class_names if name in kept]
    together = (*old, *(name for name in shown if name not in old))
    if len(together) <= 1:
        raise TrainingError("a model tells actions apart: give clips of two, or keep the base's")
    numbers = np.array([together.index(name) if name in together else -1 for name in names])
    rows = [card.class_names.index(name) if name in old else -1 for name in together]
    return ClassPlan(names=together, rows=np.array(rows, dtype=np.int64), actions=numbers[actions])


def folds_of(actions: IntArray) -> IntArray:
    """``(N,)`` in which fold each clip is held out: one of each action in each, while they last."""
    folds = np.empty(len(actions), dtype=np.int64)
    for action in np.unique(actions):
        places = np.flatnonzero(actions == action)
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


def few_of(
    files: tuple[LabelledFile, ...], per_action: int, random: np.random.Generator
) -> tuple[LabelledFile, ...]:
    """So many clips of each action, drawn one person after the other; all where there are fewer."""
    chosen: list[LabelledFile] = []
    for action in sorted({file.action for file in files}):
        shuffled = _shuffled([file for file in files if file.action == action], random)
        turns = _turns(shuffled, lambda file: file.person)
        order = sorted(range(len(shuffled)), key=lambda number: turns[number])
        chosen += [shuffled[number] for number in order[:per_action]]
    return tuple(chosen)


def _shuffled(files: list[LabelledFile], random: np.random.Generator) -> list[LabelledFile]:
    return [files[number] for number in random.permutation(len(files))]


def _turns(files: list[LabelledFile], key: Callable[[LabelledFile], int]) -> list[int]:
    """How many of the same came before each."""
    seen: dict[int, int] = {}
    turns = []
    for file in files:
        turns.append(seen.get(key(file), 0))
        seen[key(file)] = turns[-1] + 1
    return turns
