"""How the 3D view stands, where it is not as a window opens: words of the command line."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.exporting.camera_words import CameraWish
from app.overlay_state import PICKS
from engine.errors import EngineError

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What None and nothing leave as it is."""

    camera: CameraWish | None = None
    is_following: bool | None = None
    """Whether the camera goes with the body."""
    maps: tuple[tuple[str, int], ...] = ()
    """Which map each of some overlays draws: ids and indices."""
    focal_joints: int | None = None
    link_count: int | None = None
    link_threshold: float | None = None
    opacity: float | None = None
    has_trails: bool = False
    has_names: bool = False
    threshold: float | None = None
    """Of the lanes."""
    has_everybody: bool = False
    """Whether the lanes of all people are open."""


PLAIN = Look()


def apply_look(workbench: "Workbench", look: Look) -> None:
    """Bring a window that shows its recording into a look.

    Raises:
        EngineError: It names a map that there is not.
    """
    document, scene, actions = workbench.document, workbench.scene, workbench.actions
    wished = {
        "focal_joints": look.focal_joints,
        "link_count": look.link_count,
        "link_threshold": look.link_threshold,
        "opacity": look.opacity,
    }
    changes = {name: value for name, value in wished.items() if value is not None}
    settings = replace(document.overlay.settings, **changes)  # type: ignore[arg-type]
    explanation = document.explanation
    for overlay_id, number in look.maps if explanation is not None else ():
        pick = next(each for each in PICKS if each.overlay_id == overlay_id)
        names = pick.names(explanation) if explanation is not None else ()
        if number >= len(names):
            raise EngineError(
                f"--map {overlay_id}={number + 1}: there are {len(names)}, counted from 1"
            )
        settings = pick.put(settings, number)
    document.change_overlay(replace(document.overlay, settings=settings))
    for action_id, is_on in (("view.trails", look.has_trails), ("view.labels", look.has_names)):
        if is_on and not actions[action_id].isChecked():
            actions[action_id].trigger()
    if look.threshold is not None:
        workbench.window.timeline.set_threshold(look.threshold)
    if look.has_everybody and document.recording is not None:
        workbench.overview.set_open_people(frozenset(range(document.recording.num_people)))
    if look.is_following is not None:
        workbench.following.set_on(look.is_following)
    if look.camera is not None:
        scene.touch(look.camera.applied(scene.camera))
