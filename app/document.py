"""What the window shows: the recording, the model, its answer, the person and overlay picked.

Lives in the main thread. Everything held is a frozen value; each change is told in the past tense.
"""

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.library import Library
from app.overlay_state import OverlayState, fitting, for_another_model
from app.overlays import PreparedExplanation, prepared
from app.scene_model import SceneModel
from engine.arrays import FloatArray
from engine.prediction import Answer, Explanation, Prediction, PredictionTrack
from engine.recording import Recording
from engine.runtime.packages import ModelPackage


class AnswerPhase(Enum):
    """How far the question to the model is."""

    NOTHING_TO_ASK = "nothing-to-ask"
    """No recording, or no model."""
    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"
    """The model cannot answer for this recording; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerState:
    """The answer on show, and whether a newer one is on its way."""

    phase: AnswerPhase
    answer: Answer | None = None
    """Stays while a newer answer for the same recording is on its way."""
    message: str = ""
    prepared: tuple[PreparedExplanation, ...] = ()
    """The answer's explanations ready for drawing; made where they are missing."""


class LaneWork(Enum):
    """What is worked out for the lanes of a long recording, in this order."""

    ANSWERS = "answers"
    FOCUS = "focus"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesProgress:
    """How far the work for a lane is."""

    work: LaneWork
    fraction: float
    """0..1."""
    left_s: float | None = None
    """Seconds it will still take, as far as can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackState:
    """What is known of one person over the whole of a long recording, or how far it is."""

    track: PredictionTrack | None = None
    focus: FloatArray | None = None
    """``(T, V)`` float32: informativeness by frame and joint; NaN where the person is not seen."""
    progress: LanesProgress | None = None
    """While something is worked out."""
    is_stopped: bool = False
    """Something is missing, and the user has stopped the work on it."""


NOTHING_ASKED = AnswerState(phase=AnswerPhase.NOTHING_TO_ASK)
NO_TRACK = TrackState()


class Document(QObject):
    """The state that all panels share."""

    recording_changed = Signal(object)  # Recording | None
    models_changed = Signal(object)  # tuple[ModelPackage, ...]
    model_changed = Signal(object)  # ModelPackage | None
    answer_changed = Signal(object)  # AnswerState
    person_changed = Signal(object)  # int | None
    track_changed = Signal(object)  # TrackState
    overlay_changed = Signal(object)  # OverlayState
    explanation_changed = Signal(object)  # PreparedExplanation | None
    joint_changed = Signal(object)  # int | None
    library_changed = Signal(object)  # Library
    action_palette_changed = Signal(object)  # ActionPalette

    def __init__(
        self, *, overlay: OverlayState, library: Library, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        self._scene: SceneModel | None = None
        self._models: tuple[ModelPackage, ...] = ()
        self._model: ModelPackage | None = None
        self._answer_state = NOTHING_ASKED
        self._person: int | None = None
        self._joint: int | None = None
        self._track_state = NO_TRACK
        self._overlay = overlay
        self._prepared: PreparedExplanation | None = None
        self._library = library
        self._action_palette = NO_STUDY_PALETTE

    @property
    def recording(self) -> Recording | None:
        """The recording on show."""
        return self._recording

    @property
    def scene(self) -> SceneModel | None:
        """The recording on show, prepared for drawing."""
        return self._scene

    @property
    def models(self) -> tuple[ModelPackage, ...]:
        """The models to pick from."""
        return self._models

    @property
    def model(self) -> ModelPackage | None:
        """The model that is asked."""
        return self._model

    @property
    def answer_state(self) -> AnswerState:
        """The model's answer, or why there is none."""
        return self._answer_state

    @property
    def person(self) -> int | None:
        """Index of the person the panels are about; None before an answer or a click."""
        return self._person

    @property
    def track_state(self) -> TrackState:
        """Answers over the whole of a long recording."""
        return self._track_state

    @property
    def overlay(self) -> OverlayState:
        """What is drawn of the model's attention."""
        return self._overlay

    @property
    def library(self) -> Library:
        """Recordings to pick from."""
        return self._library

    @property
    def action_palette(self) -> ActionPalette:
        """Which colour an action has."""
        return self._action_palette

    @property
    def prepared(self) -> PreparedExplanation | None:
        """Where the network picked looked, of the answer on show, ready for drawing."""
        return self._prepared

    @property
    def explanation(self) -> Explanation | None:
        """Where the network picked looked, of the answer on show."""
        return self._prepared.explanation if self._prepared else None

    @property
    def joint(self) -> int | None:
        """Index of the joint picked; None for none."""
        return self._joint

    @property
    def prediction(self) -> Prediction | None:
        """The answer for the person picked, or for everybody where there is one for all."""
        answer = self._answer_state.answer
        return prediction_for(answer, self._person) if answer else None

    def set_recording(self, recording: Recording | None, scene: SceneModel | None = None) -> None:
        """Show another recording: the answer, the track and the person of the last one go.

        Args:
            recording: The recording; None for none.
            scene: The same, prepared for drawing; None where nothing is drawn.
        """
        self._answer_state = NOTHING_ASKED
        self._track_state = NO_TRACK
        self._person = None
        self._joint = None
        self._recording, self._scene = recording, scene
        self.recording_changed.emit(recording)
        self.person_changed.emit(None)
        self.joint_changed.emit(None)
        self._settle(self._overlay)
        self.answer_changed.emit(self._answer_state)
        self.track_changed.emit(self._track_state)

    def set_models(self, models: tuple[ModelPackage, ...]) -> None:
        """Offer these models."""
        self._models = models
        self.models_changed.emit(models)

    def set_model(self, model: ModelPackage | None) -> None:
        """Ask another model; what the last one said goes. K becomes the model's own."""
        self._model = model
        self.set_answer_state(NOTHING_ASKED)
        self.set_track_state(NO_TRACK)
        if model is not None:
            self.change_overlay(for_another_model(self._overlay, model.card.focal_joints))
        self.model_changed.emit(model)

    def set_answer_state(self, state: AnswerState) -> None:
        """Take over what is known of the answer; the person who moves most is picked if none is."""
        answer = state.answer
        if answer is not None and len(state.prepared) != len(answer.explanations):
            ready = tuple(prepared(explanation) for explanation in answer.explanations)
            state = replace(state, prepared=ready)
        self._answer_state = state
        if answer is not None and self._person is None:
            self.select_person(answer.predictions[answer.main].person)
        self._settle(self._overlay)
        self.answer_changed.emit(state)

    def _settle(self, overlay: OverlayState) -> None:
        """Take over an overlay and the explanation that it is about, then tell what is new."""
        found = self._answer_state.prepared
        shown = found[min(overlay.network, len(found) - 1)] if found else None
        is_new = shown is not self._prepared
        if is_new and shown is not None:
            overlay = fitting(overlay, shown.explanation)
        is_changed = overlay != self._overlay
        self._prepared, self._overlay = shown, overlay
        if is_changed:
            self.overlay_changed.emit(overlay)
        if is_new:
            self.explanation_changed.emit(shown)

    def set_track_state(self, state: TrackState) -> None:
        """Take over what is known of the answers over time."""
        self._track_state = state
        self.track_changed.emit(state)

    def select_person(self, person: int | None) -> None:
        """Turn the panels to a person of the recording."""
        if person == self._person:
            return
        self._person = person
        self.person_changed.emit(person)

    def select_joint(self, joint: int | None) -> None:
        """Turn what is about one joint to that one."""
        if joint == self._joint:
            return
        self._joint = joint
        self.joint_changed.emit(joint)

    def change_overlay(self, overlay: OverlayState) -> None:
        """Draw attention in another way."""
        self._settle(overlay)

    def change_library(self, library: Library) -> None:
        """Offer other recordings."""
        self._library = library
        self.library_changed.emit(library)

    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours, everywhere."""
        if palette != self._action_palette:
            self._action_palette = palette
            self.action_palette_changed.emit(palette)


def prediction_for(answer: Answer, person: int | None) -> Prediction | None:
    """The prediction about a person; the one for everybody if there is such; else none."""
    for prediction in answer.predictions:
        if prediction.person is None or prediction.person == person:
            return prediction
    return answer.predictions[answer.main] if person is None else None
