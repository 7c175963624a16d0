"""The table of overlays: a new one is one file here and one row below."""

from app.overlays.base import Overlay, OverlayFrame, OverlayLinks, OverlaySettings
from app.overlays.focal import FOCAL
from engine.rows import row_by_id

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
    return row_by_id(OVERLAYS, overlay_id, "overlay")
