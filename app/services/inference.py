"""Asking models in the inference thread: the newest question wins, late answers are dropped.

One question about a clip is with the model, at most one waits. A newer question takes the place of
the waiting one; the running one is let through, else a slow model would never get to say anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.overlays import PreparedExplanation, prepared
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.arrays import FloatArray
from engine.prediction import Answer, PredictionTrack
from engine.recording import Clip, Recording
from engine.runtime.packages import ModelPackage

if TYPE_CHECKING:
    from pathlib import Path

ResultT = TypeVar("ResultT")
OPEN_MODELS = 4
"""As many as can be compared. Recognizers kept ready; the one used longest ago is closed first."""


class ClipRecognizer(Protocol):
    """What is asked of a model (``engine.runtime.recognizer.Recognizer``)."""

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        """Say what happens in a clip, and where the network looked."""
        ...

    def track(
        self,
        recording: Recording,
        *,
        person: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> PredictionTrack:
        """Say what happens in each sliding window."""
        ...


OpenModel = Callable[[ModelPackage], ClipRecognizer]
"""Called in the inference thread; what it returns is used there only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a model is asked about a clip."""

    id: int
    model: ModelPackage
    clip: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackQuestion:
    """What a model is asked about the whole of a long recording."""

    id: int
    model: ModelPackage
    recording: Recording
    person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipReply:
    """An answer and the question it belongs to."""

    question: Question
    answer: Answer
    prepared: tuple[PreparedExplanation, ...] = ()
    """The answer's explanations ready for drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackReply:
    """A track and the question it belongs to."""

    question: TrackQuestion
    track: PredictionTrack


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeQuestion:
    """What a model that another is compared with is asked about all of a short recording."""

    id: int
    model: ModelPackage
    clip: Clip
    person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeReply:
    """An answer without explanations, and the question it belongs to."""

    question: WholeQuestion
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusQuestion:
    """Where a model looks over the whole of a long recording."""

    id: int
    model: ModelPackage
    recording: Recording
    person: int
    window_frames: int
    """Frames asked about at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusReply:
    """Informativeness of every joint in every frame."""

    question: FocusQuestion
    weights: FloatArray
    """``(T, V)`` float32 in 0..1; NaN where the person is not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRefusal:
    """Why there is no answer."""

    question: Question
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRefusal:
    """Why there is no track, or no focus over time."""

    question: TrackQuestion | FocusQuestion | WholeQuestion
    error: Exception


class _Shelf:
    """Open recognizers, newest last. Used in the inference thread only."""

    def __init__(self, open_model: OpenModel) -> None:
        self._open_model = open_model
        self._recognizers: dict[Path, ClipRecognizer] = {}

    def take(self, model: ModelPackage) -> ClipRecognizer:
        recognizer = self._recognizers.pop(model.folder, None) or self._open_model(model)
        while len(self._recognizers) >= OPEN_MODELS:
            del self._recognizers[next(iter(self._recognizers))]
        self._recognizers[model.folder] = recognizer
        return recognizer


