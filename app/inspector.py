"""Keeps the model's answer in step with the frames on show.

Decides what to ask and when; the service decides nothing, the document only remembers.
"""

from dataclasses import replace
from itertools import count

from PySide6.QtCore import QObject, Signal, Slot

from app.document import NOTHING_ASKED, AnswerPhase, AnswerState, Document
from app.services.inference import ClipRefusal, ClipReply, InferenceService, Question
from engine.errors import EngineError
from engine.recording import Clip
from engine.runtime.windows import FrameSpan, span_around


class Inspector(QObject):
    """Asks about all of a short recording, or about the window around the frame of a long one."""

    answered = Signal()
    """An answer was handed to the document."""
    refused = Signal()
    """The document was told that there will be none."""

    def __init__(
        self, document: Document, inference: InferenceService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._inference = inference
        self._ids = count(1)
        self._frame = 0
        self._span: FrameSpan | None = None
        self._open: Question | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was asked is still open."""
        return self._open is None

    @Slot()
    def take_recording(self) -> None:
        """Ask about another recording, from its start."""
        self._frame = 0
        self.ask_anew()

    @Slot()
    def ask_anew(self) -> None:
        """Ask about the recording and model of now; whatever was asked before is forgotten."""
        self._inference.forget()
        self._open = None
        self._span = None
        self._document.set_answer_state(NOTHING_ASKED)
        self._ask()

    @Slot(int)
    def follow_frame(self, frame: int) -> None:
        """Ask about the window around a frame of a long recording when it is a new one."""
        self._frame = frame
        self._ask()

    def _ask(self) -> None:
        recording, model = self._document.recording, self._document.model
        if recording is None or model is None:
            return
        frame = min(self._frame, recording.num_frames - 1)
        span = span_around(recording, model.card.windows, frame)
        if span == self._span:
            return
        self._span = span
        clip = Clip(recording=recording, start=span.start, stop=span.stop)
        self._open = Question(id=next(self._ids), model=model, clip=clip)
        shown = self._document.answer_state
        if shown.phase is not AnswerPhase.REFUSED:  # a refusal stays until there is an answer
            self._document.set_answer_state(replace(shown, phase=AnswerPhase.ASKED))
        self._inference.ask(self._open)

    @Slot(object)
    def take_answer(self, reply: ClipReply) -> None:
        """Show an answer, unless it is about another recording or model than the one on show."""
        if not self._is_about_now(reply.question):
            return
        is_newest = self._close(reply.question)
        phase = AnswerPhase.ANSWERED if is_newest else AnswerPhase.ASKED
        self._document.set_answer_state(
            AnswerState(phase=phase, answer=reply.answer, prepared=reply.prepared)
        )
        self.answered.emit()

    @Slot(object)
    def take_refusal(self, refusal: ClipRefusal) -> None:
        """Say in the panel why there is no answer.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if not self._is_about_now(refusal.question) or not self._close(refusal.question):
            return
        self._document.set_answer_state(
            AnswerState(phase=AnswerPhase.REFUSED, message=refusal_text(refusal.error))
        )
        self.refused.emit()
        if not isinstance(refusal.error, EngineError):
            raise refusal.error

    def _is_about_now(self, question: Question) -> bool:
        return (
            question.clip.recording is self._document.recording
            and question.model is self._document.model
        )

    def _close(self, question: Question) -> bool:
        """Whether it was the newest question; that one is then no longer open."""
        is_newest = question is self._open
        if is_newest:
            self._open = None
        return is_newest


def refusal_text(error: Exception) -> str:
    """What the panel says of an error."""
    if isinstance(error, EngineError):
        text = str(error)
        return text[:1].upper() + text[1:]
    return "The model stopped because of a defect in the program."
