"""Keeps the lanes in step with the document: gathers, builds in another thread, shows.

Also what the lanes ask of others: which models to compare, what to light and play over and over,
where the next disagreement or edge is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.action_colours import ActionPalette
from app.document import AnswerPhase, Document, prediction_for
from app.lanes.base import Lane
from app.lanes.brush import Brush
from app.lanes.edges import next_edge
from app.lanes.facts import DifferenceFacts, FocusFacts, Kept, LaneFacts, ModelFacts
from app.lanes.stack import LaneStack, build_stack, in_palette, with_labels
from app.overview import Overview
from app.player import Player
from app.services.task_runner import Task, TaskRunner, Urgency
from app.settings import ANSWER_THRESHOLD, COMPARED_MODELS, SNAPPING, Settings
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.prediction import Prediction, PredictionTrack
from engine.recording import Recording
from engine.runtime.packages import ModelPackage

LANE_NOTES = {
    AnswerPhase.ASKED: "Asking the model…",
    AnswerPhase.REFUSED: "No answer for this recording",
}
"""What an empty answer lane of the model shown says."""
WAITING = "Waiting for its turn…"
"""What an empty answer lane of another model says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneParts:
    """What the lanes are shown on and act upon."""

    window: MainWindow
    scene: SceneView
    player: Player
    runner: TaskRunner
    """Builds the lanes."""
    settings: Settings


