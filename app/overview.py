"""Answers and focus over the whole of a recording, worked out while nobody waits.

For the person picked first: the answers of the model shown, those of the models it is compared
with, then the focus; after that the same for other people whose lanes are open. What has been found
out is kept for each model and person until another recording comes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.document import (
    NO_TRACK,
    AnswerPhase,
    Document,
    LanesProgress,
    LaneWork,
    TrackState,
    prediction_for,
)
from app.services.inference import (
    FocusQuestion,
    FocusReply,
    InferenceService,
    OverviewRefusal,
    TrackQuestion,
    TrackReply,
    WholeQuestion,
    WholeReply,
)
from app.time_left import TimeLeft
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.prediction import Answer, Prediction, PredictionTrack
from engine.recording import Clip, Recording
from engine.runtime.packages import ModelPackage
from engine.runtime.windows import is_answered_whole, window_frames

if TYPE_CHECKING:
    from pathlib import Path

LaneQuestion = TrackQuestion | FocusQuestion | WholeQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that is not known yet."""

    work: LaneWork
    model: ModelPackage
    person: int

    @property
    def key(self) -> "tuple[LaneWork, Path, int | None]":
        """What it is kept under: a model that sees everybody says one thing of all."""
        sees_everybody = self.model.card.people > 1 and self.work is LaneWork.ANSWERS
        return self.work, self.model.folder, None if sees_everybody else self.person


