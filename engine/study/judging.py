"""How a study's models compare: answers clip by clip, and segments found in whole recordings."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.judging.segment_f1 import NamedSpan, segment_f1
from engine.labels import NOTHING
from engine.runtime.recognizer import Recognizer
from engine.study.answering import Opinion, person_alone
from engine.study.clips import StudyClip
from engine.study.outcome import ClipVerdict, Outcome, SegmentScore
from engine.study.predicting import is_looked_at, propose
from engine.study.proposing import USUAL_THRESHOLD, Proposal


def verdicts_of(
    segments: Sequence[StudyClip],
    before: Mapping[str, Opinion],
    after: Mapping[str, Opinion],
    *,
    trained_on: Collection[str],
    knew: Collection[str],
) -> tuple[ClipVerdict, ...]:
    """Two models' answers side by side; segments that the new one could not answer are left out.

    Args:
        segments: Labelled ones, whole.
        before: The old model's opinions, by segment id.
        after: The new model's.
        trained_on: Segments that the new model has learnt from.
        knew: Segments that the old one has learnt from.
    """
    found = []
    for each in segments:
        new, old = after.get(each.segment_id), before.get(each.segment_id)
        if new is None:
            continue
        found.append(
            ClipVerdict(
                segment_id=each.segment_id,
                recording_id=each.recording_id,
                person=each.person,
                start=each.start,
                stop=each.stop,
                label=each.label,
                before="" if old is None else old.name,
                before_score=0.0 if old is None else _short(old.score),
                before_label_score=0.0 if old is None else _short(old.label_score),
                after=new.name,
                after_score=_short(new.score),
                after_label_score=_short(new.label_score),
                is_trained_on=each.segment_id in trained_on,
                was_trained_on=each.segment_id in knew,
            )
        )
    return tuple(found)


def _short(score: float) -> float:
    return round(score, 4)


def opinions_of_outcome(outcome: Outcome) -> dict[str, Opinion]:
    """What a run's model, while it had not learnt from them, called segments held out."""
    return {
        each.segment_id: Opinion(
            name=each.after,
            score=each.after_score,
            label_score=each.after_label_score,
            knows_label=each.label in outcome.class_names,
        )
        for each in outcome.held_out
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What came of searching whole recordings."""

    score: SegmentScore | None
    """None where none could be searched."""
    wholes: "tuple[Whole, ...]"
    """Those that were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One person of a whole recording, with all that people said of them."""

    path: Path
    person: int
    segments: tuple[StudyClip, ...]

    @property
    def where(self) -> str:
        """Tells it from others."""
        return f"{self.path}#{self.person}"

    @property
    def has_actions(self) -> bool:
        """Whether there is anything to find."""
        return any(each.label != NOTHING for each in self.segments)


def untouched(segments: Sequence[StudyClip], trained_on: Collection[str]) -> tuple[Whole, ...]:
    """People of whole recordings from which nothing was learnt; none where nobody acts in them.

    Those in whom people found nothing belong to them: what a model sees there is invented.

    Args:
        segments: Labelled ones, whole.
        trained_on: Ids of those learnt from.
    """
    rows: dict[tuple[str, int], list[StudyClip]] = defaultdict(list)
    for each in segments:
        rows[each.path, each.person].append(each)
    touched = {each.path for each in segments if each.segment_id in trained_on}
    found = [
        Whole(path=Path(path), person=person, segments=tuple(every))
        for (path, person), every in sorted(rows.items())
        if path not in touched
    ]
    found.sort(key=lambda whole: not whole.has_actions)  # time may not suffice for all
    return tuple(found) if any(whole.has_actions for whole in found) else ()


def found_in(recognizer: Recognizer, whole: Whole) -> tuple[Proposal, ...]:
    """The segments that a model finds in a recording of one person, as the window offers them.

    Raises:
        LayoutError: The recording's joints cannot be turned into the model's.
        EngineError: It cannot be read, or nobody is visible in it.
    """
    found = propose(
        recognizer,
        person_alone(whole.path, whole.person),
        threshold=USUAL_THRESHOLD,
        on_progress=lambda _share: None,
        should_stop=lambda: False,
    )
    return found.get(0, ())


def segment_score(
    recognizer: Recognizer,
    wholes: Sequence[Whole],
    *,
    on_progress: Callable[[float], None],
    should_stop: Callable[[], bool],
) -> Searched:
    """How well a model finds the labelled segments of whole recordings.

    What it finds where nobody has looked does not count, neither for it nor against it.

    Args:
        recognizer: The opened model.
        wholes: Recordings that it has not learnt from.
        on_progress: Called with the share done, 0 to 1.
        should_stop: Asked after each recording; those searched by then count.
    """
    truth: list[NamedSpan] = []
    found: list[NamedSpan] = []
    done: list[Whole] = []
    for number, whole in enumerate(wholes):
        if done and should_stop():
            break
        try:
            said = found_in(recognizer, whole)
        except EngineError:
            continue
        done.append(whole)
        truth += [_span(whole, each.label, each.start, each.stop) for each in whole.segments]
        found += [
            _span(whole, each.name, each.start, each.stop)
            for each in said
            if is_looked_at(each, whole.segments)
        ]
        on_progress((number + 1) / len(wholes))
    if not done:
        return Searched(score=None, wholes=())
    score = segment_f1(truth, found)
    made = SegmentScore(
        f1=round(score.f1, 4),
        precision=round(score.precision, 4),
        recall=round(score.recall, 4),
        num_recordings=len({each.path for each in done}),
        num_segments=score.total.labelled,
    )
    return Searched(score=made, wholes=tuple(done))


def _span(whole: Whole, name: str, start: int, stop: int) -> NamedSpan:
    return NamedSpan(where=whole.where, name=name, start=start, stop=stop)
