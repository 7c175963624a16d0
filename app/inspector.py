"""Keeps the model's answer in step with what the document shows.

Decides what to ask and when; the service decides nothing, the document only remembers.
"""

from itertools import count

from PySide6.QtCore import QObject, Slot

from app.answer_span import FrameSpan, is_answered_whole, span_around
from app.document import (
    NO_TRACK,
    NOTHING_ASKED,
    AnswerPhase,
    AnswerState,
    Document,
    TrackState,
)
from app.services.inference import (
    ClipReply,
    InferenceService,
    Question,
    Refusal,
    TrackQuestion,
    TrackReply,
)
from engine.errors import EngineError
from engine.prediction import PredictionTrack
from engine.recording import Clip


class Inspector(QObject):
    """Asks about the frames on show, and about the whole of long recordings."""

    def __init__(
        self, document: Document, inference: InferenceService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._inference = inference
        self._ids = count(1)
        self._frame = 0
        self._span: FrameSpan | None = None
        self._question: Question | None = None
        self._track_question: TrackQuestion | None = None
        self._tracks: dict[int, PredictionTrack] = {}

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was asked is still open."""
        is_waiting = self._document.answer_state.phase is AnswerPhase.ASKED
        return not is_waiting and self._track_question is None

    @Slot()
    def take_recording(self) -> None:
        """Ask about another recording, from its start."""
        self._frame = 0
        self.ask_anew()

    @Slot()
    def ask_anew(self) -> None:
        """Ask about the recording and model of now; whatever was asked before is forgotten."""
        self._inference.forget()
        self._question = self._track_question = None
        self._tracks = {}
        self._span = None
        self._document.set_track_state(NO_TRACK)
        self._document.set_answer_state(NOTHING_ASKED)
        self._ask()

    @Slot(int)
    def follow_frame(self, frame: int) -> None:
        """Ask about the window around a frame of a long recording when it is another than before."""
        self._frame = frame
        if self._document.answer_state.phase is not AnswerPhase.REFUSED:
            self._ask()

    @Slot()
    def follow_person(self) -> None:
        """Show the track of the person picked; ask for it if it is not there yet."""
        self._ask_track()

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
        self._question = Question(id=next(self._ids), model=model, clip=clip)
        shown = self._document.answer_state.answer
        self._document.set_answer_state(AnswerState(phase=AnswerPhase.ASKED, answer=shown))
        self._inference.ask(self._question)

    def _ask_track(self) -> None:
        recording, model = self._document.recording, self._document.model
        person, state = self._document.person, self._document.answer_state
        if recording is None or model is None or person is None or state.answer is None:
            return
        if is_answered_whole(recording, model.card.windows):
            return
        if person in self._tracks:
            self._inference.stop_track()
            self._track_question = None
            self._document.set_track_state(TrackState(track=self._tracks[person]))
            return
        if self._track_question is not None and self._track_question.person == person:
            return
        self._track_question = TrackQuestion(
            id=next(self._ids), model=model, recording=recording, person=person
        )
        self._document.set_track_state(TrackState(progress=0.0))
        self._inference.ask_track(self._track_question)

    @Slot(object)
    def take_answer(self, reply: ClipReply) -> None:
        """Show an answer, unless it is about another recording or model than the one on show."""
        asked = reply.question
        current = self._document.recording, self._document.model
        if asked.clip.recording is not current[0] or asked.model is not current[1]:
            return
        is_newest = asked is self._question
        phase = AnswerPhase.ANSWERED if is_newest else AnswerPhase.ASKED
        self._document.set_answer_state(AnswerState(phase=phase, answer=reply.answer))
        self._ask_track()

    @Slot(object)
    def take_track(self, reply: TrackReply) -> None:
        """Show a track, unless another was asked for since."""
        if reply.question is not self._track_question:
            return
        self._tracks[reply.question.person] = reply.track
        self._track_question = None
        self._document.set_track_state(TrackState(track=reply.track))

    @Slot(float)
    def take_progress(self, fraction: float) -> None:
        """Show how far the track is."""
        if self._track_question is not None:
            self._document.set_track_state(TrackState(progress=fraction))

    @Slot(object)
    def take_refusal(self, refusal: Refusal) -> None:
        """Say in the panel why there is no answer.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if refusal.question is self._question:
            self._document.set_answer_state(
                AnswerState(phase=AnswerPhase.REFUSED, message=_said(refusal.error))
            )
        elif refusal.question is self._track_question:
            self._track_question = None
            self._document.set_track_state(NO_TRACK)
        else:
            return
        if not isinstance(refusal.error, EngineError):
            raise refusal.error


def _said(error: Exception) -> str:
    if isinstance(error, EngineError):
        return str(error)
    return "The model stopped with an error of the program; a report is open."
