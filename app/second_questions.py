"""A second recording beside the one on show: what is read, laid upon it and asked about it."""

from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.document import NOTHING_ASKED, AnswerPhase, AnswerState, Document
from app.inspector import refusal_text
from app.librarian import Complaint
from app.second_manner import Manner
from app.second_state import NO_SECOND, SecondPhase, SecondState
from app.services.aligning import AligningService, LayingRefusal, LayingReply, LayingWish
from app.services.comparing import ComparingService, PaneQuestion, PaneRefusal, PaneReply
from app.services.inference import InferenceService
from app.services.opening import Opened, OpeningFailure, OpeningService, ReadRecording
from app.services.task_runner import TaskRunner
from app.time_left import TimeLeft
from engine.errors import EngineError
from engine.recording import Clip
from engine.runtime.windows import span_around


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondThreads:
    """Where the work is done."""

    io: TaskRunner
    inference: TaskRunner
    read: ReadRecording


class SecondQuestions(QObject):
    """Decides what is worked out, and holds what is known."""

    state_changed = Signal(object)  # SecondState
    progressed = Signal()
    """Of the state, only how far the work is has changed."""
    complained = Signal(object)  # Complaint

    def __init__(
        self,
        document: Document,
        threads: SecondThreads,
        inference: InferenceService,
        parent: QObject | None = None,
    ) -> None:
        """Compare nothing yet.

        Args:
            document: Has the first recording, and the person and the model.
            threads: Where the work is done.
            inference: Has the models.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._ids = count(1)
        self._state = NO_SECOND
        self._wish: LayingWish | None = None
        self._asked: PaneQuestion | None = None
        self._frame = 0
        self._time_left = TimeLeft()
        self.opening = OpeningService(threads.io, threads.read, self)
        self.aligning = AligningService(threads.io, self)
        self.asking = ComparingService(threads.inference, inference, self)
        self.opening.opened.connect(self._take_opened)
        self.opening.failed.connect(self._take_failure)
        self.aligning.found.connect(self._take_laid)
        self.aligning.refused.connect(self._take_refusal)
        self.aligning.progressed.connect(self._take_progress)
        self.asking.answered.connect(self._take_answer)
        self.asking.refused.connect(self._take_no_answer)

    @property
    def state(self) -> SecondState:
        """All that is known."""
        return self._state

    @property
    def is_settled(self) -> bool:
        """Whether all that is going to be known is known."""
        waits = self._state.phase in (SecondPhase.READING, SecondPhase.ALIGNING)
        return not (waits or self.asking.is_busy)

    # wishes

    def open(self, path: Path) -> None:
        """Read a recording and lay it upon the first."""
        self._end_work()
        manner = self._state.manner
        self._set(SecondState(phase=SecondPhase.READING, path=path, manner=manner))
        self.opening.open(path)

    def take(self, path: Path, opened: Opened, person: int | None) -> None:
        """Take a recording that was read before; ``lay`` lays it upon the first.

        Args:
            path: Its file.
            opened: The recording.
            person: Of it.
        """
        self._end_work()
        self._set(
            SecondState(
                phase=SecondPhase.ALIGNING,
                path=path,
                recording=opened.recording,
                scene=opened.scene,
                person=person,
                manner=self._state.manner,
            )
        )

    @Slot()
    def close(self) -> None:
        """Compare nothing."""
        if self._state.is_there:
            self._end_work()
            self.asking.forget()
            self._set(replace(NO_SECOND, manner=self._state.manner))

    def set_manner(self, manner: Manner) -> None:
        """Lay it in another way."""
        before = self._state.manner
        self._set(replace(self._state, manner=manner))
        if not manner.measures_as(before):
            self.lay()

    @Slot(int)
    def set_person(self, person: int) -> None:
        """Compare with another person of the second recording."""
        self._set(replace(self._state, person=person))
        self.lay()

    def lay(self) -> None:
        """Lay the second recording upon the person picked of the first."""
        state, document = self._state, self._document
        if state.recording is None or document.recording is None or document.scene is None:
            return
        aligning = SecondPhase.ALIGNING
        self._set(replace(state, phase=aligning, fraction=None, left_s=None, message=""))
        self._wish = LayingWish(
            first=document.recording,
            scene=document.scene,
            first_person=document.person,
            second=state.recording,
            second_person=state.person,
            manner=state.manner,
            before=None if state.laid is None else state.laid.alignment,
        )
        self._time_left = TimeLeft()
        self.aligning.ask(self._wish)

    # the first recording

    @Slot(object)
    def take_person(self, person: int | None) -> None:
        """Lay it upon another person, unless that is what is worked out or shown already."""
        laid, wish = self._state.laid, self._wish
        if person is None or wish is None:
            return
        asked = wish.first_person
        if asked is None and laid is not None:  # whoever moves most, and now it is known who
            asked = laid.alignment.pair.first.performer.person
        if person != asked:
            self.lay()

    @Slot(int)
    def follow_frame(self, frame: int) -> None:
        """Ask about the part of a long second recording that belongs to a frame of the first."""
        self._frame = frame
        if self._state.laid is not None:
            self._ask()

    @Slot()
    def ask_anew(self) -> None:
        """Another model is shown: what the last one said goes."""
        self.asking.forget()
        self._asked = None
        if self._state.is_there:
            self._set(replace(self._state, answer=NOTHING_ASKED))
            self._ask()

    # reading and laying

    def _end_work(self) -> None:
        self.opening.forget()
        self.aligning.stop()
        self.asking.stop()
        self._wish = self._asked = None

    @Slot(object)
    def _take_opened(self, opened: Opened) -> None:
        self._set(
            replace(
                self._state,
                phase=SecondPhase.ALIGNING,
                recording=opened.recording,
                scene=opened.scene,
            )
        )
        self.lay()

    @Slot(object)
    def _take_failure(self, failure: OpeningFailure) -> None:
        """Complain about a file that cannot be read; the recording on show stays.

        Raises:
            Exception: The failure's own error, when it is a defect of the program.
        """
        self.close()
        if not isinstance(failure.error, EngineError):
            raise failure.error
        self.complained.emit(
            Complaint(
                title=f"{failure.path.name} could not be opened",
                message=str(failure.error),
                hint="Nothing is compared; the recording on show stays open.",
            )
        )

    @Slot(object)
    def _take_laid(self, reply: LayingReply) -> None:
        self._set(
            replace(
                self._state, phase=SecondPhase.READY, laid=reply.laid, fraction=None, left_s=None
            )
        )
        self._ask()

    @Slot(object)
    def _take_refusal(self, refusal: LayingRefusal) -> None:
        """Keep why they cannot be laid upon each other.

        Raises:
            Exception: The refusal's own error, when it is a defect of the program.
        """
        message = refusal_text(refusal.error)
        refused = SecondPhase.REFUSED
        self._set(replace(self._state, phase=refused, laid=None, left_s=None, message=message))
        if not isinstance(refusal.error, EngineError):
            raise refusal.error

    @Slot(float)
    def _take_progress(self, fraction: float) -> None:
        left_s = self._time_left.at(fraction)
        self._state = replace(self._state, fraction=fraction, left_s=left_s)
        self.progressed.emit()

    # what the model shown says of it

    def _ask(self) -> None:
        """Ask about the whole of it, or about its part around the frame that belongs to this."""
        state, model = self._state, self._document.model
        if state.recording is None or state.laid is None or model is None:
            return
        frame = min(self._frame, len(state.laid.partners) - 1)
        span = span_around(state.recording, model.card.windows, int(state.laid.partners[frame]))
        clip = Clip(recording=state.recording, start=span.start, stop=span.stop)
        question = PaneQuestion(id=next(self._ids), model=model, clip=clip)
        if self._asked is not None and question.key == self._asked.key:
            return
        self._asked = question
        if state.answer.answer is None:
            self._set(replace(state, answer=AnswerState(phase=AnswerPhase.ASKED)))
        self.asking.ask((question,))

    @Slot(object)
    def _take_answer(self, reply: PaneReply) -> None:
        if self._asked is None:
            return
        is_newest = reply.question.key == self._asked.key  # else better than nothing meanwhile
        phase = AnswerPhase.ANSWERED if is_newest else AnswerPhase.ASKED
        answer = AnswerState(phase=phase, answer=reply.answer, prepared=reply.prepared)
        self._set(replace(self._state, answer=answer))

    @Slot(object)
    def _take_no_answer(self, refusal: PaneRefusal) -> None:
        """Keep why there is no answer.

        Raises:
            Exception: The refusal's own error, when it is a defect of the program.
        """
        if self._asked is None or refusal.question.key != self._asked.key:
            return
        message = refusal_text(refusal.error)
        answer = AnswerState(phase=AnswerPhase.REFUSED, message=message)
        self._set(replace(self._state, answer=answer))
        if not isinstance(refusal.error, EngineError):
            raise refusal.error

    def _set(self, state: SecondState) -> None:
        self._state = state
        self.state_changed.emit(state)
