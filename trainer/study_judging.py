"""The end of a study's run: what its model and the old one say of the labelled segments."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError, FileFormatError
from engine.formats.reading import plural
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import Recognizer, open_recognizer
from engine.study.answering import Answers, Opinion, answer_segments
from engine.study.clips import ClipList, StudyClip
from engine.study.dividing import Division, group_by
from engine.study.forecast import RetrainMode
from engine.study.judging import Searched, Whole, segment_score, untouched, verdicts_of
from engine.study.outcome import ClipVerdict, Outcome, SegmentScore, read_outcome, write_outcome
from engine.study.selecting import some
from trainer.control import Ask
from trainer.receipts import Receipt
from trainer.run_watch import JUDGING
from trainer.workplace import Workplace

TELL_S = 2.0
"""Between two events about how far it is."""
SEARCH_S = {RetrainMode.QUICK: 20.0, RetrainMode.FULL: 120.0}
"""For searching whole recordings with the new model: no recording is begun after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What there is to judge by."""

    division: Division
    """What clips held out have in common with none that was learnt from."""
    watched: frozenset[str] = frozenset()
    """Groups of the division from which the model learnt nothing, though they watched it."""
    rehearsed: Answers | None = None
    """Of a quick lesson: answers to clips by last layers that were fitted without their group."""


def judge(
    package: ModelPackage,
    receipt: Receipt,
    clips: ClipList,
    judging: Judging,
    place: Workplace,
    seconds: float,
) -> Outcome:
    """Compare a new model with the old one, and write the outcome into the run's folder.

    Args:
        package: The new one.
        receipt: Names the old one.
        clips: The run's.
        judging: What was held out.
        place: Where it runs.
        seconds: Spent in training.

    Raises:
        EndAskedError: The run was cancelled.
        EngineError: The new model cannot be opened.
        OSError: The disk refuses.
    """
    segments, telling = clips.segments, _Telling(place)
    learnt = learnt_from(clips, judging)
    with place.breakable(Ask.CANCEL):
        new = open_recognizer(package)
        telling.begin("asking the new model", 0.9)
        after = opinions(new, segments, clips.window_s, telling)
        if judging.rehearsed is not None:
            after |= opinions_in(judging.rehearsed, segments)
        old, old_run = old_model(receipt)
        telling.begin("asking the old model", 0.93)
        before = {} if old is None else opinions(old, segments, clips.window_s, telling)
        told, knew = told_before(old_run, segments)
        wholes = untouched(segments, learnt)
        telling.begin("searching whole recordings", 0.95)
        found = search(new, wholes, SEARCH_S[receipt.mode], telling)
        telling.begin("searching whole recordings with the old model", 0.97)
        is_fair = not any(_ids(each.segments) & knew for each in found.wholes)
        before_it = None
        if old is not None and is_fair:
            before_it = search(old, found.wholes, math.inf, telling).score
    answered = frozenset() if judging.rehearsed is None else frozenset(judging.rehearsed.rows)
    outcome = Outcome(
        old_model=receipt.old_model_id if old is not None else "",
        new_model=package.card.id,
        class_names=package.card.class_names,
        verdicts=verdicts_of(
            segments, before | told, after, trained_on=learnt - answered, knew=knew
        ),
        old_segments=before_it,
        new_segments=found.score,
        seconds=round(seconds, 1),
        note=note_of(clips, judging, found.score),
    )
    write_outcome(place.folder, outcome)
    return outcome


def _ids(segments: tuple[StudyClip, ...]) -> set[str]:
    return {each.segment_id for each in segments}


def learnt_from(clips: ClipList, judging: Judging) -> frozenset[str]:
    """Segments that the model has learnt from, or that share their person (or recording) with one.

    Background that was not needed counts, too: the same people were seen.
    """
    key = group_by(judging.division)
    if judging.division is Division.NOTHING:
        key = group_by(Division.SEGMENT)
    groups = {key(each) for each in clips.clips} - judging.watched
    return frozenset(each.segment_id for each in clips.segments if key(each) in groups)


def opinions(
    recognizer: Recognizer, segments: tuple[StudyClip, ...], window_s: float, telling: "_Telling"
) -> dict[str, Opinion]:
    """What a model calls segments, by their ids."""
    answers = answer_segments(
        recognizer, segments, window_s=window_s, on_progress=telling.tell, should_stop=never
    )
    return opinions_in(answers, segments)


def opinions_in(answers: Answers, segments: tuple[StudyClip, ...]) -> dict[str, Opinion]:
    """What a model's answers call segments; those without an answer are not there."""
    found = {each.segment_id: answers.opinion(each.segment_id, each.label) for each in segments}
    return {key: each for key, each in found.items() if each is not None}


