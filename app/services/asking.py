"""Asking a model why, in the inference thread: what is hidden from it, and all that takes longer.

Of what is hidden only the newest question counts: one is with the model, at most one waits. Of what
takes seconds one thing is worked out at a time; a newer wish takes its place, and what was found is
kept for each clip, model and person.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.scene_model import SceneModel
from app.seen_model import SeenScene, seen_scene
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from app.why_state import Contrast, Favourites, Measure
from engine.errors import EngineError
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.effect import Effect
from engine.inspection.masks import Mask
from engine.prediction import Answer
from engine.recording import Clip
from engine.runtime.packages import ModelPackage

if TYPE_CHECKING:
    from engine.inspection.occlusion import Occlusion
    from engine.runtime.questions import Examination
    from engine.runtime.recognizer import Recognizer

KeptT = TypeVar("KeptT")
KEPT = 48
"""Findings; the one found longest ago goes first."""
KEPT_RUNS = 3
"""Clips whose runs are kept to ask more of."""
BLOCKS = 3
"""Stretches of time that a joint stands still in, one after the other: with more of them hardly
anything is lost in any. Largest change of the log odds on the sample ``throw``, of FG-STFormer (of
SEM-Net): 0.52 (0.76) in one stretch, 0.38 (0.56) in three, 0.02 (0.23) in eight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked about."""

    model: ModelPackage
    clip: Clip
    person: int | None
    """Index; None for the one who moves most. Does not matter where a model sees everybody."""

    @property
    def run_key(self) -> Hashable:
        """The same for the same frames and model."""
        clip = self.clip
        return self.model.folder, id(clip.recording), clip.start, clip.stop

    @property
    def key(self) -> Hashable:
        """The same for the same frames, model and person."""
        return self.run_key, self.person


@dataclass(frozen=True, slots=True, kw_only=True)
class HideInquiry:
    """What the answer becomes with something hidden."""

    subject: Subject
    masks: tuple[Mask, ...]
    before: Answer
    """With everything shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FavouritesInquiry:
    """Whether a map's favourites matter more than other joints."""

    subject: Subject
    network: int
    favourites: Favourites
    answer: Answer
    """With the maps."""

    @property
    def key(self) -> Hashable:
        """The same for the same finding."""
        return "test", self.subject.key, self.network, self.favourites


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastInquiry:
    """Why one action and not another."""

    subject: Subject
    network: int
    measure: Measure
    pair: tuple[int, int]

    @property
    def key(self) -> Hashable:
        """The same for the same finding."""
        return "contrast", self.subject.key, self.network, self.measure, self.pair


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenInquiry:
    """What the model sees."""

    subject: Subject
    scene: SceneModel
    """The recording in the scene frame."""

    @property
    def key(self) -> Hashable:
        """The same for the same finding."""
        return "seen", self.subject.key


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayInquiry:
    """When the answer was settled."""

    subject: Subject

    @property
    def key(self) -> Hashable:
        """The same for the same finding."""
        return "delay", self.subject.key


LongInquiry = FavouritesInquiry | ContrastInquiry | SeenInquiry | DelayInquiry
Inquiry = HideInquiry | LongInquiry


Finding = tuple[Effect, ...] | DeletionCurve | Contrast | tuple[SeenScene, ...] | DecisionDelay


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of an inquiry."""

    inquiry: Inquiry
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why nothing came of it."""

    inquiry: Inquiry
    error: Exception


class _Runs:
    """Runs that more is asked of. Used in the inference thread only."""

    def __init__(self) -> None:
        self._examinations: dict[Hashable, tuple[Clip, Examination]] = {}
        self._occlusions: dict[Hashable, tuple[Clip, Occlusion]] = {}

    def examination(self, recognizer: "Recognizer", subject: Subject) -> "Examination":
        """A run with what its explanations are made of."""
        kept = self._examinations.pop(subject.run_key, None)
        found = kept or (subject.clip, recognizer.examine(recognizer.question(subject.clip)))
        self._examinations[subject.run_key] = found
        _forget_oldest(self._examinations, KEPT_RUNS)
        return found[1]

    def occlusion(
        self, recognizer: "Recognizer", subject: Subject, control: TaskControl
    ) -> "Occlusion":
        """Answers with each joint standing still, for a while at a time."""
        from engine.inspection.occlusion import occlusion

        kept = self._occlusions.pop(subject.run_key, None)
        found = kept or (
            subject.clip,
            occlusion(
                recognizer,
                subject.clip,
                blocks=min(BLOCKS, subject.clip.num_frames),
                on_progress=control.checkpoint,
                should_stop=control.should_stop,
            ),
        )
        self._occlusions[subject.run_key] = found
        _forget_oldest(self._occlusions, KEPT_RUNS)
        return found[1]


