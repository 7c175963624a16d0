"""Decides what is asked of the answer on show, and takes what comes of it.

Whatever is open is asked again when the answer, the person or what is picked becomes another; what
was found stays on show until there is something newer.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.document import Document
from app.inspector import refusal_text
from app.scene_pick import JointHit
from app.services.asking import (
    AskingService,
    ContrastInquiry,
    DelayInquiry,
    FavouritesInquiry,
    Finding,
    Found,
    HideInquiry,
    Inquiry,
    LongInquiry,
    Refused,
    SeenInquiry,
    Subject,
)
from app.why_state import (
    NO_WORK,
    NOTHING_HIDDEN,
    Contrast,
    WhyState,
    WhyTool,
    Work,
    most_probable,
)
from engine.errors import EngineError
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.effect import Effect
from engine.recording import Clip

COMPARED = 2
"""Actions that it takes to ask why one and not another."""
HIDDEN_ALTOGETHER = "Of this person nothing is shown any more; show some joints again."


class WhyQuestions(QObject):
    """Asks, and tells what was found."""

    state_changed = Signal(object)  # WhyState
    effect_changed = Signal(object)  # Effect | None
    contrast_changed = Signal(object)  # Contrast | None
    stages_changed = Signal(object)  # tuple[SeenScene, ...]
    delay_changed = Signal(object)  # DecisionDelay | None
    curve_changed = Signal(object)  # DeletionCurve | None
    work_changed = Signal(object)  # Work
    joint_passed_on = Signal(object)  # JointHit
    """A joint was clicked while nothing is to be hidden."""

    def __init__(
        self, document: Document, asking: AskingService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._asking = asking
        self._state = WhyState()
        self._asked: LongInquiry | None = None
        self._effects: tuple[Effect, ...] = ()

    @property
    def state(self) -> WhyState:
        """What is picked."""
        return self._state

    @Slot(object)
    def change(self, state: WhyState) -> None:
        """Pick something else: a question, what is hidden, actions, a stage."""
        if state == self._state:
            return
        if state.tool is not WhyTool.HIDE:
            state = replace(state, hidden=NOTHING_HIDDEN)
        self._state = state
        self.state_changed.emit(state)
        self.ask()

    def switch(self, tool: WhyTool) -> None:
        """Open a question, or close it; without an answer, none opens."""
        prediction, is_open = self._document.prediction, self._state.tool is tool
        fewest = COMPARED if tool is WhyTool.CONTRAST else 1
        if is_open or (prediction is not None and len(prediction.class_names) >= fewest):
            self.change(replace(self._state, tool=None if is_open else tool))

    def put_aside(self) -> bool:
        """Take back one thing: what is hidden, work that runs, then the question.

        Returns:
            Whether there was such a thing.
        """
        if not self._state.hidden.is_empty:
            self.change(replace(self._state, hidden=NOTHING_HIDDEN))
        elif self._asking.is_busy:
            self.stop()
        elif self._state.tool is not None:
            self.change(replace(self._state, tool=None))
        else:
            return False
        return True

    @Slot(object)
    def click_joint(self, hit: JointHit) -> None:
        """Hide the joint or show it again; where nothing is to be hidden, pass it on."""
        if self._state.tool is WhyTool.HIDE:
            hidden = self._state.hidden.toggled(hit.person, hit.joint)
            self.change(replace(self._state, hidden=hidden))
        else:
            self.joint_passed_on.emit(hit)

    @Slot()
    def take_recording(self) -> None:
        """Another recording: nothing of what was found is about it."""
        self._forget_findings()
        self.change(replace(self._state, hidden=NOTHING_HIDDEN, pair=None, stage=None))

    @Slot()
    def take_model(self) -> None:
        """Another model: it has other actions and stages; what is hidden stays hidden."""
        self._forget_findings()
        self.change(replace(self._state, pair=None, stage=None))

    def _forget_findings(self) -> None:
        self._asking.stop()
        self._asking.forget_effect()
        self._asked = None
        self._effects = ()
        self.effect_changed.emit(None)
        self.contrast_changed.emit(None)
        self.stages_changed.emit(())
        self.delay_changed.emit(None)
        self.curve_changed.emit(None)
        self.work_changed.emit(NO_WORK)

    # asking

    @Slot()
    def ask(self) -> None:
        """Ask what is open, unless that is asked or known."""
        subject = self._subject()
        if subject is None:
            return
        if self._state.tool is WhyTool.HIDE:
            self._ask_effect(subject)
            return
        self._asking.forget_effect()
        inquiry = self._inquiry(subject)
        if inquiry is None:
            self._asking.stop()
            self._asked = None
            self.work_changed.emit(NO_WORK)
        elif self._asked is None or self._asked.key != inquiry.key:
            self._asked = inquiry
            self.work_changed.emit(Work(fraction=0.0))
            self._asking.ask(inquiry)

    @Slot()
    def ask_again(self) -> None:
        """Ask what was stopped."""
        self._asked = None
        self.ask()

    @Slot()
    def stop(self) -> None:
        """Stop what takes long."""
        self._asking.stop()
        self.work_changed.emit(Work(is_stopped=True))

    def _subject(self) -> Subject | None:
        document = self._document
        recording, model, answer = document.recording, document.model, document.answer_state.answer
        if recording is None or model is None or answer is None:
            return None
        said = answer.predictions[answer.main]
        return Subject(
            model=model,
            clip=Clip(recording=recording, start=said.start, stop=said.stop),
            person=document.person,
        )

    def _ask_effect(self, subject: Subject) -> None:
        self._asking.stop()
        self._asked = None
        answer = self._document.answer_state.answer
        if self._state.hidden.is_empty or answer is None:
            self._asking.forget_effect()
            self._effects = ()
            self.effect_changed.emit(None)
            self.work_changed.emit(NO_WORK)
            return
        masks = self._state.hidden.masks(subject.person)
        self._asking.ask_effect(HideInquiry(subject=subject, masks=masks, before=answer))

    def _inquiry(self, subject: Subject) -> LongInquiry | None:
        document, state = self._document, self._state
        answer, prediction, scene = (
            document.answer_state.answer,
            document.prediction,
            document.scene,
        )
        if state.tool is None or answer is None or prediction is None:
            return None
        network = min(document.overlay.network, max(len(answer.explanations) - 1, 0))
        if state.tool is WhyTool.CONTRAST:
            return ContrastInquiry(
                subject=subject,
                network=network,
                measure=state.measure,
                pair=state.pair or most_probable(prediction),
            )
        if state.tool is WhyTool.SEES:
            return None if scene is None else SeenInquiry(subject=subject, scene=scene)
        if state.tool is WhyTool.DELAY:
            return DelayInquiry(subject=subject)
        return FavouritesInquiry(
            subject=subject, network=network, favourites=state.favourites, answer=answer
        )

    # what comes of it

    @Slot(object)
    def take_found(self, found: Found) -> None:
        """Tell what was found, unless it is no longer asked for."""
        if not self._is_wanted(found.inquiry):
            return
        self.work_changed.emit(NO_WORK)
        self._tell(found.finding)

    @Slot(object)
    def take_refusal(self, refused: Refused) -> None:
        """Say why nothing came of it.

        Raises:
            Exception: The refusal's own error, when it is a defect and not something to mend.
        """
        if not self._is_wanted(refused.inquiry):
            return
        self._effects = ()
        self.effect_changed.emit(None)
        self.work_changed.emit(Work(message=refusal_text(refused.error)))
        if not isinstance(refused.error, EngineError):
            raise refused.error

    @Slot(float)
    def take_progress(self, fraction: float) -> None:
        """Say how far it is."""
        if self._asked is not None:
            self.work_changed.emit(Work(fraction=fraction))

    def _is_wanted(self, inquiry: Inquiry) -> bool:
        if not isinstance(inquiry, HideInquiry):
            return self._asked is inquiry
        is_shown = self._state.tool is WhyTool.HIDE and not self._state.hidden.is_empty
        return is_shown and inquiry.before is self._document.answer_state.answer

    def _tell(self, finding: Finding) -> None:
        if isinstance(finding, DecisionDelay):
            self.delay_changed.emit(finding)
        elif isinstance(finding, DeletionCurve):
            self.curve_changed.emit(finding)
        elif isinstance(finding, Contrast):
            self.contrast_changed.emit(finding)
        elif self._state.tool is WhyTool.SEES:
            self.stages_changed.emit(finding)
        else:
            self._tell_effects(finding)

    def _tell_effects(self, effects: object) -> None:
        self._effects = tuple(each for each in _as_tuple(effects) if isinstance(each, Effect))
        person = self._document.person
        mine = [each for each in self._effects if each.person is None or each.person == person]
        if not mine and person is None:
            mine = list(self._effects[:1])
        self.effect_changed.emit(mine[0] if mine else None)
        if not mine:
            self.work_changed.emit(Work(message=HIDDEN_ALTOGETHER))


def _as_tuple(found: object) -> tuple[object, ...]:
    return found if isinstance(found, tuple) else ()
