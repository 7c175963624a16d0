"""Why one action and not another, drawn on the joints: blue against, orange for."""

from dataclasses import dataclass, replace

import numpy as np

from app.overlays.base import JointReading, OverlayFrame, OverlaySettings, everybody, spoken_of
from app.overlays.diverging import diverging_rgba
from engine.inspection.signed import SignedJointMap
from engine.recording import Recording

GROWTH = 0.45
"""Of a joint with the full weight, for or against."""
SHINING = 0.5
"""Size from which on a joint has a halo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnContrast:
    """A signed map of a clip."""

    joint_map: SignedJointMap
    start: int
    """Recording frame that its first row is about."""


def draw_signed(
    contrast: DrawnContrast, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """Colours and sizes of one frame.

    Args:
        contrast: What is drawn.
        recording: The recording it is about.
        frame: Recording frame; outside the clip nothing is drawn.
        settings: Opacity, whose joints, which way the scale runs.
    """
    nothing = OverlayFrame.nothing(recording.num_people, recording.layout.num_joints)
    weights, step = contrast.joint_map.weights, frame - contrast.start
    if not 0 <= step < len(weights):
        return nothing
    people = recording.num_people
    found = everybody(weights[step], people)
    shown = spoken_of(people, settings.person) & np.isfinite(found)
    shares = np.where(shown, found, np.nan).astype(np.float32)
    colours = diverging_rgba(shares, on_dark=settings.on_dark)
    size = np.abs(np.nan_to_num(shares))
    exact = (found * np.float32(contrast.joint_map.strongest)).astype(np.float32)
    reading = JointReading(
        name=f"for {contrast.joint_map.first}",
        weights=exact,
        full=max(contrast.joint_map.strongest, 1e-12),
        is_signed=True,
    )
    return replace(
        nothing,
        joint_colours=colours,
        joint_scale=(1.0 + GROWTH * size).astype(np.float32),
        joint_weights=np.where(shown, size, np.nan).astype(np.float32),
        dimming=np.ones(shares.shape, dtype=np.float32),
        focal=shown & (size >= SHINING),
        readings=(reading,),
    )
