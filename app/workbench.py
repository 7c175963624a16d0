"""All parts of the running program, built and connected. No part knows another."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from app.actions import ACTIONS
from app.camera import Preset
from app.compare_bench import CompareBench, CompareParts
from app.document import Document
from app.export_bench import ExportBench
from app.exporting.exporter import ExportParts
from app.following import Following
from app.inspector import Inspector
from app.key_bench import KeyBench
from app.lane_keeper import LaneKeeper, LaneParts
from app.librarian import Librarian
from app.library import Library
from app.overlay_wishes import OverlayWishes, first_overlay, keep_overlay
from app.overview import Overview
from app.player import Player
from app.presenter import Presenter, scene_theme
from app.providers import Providers
from app.second_bench import SecondBench, SecondParts
from app.second_questions import SecondThreads
from app.services.defects import DefectReporter
from app.services.inference import InferenceService
from app.services.opening import OpeningService
from app.services.task_runner import TaskControl, TaskRunner
from app.settings import (
    FOLLOWING,
    FOLLOWING_HANDS,
    GEOMETRY_KEY,
    LABELS,
    LOOPING,
    MODEL,
    PANELS_KEY,
    RECENT_FILES,
    SHOWN_PANELS,
    SPEED,
    THEME,
    TRAILS,
    Settings,
    ThemeChoice,
)
from app.teach_bench import TeachBench
from app.teach_parts import TeachParts
from app.theme import Theme, apply_theme, chosen_theme
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from app.why_bench import WhyBench
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from engine.skeleton import LayoutKind

FIRST_FOCAL_JOINTS = 12
"""K until a model says its own."""
IO_THREADS = 2
"""Reads a recording and looks for models side by side."""
LONGEST_WAIT_MS = 1500
"""For the first recording; the model is made ready then, too."""
STRIDE = 10
"""Frames of a long step."""
PRESETS = {
    "view.front": Preset.FRONT,
    "view.side": Preset.SIDE,
    "view.top": Preset.TOP,
}


class Workbench(QObject):
    """The program with its window."""

    def __init__(self, application: QApplication, settings: Settings, providers: Providers) -> None:
        """Build everything; nothing is shown and nothing is read yet.

        Args:
            application: Gets the theme.
            settings: What was remembered.
            providers: Where recordings and models come from.
        """
        super().__init__(application)
        self._application = application
        self._settings = settings
        self._providers = providers
        self._has_looked_for_models = False
        self._may_ask = False
        theme = chosen_theme(settings.get(THEME))
        apply_theme(application, theme)
        self._build_core()
        self._build_window(theme)
        self._connect_core()
        self._connect_window()
        self._connect_scene()
        self._connect_actions()
        self._restore()

    def _build_core(self) -> None:
        settings, providers = self._settings, self._providers
        self.document = Document(
            overlay=first_overlay(settings, focal_joints=FIRST_FOCAL_JOINTS),
            library=Library(samples=providers.samples).joined(settings.get(RECENT_FILES)),
            parent=self,
        )
        self.wishes = OverlayWishes(self.document, self)
        self.player = Player(self)
        self.following = Following(
            bodies=settings.get(FOLLOWING), hands=settings.get(FOLLOWING_HANDS), parent=self
        )
        self.io = TaskRunner("io", threads=IO_THREADS, parent=self)
        self.inference_thread = TaskRunner("inference", parent=self)
        self.inference = InferenceService(self.inference_thread, providers.open_model, self)
        self.opening = OpeningService(self.io, providers.read, self)
        self.inspector = Inspector(self.document, self.inference, self)
        self.overview = Overview(self.document, self.inference, self)
        self.why = WhyBench(self.document, self.inference_thread, self.inference, self)
        self.compare = CompareBench(self.document, self.inference_thread, self.inference, self)
        threads = SecondThreads(io=self.io, inference=self.inference_thread, read=providers.read)
        self.second = SecondBench(self.document, threads, self.inference, self)
        self.export = ExportBench(self.document, self)
        self.teach = TeachBench(self)
        self.keys = KeyBench(self)
        self.librarian = Librarian(self.document, self.opening, self)
        self.defects = DefectReporter(self)

    def _build_window(self, theme: Theme) -> None:
        self.scene = SceneView(scene_theme(theme))
        self.window = MainWindow(self.scene, ACTIONS, self.document.overlay)
        self.actions = self.window.action_set
        self.presenter = Presenter(self.document, self.window, self.scene, theme)
        parts = LaneParts(
            window=self.window,
            scene=self.scene,
            player=self.player,
            runner=self.io,
            settings=self._settings,
        )
        self.lanes = LaneKeeper(self.document, self.overview, parts)

    # connections

    def _connect_core(self) -> None:
        document, inference = self.document, self.inference
        inspector, overview = self.inspector, self.overview
        self.opening.opened.connect(self.librarian.take_opened)
        self.opening.failed.connect(self.librarian.take_failure)
        inference.answered.connect(inspector.take_answer)
        inference.clip_refused.connect(inspector.take_refusal)
        inference.tracked.connect(overview.take_track)
        inference.overview_progressed.connect(overview.take_progress)
        inference.focus_found.connect(overview.take_focus)
        inference.whole_answered.connect(overview.take_whole)
        inference.overview_refused.connect(overview.take_refusal)
        inspector.answered.connect(overview.show_person)
        inspector.refused.connect(overview.show_person)
        document.recording_changed.connect(overview.forget)
        document.recording_changed.connect(inspector.take_recording)
        document.recording_changed.connect(self.following.show_recording)
        document.recording_changed.connect(self.presenter.show_recording)
        document.recording_changed.connect(self._play)
        document.model_changed.connect(overview.turn_to_model)
        document.model_changed.connect(inspector.ask_anew)
        document.person_changed.connect(overview.show_person)
        self.player.frame_changed.connect(inspector.follow_frame)
        self.defects.defect_found.connect(self.presenter.report_defect)

    def _connect_window(self) -> None:
        document, player, window = self.document, self.player, self.window
        presenter = self.presenter
        window.palette_changed.connect(presenter.recolour)
        window.closed.connect(self.remember)
        window.library.open_requested.connect(self.librarian.open_path)
        window.top_bar.recent.open_requested.connect(self.librarian.open_path)
        document.library_changed.connect(window.library.show_library)
        document.library_changed.connect(window.top_bar.recent.show_library)
        self.librarian.reading_started.connect(presenter.show_reading)
        self.librarian.settled.connect(presenter.show_title)
        self.librarian.complained.connect(presenter.complain)
        window.top_bar.picker.model_requested.connect(self._pick_model)
        document.models_changed.connect(presenter.show_models)
        document.model_changed.connect(presenter.show_model)
        document.answer_changed.connect(window.top_bar.picker.show_timing)
        document.answer_changed.connect(window.answer.show_answer)
        document.action_palette_changed.connect(window.answer.set_action_palette)
        document.answer_changed.connect(window.timeline.show_answer)
        document.person_changed.connect(window.answer.show_person)
        document.person_changed.connect(window.timeline.show_person)
        document.track_changed.connect(window.transport.progress.show_work)
        window.transport.progress.stop_requested.connect(self.overview.stop)
        window.transport.progress.go_on_requested.connect(self.overview.go_on)
        window.answer.person_requested.connect(document.select_person)
        looked_at = window.looked_at
        looked_at.overlay_change_requested.connect(document.change_overlay)
        looked_at.joint_requested.connect(document.select_joint)
        looked_at.seek_requested.connect(player.seek)
        document.overlay_changed.connect(looked_at.show_overlay)
        document.person_changed.connect(looked_at.show_person)
        document.joint_changed.connect(looked_at.show_joint)
        player.frame_changed.connect(looked_at.show_frame)
        window.timeline.seek_requested.connect(player.seek)
        window.transport.speed_requested.connect(player.set_speed)
        player.frame_changed.connect(window.timeline.show_frame)
        player.frame_changed.connect(window.transport.show_frame)
        player.playing_changed.connect(window.transport.show_playing)
        player.speed_changed.connect(window.transport.show_speed)

    def _connect_scene(self) -> None:
        document, scene = self.document, self.scene
        self.player.frame_changed.connect(scene.set_frame)
        document.explanation_changed.connect(self.presenter.show_explanation)
        document.person_changed.connect(scene.set_selected_person)
        document.overlay_changed.connect(self.presenter.show_overlay)
        document.joint_changed.connect(scene.set_joint)
        scene.person_clicked.connect(document.select_person)
        self.why.connect_all(self.window, scene, self.player, self.wishes)
        self.compare.model_requested.connect(self._pick_model)
        self.compare.connect_all(
            CompareParts(
                window=self.window,
                lanes=self.lanes,
                inspector=self.inspector,
                player=self.player,
                runner=self.io,
                settings=self._settings,
            )
        )
        self.second.begun.connect(partial(self.compare.set_on, False))
        self.second.questions.complained.connect(self.presenter.complain)
        self.compare.switched.connect(self._compare_models)
        self.second.connect_all(
            SecondParts(
                window=self.window,
                scene=scene,
                player=self.player,
                lanes=self.lanes,
                librarian=self.librarian,
                settings=self._settings,
                name_filters=self._providers.name_filters,
            )
        )
        self.export.connect_all(
            ExportParts(
                window=self.window,
                scene=scene,
                player=self.player,
                following=self.following,
                lanes=self.lanes,
                inference=self.inference,
                inference_thread=self.inference_thread,
                io=self.io,
            ),
            self._settings,
        )
        self.window.stage.covered_changed.connect(scene.set_covered)
        self.keys.connect_all(self.window, self._settings)
        self.teach.connect_all(self._teach_parts())

    def _teach_parts(self) -> TeachParts:
        return TeachParts(
            desk=self.teach.desk,
            modes=self.teach.modes,
            document=self.document,
            window=self.window,
            scene=self.scene,
            player=self.player,
            lanes=self.lanes,
            overview=self.overview,
            inspector=self.inspector,
            librarian=self.librarian,
            inference=self.inference,
            inference_thread=self.inference_thread,
            io=self.io,
            settings=self._settings,
            name_filters=self._providers.name_filters,
            pick_model=self._pick_model,
        )

    def _connect_actions(self) -> None:
        for action_id, work in self._work_of_actions().items():
            self.actions[action_id].triggered.connect(work)
        self.player.looping_changed.connect(self.actions["playback.loop"].setChecked)
        self.following.changed.connect(self.actions["view.follow"].setChecked)
        self.following.changed.connect(self.scene.set_following)

    def _work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What each row of the table of actions does."""
        player, scene, window = self.player, self.scene, self.window
        looks: dict[str, Callable[..., object]] = {
            action_id: partial(self._look_from, preset) for action_id, preset in PRESETS.items()
        }
        looks |= self.lanes.work_of_actions() | self.why.work_of_actions()
        looks |= self.compare.work_of_actions() | self.second.work_of_actions()
        looks |= self.export.work_of_actions() | self.teach.work_of_actions()
        looks |= self.keys.work_of_actions()
        return looks | {
            "file.open": self._ask_for_files,
            "file.quit": window.close,
            "playback.toggle": player.toggle,
            "playback.previous": partial(self._step, -1),
            "playback.next": partial(self._step, 1),
            "playback.previous-ten": partial(self._step, -STRIDE),
            "playback.next-ten": partial(self._step, STRIDE),
            "playback.start": lambda: player.seek(0),
            "playback.end": lambda: player.seek(player.num_frames - 1),
            "playback.slower": lambda: player.change_speed(-1),
            "playback.faster": lambda: player.change_speed(1),
            "playback.loop": player.set_looping,
            "playback.stop-work": self._escape,
            "view.frame-all": scene.frame_all,
            "view.follow": self.following.set_on,
            "view.trails": scene.set_trails,
            "view.labels": scene.set_labels,
            "view.overlay": self.wishes.switch,
            "view.next-overlay": self.wishes.show_next,
            "view.next-map": self.wishes.show_next_map,
            "view.next-head": self.wishes.show_next_head,
            "view.next-network": self.wishes.show_next_network,
            "view.person": self._next_person,
            "view.zoom-in": window.timeline.zoom.closer,
            "view.zoom-out": window.timeline.zoom.farther,
            "view.theme": self._switch_theme,
            "help.about": self.presenter.tell_about,
        }

    # life

    def start(self, paths: tuple[Path, ...]) -> None:
        """Read what is to be shown, else of the study or the first sample, and look for models.

        No model is loaded before a recording is there to be shown: the window comes first.
        """
        self.io.submit(
            self._list_models, on_result=self._take_models, on_error=self._take_model_error
        )
        self.document.recording_changed.connect(
            self._begin_asking, Qt.ConnectionType.SingleShotConnection
        )
        QTimer.singleShot(LONGEST_WAIT_MS, self, self._begin_asking)
        self.teach.study.begin(paths, self._show_first)

    def _show_first(self, paths: tuple[Path, ...]) -> None:
        if paths:
            self.librarian.open_paths(paths)
        elif self._providers.samples:
            self.librarian.open_path(self._providers.samples[0].path)

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End the threads.

        Args:
            longest_ms: Wait no longer for a thread that is busy; None waits until it is not.

        Returns:
            Whether all have ended.
        """
        self.player.pause()
        ends = (self.teach, self.export, self.io, self.inference_thread)
        have_ended = [each.close(longest_ms=longest_ms) for each in ends]
        return all(have_ended)

    def _restore(self) -> None:
        settings, window, actions = self._settings, self.window, self.actions
        self.player.set_speed(settings.get(SPEED))
        window.transport.show_speed(self.player.speed)
        self.player.set_looping(settings.get(LOOPING))
        actions["playback.loop"].setChecked(self.player.is_looping)
        for action_id, setting in (("view.trails", TRAILS), ("view.labels", LABELS)):
            if settings.get(setting):
                actions[action_id].trigger()
        window.library.show_library(self.document.library)
        window.top_bar.recent.show_library(self.document.library)
        shown = {mode: settings.get(row) for mode, row in SHOWN_PANELS.items()}
        window.restore(settings.bytes_of(GEOMETRY_KEY), settings.bytes_of(PANELS_KEY), shown)
        self.teach.restore()
        self.presenter.show_overlay(self.document.overlay)

    @Slot()
    def remember(self) -> None:
        """Keep for next time how everything stands."""
        settings, window = self._settings, self.window
        settings.set_bytes(GEOMETRY_KEY, window.saveGeometry())
        settings.set_bytes(PANELS_KEY, window.saveState())
        for mode, text in window.docks.shown_texts().items():
            settings.set(SHOWN_PANELS[mode], text)
        self.teach.remember()
        keep_overlay(settings, self.document.overlay)
        settings.set(SPEED, self.player.speed)
        settings.set(LOOPING, self.player.is_looping)
        settings.set(FOLLOWING, self.following.is_on(LayoutKind.BODY))
        settings.set(FOLLOWING_HANDS, self.following.is_on(LayoutKind.HAND))
        settings.set(TRAILS, self.actions["view.trails"].isChecked())
        settings.set(LABELS, self.actions["view.labels"].isChecked())
        paths = tuple(entry.path for entry in self.document.library.recordings)
        settings.set(RECENT_FILES, paths)
        settings.save()

    # models

    def _list_models(self, _: TaskControl) -> tuple[ModelPackage, ...]:
        return self._providers.list_models()

    def _take_models(self, models: tuple[ModelPackage, ...]) -> None:
        self._has_looked_for_models = True
        self.document.set_models(models)
        self._ask_first_model()

    @Slot()
    def _begin_asking(self) -> None:
        self._may_ask = True
        self._ask_first_model()

    def _ask_first_model(self) -> None:
        models, wanted = self.document.models, self._settings.get(MODEL)
        if models and self._may_ask and self.document.model is None:
            picked = [model for model in models if model.card.id == wanted]
            self._ask_model((picked or list(models))[0])

    @property
    def is_settled(self) -> bool:
        """Whether the window shows all that it is going to show of the recording."""
        has_asked = self.document.model is not None or not self.document.models
        return (
            self.document.recording is not None
            and self._has_looked_for_models
            and has_asked
            and self.inspector.is_settled
            and self.overview.is_settled
            and self.lanes.is_settled
            and self.compare.is_settled
            and self.second.is_settled
        )

    def _ask_model(self, model: ModelPackage) -> None:
        self.document.set_model(model)
        self.inference.warm_up(model)

    def _take_model_error(self, error: Exception) -> None:
        raise error

    @Slot(object)
    def _pick_model(self, model: ModelPackage) -> None:
        self._settings.set(MODEL, model.card.id)
        self._ask_model(model)

    # recordings

    @Slot()
    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self.window, "Open recordings")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(self._providers.name_filters())
        recording = self.document.recording
        if recording is not None and recording.source.path is not None:
            dialog.setDirectory(str(recording.source.path.parent))
        dialog.filesSelected.connect(self._open_names)
        dialog.open()

    @Slot(list)
    def _open_names(self, names: list[str]) -> None:
        self.librarian.open_paths(tuple(Path(name) for name in names))

    @Slot(object)
    def _play(self, recording: Recording | None) -> None:
        self.player.set_recording(recording)
        self.player.play()

    @Slot(bool)
    def _compare_models(self, is_on: bool) -> None:
        """Either models or recordings are compared."""
        if is_on:
            self.second.give_way()

    # small wishes

    @Slot()
    def _next_person(self) -> None:
        answer = self.document.answer_state.answer
        people = [p.person for p in answer.predictions if p.person is not None] if answer else []
        if people:
            later = [person for person in people if person > (self.document.person or 0)]
            self.document.select_person((later or people)[0])

    @Slot()
    def _escape(self) -> None:
        benches = (self.window, self.teach, self.why, self.lanes, self.second, self.export)
        if not any(part.put_aside() for part in benches):
            self.overview.stop()

    def _step(self, frames: int) -> None:
        self.player.step(frames)

    def _look_from(self, preset: Preset) -> None:
        self.scene.set_preset(preset)

    @Slot()
    def _switch_theme(self) -> None:
        self.set_theme(self.presenter.theme.other)
        self._settings.set(THEME, ThemeChoice(self.presenter.theme.value))

    def set_theme(self, theme: Theme) -> None:
        """Change the look of everything, for this run."""
        self.presenter.set_theme(self._application, theme)
