"""The table of overlays: a new one is one file here and one row below."""

from app.overlays.attention import ATTENTION
from app.overlays.base import (
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlayLinks,
    OverlaySettings,
    OverlaySpots,
)
from app.overlays.focal import FOCAL
from app.overlays.focus import FOCUS
from app.overlays.merging import merged
from app.overlays.prepared import PreparedExplanation, prepared
from app.overlays.time_attention import TIME_ATTENTION
from app.overlays.voxels import VOXELS
from engine.explain.focus import COMPARED_ACTIONS
from engine.prediction import Explanation
from engine.recording import Recording
from engine.rows import row_by_id

__all__ = [
    "OVERLAYS",
    "Legend",
    "LegendMark",
    "Overlay",
    "OverlayFrame",
    "OverlayLinks",
    "OverlaySettings",
    "OverlaySpots",
    "PreparedExplanation",
    "draw_overlays",
    "drawable",
    "overlay_by_id",
    "prepared",
    "usual_overlay",
]

OVERLAYS: tuple[Overlay, ...] = (FOCAL, FOCUS, ATTENTION, TIME_ATTENTION, VOXELS)
"""In the order of their buttons; where several colour a joint, the first one does."""


def overlay_by_id(overlay_id: str) -> Overlay:
    """The overlay with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(OVERLAYS, overlay_id, "overlay")


def drawable(overlay_ids: tuple[str, ...], explanation: Explanation) -> tuple[Overlay, ...]:
    """Those of some overlays that an explanation has the data for, in the order of the table."""
    return tuple(
        overlay
        for overlay in OVERLAYS
        if overlay.id in overlay_ids and not overlay.lacking(explanation)
    )


def usual_overlay(explanation: Explanation) -> Overlay:
    """What the network's own paper draws, by what its explanation holds.

    Networks that select joints show these (FG-STFormer), networks of voxels those (SPA-Net); maps
    beside the focus mean that the focus is the network's own subject (STF); then come attention
    between joints (SEM-Net, S-TR) and in time (T-TR). All others have a focus (MS-G3D).
    """
    if explanation.chosen.shape[-1]:
        return FOCAL
    if explanation.points:
        return VOXELS
    if len(explanation.joint_maps) > COMPARED_ACTIONS:
        return FOCUS
    if explanation.links:
        return ATTENTION
    return TIME_ATTENTION if explanation.times else FOCUS


def draw_overlays(
    overlays: tuple[Overlay, ...],
    explanation: PreparedExplanation,
    recording: Recording,
    frame: int,
    settings: OverlaySettings,
) -> OverlayFrame:
    """One frame of several overlays.

    Args:
        overlays: At least one, in the order of the table.
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame.
        settings: How they are drawn.
    """
    return merged(
        tuple(overlay.draw(explanation, recording, frame, settings) for overlay in overlays)
    )
