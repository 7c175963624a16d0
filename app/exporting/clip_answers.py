"""Answers to the windows of a recording, asked for as a film comes to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.overlays import PreparedExplanation, prepared
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.errors import EngineError
from engine.prediction import Answer
from engine.recording import Clip, Recording
from engine.runtime.packages import ModelPackage
from engine.runtime.windows import FrameSpan, span_around

KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An answer, and where the networks looked; nothing where the model refuses."""

    answer: Answer | None = None
    prepared: tuple[PreparedExplanation, ...] = ()


NOTHING = Explained()


class ClipAnswers(QObject):
    """Of one model about one recording."""

    def __init__(
        self,
        inference: InferenceService,
        runner: TaskRunner,
        model: ModelPackage | None,
        recording: Recording,
        parent: QObject | None = None,
    ) -> None:
        """Know nothing yet.

        Args:
            inference: Has the model.
            runner: Its thread.
            model: Who is asked; None for nobody.
            recording: What about.
            parent: Owner.
        """
        super().__init__(parent)
        self._inference = inference
        self._runner = runner
        self._model = model
        self._recording = recording
        self._known: dict[FrameSpan, Explained] = {}
        self._asked: dict[FrameSpan, Task] = {}
        self._defect: Exception | None = None

    def learn(self, explained: Explained) -> None:
        """Take over an answer that is there already."""
        answer = explained.answer
        if answer is not None:
            about = answer.predictions[answer.main]
            self._known[FrameSpan(start=about.start, stop=about.stop)] = explained

    def at(self, frame: int) -> Explained | None:
        """What is said around a frame; None while it is asked.

        Raises:
            Exception: A defect while it was asked.
        """
        if self._defect is not None:
            raise self._defect
        if self._model is None:
            return NOTHING
        span = span_around(self._recording, self._model.card.windows, frame)
        found = self._known.get(span)
        if found is None:
            self._ask(self._model, span)
        elif len(self._known) + len(self._asked) < KEPT:
            for coming in self._coming(self._model, frame, span):
                self._ask(self._model, coming)
        else:
            self._forget_before(span)
        return found

    def stop(self) -> None:
        """Ask nothing more."""
        for task in self._asked.values():
            task.cancel()
        self._asked.clear()

    def _coming(self, model: ModelPackage, frame: int, span: FrameSpan) -> Iterator[FrameSpan]:
        """The next window, so that it is known when the film is there."""
        for later in range(frame + 1, min(span.stop + 1, self._recording.num_frames)):
            following = span_around(self._recording, model.card.windows, later)
            if following != span:
                yield following
                return

    def _forget_before(self, span: FrameSpan) -> None:
        for known in [each for each in self._known if each.start < span.start]:
            del self._known[known]

    def _ask(self, model: ModelPackage, span: FrameSpan) -> None:
        if span in self._asked or span in self._known:
            return
        clip = Clip(recording=self._recording, start=span.start, stop=span.stop)

        def work(recognizer: ClipRecognizer, _: TaskControl) -> Explained:
            answer = recognizer.answer(clip, explain=True)
            ready = tuple(prepared(explanation) for explanation in answer.explanations)
            return Explained(answer=answer, prepared=ready)

        self._asked[span] = self._runner.submit(
            self._inference.with_model(model, work),
            on_result=lambda found: self._take(span, found),
            on_error=lambda error: self._take_error(span, error),
            urgency=Urgency.SOON,
        )

    def _take(self, span: FrameSpan, found: Explained) -> None:
        self._asked.pop(span, None)
        self._known[span] = found

    def _take_error(self, span: FrameSpan, error: Exception) -> None:
        self._asked.pop(span, None)
        if isinstance(error, EngineError):
            self._known[span] = NOTHING
        else:
            self._defect = error
