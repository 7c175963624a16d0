"""Asking several models about their own windows, in the inference thread, one after the other.

The newest questions win: those that still wait are forgotten, the one that is with its model is let
through. Answers are kept for each model and clip as long as they fit into memory, so that turning
back costs nothing. Once nothing waits, each model may be asked a second time to measure it.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.overlays import PreparedExplanation, prepared
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.prediction import Answer, Explanation
from engine.recording import Clip
from engine.runtime.packages import ModelPackage

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import FloatArray, IntArray

    PaneWork = Callable[[TaskControl], "PaneReply"]

MOST_KEPT_BYTES = 256_000_000
"""Of answers with what they are drawn from; the one used longest ago goes first."""
DRAWING_SHARE = 2
"""What an explanation takes together with what its overlays look up, over what it takes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneQuestion:
    """What a model beside the one shown is asked."""

    id: int
    model: ModelPackage
    clip: Clip

    @property
    def key(self) -> Hashable:
        """The same for the same frames and model."""
        clip = self.clip
        return self.model.folder, id(clip.recording), clip.start, clip.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneReply:
    """An answer with its explanations, and the question it belongs to."""

    question: PaneQuestion
    answer: Answer
    prepared: tuple[PreparedExplanation, ...]
    is_kept: bool = False
    """Whether it was there already."""
    is_repeated: bool = False
    """Whether it was asked for to be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneRefusal:
    """Why there is no answer."""

    question: PaneQuestion
    error: Exception


class ComparingService(QObject):
    """Questions to several models in, replies out."""

    answered = Signal(object)  # PaneReply
    refused = Signal(object)  # PaneRefusal

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
        self._running: PaneQuestion | None = None
        self._task: Task | None = None
        self._waiting: tuple[PaneQuestion, ...] = ()
        self._repeating: Task | None = None
        self._kept: dict[Hashable, PaneReply] = {}
        self._kept_bytes = 0

    @property
    def is_busy(self) -> bool:
        """Whether an answer that somebody waits for is on its way."""
        return self._task is not None or bool(self._waiting)

    # asking

    def ask(self, questions: tuple[PaneQuestion, ...]) -> None:
        """Ask these in their order; what waited before is forgotten.

        Answers that are kept are told before this returns.
        """
        self.stop_measuring()
        open_key = None if self._running is None else self._running.key
        missing = tuple(each for each in questions if each.key not in self._kept)
        self._waiting = tuple(each for each in missing if each.key != open_key)
        for question in questions:
            found = self.kept(question)
            if found is not None:
                self.answered.emit(found)
        self._go_on()

    def measure(self, question: PaneQuestion) -> None:
        """Ask once more, when nothing else waits, to see how long it takes."""
        self.stop_measuring()
        self._repeating = self._runner.submit(
            self._work(question, is_repeated=True),
            on_result=self._take_measured,
            on_error=lambda _: self._end_measuring(),
            urgency=Urgency.BACKGROUND,
        )

    @property
    def is_measuring(self) -> bool:
        """Whether a model is asked once more."""
        return self._repeating is not None

    def stop_measuring(self) -> None:
        """Let the measurement be."""
        if self._repeating is not None:
            self._repeating.cancel()
            self._repeating = None

    def forget(self) -> None:
        """Nothing that was asked before is answered after this; what is kept goes."""
        self.stop()
        self._kept = {}
        self._kept_bytes = 0

    def stop(self) -> None:
        """Nothing that was asked before is answered after this."""
        self.stop_measuring()
        self._waiting = ()
        if self._task is not None:
            self._task.cancel()
        self._task = self._running = None

    def _go_on(self) -> None:
        if self._task is not None or not self._waiting:
            return
        question, *later = self._waiting
        self._waiting = tuple(later)
        self._running = question
        self._task = self._runner.submit(
            self._work(question, is_repeated=False),
            on_result=self._take,
            on_error=lambda error: self._refuse(PaneRefusal(question=question, error=error)),
            urgency=Urgency.SOON,  # after the model shown
        )

    def _work(self, question: PaneQuestion, *, is_repeated: bool) -> "PaneWork":
        def ask(recognizer: ClipRecognizer, _: TaskControl) -> PaneReply:
            answer = recognizer.answer(question.clip, explain=True)
            ready = () if is_repeated else tuple(prepared(each) for each in answer.explanations)
            return PaneReply(
                question=question, answer=answer, prepared=ready, is_repeated=is_repeated
            )

        return self._inference.with_model(question.model, ask)

    def _take(self, reply: PaneReply) -> None:
        self._task = self._running = None
        self.keep(reply)
        self._go_on()
        self.answered.emit(reply)

    def _refuse(self, refusal: PaneRefusal) -> None:
        self._task = self._running = None
        self._go_on()
        self.refused.emit(refusal)

    def _take_measured(self, reply: PaneReply) -> None:
        self._end_measuring()
        self.answered.emit(reply)

    def _end_measuring(self) -> None:
        self._repeating = None

    # what is kept

    def kept(self, question: PaneQuestion) -> PaneReply | None:
        """The answer that there is already, with this question."""
        found = self._kept.pop(question.key, None)
        if found is None:
            return None
        self._kept[question.key] = found  # used last
        return PaneReply(
            question=question, answer=found.answer, prepared=found.prepared, is_kept=True
        )

    def keep(self, reply: PaneReply) -> None:
        """Keep an answer, for the next time that it is asked for."""
        before = self._kept.pop(reply.question.key, None)
        if before is not None:
            self._kept_bytes -= answer_bytes(before.answer)
        self._kept[reply.question.key] = reply
        self._kept_bytes += answer_bytes(reply.answer)
        while self._kept_bytes > MOST_KEPT_BYTES and len(self._kept) > 1:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._kept_bytes -= answer_bytes(oldest.answer)


def answer_bytes(answer: Answer) -> int:
    """What an answer takes, with what is made from it for drawing."""
    return DRAWING_SHARE * sum(_explanation_bytes(each) for each in answer.explanations)


def _explanation_bytes(explanation: Explanation) -> int:
    arrays: tuple[FloatArray | IntArray, ...] = (
        explanation.chosen,
        *(each.weights for each in explanation.joint_maps),
        *(each.weights for each in explanation.links),
        *(each.weights for each in explanation.times),
        *(each.positions for each in explanation.points),
    )
    return sum(array.nbytes for array in arrays)
