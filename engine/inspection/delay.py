"""Decision delay: how much of a clip a model has to see before it says what it says in the end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, IntArray, missing_joints, read_only
from engine.errors import EngineError
from engine.inspection.asking import (
    OnProgress,
    ShouldStop,
    log_probabilities,
    never,
    nothing_to_tell,
)
from engine.inspection.deletion import people_about
from engine.recording import Clip
from engine.runtime.questions import Instead, Question
from engine.runtime.recognizer import Recognizer

PREFIXES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One of the prefixes, as people speak of it."""

    frame: int
    """Of the recording: the last one that the model has seen by then."""
    seconds: float
    """From the clip's first frame to that one."""
    share: float
    """Of the clip's frames that it has seen by then, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDelay:
    """Answers to ever longer beginnings of a clip."""

    model_id: str
    class_names: tuple[str, ...]
    person: int | None
    """Whom they are about; None where the model sees everybody at once."""
    start: int
    """First frame of the clip, and of all its beginnings."""
    stops: IntArray
    """``(P,)`` frame after the last of each beginning, ascending; the last one ends the clip."""
    seconds: DoubleArray
    """``(P,)`` from the clip's first frame to the last of each beginning."""
    probabilities: DoubleArray
    """``(P, K)``; NaN where the person had not been seen yet."""

    def __post_init__(self) -> None:
        for name in ("stops", "seconds", "probabilities"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def answer(self) -> int:
        """The action that is most probable in the end."""
        return int(self.probabilities[-1].argmax())

    @property
    def first_on_top(self) -> Moment:
        """When that action was most probable for the first time."""
        return self._moment(int(np.flatnonzero(self._is_on_top)[0]))

    @property
    def settled(self) -> Moment:
        """From when on it was most probable without a break."""
        otherwise = np.flatnonzero(~self._is_on_top)
        return self._moment(0 if len(otherwise) == 0 else int(otherwise[-1]) + 1)

    @property
    def _is_on_top(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        best = np.nan_to_num(self.probabilities, nan=-1.0).argmax(axis=1)
        return (best == self.answer) & ~np.isnan(self.probabilities).any(axis=1)

    def _moment(self, prefix: int) -> Moment:
        whole = int(self.stops[-1]) - self.start
        return Moment(
            frame=int(self.stops[prefix]) - 1,
            seconds=float(self.seconds[prefix]),
            share=(int(self.stops[prefix]) - self.start) / whole,
        )


def decision_delay(
    recognizer: Recognizer,
    clip: Clip,
    *,
    person: int | None = None,
    prefixes: int = PREFIXES,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> DecisionDelay:
    """Ask about ever longer beginnings of a clip.

    Args:
        recognizer: The model.
        clip: What is asked about.
        person: Index into M; None for the one who moves most. Does not matter where the model sees
            everybody at once.
        prefixes: How many beginnings, evenly spaced; no more than there are frames.
        on_progress: Called with the share done.
        should_stop: Asked between batches.

    Returns:
        The answers.

    Raises:
        StoppedError: It was stopped.
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or not the person asked for; there are no prefixes.
    """
    if prefixes < 1:
        raise EngineError(f"at least one beginning is needed, got {prefixes}")
    about = people_about(recognizer, recognizer.question(clip), person)
    count = min(prefixes, clip.num_frames)
    lengths = np.linspace(clip.num_frames / count, clip.num_frames, count).round().astype(int)
    seen = (~missing_joints(clip.positions))[:, list(about)].any(axis=(1, 2))
    answered = np.flatnonzero(np.logical_or.accumulate(seen)[lengths - 1])

    def questions() -> Iterator[Question]:
        for prefix in answered:
            yield _beginning(recognizer, clip, int(lengths[prefix]), about)

    found = log_probabilities(
        recognizer,
        questions(),
        len(answered),
        on_progress=on_progress,
        should_stop=should_stop,
    )
    probabilities = np.full((count, len(recognizer.card.class_names)), np.nan)
    probabilities[answered] = np.exp([rows[0] for rows in found])
    began = clip.recording.time_s(clip.start)
    return DecisionDelay(
        model_id=recognizer.card.id,
        class_names=recognizer.card.class_names,
        person=None if recognizer.sees_everybody else about[0],
        start=clip.start,
        stops=(clip.start + lengths).astype(np.int64),
        seconds=np.array(
            [clip.recording.time_s(clip.start + int(each) - 1) - began for each in lengths]
        ),
        probabilities=probabilities,
    )


def _beginning(recognizer: Recognizer, clip: Clip, length: int, about: tuple[int, ...]) -> Question:
    """The first frames of a clip, about those of the people who have been seen by then."""
    beginning = Clip(recording=clip.recording, start=clip.start, stop=clip.start + length)
    positions = beginning.positions
    shown = ~missing_joints(positions)
    return recognizer.question(
        beginning,
        Instead(
            positions=positions,
            hidden=np.zeros_like(shown),
            people=tuple(person for person in about if shown[:, person].any()),
        ),
    )
