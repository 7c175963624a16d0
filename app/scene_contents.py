"""All that the 3D view shows, as one value, and what follows from it."""

from dataclasses import dataclass, replace

from app.overlays import (
    OverlayFrame,
    OverlaySettings,
    PreparedExplanation,
    draw_overlays,
    drawable,
)
from app.scene_frame import FrameStyle, SceneFrame, scene_frame
from app.scene_model import SceneModel
from app.scene_theme import SceneTheme

DEFAULT_OVERLAY_SETTINGS = OverlaySettings(focal_joints=15, link_threshold=0.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneContents:
    """What is shown. A change is a new value."""

    theme: SceneTheme
    model: SceneModel | None = None
    frame: int = 0
    explanation: PreparedExplanation | None = None
    overlay_ids: tuple[str, ...] = ()
    """Wanted; those that the explanation has no data for are not drawn."""
    overlay_settings: OverlaySettings = DEFAULT_OVERLAY_SETTINGS
    selected: int | None = None
    """Person marked."""
    joint: int | None = None
    """Joint whose map in time is open."""
    has_trails: bool = False
    has_labels: bool = False
    hovered: tuple[int, int] | None = None
    """Person and joint under the pointer."""
    hovered_link: int | None = None
    """Which of the overlay's links is under the pointer."""

    def with_model(self, model: SceneModel | None) -> "SceneContents":
        """Another recording from its first frame; what belonged to the previous one goes."""
        return SceneContents(
            theme=self.theme,
            model=model,
            overlay_ids=self.overlay_ids,
            overlay_settings=self.overlay_settings,
            has_trails=self.has_trails,
            has_labels=self.has_labels,
        )

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
    """What the chosen overlays add; None where there is nothing to show."""
    model, explanation = contents.model, contents.explanation
    if model is None or explanation is None:
        return None
    overlays = drawable(contents.overlay_ids, explanation.explanation)
    if not overlays:
        return None
    settings = replace(
        contents.overlay_settings,
        person=contents.selected,
        on_dark=contents.theme.is_dark,
        link_colour=contents.theme.link,
        attention_colour=contents.theme.attention,
        against_colour=contents.theme.against,
    )
    return draw_overlays(overlays, explanation, model.recording, contents.frame, settings)


def picked_joint(contents: SceneContents) -> tuple[int, int] | None:
    """Person and joint whose map in time is open; None where there is no such map."""
    explanation = contents.explanation
    if contents.joint is None or explanation is None or not explanation.times:
        return None
    if not contents.overlay_ids:
        return None
    return contents.selected or 0, contents.joint


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
        picked=picked_joint(contents),
        hovered_link=contents.hovered_link,
    )
    return scene_frame(contents.model, contents.frame, style)
