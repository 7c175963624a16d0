"""Mask and ask again: what an answer owes to what was hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, missing_joints, read_only
from engine.errors import EngineError
from engine.inspection.masks import Mask, hidden_in, stand_ins
from engine.prediction import Answer
from engine.recording import Clip
from engine.runtime.questions import Instead
from engine.runtime.recognizer import Recognizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One action's probability before and after."""

    action: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """Below zero where it fell."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What hiding something did to one answer."""

    class_names: tuple[str, ...]
    before: FloatArray
    """``(K,)`` probabilities with everything shown."""
    after: FloatArray
    """``(K,)`` with something hidden."""
    person: int | None
    """Whom the answer is about; None where the model sees everybody at once."""
    is_none: bool
    """Whether the model is too unsure after it to mean any of its actions."""

    def __post_init__(self) -> None:
        for name in ("before", "after"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def first(self) -> Shift:
        """Of the action that was the answer before."""
        return self._of(int(self.before.argmax()))

    @property
    def new_answer(self) -> str | None:
        """The action that took its place; None where the answer stayed."""
        now = int(self.after.argmax())
        return None if now == int(self.before.argmax()) else self.class_names[now]

    def shifts(self, count: int) -> tuple[Shift, ...]:
        """The ``count`` actions that are most probable before or after, for bars side by side."""
        order = np.argsort(-np.maximum(self.before, self.after), kind="stable")[:count]
        return tuple(self._of(int(action)) for action in order)

    def _of(self, action: int) -> Shift:
        return Shift(
            action=self.class_names[action],
            before=float(self.before[action]),
            after=float(self.after[action]),
        )


def shown_instead(recognizer: Recognizer, clip: Clip, masks: Sequence[Mask]) -> Instead:
    """What a model is shown of a clip with some of it hidden.

    It is about the same people as the clip itself, less those of whom nothing is shown at all.

    Raises:
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or nobody is left; a mask does not fit the recording.
    """
    hidden = hidden_in(masks, clip)
    shown = ~missing_joints(clip.positions) & ~hidden
    people = recognizer.question(clip).people
    left = tuple(person for person in people if shown[:, person].any())
    if not left:
        raise EngineError(
            f"everybody in frames {clip.start}..{clip.stop - 1} is hidden; show some joints again"
        )
    positions = stand_ins(clip.positions, hidden, clip.recording.layout)
    positions[:, ~shown.any(axis=(0, 2))] = np.nan
    return Instead(positions=positions, hidden=hidden, people=left)


def answer_masked(
    recognizer: Recognizer, clip: Clip, masks: Sequence[Mask], *, explain: bool = False
) -> Answer:
    """What a model says of a clip with some of it hidden.

    The answer to show first stays about the same person, though somebody else may now move more.

    Raises:
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or nobody is left; a mask does not fit the recording.
    """
    plain = recognizer.question(clip)
    question = recognizer.question(clip, shown_instead(recognizer, clip, masks))
    main = plain.people[plain.main]
    if not recognizer.sees_everybody and main in question.people:
        question = replace(question, main=question.people.index(main))
    return recognizer.answer_question(question, explain=explain)


def effects(before: Answer, after: Answer) -> tuple[Effect, ...]:
    """Two answers to one clip side by side: for each person who is in both.

    Args:
        before: With everything shown.
        after: With something hidden.
    """
    known = {prediction.person: prediction for prediction in before.predictions}
    return tuple(
        Effect(
            class_names=prediction.class_names,
            before=known[prediction.person].probabilities,
            after=prediction.probabilities,
            person=prediction.person,
            is_none=prediction.is_none,
        )
        for prediction in after.predictions
        if prediction.person in known
    )
