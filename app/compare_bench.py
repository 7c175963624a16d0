"""Models side by side, connected: who is asked, the panes with their captions, the table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import is_
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot

from app.compare_questions import CompareQuestions
from app.compare_size import ModelSize, model_size
from app.compare_state import (
    Agreement,
    CompareState,
    PaneState,
    agreements,
    captions,
    chosen_beside,
    contents_beside,
    table,
)
from app.document import Document
from app.inspector import Inspector
from app.lane_keeper import LaneKeeper
from app.lanes.stack import LaneStack
from app.player import Player
from app.services.comparing import ComparingService
from app.services.inference import ClipReply, InferenceService, Question
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from app.settings import COMPARE_TABLE, SIDE_BY_SIDE, Settings
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.errors import EngineError
from engine.runtime.packages import ModelPackage

if TYPE_CHECKING:
    from app.lanes.answers import AnswerCells

ACTION, TABLE_ACTION = "compare.side-by-side", "compare.table"
FEWEST_MODELS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareParts:
    """What models side by side are shown on and act upon."""

    window: MainWindow
    lanes: LaneKeeper
    """Knows which models are compared."""
    inspector: Inspector
    """Takes what is known of the model shown."""
    player: Player
    runner: TaskRunner
    """Reads the heads of files and counts agreement."""
    settings: Settings


class CompareBench(QObject):
    """Connects what compares models with the rest; ``connect_all`` once everything is there."""

    model_requested = Signal(object)  # ModelPackage, to be shown
    switched = Signal(bool)
    """Whether models will stand side by side: told before the views change, so that whoever has
    them can give them back."""

    def __init__(
        self,
        document: Document,
        runner: TaskRunner,
        inference: InferenceService,
        parent: QObject | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            document: Read.
            runner: The inference thread.
            inference: Has the models.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._inference = inference
        self.comparing = ComparingService(runner, inference, self)
        self.questions = CompareQuestions(document, self.comparing, self)
        self._is_on = False
        self._stack: LaneStack | None = None
        self._counting: Task | None = None
        self._counted: tuple[AnswerCells, ...] = ()
        self._sized: set[str] = set()
        self._panes: tuple[PaneState, ...] = ()
        self._views: tuple[SceneView, ...] = ()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._settle)

    def connect_all(self, parts: CompareParts) -> None:
        """Connect the panes and the table, and stand as it was left.

        Args:
            parts: What models are shown on and act upon.
        """
        self._parts = parts
        document, questions, comparing = self._document, self.questions, self.comparing
        stage = parts.window.stage
        self._inference.answered.connect(questions.take_shown)
        comparing.answered.connect(questions.take_reply)
        comparing.refused.connect(questions.take_refusal)
        document.recording_changed.connect(questions.take_recording)
        document.recording_changed.connect(self._forget_agreement)
        document.answer_changed.connect(questions.refresh)
        document.person_changed.connect(questions.refresh)
        document.person_changed.connect(self._count)
        document.action_palette_changed.connect(questions.recolour)
        document.model_changed.connect(self._forget_agreement)
        parts.player.frame_changed.connect(questions.follow_frame)
        parts.lanes.compared_changed.connect(self._soon.start)
        parts.lanes.built.connect(self._take_stack)
        questions.state_changed.connect(self._show)
        stage.panes.caption_clicked.connect(self._press)
        stage.table.model_pressed.connect(self._press)
        stage.table.seek_requested.connect(self._seek)
        actions, settings = parts.window.action_set, parts.settings
        actions[TABLE_ACTION].setChecked(settings.get(COMPARE_TABLE))
        self._is_on = settings.get(SIDE_BY_SIDE)
        self._soon.start()

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that are about models side by side."""
        return {ACTION: self.set_on, TABLE_ACTION: self._set_table}

    # on and off

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked is shown."""
        panes = self._parts.window.stage.panes
        waits = self._soon.isActive() or self._counting is not None or not panes.is_settled
        return not self._is_on or (self.questions.is_settled and not waits)

    def set_on(self, is_on: bool) -> None:
        """Put models side by side, or show one alone; remembered."""
        self._is_on = is_on
        self._parts.settings.set(SIDE_BY_SIDE, is_on)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        """Stand as it is wanted, as far as there are models."""
        document, lanes = self._document, self._parts.lanes
        action = self._parts.window.action_set[ACTION]
        action.setEnabled(len(document.models) >= FEWEST_MODELS or not document.models)
        shown, beside = document.model, lanes.compared
        if self._is_on and shown is not None and not beside:
            if self.questions.is_on:  # the last one was taken away
                self._is_on = False
                self._parts.settings.set(SIDE_BY_SIDE, False)
            elif len(document.models) >= FEWEST_MODELS:
                lanes.compare(chosen_beside(document.models, shown))
                return  # that comes back here
        action.setChecked(self._is_on)
        is_due = self._is_on and shown is not None and bool(beside)
        if is_due or self.questions.is_on:
            self.questions.set_beside(beside if is_due else None)
        self._show_kept()
        self._count()

    def _show_kept(self) -> None:
        """Give what is known of the model shown to the panels, while it is asked anew."""
        kept = self.questions.kept_of_shown()
        if kept is None or self._document.answer_state.answer is not None:
            return
        asked = Question(id=0, model=kept.question.model, clip=kept.question.clip)
        self._parts.inspector.take_answer(
            ClipReply(question=asked, answer=kept.answer, prepared=kept.prepared)
        )

    def _set_table(self, is_on: bool) -> None:
        self._parts.settings.set(COMPARE_TABLE, is_on)
        self._show(self.questions.state)

    # what is shown

    @Slot(object)
    def _show(self, state: CompareState) -> None:
        stage, has_table = self._parts.window.stage, self._parts.settings.get(COMPARE_TABLE)
        said = captions(state)
        if bool(said) is not bool(self._panes):
            self.switched.emit(bool(said))
        stage.table.show_rows(table(state))
        stage.show_table(has_table and bool(state.panes))  # first: all find their places at once
        if len(said) != len(self._panes):
            self._show_panes(stage.panes.show_panes(said))
        elif said:
            stage.panes.set_captions(said)
        for number, view in enumerate(self._views[1:], start=1):
            pane = state.panes[number]
            before = self._panes[number] if number < len(self._panes) else None
            if before is None or not _draws_the_same(before, pane):
                stage.panes.set_change(view, partial(contents_beside, pane=pane))
        self._panes = state.panes
        self._look_up_sizes(state)

    def _show_panes(self, views: tuple[SceneView, ...]) -> None:
        first = views[0]
        for view in views[1:]:
            if view not in self._views:
                view.joint_clicked.connect(first.joint_clicked)
                view.person_clicked.connect(first.person_clicked)
        self._views = views

    @Slot(int)
    def _press(self, number: int) -> None:
        """Turn the panels to a model; the one they are about offers others to compare with."""
        if number >= len(self._panes):
            return  # the panes show something else than models
        if number == 0:
            bar = self._parts.window.stage.panes.bars[0]
            self._parts.window.timeline.compare.offer_at(bar.mapToGlobal(QPoint(0, 0)))
        else:
            self.model_requested.emit(self._panes[number].model)

    @Slot(int)
    def _seek(self, frame: int) -> None:
        self._parts.player.pause()
        self._parts.player.seek(frame)

    # sizes and agreement

    def _look_up_sizes(self, state: CompareState) -> None:
        for pane in state.panes:
            folder = str(pane.model.folder)
            if folder in self._sized:
                continue
            self._sized.add(folder)
            self._parts.runner.submit(
                partial(_size_of, pane.model),
                on_result=partial(self._take_size, pane.model),
                on_error=_leave_empty,
                urgency=Urgency.BACKGROUND,
            )

    def _take_size(self, model: ModelPackage, size: ModelSize) -> None:
        self.questions.take_size(model, size)

    @Slot()
    def _forget_agreement(self) -> None:
        self._stack, self._counted = None, ()
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None
        self.questions.take_agreements({})

    @Slot(object)
    def _take_stack(self, stack: LaneStack) -> None:
        self._stack = stack
        self._count()

    @Slot()
    def _count(self) -> None:
        """Count over the whole recording how often models say the same, in another thread."""
        state = self.questions.state
        group = self._stack.group(self._document.person) if self._stack else None
        if group is None or not state.panes or not group.answers:
            return
        if group.answers[0].network_name != state.panes[0].name:
            return  # of the model shown before
        cells = tuple(lane.cells for lane in group.answers)
        if len(cells) == len(self._counted) and all(map(is_, cells, self._counted)):
            return  # lanes were built anew for something else
        if self._counting is not None:
            self._counting.cancel()
        self._counted = cells
        self._counting = self._parts.runner.submit(
            lambda _: agreements(group),
            on_result=self._take_agreements,
            on_error=self._take_error,
            urgency=Urgency.BACKGROUND,
        )

    def _take_agreements(self, found: dict[str, Agreement]) -> None:
        self._counting = None
        self.questions.take_agreements(found)

    def _take_error(self, error: Exception) -> None:
        self._counting = None
        raise error


def _size_of(model: ModelPackage, _: TaskControl) -> ModelSize:
    return model_size(model)


def _draws_the_same(before: PaneState, now: PaneState) -> bool:
    return before.model is now.model and before.answer.prepared is now.answer.prepared


def _leave_empty(error: Exception) -> None:
    """A model whose files are damaged says so when it is asked.

    Raises:
        Exception: It is a defect of the program.
    """
    if not isinstance(error, EngineError):
        raise error
