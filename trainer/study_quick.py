"""A quick run of a study: a lesson of seconds that tells what it does and hears what is asked."""

import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from engine.datasets.study import STUDY, files_of
from engine.layouts import layout_by_id
from engine.runtime.cards import ModelCard, read_card
from engine.runtime.fusion import fused_logarithms, tempered
from engine.runtime.packages import ModelPackage
from engine.study.answering import Answers
from engine.study.clips import ClipList
from engine.study.dividing import Division, folds, possible
from trainer.control import Ask
from trainer.data import Reading, load_clips
from trainer.few_clips import Clock, Lectured, Material, lecture
from trainer.few_clips_plan import FOLDS, Lesson
from trainer.launcher import PACKAGE_FOLDER
from trainer.lesson_file import QuickLesson
from trainer.plan import network_names
from trainer.run_watch import PHASE
from trainer.study_judging import Judging
from trainer.workplace import Workplace

SHARES = {"looking": 0.05, "learning": 0.35, "writing": 0.8, "done": 0.9}
"""Of the whole run, done when a part of it begins."""


def quick_run(lesson: QuickLesson, clips: ClipList, place: Workplace) -> tuple[Judging, bool]:
    """Teach the base, and write the package into the run's folder.

    Args:
        lesson: What is wanted.
        clips: What is learnt from.
        place: Where it runs.

    Returns:
        How the model is to be judged, and whether somebody asked for the end before it came.

    Raises:
        EndAskedError: It was cancelled.
        EngineError: It cannot be done; the message says why.
    """
    base = ModelPackage(folder=Path(lesson.base), card=read_card(Path(lesson.base)))
    began = time.perf_counter()
    with place.breakable(Ask.CANCEL):
        material = material_of(base.card, clips)
        _tell_started(lesson, clips, base.card, place)
        wanted = Lesson(
            name=lesson.name,
            kept=lesson.kept,
            seconds=lesson.seconds,
            threads=lesson.threads,
            seed=lesson.seed,
            thaws=lesson.thaws,
        )
        clock = Clock(
            began=began,
            told=_Told(lesson.seconds, place),
            hurries=lambda: place.pulse.asked is Ask.STOP,
        )
        lectured = lecture(base, material, wanted, place.folder / PACKAGE_FOLDER, clock)
    is_dealt = material.folds is not None
    judging = Judging(
        division=possible(clips.clips)[0] if is_dealt else Division.SEGMENT,
        rehearsed=rehearsed(lectured, clips),
    )
    return judging, place.pulse.asked is Ask.STOP


class _Told:
    """Tells what is done next, and waits where the run is to pause."""

    def __init__(self, seconds: float, place: Workplace) -> None:
        self._seconds = seconds
        self._place = place

    def __call__(self, phase: str, spent: float) -> None:
        place = self._place
        place.refuse_if_ending(Ask.CANCEL)
        if place.heard() is Ask.PAUSE:
            place.pause()
        place.pulse.state = phase
        place.events.write(
            PHASE,
            doing=phase,
            share_done=SHARES.get(phase.partition(" ")[0], 0.0),
            seconds_left=max(self._seconds - spent, 1.0),
        )


def _tell_started(lesson: QuickLesson, clips: ClipList, base: ModelCard, place: Workplace) -> None:
    place.events.write(
        "started",
        clips=len(clips.clips),
        held_out=0,
        validation=0,
        actions=list(clips.actions),
        networks=list(network_names([(part.network.kind, part.stream) for part in base.networks])),
        device=f"cpu, {lesson.threads} thread{'s' if lesson.threads > 1 else ''}",
        processes=1,
    )


def material_of(base: ModelCard, clips: ClipList) -> Material:
    """A study's clips as the base's networks are shown them, people together in each fold."""
    reading = Reading(
        dataset=STUDY,
        layout=layout_by_id(base.layout_id),
        people=base.people,
        with_visibility=base.preprocessing.visibility,
    )
    dealt = folds(clips.clips, FOLDS)
    return Material(
        names=clips.actions,
        clips=load_clips(files_of(clips), reading),
        terms=STUDY.terms,
        folds=np.array(dealt, dtype=np.int64) if len(set(dealt)) > 1 else None,
    )


def rehearsed(lectured: Lectured, clips: ClipList) -> Answers:
    """What last layers that were fitted without them say of the clips, segment by segment."""
    card = read_card(lectured.package)
    logarithms = fused_logarithms(list(lectured.held_out), card)
    rows = defaultdict(list)
    for clip, row in zip(clips.clips, tempered(logarithms, card.temperature), strict=True):
        rows[clip.segment_id].append(row)
    return Answers(
        model_id=card.id,
        class_names=card.class_names,
        rows={key: np.mean(each, axis=0, dtype=np.float32) for key, each in rows.items()},
    )
