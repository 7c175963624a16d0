"""The table of overlays: a new one is one file here and one row below."""

from app.overlays.base import Overlay, OverlayFrame, OverlayLinks, OverlaySettings
from app.overlays.focal import FOCAL
from engine.errors import EngineError

__all__ = [
    "OVERLAYS",
    "Overlay",
    "OverlayFrame",
    "OverlayLinks",
    "OverlaySettings",
    "overlay_by_id",
]

OVERLAYS: tuple[Overlay, ...] = (FOCAL,)


def overlay_by_id(overlay_id: str) -> Overlay:
    """The overlay with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    for overlay in OVERLAYS:
        if overlay.id == overlay_id:
            return overlay
    known = ", ".join(overlay.id for overlay in OVERLAYS)
    raise EngineError(f"no overlay {overlay_id!r}; there are {known}")