class Overview(QObject):
    """Asks for what is missing, one thing after the other, and remembers it."""

    learned = Signal()
    """Something more is known, or it will not be."""

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
        self._time_left = TimeLeft(now_s)
        self._is_stopped = False
        self._document = document
        self._inference = inference
        self._ids = count(1)
        self._compared: tuple[ModelPackage, ...] = ()
        self._open_people: frozenset[int] = frozenset()
        self._tracks: dict[tuple[LaneWork, Path, int | None], PredictionTrack] = {}
        self._focus: dict[tuple[LaneWork, Path, int | None], FloatArray] = {}
        self._whole: dict[Path, Answer] = {}
        self._refusals: dict[tuple[LaneWork, Path, int | None], str] = {}
        self._open: LaneQuestion | None = None
        self._asked: Missing | None = None

    # what is known

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was asked is still open."""
        return self._open is None

    @property
    def compared(self) -> tuple[ModelPackage, ...]:
        """The models that the one shown is compared with."""
        return tuple(model for model in self._compared if model is not self._document.model)

    @property
    def wanted(self) -> tuple[ModelPackage, ...]:
        """The same, with the one shown where the user has picked it, too."""
        return self._compared

    def answers_of(self, model: ModelPackage, person: int) -> PredictionTrack | Prediction | None:
        """What a model says of a person over the whole recording; None while it is not known."""
        missing = Missing(work=LaneWork.ANSWERS, model=model, person=person)
        answer = self._whole.get(model.folder)
        if answer is not None:
            return prediction_for(answer, person)
        return self._tracks.get(missing.key)

    def focus_of(self, model: ModelPackage, person: int) -> FloatArray | None:
        """Where a model looks over the whole of a long recording."""
        return self._focus.get(Missing(work=LaneWork.FOCUS, model=model, person=person).key)

    def refusal_of(self, model: ModelPackage, person: int) -> str:
        """Why there will be no answer; empty where there may be one."""
        missing = Missing(work=LaneWork.ANSWERS, model=model, person=person)
        return self._refusals.get(missing.key, "")

    # what is wanted

    @Slot()
    def forget(self) -> None:
        """Begin anew: the recording is another."""
        self._drop_question()
        self._is_stopped = False
        self._tracks, self._focus, self._whole, self._refusals = {}, {}, {}, {}
        self._document.set_track_state(NO_TRACK)

    @Slot()
    def turn_to_model(self) -> None:
        """Another model is shown: what is known of it is there at once, the rest comes later."""
        self._drop_question()
        self._is_stopped = False
        person = self._document.person
        if self._document.recording is not None and person is not None:
            self._document.set_track_state(self._state(person))

    def set_compared(self, models: tuple[ModelPackage, ...]) -> None:
        """Compare with these models; any of them may be the one shown."""
        self._compared = models
        self.show_person()

    def set_open_people(self, people: frozenset[int]) -> None:
        """Say whose lanes are to be seen, beside those of the person picked."""
        if people != self._open_people:
            self._open_people = people
            self.show_person()

    def _drop_question(self) -> None:
        self._inference.stop_overview()
        self._open = None
        self._asked = None

    @Slot()
    def show_person(self) -> None:
        """Show what is known of the person picked, and ask for what is missing."""
        document = self._document
        recording, model, person = document.recording, document.model, self._person
        if recording is None or model is None or person is None:
            return
        answer = document.answer_state.answer
        if answer is None and not self._is_refused:
            return
        if is_answered_whole(recording, model.card.windows):
            self._take_shown(model, person)
        missing = next(self._all_missing(recording, model, person), None)
        if self._open is not None and missing == self._asked:
            return
        self._drop_question()
        is_stopped = self._is_stopped and missing is not None
        self._document.set_track_state(replace(self._state(person), is_stopped=is_stopped))
        self.learned.emit()
        if missing is not None and not is_stopped:
            self._ask(missing, recording)

    def _take_shown(self, model: ModelPackage, person: int) -> None:
        """Keep what the model shown has said of a short recording: nobody need ask it again."""
        state = self._document.answer_state
        if state.answer is not None:
            self._whole[model.folder] = state.answer
        else:
            missing = Missing(work=LaneWork.ANSWERS, model=model, person=person)
            self._refusals[missing.key] = state.message

    @property
    def _is_refused(self) -> bool:
        """Whether the model shown does not answer about these frames: others may all the same."""
        return self._document.answer_state.phase is AnswerPhase.REFUSED

    @property
    def _person(self) -> int | None:
        """Whose lanes come first: who is picked; where no answer picked anybody, the first one."""
        person = self._document.person
        return 0 if person is None and self._is_refused else person

    def _state(self, person: int) -> TrackState:
        model = self._document.model
        if model is None:
            return NO_TRACK
        answers = Missing(work=LaneWork.ANSWERS, model=model, person=person)
        return TrackState(track=self._tracks.get(answers.key), focus=self.focus_of(model, person))

    def _all_missing(
        self, recording: Recording, shown: ModelPackage, person: int
    ) -> Iterator[Missing]:
        """What is not known and may be, in the order in which it is asked for."""
        others = sorted(self._open_people - {person})
        people = (person, *(other for other in others if other < recording.num_people))
        wanted = (
            Missing(work=work, model=model, person=each)
            for each in people
            for work, models in (
                (LaneWork.ANSWERS, (shown, *self.compared)),
                (LaneWork.FOCUS, (shown,)),
            )
            for model in models
        )
        for missing in wanted:
            is_whole = is_answered_whole(recording, missing.model.card.windows)
            if missing.work is LaneWork.FOCUS and is_whole:
                continue
            known = self._whole if is_whole else {}
            if missing.model.folder in known or missing.key in self._refusals:
                continue
            if missing.key not in self._tracks and missing.key not in self._focus:
                yield missing

    def _ask(self, missing: Missing, recording: Recording) -> None:
        self._time_left = TimeLeft(self._now_s)
        self._asked = missing
        model, person, number = missing.model, missing.person, next(self._ids)
        if missing.work is LaneWork.FOCUS:
            self._open = FocusQuestion(
                id=number,
                model=model,
                recording=recording,
                person=person,
                window_frames=window_frames(recording, model.card.windows),
            )
            self._inference.ask_focus(self._open)
        elif is_answered_whole(recording, model.card.windows):
            self._open = WholeQuestion(
                id=number, model=model, clip=Clip.whole(recording), person=person
            )
            self._inference.ask_whole(self._open)
        else:
            self._open = TrackQuestion(id=number, model=model, recording=recording, person=person)
            self._inference.ask_track(self._open)

    # replies

    @Slot(object)
    def take_track(self, reply: TrackReply) -> None:
        """Keep a track, unless another was asked for since."""
        if reply.question is self._open and self._asked is not None:
            self._tracks[self._asked.key] = reply.track
            self._go_on()

    @Slot(object)
    def take_focus(self, reply: FocusReply) -> None:
        """Keep the focus over time, unless another was asked for since."""
        if reply.question is self._open and self._asked is not None:
            self._focus[self._asked.key] = reply.weights
            self._go_on()

    @Slot(object)
    def take_whole(self, reply: WholeReply) -> None:
        """Keep what a model compared with says of a short recording."""
        if reply.question is self._open:
            self._whole[reply.question.model.folder] = reply.answer
            self._go_on()

    def _go_on(self) -> None:
        self._open = None
        self._asked = None
        self.show_person()

    @Slot(float)
    def take_progress(self, fraction: float) -> None:
        """Show how far the lane is that is worked on, and how long it will take."""
        person = self._person
        if self._open is None or person is None:
            return
        work = LaneWork.FOCUS if isinstance(self._open, FocusQuestion) else LaneWork.ANSWERS
        left_s = self._time_left.at(fraction)
        progress = LanesProgress(work=work, fraction=fraction, left_s=left_s)
        self._document.set_track_state(replace(self._state(person), progress=progress))

    @Slot()
    def stop(self) -> None:
        """Work no more on this recording's lanes, until the user wants to go on."""
        if self._open is None:
            return
        self._drop_question()
        self._is_stopped = True
        self.show_person()

    @Slot()
    def go_on(self) -> None:
        """Take up again what was stopped."""
        self._is_stopped = False
        self.show_person()

    @Slot(object)
    def take_refusal(self, refusal: OverviewRefusal) -> None:
        """Leave that lane empty and go on with the next: the lane says why.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if refusal.question is not self._open or self._asked is None:
            return
        is_known = isinstance(refusal.error, EngineError)
        text = str(refusal.error) if is_known else "the model stopped because of a defect"
        self._refusals[self._asked.key] = text[:1].upper() + text[1:]
        self._go_on()
        if not is_known:
            raise refusal.error