def never() -> bool:
    """Whoever cancels is heard while telling."""
    return False


def old_model(receipt: Receipt) -> tuple[Recognizer | None, Path | None]:
    """The model that the study used when the run began, and the run that made it.

    None where there was none, or it is gone or damaged: it says nothing then.
    """
    if not receipt.old_model:
        return None, None
    folder = Path(receipt.old_model)
    try:
        package = ModelPackage(folder=folder, card=read_card(folder))
        return open_recognizer(package), folder.parent
    except EngineError:
        return None, None


def told_before(
    old_run: Path | None, segments: tuple[StudyClip, ...]
) -> tuple[dict[str, Opinion], frozenset[str]]:
    """What an old model of the study said of segments before it learnt from them.

    Its answers now would be those of somebody who has seen the solutions.

    Args:
        old_run: The run that made it; None for a model that is no run's.
        segments: As they are labelled now.

    Returns:
        Opinions by segment id, and segments that it has learnt from.
    """
    try:
        outcome = None if old_run is None else read_outcome(old_run)
    except FileFormatError:
        outcome = None
    if outcome is None:
        return {}, frozenset()
    now = {each.segment_id: each for each in segments}
    told = {
        each.segment_id: _told(each, now[each.segment_id].label, outcome.class_names)
        for each in outcome.held_out
        if each.segment_id in now and _is_same(each, now[each.segment_id])
    }
    knew = {each.segment_id for each in outcome.verdicts if each.is_trained_on}
    return told, frozenset(knew & now.keys())


def _is_same(verdict: ClipVerdict, segment: StudyClip) -> bool:
    return (verdict.start, verdict.stop, verdict.person) == (
        segment.start,
        segment.stop,
        segment.person,
    )


def _told(verdict: ClipVerdict, label: str, class_names: tuple[str, ...]) -> Opinion:
    if verdict.label == label:
        of_label = verdict.after_label_score
    else:
        of_label = verdict.after_score if verdict.after == label else 0.0
    return Opinion(
        name=verdict.after,
        score=verdict.after_score,
        label_score=of_label,
        knows_label=label in class_names,
    )


def search(
    recognizer: Recognizer, wholes: tuple[Whole, ...], seconds: float, telling: "_Telling"
) -> Searched:
    """How well a model finds segments in recordings that the new one has not learnt from."""
    until = time.monotonic() + seconds
    return segment_score(
        recognizer,
        wholes,
        on_progress=telling.tell,
        should_stop=lambda: time.monotonic() > until,
    )


def note_of(clips: ClipList, judging: Judging, found: SegmentScore | None) -> str:
    """How the answers to clips held out came about, for people."""
    words = []
    by = judging.division.value
    if judging.rehearsed is not None:
        words.append(
            f"Each clip was named by last layers fitted without its {by}; the model itself has "
            "learnt from all of them, and may do better."
        )
    elif judging.watched:
        key = group_by(judging.division)
        names = {
            each.actor if judging.division is Division.PERSON else each.key
            for each in clips.clips
            if key(each) in judging.watched
        }
        words.append(
            f"Held out by {by}: nothing was learnt from {some(tuple(sorted(names)))}; it has only "
            "set how sure the model is."
        )
    else:
        words.append("Nothing was held out: these are answers to clips that were learnt from.")
    held = {each.actor for each in clips.segments} - {each.actor for each in clips.clips}
    if held:
        words.append(f"{some(tuple(sorted(held)))}: never shown to it.")
    if found is not None:
        words.append(
            f"Segments were searched for in {plural(found.num_recordings, 'whole recording')} "
            "that it has not learnt from."
        )
    return " ".join(words)


class _Telling:
    """Says how far the judging is and how long it takes, and hears whether it is to end."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._doing = ""
        self._share = 0.0
        self._began = self._told = 0.0

    def begin(self, doing: str, share: float) -> None:
        """Something new is done."""
        self._doing, self._share = doing, share
        self._began, self._told = time.monotonic(), 0.0
        self.tell(0.0)

    def tell(self, done: float) -> None:
        """So much of it is done, 0 to 1.

        Raises:
            EndAskedError: The run was cancelled.
        """
        self._place.refuse_if_ending(Ask.CANCEL)
        now = time.monotonic()
        if now - self._told < TELL_S:
            return
        self._told = now
        left = (now - self._began) / done * (1 - done) if done > 0 else None
        self._place.events.write(
            JUDGING, doing=self._doing, share_done=self._share, seconds_left=left
        )
