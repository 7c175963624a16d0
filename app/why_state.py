"""What is asked of the answer on show, and what is hidden for it: values, and what follows."""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import BoolArray
from engine.inspection.masks import Mask
from engine.inspection.signed import SignedJointMap
from engine.recording import Recording
from engine.skeleton import LayoutKind, SkeletonLayout

if TYPE_CHECKING:
    from app.seen_model import SeenScene
    from engine.inspection.effect import Effect
    from engine.prediction import Prediction

NOTICEABLE = 0.05
"""Change of a probability that is worth a word."""
MOST_NAMED = 2
"""Joints that are named; of more, the count is told."""


class WhyTool(Enum):
    """One way of asking why; at most one is open."""

    HIDE = "hide"
    CONTRAST = "contrast"
    SEES = "sees"
    DELAY = "delay"
    TEST = "test"


class Measure(Enum):
    """By what it is told why an action and not another."""

    FOCUS = "focus"
    """The difference of the two actions' focus (STF Eq. 4)."""
    SCORE = "score"
    """What each joint and moment adds to one action's logit and not to the other's."""
    STILL = "still"
    """What is lost when a joint stands still for a while: works for every network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Joints and frames that the model is not shown."""

    joints: frozenset[tuple[int, int]] = frozenset()
    """Person and joint."""
    span: tuple[int, int] | None = None
    """Recording frames, half-open, that they are hidden in; None for all. With a span and no
    joints, the person picked is hidden as a whole in these frames."""

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return not self.joints and self.span is None

    def toggled(self, person: int, joint: int) -> "Hidden":
        """With one joint more, or less."""
        return replace(self, joints=self.joints ^ {(person, joint)})

    def has_all(self, person: int, joints: tuple[int, ...]) -> bool:
        """Whether all of some joints are hidden."""
        return self.joints >= {(person, joint) for joint in joints}

    def with_group(self, person: int, joints: tuple[int, ...]) -> "Hidden":
        """With all of a group hidden, or shown again where all of it was."""
        group = {(person, joint) for joint in joints}
        is_hidden = self.joints >= group
        return replace(self, joints=self.joints - group if is_hidden else self.joints | group)

    def masks(self, person: int | None) -> tuple[Mask, ...]:
        """What the engine is to hide.

        Args:
            person: Who is picked; None for everybody.
        """
        if self.is_empty:
            return ()
        start, stop = (0, None) if self.span is None else self.span
        if not self.joints:
            people = None if person is None else (person,)
            return (Mask(people=people, start=start, stop=stop),)
        everybody = sorted({each for each, _ in self.joints})
        return tuple(
            Mask(
                joints=tuple(sorted(joint for each, joint in self.joints if each == whose)),
                people=(whose,),
                start=start,
                stop=stop,
            )
            for whose in everybody
        )

    def at(self, frame: int, shape: tuple[int, int], person: int | None) -> BoolArray:
        """``(M, V)`` what is hidden in a frame.

        Args:
            frame: Recording frame.
            shape: M and V.
            person: Who is picked; None for everybody.
        """
        found = np.zeros(shape, dtype=np.bool_)
        if self.is_empty or (self.span is not None and not self.span[0] <= frame < self.span[1]):
            return found
        if not self.joints:
            found[slice(None) if person is None else person] = True
        for whose, joint in self.joints:
            if whose < shape[0] and joint < shape[1]:
                found[whose, joint] = True
        return found


NOTHING_HIDDEN = Hidden()


