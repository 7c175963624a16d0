"""Everything that can be asked of a model about one clip, asked at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from engine.errors import EngineError
from engine.inspection.asking import ShouldStop, never
from engine.inspection.contrast import activation_contrast, focus_contrast_of, has_focus
from engine.inspection.delay import PREFIXES, DecisionDelay, decision_delay
from engine.inspection.deletion import (
    RANDOM_ORDERS,
    DeletionCurve,
    DeletionPlan,
    deletion_curves,
    people_about,
)
from engine.inspection.occlusion import Occlusion, occlusion
from engine.inspection.seen import SeenStage, seen_stages
from engine.inspection.signed import SignedJointMap
from engine.prediction import Answer, JointMap
from engine.recording import Clip
from engine.runtime.questions import Examination
from engine.runtime.recognizer import Recognizer


class Part(Enum):
    """What a dossier may hold."""

    ANSWERS = "answers"
    JOINTS = "joints"
    LINKS = "links"
    TIMES = "times"
    POINTS = "points"
    DELETION = "deletion"
    DELAY = "delay"
    OCCLUSION = "occlusion"
    CONTRAST = "contrast"
    SEEN = "seen"


NEEDS_OCCLUSION = frozenset({Part.OCCLUSION, Part.CONTRAST, Part.DELETION})
TO_COMPARE = 2
"""Actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is to be asked.

    Raises:
        EngineError: A number is less than one.
    """

    parts: frozenset[Part] = frozenset(Part)
    person: int | None = None
    """Whom deletion, delay, contrast and the stages are about, index into M; None for the person
    who moves most. Does not matter where the model sees everybody at once."""
    random_orders: int = RANDOM_ORDERS
    seed: int = 0
    """Of the random orders."""
    prefixes: int = PREFIXES
    """Beginnings of the clip that the delay is measured on."""
    blocks: int = 1
    """Stretches of time that a joint stands still in, one after the other."""

    def __post_init__(self) -> None:
        numbers = {
            "random orders": self.random_orders,
            "prefixes": self.prefixes,
            "blocks": self.blocks,
        }
        for name, number in numbers.items():
            if number < 1:
                raise EngineError(f"{name} must be at least 1, got {number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What came of it. What was not asked for is empty or None."""

    clip: Clip
    parts: frozenset[Part]
    answer: Answer
    """With explanations."""
    about: int
    """Index of the prediction that deletion, delay and contrast are about."""
    curves: tuple[DeletionCurve, ...] = ()
    delay: DecisionDelay | None = None
    occlusion: Occlusion | None = None
    """Also where contrast or deletion needed it."""
    contrasts: tuple[SignedJointMap, ...] = ()
    """Of the two most probable actions, the first less the second."""
    stages: tuple[SeenStage, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be told, and why."""


Tell = Callable[[Part, float], None]
"""Called with what is being measured and the share of it that is done."""


def investigate(
    recognizer: Recognizer,
    clip: Clip,
    inquiry: Inquiry,
    *,
    tell: Tell,
    should_stop: ShouldStop = never,
) -> Dossier:
    """Ask.

    Args:
        recognizer: The model.
        clip: What is asked about.
        inquiry: What to ask.
        tell: Called while it lasts.
        should_stop: Asked between batches.

    Raises:
        StoppedError: It was stopped.
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or not the person asked for; a figure of the inquiry is
            impossible.
    """
    question = recognizer.question(clip)
    person = people_about(recognizer, question, inquiry.person)[0]
    examination = recognizer.examine(question)
    wanted = inquiry.parts
    dossier = Dossier(
        clip=clip,
        parts=wanted,
        answer=examination.answer,
        about=0 if recognizer.sees_everybody else question.people.index(person),
        stages=seen_stages(recognizer, clip, person=person) if Part.SEEN in wanted else (),
    )
    if wanted & NEEDS_OCCLUSION:
        lost = occlusion(
            recognizer,
            clip,
            blocks=inquiry.blocks,
            on_progress=lambda share: tell(Part.OCCLUSION, share),
            should_stop=should_stop,
        )
        dossier = replace(dossier, occlusion=lost)
        if Part.CONTRAST in wanted:
            contrasts, notes = contrasts_of(examination, dossier.about, lost)
            dossier = replace(dossier, contrasts=contrasts, notes=notes)
        if Part.DELETION in wanted:
            curves = deletion_curves(
                recognizer,
                clip,
                maps_to_test(examination.answer, lost),
                DeletionPlan(person=person, random_orders=inquiry.random_orders, seed=inquiry.seed),
                on_progress=lambda share: tell(Part.DELETION, share),
                should_stop=should_stop,
            )
            dossier = replace(dossier, curves=curves)
    if Part.DELAY in wanted:
        delay = decision_delay(
            recognizer,
            clip,
            person=person,
            prefixes=inquiry.prefixes,
            on_progress=lambda share: tell(Part.DELAY, share),
            should_stop=should_stop,
        )
        dossier = replace(dossier, delay=delay)
    return dossier


def maps_to_test(answer: Answer, lost: Occlusion) -> tuple[JointMap, ...]:
    """What each network shows unasked, and occlusion: whose favourites are made to stand still."""
    shown = (
        replace(each.joint_maps[0], name=f"{each.network}: {each.joint_maps[0].name}")
        for each in answer.explanations
    )
    own = lost.joint_map()
    return (*shown, replace(own, name=f"Occlusion: {own.name}"))


def contrasts_of(
    examination: Examination, about: int, lost: Occlusion
) -> tuple[tuple[SignedJointMap, ...], tuple[str, ...]]:
    """Why the first answer and not the second, as far as networks tell; and why some do not.

    Args:
        examination: A run that was kept.
        about: Whose answer: index of the prediction.
        lost: The same clip's.
    """
    probabilities = examination.answer.predictions[about].probabilities
    if len(probabilities) < TO_COMPARE:
        return (), ("a model of one action has nothing to compare it with",)
    first, second = (int(action) for action in np.argsort(-probabilities, kind="stable")[:2])
    maps, notes = [], []
    for number, part in enumerate(examination.networks):
        if not has_focus(examination, number):
            notes.append(f"{part.title} has no focus on single actions; see occlusion")
            continue
        for ask in (focus_contrast_of, activation_contrast):
            found = ask(examination, number, first, second)
            maps.append(replace(found, name=f"{part.title}: {found.name}"))
    own = lost.difference(first, second)
    return (*maps, replace(own, name=f"Occlusion: {own.name}")), tuple(notes)
