"""Answers and focus over the whole of a long recording, worked out while nobody waits."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from time import monotonic

from PySide6.QtCore import QObject, Slot

from app.document import NO_TRACK, Document, LanesProgress, LaneWork, TrackState
from app.services.inference import (
    FocusQuestion,
    FocusReply,
    InferenceService,
    OverviewRefusal,
    TrackQuestion,
    TrackReply,
)
from engine.errors import EngineError
from engine.runtime.windows import is_answered_whole, window_frames

SURE_AFTER_S = 0.4
"""So long the work goes on before the time left is told."""


class Overview(QObject):
    """Asks for the track of the person picked, then for the focus; remembers both by person."""

    def __init__(
        self,
        document: Document,
        inference: InferenceService,
        parent: QObject | None = None,
        *,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        """Know nothing yet.

        Args:
            document: Gets what is found out.
            inference: Is asked.
            parent: Owner.
            now_s: The clock of real time.
        """
        super().__init__(parent)
        self._now_s = now_s
        self._since_s = 0.0
        self._is_stopped = False
        self._document = document
        self._inference = inference
        self._ids = count(1)
        self._known: dict[int, TrackState] = {}
        self._open: TrackQuestion | FocusQuestion | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was asked is still open."""
        return self._open is None

    @Slot()
    def forget(self) -> None:
        """Begin anew: the recording or the model is another."""
        self._inference.stop_overview()
        self._open = None
        self._is_stopped = False
        self._known = {}
        self._document.set_track_state(NO_TRACK)

    @Slot()
    def show_person(self) -> None:
        """Show what is known of the person picked, and ask for what is missing."""
        document = self._document
        recording, model, person = document.recording, document.model, document.person
        if recording is None or model is None or person is None:
            return
        has_answer = document.answer_state.answer is not None
        if not has_answer or is_answered_whole(recording, model.card.windows):
            return
        if self._open is not None and self._open.person == person:
            return
        self._inference.stop_overview()
        self._open = None
        known = self._known.get(person, TrackState())
        is_stopped = self._is_stopped and known.focus is None
        self._document.set_track_state(replace(known, is_stopped=is_stopped))
        if is_stopped:
            return
        self._since_s = self._now_s()
        if known.track is None:
            self._open = TrackQuestion(
                id=next(self._ids), model=model, recording=recording, person=person
            )
            self._inference.ask_track(self._open)
        elif known.focus is None:
            self._open = FocusQuestion(
                id=next(self._ids),
                model=model,
                recording=recording,
                person=person,
                window_frames=window_frames(recording, model.card.windows),
            )
            self._inference.ask_focus(self._open)

    @Slot(object)
    def take_track(self, reply: TrackReply) -> None:
        """Show a track, unless another was asked for since."""
        if reply.question is self._open:
            self._learn(reply.question.person, TrackState(track=reply.track))

    @Slot(object)
    def take_focus(self, reply: FocusReply) -> None:
        """Show the focus over time, unless another was asked for since."""
        if reply.question is self._open:
            person = reply.question.person
            track = self._known[person].track
            self._learn(person, TrackState(track=track, focus=reply.weights))

    def _learn(self, person: int, state: TrackState) -> None:
        self._known[person] = state
        self._open = None
        self.show_person()

    @Slot(float)
    def take_progress(self, fraction: float) -> None:
        """Show how far the lane is that is worked on, and how long it will take."""
        if self._open is None:
            return
        spent_s = self._now_s() - self._since_s
        is_sure = spent_s >= SURE_AFTER_S and fraction > 0
        work = LaneWork.ANSWERS if isinstance(self._open, TrackQuestion) else LaneWork.FOCUS
        left_s = spent_s * (1 - fraction) / fraction if is_sure else None
        progress = LanesProgress(work=work, fraction=fraction, left_s=left_s)
        known = self._known.get(self._open.person, TrackState())
        self._document.set_track_state(replace(known, progress=progress))

    @Slot()
    def stop(self) -> None:
        """Work no more on this recording's lanes, until the user wants to go on."""
        if self._open is None:
            return
        self._inference.stop_overview()
        self._open = None
        self._is_stopped = True
        self.show_person()

    @Slot()
    def go_on(self) -> None:
        """Take up again what was stopped."""
        self._is_stopped = False
        self.show_person()

    @Slot(object)
    def take_refusal(self, refusal: OverviewRefusal) -> None:
        """Leave the lanes as they are: the panel says what the model cannot do.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if refusal.question is not self._open:
            return
        self._open = None
        self._document.set_track_state(self._known.get(refusal.question.person, TrackState()))
        if not isinstance(refusal.error, EngineError):
            raise refusal.error
