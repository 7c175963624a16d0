"""The 3D view as it stands, as a value: what pictures and films are drawn from."""

from dataclasses import dataclass, replace

from app.camera import CameraState, moved
from app.exporting.camera_words import widened
from app.overlays import PreparedExplanation
from app.scene_contents import SceneContents
from app.scene_theme import SceneTheme


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """What is shown, and from where."""

    contents: SceneContents
    camera: CameraState
    aspect: float
    """Width over height of the view."""
    is_following: bool = False
    """Whether the camera goes with the body."""

    def camera_for(self, width: float, height: float) -> CameraState:
        """The camera for a picture that may be narrower."""
        return widened(self.camera, self.aspect, width / height)

    def in_theme(self, *, is_dark: bool) -> "ViewState":
        """The same in other colours."""
        if self.contents.theme.is_dark == is_dark:
            return self
        theme = SceneTheme.dark() if is_dark else SceneTheme.light()
        return replace(self, contents=replace(self.contents, theme=theme))

    def at_frame(
        self, frame: int, explanation: PreparedExplanation | None
    ) -> tuple[SceneContents, CameraState]:
        """Another frame, with where the model looked around it; and the camera there."""
        contents = replace(self.contents.at_frame(frame), explanation=explanation)
        model, person = contents.shown, contents.shown_person
        if not self.is_following or model is None:
            return contents, self.camera
        here = model.centre(contents.shown_frame, person)
        way = here - model.centre(self.contents.shown_frame, person)
        return contents, moved(self.camera, way)
