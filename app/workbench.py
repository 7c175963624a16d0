"""All parts of the running program, built and connected. No part knows another."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from app.actions import ACTIONS
from app.camera import Preset
from app.document import AnswerPhase, AnswerState, Document, OverlayState, TrackState
from app.inspector import Inspector
from app.librarian import Complaint, Librarian
from app.library import Library
from app.overlays import OVERLAYS, OverlaySettings
from app.overview import Overview
from app.player import Player
from app.providers import Providers
from app.scene_theme import SceneTheme
from app.services.defects import Defect, DefectReporter
from app.services.inference import InferenceService
from app.services.opening import OpeningService
from app.services.task_runner import TaskControl, TaskRunner
from app.settings import (
    FOLLOWING,
    GEOMETRY_KEY,
    LABELS,
    LINK_THRESHOLD,
    LOOPING,
    MODEL,
    OPACITY,
    OVERLAY,
    PANELS_KEY,
    RECENT_FILES,
    SPEED,
    THEME,
    TRAILS,
    Settings,
    ThemeChoice,
)
from app.theme import Theme, apply_theme, chosen_theme
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from engine.version import program_version

FIRST_FOCAL_JOINTS = 12
"""K until a model says its own."""
IO_THREADS = 2
"""Reads a recording and looks for models side by side."""
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
        self.has_looked_for_models = False
        self.theme = chosen_theme(settings.get(THEME))
        apply_theme(application, self.theme)
        self._build()
        self._connect_core()
        self._connect_window()
        self._connect_scene()
        self._connect_actions()
        self._restore()

    def _build(self) -> None:
        settings, providers = self._settings, self._providers
        overlay_id = settings.get(OVERLAY)
        is_known = any(overlay.id == overlay_id for overlay in OVERLAYS)
        self.document = Document(
            overlay=OverlayState(
                overlay_id=overlay_id if is_known else None,
                focal_joints=FIRST_FOCAL_JOINTS,
                link_threshold=settings.get(LINK_THRESHOLD),
                opacity=settings.get(OPACITY),
            ),
            library=Library(samples=providers.samples).joined(settings.get(RECENT_FILES)),
            parent=self,
        )
        self.player = Player(self)
        self.io = TaskRunner("io", threads=IO_THREADS, parent=self)
        self.inference_thread = TaskRunner("inference", parent=self)
        self.inference = InferenceService(self.inference_thread, providers.open_model, self)
        self.opening = OpeningService(self.io, providers.read, self)
        self.inspector = Inspector(self.document, self.inference, self)
        self.overview = Overview(self.document, self.inference, self)
        self.librarian = Librarian(self.document, self.opening, self)
        self.defects = DefectReporter(self)
        self.scene = SceneView(_scene_theme(self.theme))
        self.window = MainWindow(self.scene, ACTIONS, self.document.overlay)
        self.actions = self.window.action_set

    # connections

    def _connect_core(self) -> None:
        document, inference = self.document, self.inference
        inspector, overview = self.inspector, self.overview
        self.opening.opened.connect(self.librarian.take_opened)
        self.opening.failed.connect(self.librarian.take_failure)
        inference.answered.connect(inspector.take_answer)
        inference.clip_refused.connect(inspector.take_refusal)
        inference.tracked.connect(overview.take_track)
        inference.track_progressed.connect(overview.take_progress)
        inference.focus_found.connect(overview.take_focus)
        inference.overview_refused.connect(overview.take_refusal)
        inspector.answered.connect(overview.show_person)
        document.recording_changed.connect(overview.forget)
        document.recording_changed.connect(inspector.take_recording)
        document.recording_changed.connect(self._show_recording)
        document.model_changed.connect(overview.forget)
        document.model_changed.connect(inspector.ask_anew)
        document.person_changed.connect(overview.show_person)
        self.player.frame_changed.connect(inspector.follow_frame)
        self.defects.defect_found.connect(self._report_defect)

    def _connect_window(self) -> None:
        document, player, window = self.document, self.player, self.window
        window.files_dropped.connect(self.librarian.open_paths)
        window.palette_changed.connect(self._recolour)
        window.closed.connect(self.remember)
        window.library.open_requested.connect(self.librarian.open_path)
        document.library_changed.connect(window.library.show_library)
        self.librarian.reading_started.connect(self._show_reading)
        self.librarian.settled.connect(self._show_title)
        self.librarian.complained.connect(self._complain)
        window.top_bar.picker.model_requested.connect(self._pick_model)
        document.models_changed.connect(window.top_bar.picker.show_models)
        document.model_changed.connect(self._show_model)
        document.answer_changed.connect(window.top_bar.picker.show_timing)
        document.answer_changed.connect(window.answer.show_answer)
        document.answer_changed.connect(window.timeline.show_answer)
        document.person_changed.connect(window.answer.show_person)
        document.person_changed.connect(window.timeline.show_person)
        document.track_changed.connect(window.timeline.show_track)
        document.track_changed.connect(self._show_progress)
        window.answer.person_requested.connect(document.select_person)
        window.looked_at.overlay_change_requested.connect(document.change_overlay)
        document.overlay_changed.connect(window.looked_at.show_overlay)
        window.timeline.seek_requested.connect(player.seek)
        window.transport.speed_requested.connect(player.set_speed)
        player.frame_changed.connect(window.timeline.show_frame)
        player.frame_changed.connect(window.transport.show_frame)
        player.playing_changed.connect(window.transport.show_playing)
        player.speed_changed.connect(window.transport.show_speed)

    def _connect_scene(self) -> None:
        document, scene = self.document, self.scene
        self.player.frame_changed.connect(scene.set_frame)
        document.answer_changed.connect(self._show_explanation)
        document.person_changed.connect(scene.set_selected_person)
        document.overlay_changed.connect(self._show_overlay)
        scene.person_clicked.connect(document.select_person)

    def _connect_actions(self) -> None:
        for action_id, work in self._work_of_actions().items():
            self.actions[action_id].triggered.connect(work)
        self.player.looping_changed.connect(self.actions["playback.loop"].setChecked)

    def _work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What each row of the table of actions does."""
        player, scene, window = self.player, self.scene, self.window
        looks = {
            action_id: partial(self._look_from, preset) for action_id, preset in PRESETS.items()
        }
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
            "view.frame-all": lambda: scene.frame_all(),
            "view.follow": scene.set_following,
            "view.trails": scene.set_trails,
            "view.labels": scene.set_labels,
            "view.overlay": self._switch_overlay,
            "view.person": self._next_person,
            "view.zoom-in": window.timeline.zoom_in,
            "view.zoom-out": window.timeline.zoom_out,
            "view.theme": self._switch_theme,
            "help.keys": window.keys_sheet.present,
            "help.about": self._tell_about,
        }

    # life

    def start(self, paths: tuple[Path, ...]) -> None:
        """Read what is to be shown and look for models; the first sample where nothing is asked for."""
        self.io.submit(
            self._list_models, on_result=self._take_models, on_error=self._take_model_error
        )
        if paths:
            self.librarian.open_paths(paths)
        elif self._providers.samples:
            self.librarian.open_path(self._providers.samples[0].path)

    def close(self) -> None:
        """End the threads."""
        self.player.pause()
        self.io.close()
        self.inference_thread.close()

    def _restore(self) -> None:
        settings, window, actions = self._settings, self.window, self.actions
        self.player.set_speed(settings.get(SPEED))
        window.transport.show_speed(self.player.speed)
        self.player.set_looping(settings.get(LOOPING))
        actions["playback.loop"].setChecked(self.player.is_looping)
        for action_id, setting in (
            ("view.follow", FOLLOWING),
            ("view.trails", TRAILS),
            ("view.labels", LABELS),
        ):
            if settings.get(setting):
                actions[action_id].trigger()
        window.library.show_library(self.document.library)
        window.restore(settings.bytes_of(GEOMETRY_KEY), settings.bytes_of(PANELS_KEY))
        window.answer.explain_absence("Open a recording: the model says here what happens in it.")
        self._show_overlay(self.document.overlay)
        self._turn_scales()

    @Slot()
    def remember(self) -> None:
        """Keep for next time how everything stands."""
        settings, window, overlay = self._settings, self.window, self.document.overlay
        settings.set_bytes(GEOMETRY_KEY, window.saveGeometry())
        settings.set_bytes(PANELS_KEY, window.saveState())
        settings.set(OVERLAY, overlay.overlay_id or "")
        settings.set(LINK_THRESHOLD, overlay.link_threshold)
        settings.set(OPACITY, overlay.opacity)
        settings.set(SPEED, self.player.speed)
        settings.set(LOOPING, self.player.is_looping)
        settings.set(FOLLOWING, self.actions["view.follow"].isChecked())
        settings.set(TRAILS, self.actions["view.trails"].isChecked())
        settings.set(LABELS, self.actions["view.labels"].isChecked())
        paths = tuple(entry.path for entry in self.document.library.recordings)
        settings.set(RECENT_FILES, paths)
        settings.save()

    # models

    def _list_models(self, _: TaskControl) -> tuple[ModelPackage, ...]:
        return self._providers.list_models()

    def _take_models(self, models: tuple[ModelPackage, ...]) -> None:
        self.has_looked_for_models = True
        self.document.set_models(models)
        wanted = self._settings.get(MODEL)
        picked = [model for model in models if model.card.id == wanted]
        if models:
            self.document.set_model((picked or list(models))[0])
        else:
            self.window.answer.explain_absence(
                "No model is installed. Train one with “skelarium train”, or put a model package "
                "into the models folder."
            )

    def _take_model_error(self, error: Exception) -> None:
        raise error

    @Slot(object)
    def _pick_model(self, model: ModelPackage) -> None:
        self._settings.set(MODEL, model.card.id)
        self.document.set_model(model)

    @Slot(object)
    def _show_model(self, model: ModelPackage | None) -> None:
        self.window.top_bar.picker.show_model(model)
        title = "" if model is None else model.card.title
        self.window.timeline.set_network_name(title.rpartition("·")[2].strip())
        if model is not None:
            self.inference.warm_up(model)

    # recordings

    @Slot()
    def _ask_for_files(self) -> None:
        dialog = QFileDialog(self.window, "Open recordings")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._open_names)
        dialog.open()

    @Slot(list)
    def _open_names(self, names: list[str]) -> None:
        self.librarian.open_paths(tuple(Path(name) for name in names))

    @Slot(object)
    def _show_recording(self, recording: Recording | None) -> None:
        window = self.window
        self.scene.set_recording(recording)
        window.stage.show_recording(recording)
        window.timeline.set_recording(recording)
        num_frames = recording.num_frames if recording else 0
        time_s = recording.time_s if recording else None
        window.answer.set_clock(time_s)
        window.transport.set_recording(num_frames, time_s)
        if recording is not None:
            window.looked_at.set_joint_count(recording.layout.num_joints)
        self.player.set_recording(recording)
        self.player.play()

    @Slot(object)
    def _show_reading(self, path: Path) -> None:
        self.window.top_bar.show_title(f"Reading {path.name}…")

    @Slot()
    def _show_title(self) -> None:
        recording = self.document.recording
        path = recording.source.path if recording else None
        self.window.library.show_current(path)
        self.window.top_bar.show_title(f"{path.parent.name}  ›  {path.stem}" if path else "")
        self.window.setWindowTitle(f"{path.stem} · Skelarium" if path else "Skelarium")

    @Slot(object)
    def _complain(self, complaint: Complaint) -> None:
        self.window.say(complaint.title, complaint.message, hint=complaint.hint)

    @Slot(object)
    def _report_defect(self, defect: Defect) -> None:
        self.window.say(
            "Something went wrong in Skelarium",
            defect.summary,
            hint="This is a defect of the program. You can go on; please send the report.",
            report=defect.report,
        )

    # answers

    @Slot(object)
    def _show_explanation(self, state: AnswerState) -> None:
        explanation = self.document.explanation
        if state.phase is not AnswerPhase.ASKED or explanation is None:
            self.scene.set_explanation(explanation)
            self.window.looked_at.show_explanation(explanation)

    @Slot(object)
    def _show_progress(self, state: TrackState) -> None:
        progress = state.progress
        self.window.transport.show_note(
            "" if progress is None else f"Reading the whole recording… {progress:.0%}"
        )

    @Slot(object)
    def _show_overlay(self, state: OverlayState) -> None:
        self.actions["view.overlay"].setChecked(state.overlay_id is not None)
        self.scene.set_overlay(
            state.overlay_id,
            OverlaySettings(
                focal_joints=state.focal_joints,
                link_threshold=state.link_threshold,
                opacity=state.opacity,
            ),
        )

    @Slot(bool)
    def _switch_overlay(self, is_on: bool) -> None:
        overlay_id = OVERLAYS[0].id if is_on else None
        self.document.change_overlay(replace(self.document.overlay, overlay_id=overlay_id))

    @Slot()
    def _next_person(self) -> None:
        answer = self.document.answer_state.answer
        people = [p.person for p in answer.predictions if p.person is not None] if answer else []
        if people:
            later = [person for person in people if person > (self.document.person or 0)]
            self.document.select_person((later or people)[0])

    # small wishes

    def _step(self, frames: int) -> None:
        self.player.step(frames)

    def _look_from(self, preset: Preset) -> None:
        self.scene.set_preset(preset)

    @Slot()
    def _switch_theme(self) -> None:
        self.set_theme(self.theme.other)
        self._settings.set(THEME, ThemeChoice(self.theme.value))

    def set_theme(self, theme: Theme) -> None:
        """Change the look of everything."""
        self.theme = theme
        apply_theme(self._application, theme)
        self._recolour()

    @Slot()
    def _recolour(self) -> None:
        self.scene.set_theme(_scene_theme(self.theme))
        self.actions.recolour(self.window.palette())
        self.window.transport.recolour()
        self.window.library.recolour()
        self._turn_scales()

    def _turn_scales(self) -> None:
        is_on_dark = self.theme is Theme.DARK
        self.window.timeline.set_on_dark(is_on_dark)
        self.window.looked_at.set_on_dark(is_on_dark)

    @Slot()
    def _tell_about(self) -> None:
        self.window.say(
            f"Skelarium {program_version()}",
            "Open a skeleton recording, see the body move, read what a network says and where it "
            "looked.",
            hint="Apache License 2.0. Everything runs on this machine; nothing is sent anywhere.",
        )


def _scene_theme(theme: Theme) -> SceneTheme:
    return SceneTheme.dark() if theme is Theme.DARK else SceneTheme.light()
