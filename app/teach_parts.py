"""What the three benches of teaching share: the study, the window, the threads."""

from collections.abc import Callable
from dataclasses import dataclass

from app.document import Document
from app.inspector import Inspector
from app.lane_keeper import LaneKeeper
from app.librarian import Librarian
from app.modes import ModeSwitch
from app.overview import Overview
from app.player import Player
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner
from app.settings import Settings
from app.study_desk import StudyDesk
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.runtime.packages import ModelPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachParts:
    """What is read, shown and acted upon."""

    desk: StudyDesk
    modes: ModeSwitch
    document: Document
    window: MainWindow
    scene: SceneView
    player: Player
    lanes: LaneKeeper
    overview: Overview
    inspector: Inspector
    librarian: Librarian
    inference: InferenceService
    inference_thread: TaskRunner
    io: TaskRunner
    settings: Settings
    name_filters: Callable[[], tuple[str, ...]]
    """For file dialogs."""
    pick_model: Callable[[ModelPackage], None]
    """Asks another model from now on."""
