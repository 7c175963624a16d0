"""Activations at the middles of voxels, as SPA-Net's Fig. 7c: discs, the larger the stronger."""

from dataclasses import replace

import numpy as np

from app.overlays.base import (
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlaySettings,
    OverlaySpots,
)
from app.overlays.colour_scale import scale_rgba
from app.overlays.prepared import PreparedExplanation
from engine.prediction import Explanation
from engine.recording import Recording

DIMMING = 0.8
"""How far bodies step back behind the discs."""
LARGEST, SMALLEST = 0.5, 0.06
"""Radius of a disc in edges of a voxel: of the strongest one, and of one without activation."""
COVER = 0.62
"""Opacity of a disc: bodies and discs behind it stay visible."""


def draw_voxels(
    explanation: PreparedExplanation, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """The discs of one frame; everybody's, because voxels belong to places and not to people.

    Args:
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame; outside the explanation's span nothing is drawn.
        settings: Which point map, opacity.
    """
    nothing = OverlayFrame.nothing(recording.num_people, recording.layout.num_joints)
    step, points = explanation.step(frame), explanation.point_map(settings.point_map)
    if step is None or points is None or settings.opacity <= 0:
        return nothing
    at = int(points.steps[step])
    first, last = points.bounds[at : at + 2] if len(points.bounds) > 1 else (0, 0)
    order = first + np.argsort(points.magnitudes[first:last], kind="stable")
    magnitudes = points.magnitudes[order]
    share = magnitudes / max(points.strongest, float(np.finfo(np.float32).tiny))
    rgba = scale_rgba(share, on_dark=settings.on_dark)
    rgba[:, 3] *= COVER * settings.opacity
    # areas, not radii, are what people compare
    radius = points.size * np.maximum(LARGEST * np.sqrt(share), SMALLEST)
    return replace(
        nothing,
        dimming=np.full_like(nothing.dimming, DIMMING * settings.opacity),
        spots=OverlaySpots(
            name=points.name,
            positions=points.positions[order],
            magnitudes=magnitudes,
            radius=radius.astype(np.float32),
            largest=LARGEST * points.size,
            rgba=rgba,
        ),
    )


def _lacking(explanation: Explanation) -> str:
    return (
        "" if explanation.points else "This network looks at joints, not at voxels; SPA-Net does."
    )


def _legends(explanation: PreparedExplanation, settings: OverlaySettings) -> tuple[Legend, ...]:
    points = explanation.point_map(settings.point_map)
    if points is None:
        return ()
    return (
        Legend(
            title=points.name,
            mark=LegendMark.DISCS,
            low=0.0,
            high=points.strongest,
            strongest=points.strongest,
        ),
    )


VOXELS = Overlay(
    id="voxels",
    name="Voxels",
    hint="How active the network is at each voxel: the larger the disc, the more",
    lacking=_lacking,
    legends=_legends,
    draw=draw_voxels,
)
