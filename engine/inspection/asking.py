"""Asking a model many slightly different questions: in batches, with progress, to be stopped."""

from collections.abc import Callable, Iterable
from itertools import islice

import numpy as np

from engine.arrays import BoolArray, DoubleArray, missing_joints
from engine.inspection.masks import stand_ins
from engine.recording import Clip
from engine.runtime.fusion import logarithms
from engine.runtime.questions import Instead, Question
from engine.runtime.recognizer import Recognizer

OnProgress = Callable[[float], None]
"""Called with the share done, 0..1."""
ShouldStop = Callable[[], bool]
"""Asked between batches."""


class StoppedError(Exception):
    """What was asked is no longer wanted: ``should_stop`` said so. Not for people to see."""


def nothing_to_tell(_: float) -> None:
    """For who does not want to know how far it is."""


def never() -> bool:
    """For who waits till the end."""
    return False


def log_probabilities(
    recognizer: Recognizer,
    questions: Iterable[Question],
    total: int,
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> list[DoubleArray]:
    """The model's answers to questions, as logarithms of its probabilities.

    Args:
        recognizer: The model.
        questions: Made as they are needed.
        total: How many there are.
        on_progress: Called after each batch.
        should_stop: Asked before each batch.

    Returns:
        ``(R, K)`` float64 for each question, a row for each of its answers.

    Raises:
        StoppedError: It was stopped.
        EngineError: Nobody is visible in one.
    """
    coming = iter(questions)
    answers: list[DoubleArray] = []
    while True:
        if should_stop():
            raise StoppedError
        batch = list(islice(coming, recognizer.batch))
        if not batch:
            return answers
        rows = recognizer.log_probabilities(batch) / recognizer.card.temperature
        first = 0
        for question in batch:
            last = first + len(question.prepared)
            answers.append(logarithms(rows[first:last]))
            first = last
        on_progress(min(len(answers) / max(total, 1), 1.0))


def joints_seen(clip: Clip) -> BoolArray:
    """``(M, V)`` which joints are seen in some frame of a clip."""
    seen: BoolArray = np.logical_or.reduce(~missing_joints(clip.positions), axis=0)
    return seen


def held_still(
    recognizer: Recognizer, clip: Clip, hidden: BoolArray, people: tuple[int, ...]
) -> Question:
    """A question about a clip some of whose joints do not move of their own.

    Args:
        recognizer: The model.
        clip: What is asked about.
        hidden: ``(T, M, V)`` which joints.
        people: Whom it is about, as the question about the clip itself says.
    """
    positions = stand_ins(clip.positions, hidden, clip.recording.layout)
    return recognizer.question(clip, Instead(positions=positions, hidden=hidden, people=people))
