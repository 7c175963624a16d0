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
from engine.study.dividing import Division, group_by, is_as_strict
from engine.study.forecast import RetrainMode
from engine.study.judging import Searched, Whole, segment_score, untouched, verdicts_of
from engine.study.learning import (
    DIVISION_FILE,
    division_of,
    known_segments,
    learnt_clips,
    learnt_in,
    package_near,
)
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
    learnt = known_segments(segments, learnt_in(place.folder), judging.division)
    base = package_near(place.folder, receipt.base) if receipt.base else None
    from_before = known_to(base, segments, judging.division)
    with place.breakable(Ask.CANCEL):
        new = open_recognizer(package)
        telling.begin("asking the new model", 0.9)
        after = opinions(new, segments, clips.window_s, telling)
        if judging.rehearsed is not None:
            after |= opinions_in(judging.rehearsed, segments)
        old, folder = old_model(receipt, place.folder)
        telling.begin("asking the old model", 0.93)
        before = {} if old is None else opinions(old, segments, clips.window_s, telling)
        told = told_before(folder, segments, judging.division)
        knew = known_to(folder, segments, judging.division)
        scores = search_both((old, new), (learnt | from_before, knew), clips, receipt.mode, telling)
    answered = frozenset() if judging.rehearsed is None else frozenset(judging.rehearsed.rows)
    outcome = Outcome(
        old_model=receipt.old_model_id if old is not None else "",
        new_model=package.card.id,
        class_names=package.card.class_names,
        verdicts=verdicts_of(
            segments,
            before | told,
            after,
            trained_on=(learnt - answered) | from_before,
            knew=knew - told.keys(),
        ),
        old_segments=scores[0],
        new_segments=scores[1],
        seconds=round(seconds, 1),
        note=note_of(clips, judging, receipt, from_before, scores),
    )
    write_outcome(place.folder, outcome)
    return outcome


def search_both(
    models: tuple[Recognizer | None, Recognizer],
    known: tuple[frozenset[str], frozenset[str]],
    clips: ClipList,
    mode: RetrainMode,
    telling: "_Telling",
) -> tuple[SegmentScore | None, SegmentScore | None]:
    """How well the old and the new model find segments, both in the same whole recordings.

    They are new to both models; where none is, to the new one, and nothing is said of the old one.

    Args:
        models: The old one and the new one.
        known: Segments that are not new to the new one, and those that are not to the old one.
        clips: The run's.
        mode: Says how long it may take.
        telling: Hears how far it is.
    """
    old, new = models
    by_new, by_old = known
    new_to_both = () if old is None else untouched(clips.segments, by_new | by_old)
    telling.begin("searching whole recordings", 0.95)
    wholes = new_to_both or untouched(clips.segments, by_new)
    found = search(new, wholes, SEARCH_S[mode], telling)
    if old is None or not new_to_both:
        return None, found.score
    telling.begin("searching whole recordings with the old model", 0.97)
    of_old = search(old, found.wholes, math.inf, telling)
    return (of_old.score if of_old.wholes == found.wholes else None), found.score


def known_to(
    package: Path | None, segments: tuple[StudyClip, ...], division: Division
) -> frozenset[str]:
    """Segments that are not new to a model, going by the runs that made it."""
    if package is None:
        return frozenset()
    return known_segments(segments, learnt_clips(package), division)


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


def old_model(receipt: Receipt, run: Path) -> tuple[Recognizer | None, Path | None]:
    """The model that the study used when the run began, and its folder.

    None where there was none, or it is gone or damaged: it says nothing then.
    """
    if not receipt.old_model:
        return None, None
    folder = package_near(run, receipt.old_model)
    try:
        package = ModelPackage(folder=folder, card=read_card(folder))
        return open_recognizer(package), folder
    except EngineError:
        return None, None


def told_before(
    package: Path | None, segments: tuple[StudyClip, ...], division: Division
) -> dict[str, Opinion]:
    """What a model of a quick lesson said of segments before it learnt from them.

    Its answers now would be those of somebody who has seen the solutions.

    Args:
        package: Of the old model; None for none.
        segments: As they are labelled now.
        division: What counts as known now: what it said while it knew more does not count.

    Returns:
        Opinions by segment id.
    """
    if package is None or (package.parent / DIVISION_FILE).is_file():
        return {}
    try:
        outcome = read_outcome(package.parent)
        if outcome is None or not is_as_strict(division_of(package.parent), division):
            return {}
    except FileFormatError:
        return {}
    now = {each.segment_id: each for each in segments}
    return {
        each.segment_id: _told(each, now[each.segment_id].label, outcome.class_names)
        for each in outcome.held_out
        if each.segment_id in now and _is_same(each, now[each.segment_id])
    }


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


def note_of(
    clips: ClipList,
    judging: Judging,
    receipt: Receipt,
    from_before: frozenset[str],
    found: tuple[SegmentScore | None, SegmentScore | None],
) -> str:
    """How the answers to clips held out came about, for people.

    Args:
        clips: The run's.
        judging: What was held out.
        receipt: Of the run.
        from_before: Segments that its base knew.
        found: What the old and the new model found in whole recordings.
    """
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
    if from_before:
        words.append(
            f"{receipt.base_id}, which it started from, had learnt from the same "
            f"({plural(len(from_before), 'segment')}): its answers to these do not count."
        )
    if clips.num_unseen:
        words.append(f"Nobody is seen in {plural(clips.num_unseen, 'clip')}: left out.")
    strangers = (each for each in clips.segments if each.segment_id not in from_before)
    held = {each.actor for each in strangers} - {each.actor for each in clips.clips}
    if held:
        words.append(f"{some(tuple(sorted(held)))}: never shown to it.")
    of_old, of_new = found
    if of_new is not None:
        whose = "new to both models" if of_old is not None else "that it has not learnt from"
        words.append(
            f"Segments were searched for in {plural(of_new.num_recordings, 'whole recording')} "
            f"{whose}."
        )
    if receipt.caution:
        words.append(receipt.caution)
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