class LaneKeeper(QObject):
    """The timeline's lanes, from the facts to the picture."""

    compared_changed = Signal()
    """Other models are compared, or another one is shown, or there are others to pick from."""
    built = Signal(object)  # LaneStack

    def __init__(self, document: Document, overview: Overview, parts: LaneParts) -> None:
        """Connect everything; nothing is built before there is a recording.

        Args:
            document: Read; the person is picked in it.
            overview: Knows the answers over time.
            parts: What the lanes are shown on and act upon.
        """
        super().__init__(document)
        self._document = document
        self._overview = overview
        self._parts = parts
        self._timeline = parts.window.timeline
        self._wanted_ids = parts.settings.get(COMPARED_MODELS)
        self._shown: ModelPackage | None = None
        self._stack: LaneStack | None = None
        self._kept = Kept()
        self._difference: DifferenceFacts | None = None
        self._labels: tuple[Lane, ...] = ()
        self._task: Task | None = None
        self._is_stale = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._build)
        self._restore()
        self._connect()

    def _restore(self) -> None:
        settings, actions = self._parts.settings, self._parts.window.action_set
        self._timeline.set_threshold(settings.get(ANSWER_THRESHOLD))
        self._timeline.set_snapping(settings.get(SNAPPING))
        actions["timeline.snap"].setChecked(settings.get(SNAPPING))

    def _connect(self) -> None:
        document, timeline = self._document, self._timeline
        document.recording_changed.connect(self._take_recording)
        for changed in (
            document.answer_changed,
            document.explanation_changed,
            document.overlay_changed,
            document.joint_changed,
            document.person_changed,
            self._overview.learned,
        ):
            changed.connect(self.refresh)
        document.models_changed.connect(self._take_models)
        document.model_changed.connect(self._take_model)
        document.action_palette_changed.connect(self._recolour)
        timeline.compare.compare_requested.connect(self.compare)
        timeline.threshold_changed.connect(self._keep_threshold)
        timeline.brushed.connect(self._light)
        timeline.person_requested.connect(document.select_person)
        timeline.open_people_changed.connect(self._overview.set_open_people)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that are about lanes."""
        timeline = self._timeline
        return {
            "timeline.compare": timeline.compare.offer,
            "timeline.next-difference": lambda: self._seek(self.difference(1)),
            "timeline.previous-difference": lambda: self._seek(self.difference(-1)),
            "timeline.next-edge": lambda: self._seek(self.edge(1)),
            "timeline.previous-edge": lambda: self._seek(self.edge(-1)),
            "timeline.zoom-whole": timeline.zoom.whole,
            "timeline.zoom-frame": timeline.zoom.to_frame,
            "timeline.page-back": lambda: timeline.zoom.page(-1),
            "timeline.page-on": lambda: timeline.zoom.page(1),
            "timeline.snap": self._set_snapping,
        }

    # what is compared

    @property
    def compared(self) -> tuple[ModelPackage, ...]:
        """The models picked beside the one shown."""
        return self._overview.compared

    @Slot(object)
    def compare(self, models: tuple[ModelPackage, ...]) -> None:
        """Compare the model shown with others; remembered."""
        self._wanted_ids = tuple(model.card.id for model in models)
        self._parts.settings.set(COMPARED_MODELS, self._wanted_ids)
        self._overview.set_compared(models)
        self._show_choice()
        self.refresh()

    @Slot(object)
    def _take_models(self, models: tuple[ModelPackage, ...]) -> None:
        found = tuple(model for model in models if model.card.id in self._wanted_ids)
        self._overview.set_compared(found)
        self._show_choice()

    @Slot(object)
    def _take_model(self, model: ModelPackage | None) -> None:
        """Of two models that are compared, the one shown before takes the other's place."""
        before, self._shown = self._shown, model
        compared = self._overview.wanted
        if before is not None and model in compared and before not in compared:
            swapped = tuple(before if each is model else each for each in compared)
            self.compare(swapped)
        self._show_choice()
        self.refresh()

    def _show_choice(self) -> None:
        document = self._document
        self._timeline.compare.show_models(document.models, document.model, self._overview.compared)
        self.compared_changed.emit()

    # building

    @property
    def stack(self) -> LaneStack | None:
        """The lanes on show; None before they are built."""
        return self._stack

    @property
    def is_settled(self) -> bool:
        """Whether the lanes show all that is known."""
        return self._task is None and not self._soon.isActive()

    @Slot()
    def refresh(self) -> None:
        """Build the lanes anew, once for any number of changes."""
        self._soon.start()

    @Slot()
    def _take_recording(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._kept, self._stack = Kept(), None
        self.refresh()

    @Slot()
    def _build(self) -> None:
        recording = self._document.recording
        if self._task is not None:
            self._is_stale = True
            return
        if recording is None:
            return
        self._is_stale = False
        facts, kept = self._facts(recording), self._kept
        self._task = self._parts.runner.submit(
            lambda control: (
                build_stack(facts, kept, control.should_stop),
                kept.for_next_time(),
            ),
            on_result=self._take_stack,
            on_error=self._take_error,
            urgency=Urgency.BACKGROUND,
        )

    def _take_stack(self, built: tuple[LaneStack, Kept]) -> None:
        self._task = None
        stack, self._kept = built
        # labels and colours of before may be out of date
        self._stack = in_palette(with_labels(stack, self._labels), self._document.action_palette)
        self._timeline.show_stack(self._stack)
        self._timeline.show_answer(self._document.answer_state)
        self.built.emit(self._stack)
        if self._is_stale:
            self.refresh()

    def _take_error(self, error: Exception) -> None:
        self._task = None
        raise error

    def _facts(self, recording: Recording) -> LaneFacts:
        document = self._document
        shown = document.model
        models = () if shown is None else (shown, *self._overview.compared)
        names = network_names(models)
        return LaneFacts(
            recording=recording,
            models=tuple(
                self._model_facts(model, name, recording)
                for model, name in zip(models, names, strict=True)
            ),
            focus=self._focus_facts(shown, recording),
            joint=document.joint,
            difference=self._difference_facts(recording),
            labels=self._labels,
            action_palette=document.action_palette,
        )

    @Slot(object)
    def _recolour(self, palette: ActionPalette) -> None:
        """Show answers in other colours, at once."""
        if self._stack is not None:
            self._stack = in_palette(self._stack, palette)
            self._timeline.show_stack(self._stack)

    def set_labels(self, lanes: tuple[Lane, ...]) -> None:
        """Show other lanes of labels and proposals, at once: an edit is seen when it is made."""
        self._labels = lanes
        if self._stack is not None:
            self._stack = with_labels(self._stack, lanes)
            self._timeline.show_stack(self._stack)

    def set_difference(self, facts: DifferenceFacts | None) -> None:
        """Show how far a second recording is from the one on show; None for none."""
        if facts is not self._difference:
            self._difference = facts
            self.refresh()

    def _difference_facts(self, recording: Recording) -> DifferenceFacts | None:
        found = self._difference
        if found is None or found.alignment.pair.first.performer.recording is not recording:
            return None
        return found

    def _model_facts(self, model: ModelPackage, name: str, recording: Recording) -> ModelFacts:
        is_shown = model is self._document.model
        people = range(recording.num_people)
        answers = tuple(self._answers(model, person) for person in people)
        refusal = self._overview.refusal_of(model, self._document.person or 0)
        note = LANE_NOTES.get(self._document.answer_state.phase, "") if is_shown else WAITING
        return ModelFacts(
            model_key=str(model.folder),
            network_name=name,
            class_names=model.card.class_names,
            answers=answers,
            message="" if all(answers) else refusal or note,
            is_shown=is_shown,
        )

    def _answers(self, model: ModelPackage, person: int) -> PredictionTrack | Prediction | None:
        found = self._overview.answers_of(model, person)
        answer = self._document.answer_state.answer
        if found is None and model is self._document.model and answer is not None:
            return prediction_for(answer, person)
        return found

    def _focus_facts(self, shown: ModelPackage | None, recording: Recording) -> FocusFacts:
        document = self._document
        explanation = document.explanation
        people = range(recording.num_people)
        over_time = tuple(
            None if shown is None else self._overview.focus_of(shown, person) for person in people
        )
        if explanation is None:
            return FocusFacts(over_time=over_time)
        maps = explanation.joint_maps
        number = min(document.overlay.settings.joint_map, len(maps) - 1)
        return FocusFacts(over_time=over_time, joint_map=maps[number], start=explanation.start)

    # what the lanes are asked for

    def difference(self, step: int) -> int | None:
        """The first frame of the next (1) or last (-1) place where the models differ."""
        group = self._stack.group(self._document.person) if self._stack else None
        agreement = group.agreement if group else None
        return agreement.next_stretch(self._parts.player.frame, step) if agreement else None

    def edge(self, step: int) -> int | None:
        """The next (1) or last (-1) frame at which an answer changes or a gap begins or ends."""
        group = self._stack.group(self._document.person) if self._stack else None
        return next_edge(group.edges, self._parts.player.frame, step) if group else None

    def _seek(self, frame: int | None) -> None:
        if frame is not None:
            self._parts.player.pause()
            self._parts.player.seek(frame)

    def put_aside(self) -> bool:
        """Forget what is marked.

        Returns:
            Whether anything was.
        """
        if self._timeline.brush is None:
            return False
        self._timeline.set_brush(None)
        return True

    @Slot(object)
    def _light(self, brush: Brush | None) -> None:
        """Light what is marked in the 3D view, and play it over and over."""
        places = () if brush is None else tuple((brush.person, joint) for joint in brush.joints)
        self._parts.scene.set_lit(places)
        self._parts.player.set_span(None if brush is None else (brush.start, brush.stop))

    @Slot(float)
    def _keep_threshold(self, threshold: float) -> None:
        self._parts.settings.set(ANSWER_THRESHOLD, threshold)

    @Slot(bool)
    def _set_snapping(self, on: bool) -> None:
        self._timeline.set_snapping(on)
        self._parts.settings.set(SNAPPING, on)


def network_names(models: tuple[ModelPackage, ...]) -> tuple[str, ...]:
    """What the lanes call models: the network's name, or the whole title where that is shared."""
    short = [model.card.title.rpartition("·")[2].strip() for model in models]
    return tuple(
        name if short.count(name) == 1 else model.card.title
        for name, model in zip(short, models, strict=True)
    )
