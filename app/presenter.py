"""Brings what the document holds onto the window and into the 3D view."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.librarian import Complaint
from app.overlay_state import OverlayState
from app.overlays import PreparedExplanation
from app.scene_theme import SceneTheme
from app.services.defects import Defect
from app.theme import Theme, apply_theme
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.places import user_folder
from engine.recording import Recording
from engine.runtime.packages import ModelPackage
from engine.version import program_version

NO_MODEL = (
    "No model is installed. Train one with “skelarium train”, or put the folder of a model package "
    "into {folder}, and start again."
)
NO_RECORDING = "Open a recording: the model says here what happens in it."


def scene_theme(theme: Theme) -> SceneTheme:
    """The colours of the 3D view that go with a look of the window."""
    return SceneTheme.dark() if theme is Theme.DARK else SceneTheme.light()


class Presenter(QObject):
    """Shows facts; decides nothing but how they are put."""

    def __init__(
        self, document: Document, window: MainWindow, scene: SceneView, theme: Theme
    ) -> None:
        """Show what a document holds.

        Args:
            document: Read, never changed.
            window: The panels.
            scene: The 3D view.
            theme: The look that the application already has.
        """
        super().__init__(window)
        self._document = document
        self._window = window
        self._scene = scene
        self.theme = theme
        window.answer.explain_absence(NO_RECORDING)
        self._turn_scales()

    # recordings

    @Slot(object)
    def show_recording(self, recording: Recording | None) -> None:
        """Put a recording on the stage and lay out its time."""
        window = self._window
        self._scene.set_model(self._document.scene)
        window.stage.show_recording(recording)
        window.timeline.set_recording(recording)
        num_frames = recording.num_frames if recording else 0
        time_s = recording.time_s if recording else None
        window.answer.set_recording(recording)
        window.looked_at.set_recording(recording)
        window.transport.set_recording(num_frames, time_s)

    @Slot(object)
    def show_reading(self, path: Path) -> None:
        """Say that a file is being read."""
        self._window.top_bar.show_title(f"Reading {path.name}…")

    @Slot()
    def show_title(self) -> None:
        """Say what is on show."""
        window, recording = self._window, self._document.recording
        path = recording.source.path if recording else None
        window.library.show_current(path)
        window.top_bar.show_title(f"{path.parent.name}  /  {path.stem}" if path else "")
        window.show_name(path.stem if path else "")

    # answers

    @Slot(object)
    def show_models(self, models: tuple[ModelPackage, ...]) -> None:
        """Offer models."""
        self._window.top_bar.picker.show_models(models)
        no_model = NO_MODEL.format(folder=user_folder() / "models")
        self._window.answer.explain_absence(NO_RECORDING if models else no_model)

    @Slot(object)
    def show_model(self, model: ModelPackage | None) -> None:
        """Say which model is asked."""
        self._window.top_bar.picker.show_model(model)

    @Slot(object)
    def show_explanation(self, explanation: PreparedExplanation | None) -> None:
        """Light what the model looked at; the last answer stays lit until a newer one is there."""
        answer = self._document.answer_state.answer
        networks = tuple(each.network for each in answer.explanations) if answer else ()
        self._scene.set_explanation(explanation)
        self._window.looked_at.show_explanation(explanation, networks)

    @Slot(object)
    def show_overlay(self, state: OverlayState) -> None:
        """Draw attention as the panel says."""
        self._window.action_set["view.overlay"].setChecked(state.is_on)
        self._scene.set_overlays(state.drawn, state.settings)

    # what went wrong

    @Slot(object)
    def complain(self, complaint: Complaint) -> None:
        """Tell what could not be done."""
        self._window.say(complaint.title, complaint.message, hint=complaint.hint)

    @Slot(object)
    def report_defect(self, defect: Defect) -> None:
        """Tell of our own fault, with a report to copy."""
        self._window.say(
            "Something went wrong in Skelarium",
            defect.summary,
            hint="This is a defect of the program. You can go on; please send the report.",
            report=defect.report,
        )

    @Slot()
    def tell_about(self) -> None:
        """Say what this program is."""
        self._window.say(
            f"Skelarium {program_version()}",
            "Open a skeleton recording, see the body move, read what a network says and where it "
            "looked.",
            hint="Apache License 2.0. Everything runs on this machine; nothing is sent anywhere.",
        )

    # looks

    def set_theme(self, application: QApplication, theme: Theme) -> None:
        """Change the look of everything."""
        self.theme = theme
        apply_theme(application, theme)
        self.recolour()

    @Slot()
    def recolour(self) -> None:
        """Redraw what does not follow the palette by itself."""
        window = self._window
        self._scene.set_theme(scene_theme(self.theme))
        window.action_set.recolour(window.palette())
        window.transport.recolour()
        window.library.recolour()
        self._turn_scales()

    def _turn_scales(self) -> None:
        is_on_dark = self.theme is Theme.DARK
        self._window.timeline.set_on_dark(is_on_dark)
        self._window.looked_at.set_theme(scene_theme(self.theme))
        self._window.why.set_on_dark(is_on_dark)
        people = tuple(QColor.fromRgbF(*colour) for colour in scene_theme(self.theme).people)
        self._window.answer.people.set_colours(people)
        self._window.timeline.set_people_colours(people)