def _forget_oldest(kept: dict[Hashable, tuple[Clip, KeptT]], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


class AskingService(QObject):
    """Inquiries in, findings out."""

    found = Signal(object)  # Found
    refused = Signal(object)  # Refused
    progressed = Signal(float)
    """Of what takes long: the share done."""

    def __init__(
        self, runner: TaskRunner, inference: InferenceService, parent: QObject | None = None
    ) -> None:
        """Ask through a runner.

        Args:
            runner: The inference thread.
            inference: Has the models.
            parent: Owner.
        """
        super().__init__(parent)
        self._runner = runner
        self._inference = inference
        self._runs = _Runs()
        self._kept: dict[Hashable, tuple[LongInquiry, Finding]] = {}
        self._running: Task | None = None
        self._waiting: HideInquiry | None = None
        self._long: Task | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something that takes long is worked out."""
        return self._long is not None

    def ask_effect(self, inquiry: HideInquiry) -> None:
        """Ask what hiding does; an earlier question that still waits is forgotten."""
        if self._running is not None:
            self._waiting = inquiry
            return
        self._running = self._runner.submit(
            self._inference.with_model(
                inquiry.subject.model, lambda recognizer, _: _effects(recognizer, inquiry)
            ),
            on_result=lambda finding: self._end_effect(Found(inquiry=inquiry, finding=finding)),
            on_error=lambda error: self._end_effect(Refused(inquiry=inquiry, error=error)),
        )

    def _end_effect(self, outcome: Found | Refused) -> None:
        self._running, waiting = None, self._waiting
        self._waiting = None
        if waiting is not None:
            self.ask_effect(waiting)
        self._tell(outcome)

    def forget_effect(self) -> None:
        """Nothing is hidden any more: what was asked about it is not answered."""
        self._waiting = None
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def ask(self, inquiry: LongInquiry) -> None:
        """Ask what takes longer; what is kept is told at once, and what runs is stopped."""
        self.stop()
        kept = self._kept.get(inquiry.key)
        if kept is not None:
            self._tell(Found(inquiry=inquiry, finding=kept[1]))
            return
        self._long = self._runner.submit(
            self._inference.with_model(
                inquiry.subject.model,
                lambda recognizer, control: self._work(_askable(recognizer), inquiry, control),
            ),
            on_result=lambda finding: self._end_long(Found(inquiry=inquiry, finding=finding)),
            on_error=lambda error: self._end_long(Refused(inquiry=inquiry, error=error)),
            on_progress=self.progressed.emit,
            urgency=Urgency.SOON,
        )

    def stop(self) -> None:
        """Stop what takes long; nothing is told of it."""
        if self._long is not None:
            self._long.cancel()
            self._long = None

    def _end_long(self, outcome: Found | Refused) -> None:
        self._long = None
        if isinstance(outcome, Found) and not isinstance(outcome.inquiry, HideInquiry):
            self._kept[outcome.inquiry.key] = (outcome.inquiry, outcome.finding)
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        self._tell(outcome)

    def _tell(self, outcome: Found | Refused) -> None:
        if isinstance(outcome, Found):
            self.found.emit(outcome)
        else:
            self.refused.emit(outcome)

    # in the inference thread

    def _work(
        self, recognizer: "Recognizer", inquiry: LongInquiry, control: TaskControl
    ) -> Finding:
        if isinstance(inquiry, FavouritesInquiry):
            return self._test(recognizer, inquiry, control)
        if isinstance(inquiry, ContrastInquiry):
            return self._contrast(recognizer, inquiry, control)
        if isinstance(inquiry, SeenInquiry):
            return _stages(recognizer, inquiry)
        from engine.inspection.delay import decision_delay

        return decision_delay(
            recognizer,
            inquiry.subject.clip,
            person=inquiry.subject.person,
            on_progress=control.checkpoint,
            should_stop=control.should_stop,
        )

    def _test(
        self, recognizer: "Recognizer", inquiry: FavouritesInquiry, control: TaskControl
    ) -> DeletionCurve:
        from engine.inspection.deletion import DeletionPlan, deletion_curves

        subject, number = inquiry.subject, inquiry.favourites.number
        if number is None:
            tested = self._runs.occlusion(recognizer, subject, control).joint_map()
        else:
            maps = inquiry.answer.explanations[inquiry.network].joint_maps
            tested = maps[min(number, len(maps) - 1)]
        return deletion_curves(
            recognizer,
            subject.clip,
            (tested,),
            DeletionPlan(person=subject.person),
            on_progress=control.checkpoint,
            should_stop=control.should_stop,
        )[0]

    def _contrast(
        self, recognizer: "Recognizer", inquiry: ContrastInquiry, control: TaskControl
    ) -> Contrast:
        from engine.inspection.contrast import activation_contrast, focus_contrast_of, has_focus

        subject, (first, second) = inquiry.subject, inquiry.pair
        examination = self._runs.examination(recognizer, subject)
        knows = has_focus(examination, inquiry.network)
        measure = inquiry.measure if knows else Measure.STILL
        if measure is Measure.STILL:
            found = self._runs.occlusion(recognizer, subject, control).difference(first, second)
        else:
            ask = focus_contrast_of if measure is Measure.FOCUS else activation_contrast
            found = ask(examination, inquiry.network, first, second)
        return Contrast(joint_map=found, start=subject.clip.start, measure=measure, has_focus=knows)


def _askable(recognizer: ClipRecognizer) -> "Recognizer":
    from engine.runtime.recognizer import Recognizer

    if not isinstance(recognizer, Recognizer):
        raise EngineError("this model answers, but cannot be asked why")
    return recognizer


def _effects(recognizer: ClipRecognizer, inquiry: HideInquiry) -> tuple[Effect, ...]:
    from engine.inspection.effect import answer_masked, effects

    after = answer_masked(_askable(recognizer), inquiry.subject.clip, inquiry.masks)
    return effects(inquiry.before, after)


def _stages(recognizer: "Recognizer", inquiry: SeenInquiry) -> tuple[SeenScene, ...]:
    from engine.inspection.seen import seen_stages

    subject = inquiry.subject
    stages = seen_stages(recognizer, subject.clip, person=subject.person)
    return tuple(seen_scene(stage, subject.clip, inquiry.scene) for stage in stages)
