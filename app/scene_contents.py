"""All that the 3D view shows, as one value, and what follows from it."""

from dataclasses import dataclass, replace

from app.overlays import OverlayFrame, OverlaySettings, overlay_by_id
from app.scene_frame import FrameStyle, SceneFrame, scene_frame
from app.scene_model import SceneModel
from app.scene_theme import SceneTheme
from engine.prediction import Explanation

DEFAULT_OVERLAY_SETTINGS = OverlaySettings(focal_joints=15, link_threshold=0.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneContents:
    """What is shown. A change is a new value."""

    theme: SceneTheme
    model: SceneModel | None = None
    frame: int = 0
    explanation: Explanation | None = None
    overlay_id: str | None = None
    overlay_settings: OverlaySettings = DEFAULT_OVERLAY_SETTINGS
    selected: int | None = None
    has_trails: bool = False
    has_labels: bool = False
    hovered: tuple[int, int] | None = None

    def with_model(self, model: SceneModel | None) -> "SceneContents":
        """Another recording from its first frame; what belonged to the previous one goes."""
        return replace(self, model=model, frame=0, explanation=None, selected=None, hovered=None)

    def with_selected(self, person: int | None) -> "SceneContents":
        """Another person marked; nobody, if the recording does not have that one."""
        num_people = 0 if self.model is None else self.model.num_people
        is_there = person is not None and 0 <= person < num_people
        return replace(self, selected=person if is_there else None)

    def at_frame(self, frame: int) -> "SceneContents":
        """The nearest frame that the recording has."""
        last = 0 if self.model is None else self.model.num_frames - 1
        return replace(self, frame=min(max(frame, 0), last))


def overlay_frame(contents: SceneContents) -> OverlayFrame | None:
    """What the chosen overlay adds; None where there is nothing to show."""
    model = contents.model
    if model is None or contents.explanation is None or contents.overlay_id is None:
        return None
    settings = replace(
        contents.overlay_settings,
        person=contents.selected,
        on_dark=contents.theme.is_dark,
        link_colour=contents.theme.link,
    )
    overlay = overlay_by_id(contents.overlay_id)
    return overlay.draw(contents.explanation, model.recording, contents.frame, settings)


def drawing(contents: SceneContents, overlay: OverlayFrame | None) -> SceneFrame | None:
    """Drawing arrays of the shown frame."""
    if contents.model is None:
        return None
    style = FrameStyle(
        theme=contents.theme,
        overlay=overlay,
        selected=contents.selected,
        has_trails=contents.has_trails,
        hovered=contents.hovered,
    )
    return scene_frame(contents.model, contents.frame, style)
