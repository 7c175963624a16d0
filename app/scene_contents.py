"""All that the 3D view shows, as one value, and what follows from it."""

from dataclasses import dataclass, replace

from app.ghost_model import Ghost, with_second
from app.overlays import (
    OverlayFrame,
    OverlaySettings,
    PreparedExplanation,
    draw_overlays,
    drawable,
)
from app.overlays.signed import DrawnContrast, draw_signed
from app.scene_frame import (
    FrameStyle,
    SceneFrame,
    ghosts_of,
    scene_frame,
    with_ghosts,
    with_segments,
)
from app.scene_model import SceneModel
from app.scene_theme import SceneTheme
from app.seen_model import SeenScene
from app.why_state import NOTHING_HIDDEN, Hidden

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
    hidden: Hidden = NOTHING_HIDDEN
    """What the model is not shown: ghosts."""
    contrast: DrawnContrast | None = None
    """Drawn in place of the overlays."""
    seen: SeenScene | None = None
    """Shown in place of the recording."""
    lit: tuple[tuple[int, int], ...] = ()
    """Persons and joints marked on the timeline."""
    second: Ghost | None = None
    """The body of another recording."""

    @property
    def shown(self) -> SceneModel | None:
        """The scene in view: of the recording, or of what a model sees."""
        return self.model if self.seen is None else self.seen.model

    @property
    def shown_frame(self) -> int:
        """The frame of that scene."""
        return self.frame if self.seen is None else self.seen.frame(self.frame)

    @property
    def shown_person(self) -> int | None:
        """The person marked, as that scene counts."""
        return self.selected if self.seen is None else self.seen.person(self.selected)

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
    if model is None or contents.seen is not None or not contents.hidden.is_empty:
        return None  # overlays are about the answer to the whole recording
    if contents.contrast is not None:
        settings = _settings(contents)
        return draw_signed(contents.contrast, model.recording, contents.frame, settings)
    if explanation is None:
        return None
    overlays = drawable(contents.overlay_ids, explanation.explanation)
    if not overlays:
        return None
    return draw_overlays(
        overlays, explanation, model.recording, contents.frame, _settings(contents)
    )


def _settings(contents: SceneContents) -> OverlaySettings:
    """What the sliders say, with what the view knows."""
    return replace(
        contents.overlay_settings,
        person=contents.selected,
        on_dark=contents.theme.is_dark,
        link_colour=contents.theme.link,
        attention_colour=contents.theme.attention,
        against_colour=contents.theme.against,
    )


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
    if contents.seen is not None:
        return _drawing_of_seen(contents, contents.model, contents.seen)
    people, joints = contents.model.visible.shape[1:]
    hidden = contents.hidden.at(contents.frame, (people, joints), contents.selected)
    style = FrameStyle(
        theme=contents.theme,
        overlay=overlay,
        selected=contents.selected,
        has_trails=contents.has_trails,
        hovered=contents.hovered,
        picked=picked_joint(contents),
        lit=contents.lit,
        hovered_link=contents.hovered_link,
        hidden=hidden,
    )
    made = scene_frame(contents.model, contents.frame, style)
    if contents.second is None:
        return made
    return with_second(made, contents.second, contents.frame, contents.theme)


def _drawing_of_seen(contents: SceneContents, model: SceneModel, seen: SeenScene) -> SceneFrame:
    """What a model sees, with arrows or boxes, and the recording's ghost where it has a place."""
    frame = contents.shown_frame
    style = FrameStyle(
        theme=contents.theme,
        selected=contents.shown_person,
        has_trails=contents.has_trails,
        hovered=contents.hovered,
        hidden=seen.faint(frame),
    )
    made = scene_frame(seen.model, frame, style)
    made = with_segments(
        made, seen.segments(frame), contents.theme, are_arrows=seen.stage.voxels is None
    )
    if not seen.has_ghost:
        return made
    everything = model.visible[contents.frame]
    return with_ghosts(made, ghosts_of(model, contents.frame, everything, contents.theme))
