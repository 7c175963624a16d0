"""What the lanes are built from, and how built parts are kept from one time to the next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.lanes.base import Lane
from engine.alignment.alignment import Alignment
from engine.arrays import FloatArray
from engine.prediction import JointMap, Prediction, PredictionTrack
from engine.recording import Recording

PartT = TypeVar("PartT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of one model's answers."""

    model_key: str
    """Tells it from others."""
    network_name: str
    class_names: tuple[str, ...]
    answers: tuple[PredictionTrack | Prediction | None, ...]
    """For each person of the recording."""
    message: str = ""
    """Why there is none."""
    is_shown: bool = True
    """Whether it is the model that the panels are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusFacts:
    """Where the model shown looked."""

    over_time: tuple[FloatArray | None, ...]
    """For each person ``(T, V)`` over the whole recording, where that is known."""
    joint_map: JointMap | None = None
    """Of the answer on show."""
    start: int = 0
    """Recording frame at which that begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceFacts:
    """A second recording laid upon the one on show."""

    alignment: Alignment
    other_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFacts:
    """All that the lanes of a recording are built from."""

    recording: Recording
    models: tuple[ModelFacts, ...] = ()
    """The model shown first, then those it is compared with."""
    focus: FocusFacts | None = None
    joint: int | None = None
    """Picked in the 3D view."""
    difference: DifferenceFacts | None = None
    labels: tuple[Lane, ...] = ()
    """Lanes of labels and proposals of all people: they are made where an edit is, at once."""
    action_palette: ActionPalette = NO_STUDY_PALETTE

    @property
    def action_order(self) -> tuple[str, ...]:
        """Names of all models' actions, in the order of their colours."""
        return tuple(dict.fromkeys(name for model in self.models for name in model.class_names))


@dataclass(slots=True)
class Kept:
    """Parts that were built before and may be used again. Used by one build at a time."""

    before: dict[tuple[str | int, ...], tuple[tuple[object, ...], object]] = field(
        default_factory=dict
    )
    now: dict[tuple[str | int, ...], tuple[tuple[object, ...], object]] = field(
        default_factory=dict
    )

    def take(
        self,
        key: tuple[str | int, ...],
        sources: tuple[object, ...],
        make: Callable[[], PartT],
    ) -> PartT:
        """A part: the one made before from the very same sources, else a new one.

        Args:
            key: Tells it from other parts.
            sources: What it is made from; compared by identity, words and numbers by value.
            make: Makes it.
        """
        found = self.now.get(key) or self.before.get(key)
        if found is not None and _are_same(found[0], sources):
            self.now[key] = found
            return cast("PartT", found[1])
        part = make()
        self.now[key] = (sources, part)
        return part

    def for_next_time(self) -> "Kept":
        """With what was used this time, and nothing else."""
        return Kept(before=self.now)


def _are_same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(
        one is two or (isinstance(one, str | int | bool | tuple) and one == two)
        for one, two in zip(before, now, strict=True)
    )