@dataclass(frozen=True, slots=True, kw_only=True)
class Favourites:
    """Whose favourites a deletion curve makes stand still first."""

    number: int | None = 0
    """Which joint map of the network on show; None for what occlusion finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyState:
    """What the user has picked."""

    tool: WhyTool | None = None
    hidden: Hidden = NOTHING_HIDDEN
    pair: tuple[int, int] | None = None
    """The two actions compared; None for the two most probable ones."""
    measure: Measure = Measure.FOCUS
    stage: int | None = None
    """Which of the stages is on show; None for the first that a network is fed with."""
    favourites: Favourites = field(default_factory=Favourites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Why one action and not another."""

    joint_map: SignedJointMap
    start: int
    """First frame of the clip."""
    measure: Measure
    """By what it is told."""
    has_focus: bool
    """Whether the network could have told it by its focus and scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointGroup:
    """Joints that are hidden with one click."""

    name: str
    joints: tuple[int, ...]


_BODY_GROUPS = {
    "Left arm": ("left arm", "left hand"),
    "Right arm": ("right arm", "right hand"),
    "Legs": ("left leg", "left foot", "right leg", "right foot"),
    "Head and torso": ("head", "torso"),
}


def joint_groups(layout: SkeletonLayout) -> tuple[JointGroup, ...]:
    """Limbs of a body, or palm and fingers of a hand."""
    parts = {part.name: part.joints for part in layout.parts}
    named = {name.capitalize(): (name,) for name in parts}
    wanted = _BODY_GROUPS if layout.kind is LayoutKind.BODY else named
    found = (
        JointGroup(
            name=name,
            joints=tuple(sorted({joint for each in names for joint in parts.get(each, ())})),
        )
        for name, names in wanted.items()
    )
    return tuple(group for group in found if group.joints)


def hidden_text(hidden: Hidden, recording: Recording) -> str:
    """``right arm hidden, 0.80–1.60 s``; with people, whose: ``P2 right arm hidden``."""
    if hidden.is_empty:
        return "nothing hidden"
    text = f"{_what(hidden, recording)} hidden"
    if hidden.span is not None:
        last = recording.num_frames - 1
        first_s, last_s = (recording.time_s(min(frame, last)) for frame in hidden.span)
        text += f", {first_s:.2f}–{last_s:.2f} s"
    return text


def _what(hidden: Hidden, recording: Recording) -> str:
    if not hidden.joints:
        return "everything"
    texts = []
    for person in sorted({each for each, _ in hidden.joints}):
        joints = {joint for each, joint in hidden.joints if each == person}
        who = f"P{person + 1} " if recording.num_people > 1 else ""
        texts.append(who + _joints_text(joints, recording.layout))
    return ", ".join(texts)


def _joints_text(joints: set[int], layout: SkeletonLayout) -> str:
    """Whole groups by name, then the joints that are left."""
    names: list[str] = []
    for group in joint_groups(layout):
        if joints >= set(group.joints):
            names.append(group.name.lower())
            joints = joints - set(group.joints)
    singles = [layout.joints[joint] for joint in sorted(joints)]
    if len(singles) > MOST_NAMED:
        singles = [f"{len(singles)} {'more ' if names else ''}joints"]
    return ", ".join((*names, *singles))


def effect_text(effect: "Effect") -> str:
    """What hiding did, in a sentence."""
    first = effect.first
    was, now = f"{first.before:.2f}", f"{first.after:.2f}"
    if effect.is_none:
        return (
            f"Without it the model is too unsure to mean any action: “{first.action}” falls from "
            f"{was} to {now}."
        )
    if effect.new_answer is not None:
        return f"Without it the model says “{effect.new_answer}” and no longer “{first.action}”."
    if first.change <= -NOTICEABLE:
        return f"Still “{first.action}”, but less sure: {was} falls to {now}."
    if first.change >= NOTICEABLE:
        return f"Still “{first.action}”, and surer: {was} rises to {now}."
    return f"Hardly any change: for “{first.action}” the model does not need it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How far what takes long is."""

    fraction: float | None = None
    """0..1 while it is worked on."""
    message: str = ""
    """Why nothing came of it."""
    is_stopped: bool = False
    """The user has stopped it."""


NO_WORK = Work()


def most_probable(prediction: "Prediction") -> tuple[int, int]:
    """The two actions that are compared unless others are picked; of one action, it with itself."""
    order = np.argsort(-prediction.probabilities, kind="stable")
    return int(order[0]), int(order[min(1, len(order) - 1)])


def first_fed(scenes: "tuple[SeenScene, ...]") -> int:
    """The first stage that a network is fed with; the first of all where none is."""
    fed = (number for number, seen in enumerate(scenes) if seen.stage.networks)
    return next(fed, 0)