class InferenceService(QObject):
    """Questions in, replies out. Answers about clips go before tracks of whole recordings."""

    answered = Signal(object)  # ClipReply
    tracked = Signal(object)  # TrackReply
    overview_progressed = Signal(float)
    focus_found = Signal(object)  # FocusReply
    whole_answered = Signal(object)  # WholeReply
    clip_refused = Signal(object)  # ClipRefusal
    overview_refused = Signal(object)  # OverviewRefusal

    def __init__(
        self, runner: TaskRunner, open_model: OpenModel, parent: QObject | None = None
    ) -> None:
        """Ask models through a runner.

        Args:
            runner: With one thread: recognizers stay in it.
            open_model: Makes a recognizer; called in that thread.
            parent: Owner.
        """
        super().__init__(parent)
        self._runner = runner
        self._shelf = _Shelf(open_model)
        self._running: Task | None = None
        self._waiting: Question | None = None
        self._background: Task | None = None

    def warm_up(self, model: ModelPackage) -> None:
        """Load a model before the first question comes."""
        self._runner.submit(lambda _: self._shelf.take(model), on_result=_ignore, on_error=_ignore)

    def with_model(
        self, model: ModelPackage, work: Callable[[ClipRecognizer, TaskControl], ResultT]
    ) -> Callable[[TaskControl], ResultT]:
        """Work for this service's thread that needs a model; it is opened there if it is not."""
        return lambda control: work(self._shelf.take(model), control)

    def ask(self, question: Question) -> None:
        """Ask about a clip, as soon as the model is free; a question still waiting is forgotten."""
        if self._running is not None:
            self._waiting = question
            return

        def work(_: TaskControl) -> ClipReply:
            answer = self._shelf.take(question.model).answer(question.clip, explain=True)
            ready = tuple(prepared(explanation) for explanation in answer.explanations)
            return ClipReply(question=question, answer=answer, prepared=ready)

        self._running = self._runner.submit(
            work,
            on_result=self._hand_on,
            on_error=lambda error: self._refuse(ClipRefusal(question=question, error=error)),
        )

    def _hand_on(self, reply: ClipReply) -> None:
        self._ask_waiting()
        self.answered.emit(reply)

    def _refuse(self, refusal: ClipRefusal) -> None:
        self._ask_waiting()
        self.clip_refused.emit(refusal)

    def _refuse_overview(
        self, question: TrackQuestion | FocusQuestion | WholeQuestion, error: Exception
    ) -> None:
        self.overview_refused.emit(OverviewRefusal(question=question, error=error))

    def _ask_waiting(self) -> None:
        self._running, waiting = None, self._waiting
        self._waiting = None
        if waiting is not None:
            self.ask(waiting)

    def ask_track(self, question: TrackQuestion) -> None:
        """Ask about sliding windows over a recording; an earlier such question is forgotten."""
        self.stop_overview()

        def work(control: TaskControl) -> TrackReply:
            track = self._shelf.take(question.model).track(
                question.recording,
                person=question.person,
                on_progress=control.checkpoint,
                should_stop=control.should_stop,
            )
            return TrackReply(question=question, track=track)

        self._background = self._runner.submit(
            work,
            on_result=self.tracked.emit,
            on_error=lambda error: self._refuse_overview(question, error),
            on_progress=self.overview_progressed.emit,
            urgency=Urgency.BACKGROUND,
        )

    def ask_focus(self, question: FocusQuestion) -> None:
        """Ask where the model looks, window after window; a track in progress is forgotten."""
        self.stop_overview()

        def work(control: TaskControl) -> FocusReply:
            weights = focus_over_time(self._shelf.take(question.model), question, control)
            return FocusReply(question=question, weights=weights)

        self._background = self._runner.submit(
            work,
            on_result=self.focus_found.emit,
            on_error=lambda error: self._refuse_overview(question, error),
            on_progress=self.overview_progressed.emit,
            urgency=Urgency.BACKGROUND,
        )

    def ask_whole(self, question: WholeQuestion) -> None:
        """Ask another model about a short recording; a track in progress is forgotten."""
        self.stop_overview()

        def work(_: TaskControl) -> WholeReply:
            answer = self._shelf.take(question.model).answer(question.clip, explain=False)
            return WholeReply(question=question, answer=answer)

        self._background = self._runner.submit(
            work,
            on_result=self.whole_answered.emit,
            on_error=lambda error: self._refuse_overview(question, error),
            urgency=Urgency.BACKGROUND,
        )

    def stop_overview(self) -> None:
        """Forget the question about the whole of a recording."""
        if self._background is not None:
            self._background.cancel()
            self._background = None

    def forget(self) -> None:
        """Forget every open question: nothing that was asked before is answered after this."""
        self._waiting = None
        if self._running is not None:
            self._running.cancel()
            self._running = None
        self.stop_overview()


def focus_over_time(
    recognizer: ClipRecognizer, question: FocusQuestion, control: TaskControl
) -> FloatArray:
    """Explain a long recording window by window.

    Windows overlap by half and fade into each other: a network knows least about a window's ends.

    Returns:
        ``(T, V)`` float32; NaN where the person is not seen, or where work was stopped.
    """
    recording, person = question.recording, question.person
    total, length = recording.num_frames, question.window_frames
    weights = np.zeros((total, recording.layout.num_joints), dtype=np.float32)
    shares = np.zeros_like(weights)
    fade = 1.0 - np.abs(np.linspace(-1.0, 1.0, length, dtype=np.float32)) * 0.98
    for start in range(0, max(total - length // 2, 1), max(length // 2, 1)):
        if control.should_stop():
            break
        stop = min(start + length, total)
        seen = _joint_weights(recognizer, Clip(recording=recording, start=start, stop=stop), person)
        share = fade[: stop - start, None] * np.isfinite(seen)
        weights[start:stop] += np.nan_to_num(seen) * share
        shares[start:stop] += share
        control.checkpoint(stop / total)
    blank = np.full_like(weights, np.nan)
    return np.divide(weights, shares, out=blank, where=shares > 0)


def _joint_weights(recognizer: ClipRecognizer, clip: Clip, person: int) -> FloatArray:
    """``(T, V)`` of one clip; NaN where the person is not seen."""
    explanation = None
    if np.isfinite(clip.positions[:, person]).any():
        explanation = recognizer.answer(clip, explain=True).explanation
    if explanation is not None:
        return explanation.joint_weights[:, person]
    return np.full((clip.num_frames, clip.recording.layout.num_joints), np.nan, dtype=np.float32)


def _ignore(_: object) -> None:
    """A model that does not load says so when it is asked."""
