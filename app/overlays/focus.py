"""A joint map as a heat on all joints, as STF draws its focus Q (Ke et al., AAAI 2022)."""

from dataclasses import replace

import numpy as np

from app.overlays.base import (
    JointReading,
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlaySettings,
    everybody,
    spoken_of,
)
from app.overlays.colour_scale import scale_rgba
from app.overlays.prepared import PreparedExplanation
from engine.arrays import FloatArray
from engine.prediction import Explanation
from engine.recording import Recording

GROWTH = 0.45
"""Of a joint with the full weight."""
SHINING = 0.66
"""Weight from which on a joint has a halo."""


def draw_focus(
    explanation: PreparedExplanation, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """Colours and sizes of one frame by the joint map that was picked.

    Args:
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame; outside the explanation's span nothing is drawn.
        settings: Which joint map, opacity, whose joints.
    """
    nothing = OverlayFrame.nothing(recording.num_people, recording.layout.num_joints)
    step = explanation.step(frame)
    if step is None or settings.opacity <= 0:
        return nothing
    joint_map = explanation.joint_map(settings.joint_map)
    weights = everybody(joint_map.weights[step], recording.num_people)
    reading = JointReading(name=joint_map.name, weights=weights, full=1.0)
    return heat(nothing, weights, reading, settings)


def heat(
    nothing: OverlayFrame, shares: FloatArray, reading: JointReading, settings: OverlaySettings
) -> OverlayFrame:
    """Joints coloured and grown by shares of the scale.

    Args:
        nothing: The frame without it.
        shares: ``(M, V)`` in 0..1; NaN where a joint has none.
        reading: What is told on hover.
        settings: Opacity, whose joints, which way the scale runs.
    """
    shown = spoken_of(len(shares), settings.person) & np.isfinite(shares)
    shares = np.where(shown, shares, np.nan).astype(np.float32)
    colours = scale_rgba(shares, on_dark=settings.on_dark)
    colours[..., 3] *= settings.opacity
    strength = np.where(shown, shares, 0.0) * settings.opacity
    return replace(
        nothing,
        joint_colours=colours,
        joint_scale=(1.0 + GROWTH * strength).astype(np.float32),
        joint_weights=shares,
        dimming=np.full(shares.shape, settings.opacity, dtype=np.float32),
        focal=shown & (np.nan_to_num(shares) >= SHINING),
        readings=(reading,),
    )


def _lacking(explanation: Explanation) -> str:
    del explanation  # every explanation has a joint map
    return ""


def _legends(explanation: PreparedExplanation, settings: OverlaySettings) -> tuple[Legend, ...]:
    shown = explanation.joint_map(settings.joint_map)
    return (
        Legend(
            title=shown.name, mark=LegendMark.SCALE, low=0.0, high=1.0, strongest=shown.strongest
        ),
    )


FOCUS = Overlay(
    id="focus",
    name="Focus",
    hint="How much each joint matters in this frame, as a heat",
    lacking=_lacking,
    legends=_legends,
    draw=draw_focus,
)
