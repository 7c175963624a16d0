"""Decides what the models beside the one shown are asked, and when; remembers what they said."""

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.compare_size import ModelSize
from app.compare_state import Agreement, CompareState, PaneState, Timing
from app.document import NOTHING_ASKED, AnswerPhase, AnswerState, Document
from app.inspector import refusal_text
from app.lane_keeper import network_names
from app.services.comparing import ComparingService, PaneQuestion, PaneRefusal, PaneReply
from app.services.inference import ClipReply
from engine.errors import EngineError, LayoutError, ModelPackageError
from engine.recording import Clip
from engine.runtime.packages import ModelPackage
from engine.runtime.windows import span_around

if TYPE_CHECKING:
    from collections.abc import Hashable
    from pathlib import Path


class CompareQuestions(QObject):
    """Each model is asked about its own window around the frame; the one shown is asked elsewhere.

    While a long recording plays, the model that has waited longest for its turn goes first: none is
    left behind by models that are slower.
    """

    state_changed = Signal(object)  # CompareState

    def __init__(
        self, document: Document, comparing: ComparingService, parent: QObject | None = None
    ) -> None:
        """Ask nothing yet.

        Args:
            document: Read; has the answer of the model shown.
            comparing: Is asked; its replies are to be given to ``take_reply`` and
                ``take_refusal``.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._comparing = comparing
        self._ids = count(1)
        self._frame = 0
        self._beside: tuple[ModelPackage, ...] | None = None
        self._asked: tuple[Hashable, ...] = ()
        self._open: dict[Path, PaneQuestion] = {}
        self._last_shown: PaneReply | None = None
        self._answers: dict[Path, AnswerState] = {}
        self._hopeless: set[Path] = set()
        self._turns: dict[Path, int] = {}
        self._timings: dict[Path, Timing] = {}
        self._sizes: dict[Path, ModelSize] = {}
        self._agreements: dict[str, Agreement] = {}
        self._state = CompareState()

    @property
    def state(self) -> CompareState:
        """What is side by side; empty while nothing is."""
        return self._state

    @property
    def is_on(self) -> bool:
        """Whether models are side by side."""
        return self._beside is not None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that was asked is still open."""
        return not (self._open or self._comparing.is_busy or self._comparing.is_measuring)

    # what is wanted

    def set_beside(self, models: tuple[ModelPackage, ...] | None) -> None:
        """Put these models beside the one shown; None for no comparison at all."""
        self._beside = models
        if models is None:
            self._comparing.forget()
            self._forget_answers()
        elif self._last_shown is not None:
            self._comparing.keep(self._last_shown)
        self.refresh()

    @Slot()
    def take_recording(self) -> None:
        """Begin anew: the recording is another."""
        self._comparing.forget()
        self._frame = 0
        self._last_shown = None
        self._forget_answers()
        self._timings, self._agreements = {}, {}
        self.refresh()

    def _forget_answers(self) -> None:
        self._asked, self._open, self._answers, self._turns = (), {}, {}, {}
        self._hopeless = set()

    @Slot(int)
    def follow_frame(self, frame: int) -> None:
        """Ask about the windows around a frame of a long recording when they are new ones."""
        self._frame = frame
        self._ask()

    @Slot()
    def refresh(self) -> None:
        """Take over what the document says now, and ask for what is missing."""
        self._ask()
        self._tell()

    def _ask(self) -> None:
        recording = self._document.recording
        if recording is None or self._document.model is None or not self._beside:
            return
        wanted = tuple(
            self._question(model) for model in self._beside if model.folder not in self._hopeless
        )
        keys = tuple(question.key for question in wanted)
        if keys == self._asked:
            return
        self._asked = keys
        self._open = {question.model.folder: question for question in wanted}
        for question in wanted:
            before = self._answers.get(question.model.folder, NOTHING_ASKED)
            if before.phase is not AnswerPhase.REFUSED:  # stays until there is an answer
                asked = replace(before, phase=AnswerPhase.ASKED)
                self._answers[question.model.folder] = asked
        in_turn = sorted(wanted, key=lambda each: self._turns.get(each.model.folder, 0))
        self._comparing.ask(tuple(in_turn))

    def _question(self, model: ModelPackage) -> PaneQuestion:
        recording = self._document.recording
        if recording is None:
            raise ValueError("there is no recording to ask about")
        frame = min(self._frame, recording.num_frames - 1)
        span = span_around(recording, model.card.windows, frame)
        clip = Clip(recording=recording, start=span.start, stop=span.stop)
        return PaneQuestion(id=next(self._ids), model=model, clip=clip)

    def kept_of_shown(self) -> PaneReply | None:
        """What the model shown said of this window when it stood beside another."""
        model = self._document.model
        if not self.is_on or model is None or self._document.recording is None:
            return None
        return self._comparing.kept(self._question(model))

    # what is found out

    @Slot(object)
    def take_shown(self, reply: ClipReply) -> None:
        """Keep an answer of the model shown: it may soon stand beside another."""
        asked, recording = reply.question, self._document.recording
        if asked.clip.recording is not recording:
            return
        question = PaneQuestion(id=asked.id, model=asked.model, clip=asked.clip)
        self._last_shown = PaneReply(
            question=question, answer=reply.answer, prepared=reply.prepared
        )
        self._note_time(self._last_shown)
        if self.is_on:
            self._comparing.keep(self._last_shown)
            self._measure()

    @Slot(object)
    def take_reply(self, reply: PaneReply) -> None:
        """Show an answer, unless it is about something else than what is side by side now."""
        folder = reply.question.model.folder
        if reply.question.clip.recording is not self._document.recording:
            return
        if not reply.is_kept:
            self._note_time(reply)
        if not reply.is_repeated:
            self._show(reply)
            self._turns[folder] = reply.question.id
        self._measure()
        self._tell()

    def _show(self, reply: PaneReply) -> None:
        folder = reply.question.model.folder
        newest = self._open.get(folder)
        if newest is None:
            return  # a newer one is on show
        is_newest = newest.key == reply.question.key
        if is_newest:
            del self._open[folder]
        self._answers[folder] = AnswerState(
            phase=AnswerPhase.ANSWERED if is_newest else AnswerPhase.ASKED,
            answer=reply.answer,
            prepared=reply.prepared,
        )

    @Slot(object)
    def take_refusal(self, refusal: PaneRefusal) -> None:
        """Say in that model's pane why there is no answer; the others go on.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if refusal.question.clip.recording is not self._document.recording:
            return
        folder = refusal.question.model.folder
        newest = self._open.get(folder)
        if newest is None:
            return
        if isinstance(refusal.error, EngineError) and newest.key != refusal.question.key:
            return  # there may be an answer about the frames of now
        del self._open[folder]
        if not is_about_frames(refusal.error):
            self._hopeless.add(folder)
        self._answers[folder] = AnswerState(
            phase=AnswerPhase.REFUSED, message=refusal_text(refusal.error)
        )
        self._measure()
        self._tell()
        if not isinstance(refusal.error, EngineError):
            raise refusal.error

    def _note_time(self, reply: PaneReply) -> None:
        folder, spent = reply.question.model.folder, reply.answer.seconds
        before = self._timings.get(folder)
        if before is None:
            self._timings[folder] = Timing(first_s=spent)
        else:
            self._timings[folder] = before.with_later(spent)

    def _measure(self) -> None:
        """Once all have answered: ask those once more that have answered only once."""
        shown = self._document.model
        if not self._beside or shown is None or self._document.recording is None:
            return
        if self._open or self._comparing.is_busy or self._comparing.is_measuring:
            return
        for model in (shown, *self._beside):
            timing = self._timings.get(model.folder)
            if timing is not None and not timing.later_s:
                self._comparing.measure(self._question(model))
                return

    def take_size(self, model: ModelPackage, size: ModelSize) -> None:
        """Take over how large a model is."""
        self._sizes[model.folder] = size
        self._tell()

    def take_agreements(self, found: dict[str, Agreement]) -> None:
        """Take over how the others stand to the model shown, by their lanes' names."""
        self._agreements = found
        self._tell()

    # what is side by side

    @Slot()
    def recolour(self) -> None:
        """Tell of the same in the document's colours."""
        self._tell()

    def _tell(self) -> None:
        before, self._state = self._state, self._now()
        if before.panes or self._state.panes:
            self.state_changed.emit(self._state)

    def _now(self) -> CompareState:
        document = self._document
        shown = document.model
        if not self._beside or shown is None or document.recording is None:
            return CompareState()
        models = (shown, *self._beside)
        panes = tuple(
            PaneState(
                model=model,
                name=name,
                answer=document.answer_state
                if model is shown
                else self._answers.get(model.folder, NOTHING_ASKED),
                timing=self._timings.get(model.folder),
                size=self._sizes.get(model.folder),
                agreement=None if model is shown else self._agreements.get(name),
            )
            for model, name in zip(models, network_names(models), strict=True)
        )
        return CompareState(
            panes=panes,
            person=document.person,
            recording=document.recording,
            palette=document.action_palette,
        )


def is_about_frames(error: Exception) -> bool:
    """Whether a model that refused may have an answer about other frames of the recording."""
    is_for_good = isinstance(error, LayoutError | ModelPackageError)
    return isinstance(error, EngineError) and not is_for_good
