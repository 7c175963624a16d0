"""What models call the labelled segments of a study, and which labels they disagree with."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.datasets.study import person_of, recording_at
from engine.errors import EngineError
from engine.labels import NOTHING
from engine.recording import Clip, Recording
from engine.runtime.recognizer import Recognizer
from engine.study.clips import StudyClip, cut
from engine.study.contents import StudyContents

if TYPE_CHECKING:
    from engine.runtime.questions import Question

MOST_ASKED = 4
"""Windows of one segment that are asked about."""
SURE = 0.5
"""A model that is less sure of its answer disagrees with nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a model calls a segment."""

    name: str
    score: float
    """Its probability."""
    label_score: float
    """The probability of the label; 0 where the model does not know it."""
    knows_label: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Probabilities of a model for segments."""

    model_id: str
    class_names: tuple[str, ...]
    rows: Mapping[str, FloatArray]
    """``(K,)`` by segment id; segments that could not be answered are not there."""

    def opinion(self, segment_id: str, label: str) -> Opinion | None:
        """What the model calls a segment; None where it could not answer."""
        row = self.rows.get(segment_id)
        if row is None:
            return None
        best = int(row.argmax())
        knows = label in self.class_names
        return Opinion(
            name=self.class_names[best],
            score=float(row[best]),
            label_score=float(row[self.class_names.index(label)]) if knows else 0.0,
            knows_label=knows,
        )


def answer_segments(
    recognizer: Recognizer,
    segments: Sequence[StudyClip],
    *,
    window_s: float,
    on_progress: Callable[[float], None],
    should_stop: Callable[[], bool],
) -> Answers:
    """Name segments, each person alone; those much longer than a window by windows over them.

    Files that cannot be read and spans in which the person is not seen have no answer.

    Args:
        recognizer: The opened model.
        segments: Whole ones, as ``ClipList.segments`` has them.
        window_s: Length of the windows, seconds.
        on_progress: Called with the share done, 0 to 1.
        should_stop: Asked again and again; what has been answered by then is returned.
    """
    sheet = _Sheet(recognizer)
    ordered = sorted(segments, key=lambda each: (each.path, each.person, each.start))
    for number, each in enumerate(ordered):
        if should_stop():
            break
        for clip in _clips(each, window_s):
            sheet.ask(each.segment_id, clip)
        if len(sheet.waiting) >= recognizer.batch:
            sheet.answer()
            on_progress((number + 1) / len(ordered))
    sheet.answer()
    on_progress(1.0)
    card = recognizer.card
    return Answers(model_id=card.id, class_names=card.class_names, rows=sheet.means())


def _clips(each: StudyClip, window_s: float) -> list[Clip]:
    try:
        recording = person_alone(Path(each.path), each.person)
    except EngineError:
        return []
    stop = min(each.stop, recording.num_frames)
    if not each.start < stop:
        return []
    length = max(round(window_s * recording.shown_fps), 1)
    spans = cut(each.start, stop, length)
    if len(spans) > MOST_ASKED:
        spans = spans[:: -(-len(spans) // MOST_ASKED)]
    return [Clip(recording=recording, start=first, stop=last) for first, last in spans]


def person_alone(path: Path, person: int) -> Recording:
    """A recording with one of its people alone.

    Raises:
        EngineError: It cannot be read, or has no such person.
    """
    recording = recording_at(path)
    if not 0 <= person < recording.num_people:
        raise EngineError(f"{path} has {recording.num_people} people, none with number {person}")
    return person_of(recording, person)


class _Sheet:
    """Windows that wait for answers, and answers so far."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        self.waiting: list[tuple[str, Question]] = []
        self.found: dict[str, list[FloatArray]] = defaultdict(list)

    def ask(self, segment_id: str, clip: Clip) -> None:
        """Put a window in line, if the person is seen in it."""
        try:
            self.waiting.append((segment_id, self.recognizer.question(clip)))
        except EngineError:
            return

    def answer(self) -> None:
        """Answer those who wait."""
        if not self.waiting:
            return
        answers = self.recognizer.answer_questions([question for _, question in self.waiting])
        for (segment_id, _), answer in zip(self.waiting, answers, strict=True):
            self.found[segment_id].append(answer.predictions[answer.main].probabilities)
        self.waiting.clear()

    def means(self) -> dict[str, FloatArray]:
        """Of each segment the mean over its windows."""
        return {key: np.mean(rows, axis=0, dtype=np.float32) for key, rows in self.found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A label that models call something else: a slip of the hand, or a hard one."""

    segment_id: str
    recording_id: str
    person: int
    start: int
    stop: int
    label: str
    said: str
    """What the surest of the models calls it."""
    suspicion: float
    """0 to 1: by how much models are surer of something else than of the label, on average."""
    model_ids: tuple[str, ...]
    """Which models disagree."""
    num_asked: int
    """How many models know the label."""

    @property
    def text(self) -> str:
        """For people, e.g. ``wave, or is it clap? (2 of 2 models)``."""
        models = "model" if self.num_asked == 1 else "models"
        return (
            f"{self.label}, or is it {self.said}? "
            f"({len(self.model_ids)} of {self.num_asked} {models})"
        )


def disagreements(
    contents: StudyContents, answers: Mapping[str, Mapping[str, Opinion]]
) -> tuple[Disagreement, ...]:
    """Labels that models disagree with, the most suspicious first.

    A model that does not know a label says nothing of it, and one that is unsure disagrees with
    nobody. Labels that have changed since they were asked about are for the caller to leave out.

    Args:
        contents: Of the study now; segments that are gone, and those of archived actions or
            recordings, are left out.
        answers: Of each model, by its id, opinions by segment id.
    """
    found = []
    for recording in contents.shown_recordings:
        for segment in contents.segments_of(recording.id):
            action = contents.actions.get(segment.action_id or "")
            if action is not None and action.is_archived:
                continue
            label = NOTHING if action is None else action.name
            asked = {
                model: opinions[segment.id]
                for model, opinions in answers.items()
                if segment.id in opinions and opinions[segment.id].knows_label
            }
            against = {
                model: each
                for model, each in asked.items()
                if each.name != label and each.score >= SURE
            }
            if not against:
                continue
            doubts = [max(each.score - each.label_score, 0.0) for each in against.values()]
            found.append(
                Disagreement(
                    segment_id=segment.id,
                    recording_id=recording.id,
                    person=segment.person,
                    start=segment.start,
                    stop=segment.stop,
                    label=label,
                    said=max(against.values(), key=lambda each: each.score).name,
                    suspicion=sum(doubts) / len(asked),
                    model_ids=tuple(sorted(against)),
                    num_asked=len(asked),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.suspicion, each.segment_id)))
