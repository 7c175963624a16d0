"""Asking why, connected: the questions, their panel, and what the 3D view shows of them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot

from app.document import Document
from app.overlay_wishes import OverlayWishes
from app.overlays.signed import DrawnContrast
from app.player import Player
from app.seen_model import SeenScene
from app.services.asking import AskingService
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from app.why_questions import WhyQuestions
from app.why_state import Contrast, WhyState, WhyTool, first_fed

ACTIONS = {
    "why.hide": WhyTool.HIDE,
    "why.contrast": WhyTool.CONTRAST,
    "why.sees": WhyTool.SEES,
    "why.delay": WhyTool.DELAY,
    "why.test": WhyTool.TEST,
}


class WhyBench(QObject):
    """Connects what asks why with the rest; ``connect_all`` once everything is there."""

    def __init__(
        self,
        document: Document,
        runner: TaskRunner,
        inference: InferenceService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.asking = AskingService(runner, inference, self)
        self.questions = WhyQuestions(document, self.asking, self)
        self._contrast: Contrast | None = None
        self._stages: tuple[SeenScene, ...] = ()
        self._scene: SceneView | None = None

    def connect_all(
        self, window: MainWindow, scene: SceneView, player: Player, wishes: OverlayWishes
    ) -> None:
        """Connect the panel and the view.

        Args:
            window: With the panel.
            scene: Shows ghosts, contrasts and stages.
            player: Goes to frames.
            wishes: Takes clicks on joints while nothing is to be hidden.
        """
        self._scene = scene
        document, questions, asking, panel = self._document, self.questions, self.asking, window.why
        asking.found.connect(questions.take_found)
        asking.refused.connect(questions.take_refusal)
        asking.progressed.connect(questions.take_progress)
        document.recording_changed.connect(panel.set_recording)
        document.recording_changed.connect(questions.take_recording)
        document.model_changed.connect(questions.take_model)
        document.answer_changed.connect(panel.show_answer)
        document.answer_changed.connect(questions.ask)
        document.explanation_changed.connect(self._offer_maps)
        document.action_palette_changed.connect(panel.set_action_palette)
        document.person_changed.connect(panel.show_person)
        document.person_changed.connect(questions.ask)
        document.overlay_changed.connect(panel.show_overlay)
        document.overlay_changed.connect(questions.ask)
        player.frame_changed.connect(panel.show_frame)
        panel.change_requested.connect(questions.change)
        panel.seek_requested.connect(player.seek)
        panel.work.stop_requested.connect(questions.stop)
        panel.work.again_requested.connect(questions.ask_again)
        questions.state_changed.connect(panel.show_state)
        questions.state_changed.connect(self._draw)
        questions.effect_changed.connect(panel.show_effect)
        questions.contrast_changed.connect(panel.show_contrast)
        questions.contrast_changed.connect(self._take_contrast)
        questions.stages_changed.connect(panel.show_stages)
        questions.stages_changed.connect(self._take_stages)
        questions.delay_changed.connect(panel.show_delay)
        questions.curve_changed.connect(panel.show_curve)
        questions.work_changed.connect(panel.show_work)
        questions.joint_passed_on.connect(wishes.pick_joint)
        scene.joint_clicked.connect(questions.click_joint)
        self._panel = panel

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that open a question."""
        return {action_id: partial(self._switch, tool) for action_id, tool in ACTIONS.items()}

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        return self.questions.put_aside()

    def _switch(self, tool: WhyTool, _: object = None) -> None:
        self.questions.switch(tool)

    @Slot()
    def _offer_maps(self) -> None:
        self._panel.show_overlay(self._document.overlay)

    @Slot(object)
    def _take_contrast(self, contrast: Contrast | None) -> None:
        self._contrast = contrast
        self._draw()

    @Slot(object)
    def _take_stages(self, stages: tuple[SeenScene, ...]) -> None:
        self._stages = stages
        self._draw()

    @Slot()
    def _draw(self) -> None:
        """Bring onto the body what is picked and found."""
        scene, state = self._scene, self.questions.state
        if scene is None:
            return
        scene.set_hidden(state.hidden)
        scene.set_contrast(self._drawn(state))
        scene.set_seen(self._seen(state))

    def _drawn(self, state: WhyState) -> DrawnContrast | None:
        found = self._contrast
        if state.tool is not WhyTool.CONTRAST or found is None:
            return None
        return DrawnContrast(joint_map=found.joint_map, start=found.start)

    def _seen(self, state: WhyState) -> SeenScene | None:
        stages = self._stages
        if state.tool is not WhyTool.SEES or not stages:
            return None
        stage = first_fed(stages) if state.stage is None else state.stage
        return stages[min(stage, len(stages) - 1)]
